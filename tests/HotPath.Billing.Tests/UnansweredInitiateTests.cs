using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: when the connection that carried an Initiate is gone before its answer, nothing is opened a second time before the engine was
/// asked: it may have opened the session, and ended and charged it by itself since. A call is charged once, or parked, never twice and never
/// not at all (field pains 4, 5 and 22).
/// </summary>
public sealed class UnansweredInitiateTests : IDisposable
{
    private const string Initiate = "SessionSv1.InitiateSession";

    private readonly ChargedEngines _engines = new();

    private ScriptedEngine EngineA => _engines.Engines[ChargedEngines.A];

    private ScriptedEngine EngineB => _engines.Engines[ChargedEngines.B];

    [Fact]
    public void A_session_that_the_engine_has_counts_as_accepted()
    {
        EngineA.OrphanTime = TimeSpan.FromHours(1);
        EngineA.Grant = CgrDuration.FromSeconds(60);
        ChargingSession session = Answered(ScriptedAnswer.Cut(0));
        Assert.Equal(SessionState.InitiateUnknown, session.State);
        Assert.Contains("call-1", new AskingEngine(_engines.Sessions).Ask("SessionSv1.GetActiveSessionIDs", "\"\""), StringComparison.Ordinal);
        _engines.Pass(1_000);
        Assert.Equal((SessionState.Open, 60.0, 1), (session.State, session.Grant.Nanoseconds / 1e9, _engines.Statistics.Initiated));
        _engines.Pass(8_980);
        session.End(EndCause.CallerBye);
        _engines.Pass(1_000);
        Assert.Equal((10.0, 1, 1), (_engines.Charged(), _engines.CountCdrs(), _engines.Count("InitiateSession")));
    }

    [Theory]
    [InlineData("*prepaid", false, 1)]
    [InlineData("*prepaid", true, 0)]
    [InlineData("*postpaid", false, 0)]
    public void Pain_4_a_session_that_the_engine_has_ended_and_charged_is_not_opened_again(string requestType, bool stores, int parked)
    {
        Use(requestType, stores);
        EngineA.OrphanTime = TimeSpan.FromMilliseconds(300);
        Answered(ScriptedAnswer.Cut(0));
        _engines.Pass(20_000);
        Assert.Equal(ScriptedChargeKind.EndedByEngine, Assert.Single(EngineA.Charges).Kind);
        Assert.Equal((1, 0), (_engines.Count("InitiateSession"), _engines.Count("TerminateSession")));
        Assert.Equal(["granted 3600s", "end CGRateS Session Lost", "settled"], _engines.Told);
        Assert.Equal((parked, 1), (_engines.Statistics.Unresolved, _engines.Statistics.LostByEngine));
    }

    [Theory]
    [InlineData("*prepaid", false, 1, 0)]
    [InlineData("*prepaid", true, 0, 1)]
    [InlineData("*postpaid", false, 0, 1)]
    public void Pain_22_a_session_that_never_was_is_charged_by_its_CDR_or_parked(string requestType, bool stores, int parked, int cdrs)
    {
        Use(requestType, stores);
        Answered(ScriptedAnswer.Hangup);
        _engines.Pass(20_000);
        Assert.Equal("settled", _engines.Told[^1]);
        Assert.Equal((parked, cdrs), (_engines.Statistics.Unresolved, _engines.CountCdrs()));
        Assert.Equal(cdrs, EngineA.Charges.Count);
    }

    [Theory]
    [InlineData(300, 0)]
    [InlineData(600_000, 1)]
    public void A_call_that_ends_meanwhile_is_asked_for_before_its_Terminate(int orphanMs, int terminates)
    {
        EngineA.OrphanTime = TimeSpan.FromMilliseconds(orphanMs);
        EngineA.Script(Initiate, ScriptedAnswer.Cut(0) with { Delay = TimeSpan.FromSeconds(2) });
        ChargingSession session = _engines.Answered();
        _engines.Pass(980);
        session.End(EndCause.CalleeBye);
        Assert.Equal(SessionState.Ending, session.State);
        _engines.Pass(20_000);
        Assert.Single(EngineA.Charges);
        Assert.Equal((1, terminates), (_engines.Count("InitiateSession"), _engines.Count("TerminateSession")));
        Assert.Equal((1 - terminates, "settled"), (_engines.Statistics.Unresolved, _engines.Told[^1]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_call_that_was_let_run_without_an_engine_is_asked_for_when_it_is_back(bool isThere)
    {
        _engines.Profile = new() { OriginHost = "edge-1", AllowedWithoutEngine = TimeSpan.FromMinutes(10) };
        EngineA.OrphanTime = isThere ? TimeSpan.FromHours(1) : TimeSpan.FromSeconds(3);
        _engines.RefuseNew(ChargedEngines.A);
        ChargingSession session = Answered(ScriptedAnswer.Cut(0));
        _engines.Pass(5_000);
        Assert.Equal(SessionState.SettleLater, session.State);
        _engines.Start(ChargedEngines.A);
        _engines.Pass(70_000);
        Assert.Equal((1, isThere ? 0 : 1), (_engines.Count("InitiateSession"), EngineA.Charges.Count));
        Assert.Equal(isThere ? "granted 3600s" : "settled", _engines.Told[^1]);
    }

    [Fact]
    public void While_the_engine_stays_away_the_call_ends()
    {
        _engines.RefuseNew(ChargedEngines.A);
        Answered(ScriptedAnswer.Cut(0));
        _engines.Pass(2_000);
        Assert.Equal("end CGRateS Not Available", _engines.Told[^1]);
        EngineA.OrphanTime = TimeSpan.FromHours(1);
        _engines.Start(ChargedEngines.A);
        _engines.Pass(70_000);
        Assert.Empty(EngineB.Charges);
    }

    [Fact]
    public void An_engine_that_cannot_be_asked_leaves_it_parked()
    {
        EngineA.Script("SessionSv1.GetActiveSessions", Unknown(), Unknown());
        Answered(ScriptedAnswer.Hangup);
        _engines.Pass(5_000);
        Assert.Equal((1, 1, 0), (_engines.Statistics.Unresolved, _engines.Count("InitiateSession"), _engines.Count("TerminateSession")));

        static ScriptedAnswer Unknown() => new() { Error = "rpc: can't find service SessionSv1.GetActiveSessions" };
    }

    [Fact]
    public void A_Terminate_that_was_not_written_is_not_written_later_over_another_connection()
    {
        ChargingSession session = _engines.Answered();
        _engines.Pass(2_980);
        EngineA.OrphanTime = TimeSpan.FromSeconds(1);
        _engines.Stop(ChargedEngines.A);
        session.End(EndCause.CallerBye);
        _engines.Pass(10_000);
        _engines.Start(ChargedEngines.A);
        _engines.Pass(120_000);
        Assert.Equal(ScriptedChargeKind.EndedByEngine, Assert.Single(EngineA.Charges).Kind);
        Assert.Equal(0, _engines.Count("TerminateSession"));
    }

    public void Dispose() => _engines.Dispose();

    private void Use(string requestType, bool stores)
    {
        _engines.Profile = new() { OriginHost = "edge-1", RequestType = requestType, EnginesStoreSessionCosts = stores };
        EngineA.StoresSessionCosts = stores;
    }

    /// <summary>A call whose Initiate meets a fault.</summary>
    private ChargingSession Answered(ScriptedAnswer initiate)
    {
        EngineA.Script(Initiate, initiate);
        return _engines.Answered();
    }
}
