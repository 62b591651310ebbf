using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: while no engine can be asked, a call is refused, or runs for the time that its profile allows and is charged once when an
/// engine is back; none goes on unbilled (field pain 22).
/// </summary>
public sealed class WithoutEngineTests : IDisposable
{
    private readonly ChargedEngines _engines = new(engines: 1) { Profile = Allowing("*postpaid", null) };

    private ScriptedEngine Engine => _engines.Engines[ChargedEngines.A];

    [Theory]
    [InlineData("*prepaid", null, "refused EngineAway")]
    [InlineData("", null, "refused EngineAway")]
    [InlineData("*postpaid", 0, "refused EngineAway")]
    [InlineData("*dynaprepaid", null, "refused EngineAway")]
    [InlineData("*pseudoprepaid", null, "refused EngineAway")]
    [InlineData("*postpaid", null, "granted 3600s")]
    [InlineData("*rated", null, "granted 3600s")]
    [InlineData("*rated", 0, "refused EngineAway")]
    [InlineData("*prepaid", 30, "granted 30s")]
    [InlineData("*pseudoprepaid", 30, "granted 30s")]
    public void The_request_type_or_the_profile_decides(string requestType, int? allowedSeconds, string told)
    {
        _engines.Profile = Allowing(requestType, allowedSeconds);
        _engines.Stop(ChargedEngines.A);
        _engines.Asked();
        _engines.Pass(2_500);
        Assert.Equal(told, _engines.Told[0]);
    }

    [Fact]
    public void A_call_may_say_its_own_request_type()
    {
        CgrVariables variables = new();
        variables.TrySet("RequestType"u8, "*prepaid");
        _engines.Stop(ChargedEngines.A);
        _engines.Sessions.Open(_engines, _engines.Profile, "call-1", "1001", "1002", default, variables).Authorize();
        _engines.Pass(2_500);
        Assert.Equal("refused EngineAway", _engines.Told[0]);
    }

    [Fact]
    public void An_engine_that_refuses_is_not_away()
    {
        Engine.Script("SessionSv1.AuthorizeEvent", new ScriptedAnswer { Error = "SERVER_ERROR: no database" });
        _engines.Asked();
        _engines.Pass(100);
        Assert.Equal(["refused EngineError", "settled"], _engines.Told);
    }

    [Fact, Trait("FieldPain", "22")]
    public void Pain_22_the_session_is_opened_when_the_engine_is_back_and_charged_once()
    {
        ChargingSession session = AllowedAndAnswered();
        Assert.Equal(SessionState.SettleLater, session.State);
        _engines.Start(ChargedEngines.A);
        _engines.Pass(70_000);
        Assert.Equal(SessionState.Open, session.State);
        session.End(EndCause.CallerBye);
        _engines.Pass(1_000);
        Assert.Equal((1, 1, 1), (_engines.Statistics.Initiated, _engines.Count("TerminateSession"), _engines.CountCdrs()));
        Assert.InRange(_engines.Charged(), 70, 74);
        Assert.Equal((1, 0), (_engines.Statistics.AllowedWithoutEngine, _engines.Statistics.Unresolved));
    }

    [Theory, Trait("FieldPain", "22")]
    [InlineData("*postpaid", ScriptedChargeKind.Postpaid)]
    [InlineData("*prepaid", ScriptedChargeKind.OneShot)]
    [InlineData("*pseudoprepaid", ScriptedChargeKind.Postpaid)]
    public void Pain_22_a_call_that_is_over_before_that_is_charged_in_one(string requestType, ScriptedChargeKind kind)
    {
        _engines.Profile = Allowing(requestType, 600);
        ChargingSession session = AllowedAndAnswered();
        _engines.Pass(20_000);
        session.End(EndCause.CallerBye);
        _engines.Pass(60_000);
        _engines.Start(ChargedEngines.A);
        _engines.Pass(120_000);
        Assert.Equal(kind, Assert.Single(Engine.Charges).Kind);
        Assert.InRange(_engines.Charged(), 20, 22);
        Assert.Equal((0, 1), (_engines.Count("InitiateSession"), _engines.CountCdrs()));
        Assert.Equal("settled", _engines.Told[^1]);
    }

