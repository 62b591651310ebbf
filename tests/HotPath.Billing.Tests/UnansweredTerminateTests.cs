using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: a Terminate that went unanswered is never repeated before the engine has said that the session is still open, so that an ended
/// call is charged and recorded once; what cannot be decided is parked (field pains 4 and 23).
/// </summary>
public sealed class UnansweredTerminateTests : IDisposable
{
    private const string Terminate = "SessionSv1.TerminateSession";

    private readonly ChargedEngines _engines = new();

    private ScriptedEngine EngineA => _engines.Engines[ChargedEngines.A];

    public static TheoryData<string> Faults => ["executed", "not executed", "executed, connection lost", "not executed, connection lost"];

    [Theory, MemberData(nameof(Faults)), Trait("FieldPain", "4")]
    public void Pain_4_the_call_is_charged_and_recorded_once_whatever_became_of_Terminate(string fault)
    {
        EngineA.Script(Terminate, FaultOf(fault));
        Call(7_000);
        _engines.Pass(8_000);
        Assert.Equal("settled", _engines.Told[^1]);
        Assert.Equal((7.0, 1), (_engines.Charged(), _engines.CountCdrs()));
        Assert.Equal(fault.StartsWith("not", StringComparison.Ordinal) ? 2 : 1, _engines.Count("TerminateSession"));
        Assert.Equal((1, 1, 0), (_engines.Statistics.Queries, _engines.Statistics.Terminated, _engines.Statistics.Unresolved));
        Assert.Empty(EngineA.Sessions);
    }

    [Fact]
    public void The_question_comes_after_a_pause_in_which_the_engine_may_still_execute_what_it_read()
    {
        EngineA.Script(Terminate, ScriptedAnswer.Hangup);
        Call(3_000);
        _engines.Pass(400);
        Assert.Equal(0, _engines.Count("GetActiveSessions"));
        _engines.Pass(200);
        Assert.Equal(1, _engines.Count("GetActiveSessions"));
    }

    [Theory]
    [InlineData("call-1|customer", "call-1|carrier")]
    [InlineData("call-1;a", "call-1;b")]
    public void A_session_of_a_similar_name_is_not_taken_for_it(string ended, string running)
    {
        _engines.Answered(running);
        EngineA.Script(Terminate, ScriptedAnswer.Unanswered);
        Call(4_000, ended);
        _engines.Pass(8_000);
        Assert.Equal((4.0, 1), (_engines.Charged(ended), _engines.CountCdrs()));
        Assert.Equal(1, _engines.Count("TerminateSession"));
        Assert.Contains("\"*prefix:~*req.OriginID:call-1\"", EngineA.Requests.Single(request => request.Method.EndsWith("GetActiveSessions", StringComparison.Ordinal)).Parameters, StringComparison.Ordinal);
    }

    [Fact]
    public void An_engine_that_cannot_be_asked_is_asked_again_with_growing_pauses()
    {
        EngineA.Script(Terminate, ScriptedAnswer.Silence);
        Call(3_000);
        _engines.Pass(5_000);
        EngineA.IsSilent = true;
        EngineA.OrphanTime = TimeSpan.FromHours(1);
        _engines.Pass(60_000);
        Assert.InRange(_engines.Count("GetActiveSessions"), 3, 6);
        Assert.Equal(1, _engines.Sessions.Count);
        EngineA.IsSilent = false;
        _engines.Pass(100_000);
        Assert.Equal((3.0, 1), (_engines.Charged(), _engines.CountCdrs()));
        Assert.Equal(0, _engines.Sessions.Count);
    }

