using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: the billing sessions of one call, told apart by their tags, are each opened, ended and recorded once, whatever becomes of the
/// others (field pain 2).
/// </summary>
public sealed class ParallelSessionsTests : IDisposable
{
    private readonly ChargedEngines _engines = new(engines: 1);

    [Theory, Trait("FieldPain", "2")]
    [InlineData(null)]
    [InlineData("InitiateSession")]
    [InlineData("TerminateSession")]
    [InlineData("ProcessCDR")]
    public void Pain_02_Customer_and_carrier_each_get_their_CDR_though_the_other_meets_silence(string? unanswered)
    {
        if (unanswered is not null)
        {
            _engines.Engines[ChargedEngines.A].Script("SessionSv1." + unanswered, ScriptedAnswer.Unanswered);
        }

        ChargingSession[] sessions = [Open("", "*prepaid"), Open("carrier", "*postpaid")];
        _engines.Pass(100);
        Array.ForEach(sessions, session => session.Answer());
        _engines.Pass(8_000);
        Array.ForEach(sessions, session => session.End(EndCause.CallerBye));
        _engines.Pass(20_000);
        Assert.Equal(["call-1", "call-1|carrier"], _engines.Engines[ChargedEngines.A].Charges.Select(charge => charge.OriginId).Order(StringComparer.Ordinal));
        Assert.Equal(2, _engines.CountCdrs());
        Assert.Equal((8, 8), (_engines.Charged("call-1"), _engines.Charged("call-1|carrier")));
        Assert.Equal((0, 0), (_engines.Sessions.Count, _engines.Statistics.Unresolved));
    }

    [Fact]
    public void What_was_answered_at_one_moment_lasts_as_long_for_all_though_the_clock_goes_on_meanwhile()
    {
        ChargingSession customer = Open("", "*prepaid"), carrier = Open("carrier", "*postpaid");
        _engines.Pass(100);
        customer.Answer();
        _engines.Pass(1);
        carrier.Answer(default, customer);
        _engines.Pass(7_999);
        customer.End(EndCause.GrantUsed);
        carrier.End(EndCause.GrantUsed);
        _engines.Pass(1_000);
        Assert.Equal((8, 8), (_engines.Charged("call-1"), _engines.Charged("call-1|carrier")));
    }

    public void Dispose() => _engines.Dispose();

    private ChargingSession Open(string tag, string requestType)
    {
        ChargingProfile profile = new() { OriginHost = "edge-1", Tag = tag, RequestType = requestType };
        ChargingSession session = _engines.Sessions.Open(_engines, profile, "call-1", "1001", "1002");
        session.Authorize();
        return session;
    }
}
