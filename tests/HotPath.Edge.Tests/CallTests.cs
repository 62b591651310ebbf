using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>Promise: a call through the edge behaves as RFC 3261 and the rules of charging say, with real bytes on a simulated network.</summary>
public sealed class CallTests
{
    private const string OneHour = """{"MaxUsage":3600000000000}""";
    private const string ThreeSeconds = """{"MaxUsage":3000000000}""";

    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(100);

    private readonly RecordingEngineClient _engine = new();
    private readonly SimulatedWorld _world = new(1);
    private readonly SimulatedEdge _edge;
    private CallPlan _plan = new(CallerHangsUpAfterMs: 3_200);

    public CallTests() => _edge = new SimulatedEdge(_world, _engine, _ => _plan);

    private CallExperience Caller => _edge.Caller.Experiences["call-1"];

    private CallExperience Callee => _edge.Callee.Experiences["call-1"];

    [Fact]
    public void The_callee_hears_nothing_before_the_engine_has_answered()
    {
        _edge.Call("call-1");
        _edge.Run(TimeSpan.FromSeconds(1));
        Assert.Empty(_edge.Callee.Experiences);
        Take("SessionSv1.AuthorizeEvent").Reply(OneHour);
        _edge.Run(s_moment);
        Assert.True(Callee.Rang);
    }

    [Fact]
    public void A_call_hung_up_by_the_caller_is_charged_for_its_length()
    {
        Answer(OneHour);
        _edge.Run(TimeSpan.FromSeconds(4));
        SentCommand terminate = Take("SessionSv1.TerminateSession");
        Assert.Equal("4s", terminate.Event("Usage"));
        terminate.Reply("\"OK\"");
        SentCommand cdr = Take("SessionSv1.ProcessCDR");
        Assert.Equal("Downstream BYE", cdr.Event("DisconnectCause"));
        cdr.Reply("\"OK\"");
        Assert.True(Callee.GotBye);
        Assert.Equal(200, Caller.ByeStatus);
        AssertForgotten();
    }

    [Fact]
    public void A_call_hung_up_by_the_callee_says_so()
    {
        _plan = new CallPlan(CalleeHangsUpAfterMs: 1_500);
        Answer(OneHour);
        _edge.Run(TimeSpan.FromSeconds(3));
        Take("SessionSv1.TerminateSession").Reply("\"OK\"");
        Assert.Equal("Upstream BYE", Take("SessionSv1.ProcessCDR").Event("DisconnectCause"));
        Assert.True(Caller.GotBye);
        Assert.Equal(200, Callee.ByeStatus);
    }

    [Fact]
    public void The_edge_cuts_both_legs_when_the_grant_is_over()
    {
        _plan = new CallPlan();
        Answer(ThreeSeconds);
        _edge.Run(TimeSpan.FromSeconds(4));
        Assert.True(Caller.GotBye);
        Assert.True(Callee.GotBye);
        Assert.InRange((Callee.EndedAt - Callee.AnsweredAt)!.Value.TotalSeconds, 3.0, 3.1);
        SentCommand terminate = Take("SessionSv1.TerminateSession");
        Assert.Equal("3s", terminate.Event("Usage"));
        terminate.Reply("\"OK\"");
        Take("SessionSv1.ProcessCDR").Reply("\"OK\"");
        AssertForgotten();
    }

    [Fact]
    public void No_BYE_reaches_a_caller_that_has_not_acknowledged()
    {
        _plan = new CallPlan();
        _edge.Call("call-1");
        _edge.Run(s_moment);
        Take("SessionSv1.AuthorizeEvent").Reply(OneHour);
        Assert.True(_edge.RunUntil(() => !_engine.IsEmpty, TimeSpan.FromSeconds(2)));
        Take("SessionSv1.InitiateSession").Fail(RpcStatus.EngineError, "RALS_ERROR:ACCOUNT_DISABLED");
        Assert.False(Caller.GotBye);
        _edge.Run(TimeSpan.FromSeconds(1));
        Assert.True(Caller.GotBye);
        Assert.True(Callee.GotBye);
        AssertForgotten();
    }

    [Theory]
    [InlineData(RpcStatus.EngineError, "RALS_ERROR:ACCOUNT_NOT_FOUND", 403)]
    [InlineData(RpcStatus.NoEngine, null, 503)]
    public void A_refused_call_never_rings(RpcStatus status, string? error, int expected)
    {
        _edge.Call("call-1");
        _edge.Run(s_moment);
        Take("SessionSv1.AuthorizeEvent").Fail(status, error);
        _edge.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(expected, Caller.Status);
        Assert.Empty(_edge.Callee.Experiences);
        AssertForgotten();
    }

    [Fact, Trait("FieldPain", "3")]
    public void A_busy_callee_yields_the_CDR_of_a_missed_call()
    {
        _plan = new CallPlan(RejectWith: 486);
        _edge.Call("call-1");
        _edge.Run(s_moment);
        Take("SessionSv1.AuthorizeEvent").Reply(OneHour);
        _edge.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(486, Caller.Status);
        SentCommand cdr = Take("SessionSv1.ProcessCDR");
        Assert.Equal("486", cdr.Event("SipCode"));
        Assert.Equal("0s", cdr.Event("Usage"));
        cdr.Reply("\"OK\"");
        AssertForgotten();
    }