    [Fact]
    public void The_allowed_time_is_a_limit()
    {
        _engines.Profile = Allowing("*postpaid", 30);
        AllowedAndAnswered();
        _engines.Pass(29_900);
        Assert.DoesNotContain("end Lifetime Timeout", _engines.Told);
        _engines.Pass(200);
        Assert.Equal("end Lifetime Timeout", _engines.Told[^1]);
        _engines.Start(ChargedEngines.A);
        _engines.Pass(120_000);
        Assert.Equal(30, _engines.Charged());
    }

    [Theory]
    [InlineData(null, "end CGRateS Not Available")]
    [InlineData(600, "granted 3600s")]
    public void An_engine_that_goes_between_authorisation_and_answer_is_away_too(int? allowedSeconds, string told)
    {
        _engines.Profile = Allowing("*prepaid", allowedSeconds);
        ChargingSession session = _engines.Asked();
        _engines.Pass(100);
        _engines.Stop(ChargedEngines.A);
        _engines.Pass(100);
        session.Answer();
        _engines.Pass(6_000);
        Assert.Equal(told, _engines.Told[^1]);
    }

    [Fact]
    public void The_engines_own_grant_takes_the_place_of_the_allowed_time()
    {
        Engine.Grant = CgrDuration.FromSeconds(20);
        AllowedAndAnswered();
        _engines.Start(ChargedEngines.A);
        _engines.Pass(19_000);
        Assert.Equal(["granted 3600s"], _engines.Told);
        _engines.Pass(1_100);
        Assert.Equal("end Lifetime Timeout", _engines.Told[1]);
    }

    [Fact]
    public void A_call_that_the_engine_does_not_want_when_it_is_back_ends_and_is_recorded()
    {
        AllowedAndAnswered();
        Engine.Script("SessionSv1.InitiateSession", new ScriptedAnswer { Error = "RALS_ERROR:ACCOUNT_DISABLED" });
        _engines.Start(ChargedEngines.A);
        _engines.Pass(70_000);
        Assert.Equal(["granted 3600s", "end CGRateS Accounting Denied", "settled"], _engines.Told);
        Assert.Equal((0, 1), (_engines.Count("TerminateSession"), _engines.CountCdrs()));
    }

    [Fact]
    public void An_Initiate_that_may_have_arrived_stays_with_its_engine_and_is_charged_once()
    {
        Engine.Script("SessionSv1.InitiateSession", ScriptedAnswer.Unanswered, ScriptedAnswer.Unanswered, ScriptedAnswer.Unanswered);
        ChargingSession session = _engines.Answered();
        _engines.Pass(15_100);
        Assert.Equal(SessionState.SettleLater, session.State);
        Assert.Contains("call-1", new AskingEngine(_engines.Sessions).Ask("SessionSv1.GetActiveSessionIDs", "\"\""), StringComparison.Ordinal);
        _engines.Pass(10_000);
        Assert.Equal(SessionState.Open, session.State);
        session.End(EndCause.CallerBye);
        _engines.Pass(1_000);
        Assert.Equal((1, 1), (_engines.Count("TerminateSession"), _engines.CountCdrs()));
        Assert.Single(Engine.Charges);
    }

    public void Dispose() => _engines.Dispose();

    private static ChargingProfile Allowing(string requestType, int? seconds) => new()
    {
        OriginHost = "edge-1",
        RequestType = requestType,
        AllowedWithoutEngine = seconds is null ? null : TimeSpan.FromSeconds(seconds.Value),
    };

    private ChargingSession AllowedAndAnswered()
    {
        _engines.Stop(ChargedEngines.A);
        ChargingSession session = _engines.Asked();
        _engines.Pass(2_500);
        session.Answer();
        _engines.Pass(20);
        return session;
    }
}
