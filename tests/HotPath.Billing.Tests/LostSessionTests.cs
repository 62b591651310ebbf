using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: a call whose session its engine has forgotten ends within an audit interval and a second, or goes on where the profile says so;
/// no Terminate is sent for it, and no CDR that could be charged beside what the engine charged (field pains 5, 6 and 7).
/// </summary>
public sealed class LostSessionTests : IDisposable
{
    private readonly ChargedEngines _engines = new();

    private ScriptedEngine EngineA => _engines.Engines[ChargedEngines.A];

    [Fact, Trait("FieldPain", "6")]
    public void Pain_6_after_a_restart_of_the_engine_a_prepaid_call_ends_and_is_parked()
    {
        _engines.Answered();
        _engines.Pass(10_000);
        _engines.Restart(ChargedEngines.A);
        _engines.Pass(6_000);
        Assert.Equal(["granted 3600s", "end CGRateS Session Lost", "settled"], _engines.Told);
        Assert.Equal((1, 1), (_engines.Statistics.LostByEngine, _engines.Statistics.Unresolved));
        Assert.Equal((0, 0.0), (_engines.Count("TerminateSession"), _engines.Charged()));
    }

    [Theory, Trait("FieldPain", "6")]
    [InlineData("*postpaid", false)]
    [InlineData("*prepaid", true)]
    public void Pain_6_where_a_late_CDR_is_charged_once_it_is_sent(string requestType, bool stores)
    {
        _engines.Profile = new() { OriginHost = "edge-1", RequestType = requestType, EnginesStoreSessionCosts = stores };
        _engines.Answered();
        _engines.Pass(10_000);
        _engines.Restart(ChargedEngines.A);
        _engines.Pass(20_000);
        Assert.Equal((0, 1), (_engines.Count("TerminateSession"), _engines.CountCdrs()));
        Assert.InRange(_engines.Charged(), 10, 17);
        Assert.Equal(0, _engines.Statistics.Unresolved);
    }

    [Fact, Trait("FieldPain", "5")]
    public void Pain_5_a_session_that_the_engine_ended_by_itself_ends_the_call_and_is_charged_by_the_engine_alone()
    {
        _engines.Profile = new() { OriginHost = "edge-1", EnginesStoreSessionCosts = true };
        EngineA.StoresSessionCosts = true;
        _engines.Answered();
        _engines.Cut(ChargedEngines.A);
        EngineA.OrphanTime = TimeSpan.FromSeconds(3);
        _engines.Pass(6_500);
        Assert.Equal("settled", _engines.Told[^1]);
        Assert.Equal(ScriptedChargeKind.EndedByEngine, Assert.Single(EngineA.Charges).Kind);
        Assert.Equal((1, 0), (_engines.Statistics.CdrsDelivered, _engines.Statistics.Unresolved));
    }

    [Fact]
    public void By_policy_the_call_goes_on_to_the_end_of_its_grant()
    {
        _engines.Profile = new() { OriginHost = "edge-1", RequestType = "*postpaid", OnLostByEngine = LostSessionPolicy.Settle };
        EngineA.Grant = new(60_000_000_000);
        _engines.Answered();
        _engines.Restart(ChargedEngines.A);
        _engines.Pass(30_000);
        Assert.Equal(["granted 60s"], _engines.Told);
        _engines.Pass(31_000);
        Assert.Equal(["granted 60s", "end Lifetime Timeout", "settled"], _engines.Told);
        Assert.Equal((60.0, 1, 0), (_engines.Charged(), _engines.CountCdrs(), _engines.Count("TerminateSession")));
    }

    [Fact, Trait("FieldPain", "7")]
    public void Pain_7_a_call_that_ends_before_the_engine_was_asked_is_asked_for_before_its_Terminate()
    {
        EngineA.OrphanTime = TimeSpan.FromSeconds(1);
        ChargingSession session = _engines.Answered();
        _engines.Cut(ChargedEngines.A);
        _engines.Pass(3_000);
        session.End(EndCause.CallerBye);
        _engines.Pass(1_000);
        Assert.Equal(0, _engines.Count("TerminateSession"));
        Assert.Equal(ScriptedChargeKind.EndedByEngine, Assert.Single(EngineA.Charges).Kind);
        Assert.Equal("settled", _engines.Told[^1]);
    }

    [Fact]
    public void A_session_whose_connection_is_lost_while_its_end_is_being_flushed_is_asked_for_before_its_Terminate()
    {
        using FileJournal journal = FileJournal.Open(new SimulatedDisk(), new JournalOptions { Level = JournalLevel.Power }, (_, _) => { }, out _);
        using var engines = new ChargedEngines(journal: journal);
        ChargingSession session = engines.Answered();
        journal.Flush();
        engines.Pass(2_000);
        session.End(EndCause.CallerBye);
        engines.Engines[ChargedEngines.A].OrphanTime = TimeSpan.Zero;
        engines.Cut(ChargedEngines.A);
        engines.Pass(100);
        journal.Flush();
        engines.Pass(1_000);
        Assert.Equal(0, engines.Count("TerminateSession"));
        Assert.Equal(ScriptedChargeKind.EndedByEngine, Assert.Single(engines.Engines[ChargedEngines.A].Charges).Kind);
        Assert.Equal("settled", engines.Told[^1]);
    }

    [Fact]
    public void A_session_that_outlives_its_connection_is_ended_and_charged_as_usual()
    {
        EngineA.OrphanTime = TimeSpan.FromHours(1);
        ChargingSession session = _engines.Answered();
        _engines.Cut(ChargedEngines.A);
        _engines.Pass(19_980);
        session.End(EndCause.CallerBye);
        _engines.Pass(1_000);
        Assert.Equal((20.0, 1), (_engines.Charged(), _engines.CountCdrs()));
        Assert.Equal((0, 0), (_engines.Statistics.LostByEngine, _engines.Statistics.Unresolved));
    }

    public void Dispose() => _engines.Dispose();
}