    [Fact, Trait("FieldPain", "3")]
    public void A_CANCEL_while_it_rings_passes_and_is_recorded()
    {
        _plan = new CallPlan(RingMs: 10_000, CancelAfterMs: 2_000);
        _edge.Call("call-1");
        _edge.Run(s_moment);
        Take("SessionSv1.AuthorizeEvent").Reply(OneHour);
        _edge.Run(TimeSpan.FromSeconds(3));
        Assert.Equal(487, Caller.Status);
        Assert.Equal("Cancelled", Take("SessionSv1.ProcessCDR").Event("DisconnectCause"));
    }

    [Fact, Trait("FieldPain", "3")]
    public void A_CANCEL_while_the_engine_is_asked_is_answered_at_once()
    {
        _plan = new CallPlan(CancelAfterMs: 300);
        _edge.Call("call-1");
        _edge.Run(TimeSpan.FromSeconds(1));
        Assert.Equal(487, Caller.Status);
        SentCommand authorize = Take("SessionSv1.AuthorizeEvent");
        Take("SessionSv1.ProcessCDR").Reply("\"OK\"");
        authorize.Reply(OneHour);
        _edge.Run(TimeSpan.FromSeconds(1));
        Assert.Empty(_edge.Callee.Experiences);
        AssertForgotten();
    }

    /// <summary>CANCEL and 200 cross (field pain 14): whatever comes first at the callee counts, on both sides and in the bill.</summary>
    [Fact, Trait("FieldPain", "14")]
    public void A_200_that_crosses_a_CANCEL_is_an_answer()
    {
        int crossed = 0;
        for (int cancelAfterMs = 590; cancelAfterMs < 620; cancelAfterMs++)
        {
            var engine = new RecordingEngineClient();
            var plan = new CallPlan(RingMs: 500, CancelAfterMs: cancelAfterMs, CallerHangsUpAfterMs: 1_500);
            var edge = new SimulatedEdge(new SimulatedWorld((ulong)cancelAfterMs), engine, _ => plan);
            edge.Call("call-1");
            edge.Run(s_moment);
            engine.Take().Reply(OneHour);
            edge.Run(TimeSpan.FromSeconds(1));
            SentCommand next = engine.Take();
            if (edge.Callee.Experiences["call-1"].Answered)
            {
                crossed += edge.World.Elapsed > TimeSpan.FromMilliseconds(cancelAfterMs) ? 1 : 0;
                Assert.Equal("SessionSv1.InitiateSession", next.Method);
                next.Reply(OneHour);
                edge.Run(TimeSpan.FromSeconds(2));
                Assert.Equal("2s", engine.Take().Event("Usage"));
                Assert.Equal(200, edge.Caller.Experiences["call-1"].Status);
            }
            else
            {
                Assert.Equal("Cancelled", next.Event("DisconnectCause"));
                Assert.Equal(487, edge.Caller.Experiences["call-1"].Status);
            }
        }

        Assert.InRange(crossed, 1, 29);
    }

    [Fact]
    public void A_lossy_network_changes_nothing_but_time()
    {
        _edge.Network.Loss = 0.3;
        _edge.Network.Duplication = 0.1;
        _edge.Call("call-1");
        Assert.True(_edge.RunUntil(() => !_engine.IsEmpty, TimeSpan.FromSeconds(30)));
        Take("SessionSv1.AuthorizeEvent").Reply(OneHour);
        Assert.True(_edge.RunUntil(() => !_engine.IsEmpty, TimeSpan.FromSeconds(30)));
        Take("SessionSv1.InitiateSession").Reply(OneHour);
        Assert.True(_edge.RunUntil(() => !_engine.IsEmpty, TimeSpan.FromSeconds(60)));
        Take("SessionSv1.TerminateSession").Reply("\"OK\"");
        Take("SessionSv1.ProcessCDR").Reply("\"OK\"");
        AssertForgotten();
    }

    /// <summary>No ACK ever comes (field pain 1): the call ends after 64·T1 on both sides and is recorded.</summary>
    [Fact, Trait("FieldPain", "1")]
    public void A_call_that_is_never_acknowledged_ends()
    {
        _plan = new CallPlan();
        _edge.Caller.NeverAcknowledges = true;
        Answer(OneHour);
        _edge.Run(TimeSpan.FromSeconds(33));
        Assert.True(Callee.GotBye);
        SentCommand terminate = Take("SessionSv1.TerminateSession");
        Assert.Equal("32s", terminate.Event("Usage"));
        terminate.Reply("\"OK\"");
        Assert.Equal("ACK Timeout", Take("SessionSv1.ProcessCDR").Event("DisconnectCause"));
    }

    private void Answer(string grant)
    {
        _edge.Call("call-1");
        _edge.Run(s_moment);
        Take("SessionSv1.AuthorizeEvent").Reply(grant);
        Assert.True(_edge.RunUntil(() => !_engine.IsEmpty, TimeSpan.FromSeconds(2)));
        Take("SessionSv1.InitiateSession").Reply(grant);
    }

    private SentCommand Take(string method)
    {
        SentCommand sent = _engine.Take();
        Assert.Equal(method, sent.Method);
        return sent;
    }

    /// <summary>Nothing of the call is left once its stragglers cannot come any more.</summary>
    private void AssertForgotten()
    {
        _edge.Network.Loss = 0;
        _edge.Run(TimeSpan.FromSeconds(70));
        Assert.True(_engine.IsEmpty);
        Assert.Equal(0, _edge.Lane.CallCount);
        Assert.Equal(0, _edge.Lane.RunningCalls);
        Assert.Equal(0, _edge.Lane.UnsettledSessions);
    }
}