    [Theory]
    [InlineData("*prepaid", false, 1, 0)]
    [InlineData("*prepaid", true, 0, 1)]
    [InlineData("*postpaid", false, 0, 1)]
    public void If_it_takes_longer_than_the_engine_remembers_the_rule_for_late_CDRs_counts_from_the_Terminate(string requestType, bool stores, int unresolved, int cdrs)
    {
        _engines.Profile = new() { OriginHost = "edge-1", RequestType = requestType, EnginesStoreSessionCosts = stores };
        EngineA.StoresSessionCosts = stores;
        EngineA.Script(Terminate, ScriptedAnswer.Unanswered);
        Call(3_000);
        _engines.Stop(ChargedEngines.A);
        _engines.Pass(12_000);
        _engines.Start(ChargedEngines.A);
        _engines.Pass(120_000);
        Assert.Equal((unresolved, cdrs), (_engines.Statistics.Unresolved, _engines.CountCdrs()));
        Assert.Equal(3, _engines.Charged());
        Assert.Equal(1, _engines.Count("TerminateSession"));
    }

    [Theory]
    [InlineData("call-1", "rpc: can't find service SessionSv1.GetActiveSessions")]
    [InlineData("*1", null)]
    public void What_the_engine_cannot_be_asked_is_parked(string originId, string? error)
    {
        EngineA.Script(Terminate, ScriptedAnswer.Unanswered);
        EngineA.Script("SessionSv1.GetActiveSessions", new ScriptedAnswer { Error = error });
        Call(3_000, originId);
        _engines.Pass(8_000);
        Assert.Equal((1, 0), (_engines.Statistics.Unresolved, _engines.CountCdrs()));
        Assert.Equal((1, 3.0), (_engines.Count("TerminateSession"), _engines.Charged(originId)));
    }

    [Fact]
    public void Nonsense_and_passing_errors_are_no_answer()
    {
        EngineA.Script(Terminate, ScriptedAnswer.Silence);
        EngineA.Script("SessionSv1.GetActiveSessions", new ScriptedAnswer { Error = "SERVER_ERROR: busy" }, new ScriptedAnswer { Result = "7" });
        Call(3_000);
        _engines.Pass(12_000);
        Assert.Equal((3, 2), (_engines.Count("GetActiveSessions"), _engines.Count("TerminateSession")));
        Assert.Equal((3.0, 1), (_engines.Charged(), _engines.CountCdrs()));
    }

    [Fact]
    public void A_late_answer_may_be_out_of_date_and_is_not_acted_on()
    {
        EngineA.OrphanTime = TimeSpan.FromSeconds(2);
        EngineA.Script(Terminate, ScriptedAnswer.Hangup);
        EngineA.Script("SessionSv1.GetActiveSessions", ScriptedAnswer.Late(TimeSpan.FromSeconds(1.8)));
        Call(3_000);
        _engines.Pass(10_000);
        Assert.Equal(ScriptedChargeKind.EndedByEngine, Assert.Single(EngineA.Charges).Kind);
        Assert.Equal((2, 1), (_engines.Count("GetActiveSessions"), _engines.Count("TerminateSession")));
        Assert.Equal("settled", _engines.Told[^1]);
    }

    [Fact]
    public void The_session_is_told_to_engines_until_its_end_is_known()
    {
        EngineA.Script(Terminate, ScriptedAnswer.Silence);
        Call(3_000);
        _engines.Pass(5_100);
        string ids = new AskingEngine(_engines.Sessions).Ask("SessionSv1.GetActiveSessionIDs", "\"\"");
        Assert.Contains("call-1", ids, StringComparison.Ordinal);
        _engines.Pass(3_000);
        Assert.Equal("[]", new AskingEngine(_engines.Sessions).Ask("SessionSv1.GetActiveSessionIDs", "\"\""));
    }

    public void Dispose() => _engines.Dispose();

    private static ScriptedAnswer FaultOf(string fault) => fault switch
    {
        "executed" => ScriptedAnswer.Unanswered,
        "not executed" => ScriptedAnswer.Silence,
        "executed, connection lost" => ScriptedAnswer.Cut(0),
        _ => ScriptedAnswer.Hangup,
    };

    /// <summary>A call that has just ended.</summary>
    private void Call(int lengthMs, string originId = "call-1")
    {
        ChargingSession session = _engines.Answered(originId);
        _engines.Pass(lengthMs - 20);
        session.End(EndCause.CallerBye);
        _engines.Pass(20);
    }
}
