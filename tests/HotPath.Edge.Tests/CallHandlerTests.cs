using System.Diagnostics;
using System.Reflection;
using HotPath.Commands;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: a handler decides about a call before anybody hears of it, may wait for time, engines and other tasks, always goes on on the
/// lane of its call, and is told clearly when it touches a call that is over, or from elsewhere.
/// </summary>
public sealed class CallHandlerTests : ICallHandler
{
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(100);

    private readonly RecordingEngineClient _engine = new();
    private readonly SimulatedEdge _edge;
    private CallPlan _plan = new(CallerHangsUpAfterMs: 3_000);
    private Func<IncomingCall, CallTask> _decide = _ => CallTask.Completed;

    public CallHandlerTests() => _edge = new SimulatedEdge(new SimulatedWorld(1), _engine, _ => _plan, handler: this);

    private CallExperience Caller => _edge.Caller.Experiences["call-1"];

    CallTask ICallHandler.OnInvite(IncomingCall call) => _decide(call);

    [Fact]
    public void A_handler_that_never_waits_lets_the_call_go_on()
    {
        Call();
        Assert.Equal("1001", Take("SessionSv1.AuthorizeEvent").Event("Account"));
    }

    [Fact]
    public void A_rejected_call_is_over_and_nobody_is_asked()
    {
        _decide = call =>
        {
            call.Reject(488);
            return CallTask.Completed;
        };
        Call();
        Assert.Equal(488, Caller.Status);
        AssertForgotten();
    }

    [Fact]
    public void A_handler_waits_sees_the_call_and_charges_another_account()
    {
        string seen = "";
        _decide = Decide;
        Call();
        Assert.True(_engine.IsEmpty);
        _edge.Run(TimeSpan.FromSeconds(1));
        Assert.Equal("call-1 1001 1002", seen);
        SentCommand authorize = Take("SessionSv1.AuthorizeEvent");
        Assert.Equal("company", authorize.Event("Account"));
        authorize.Reply("""{"MaxUsage":0}""");
        _edge.Run(s_moment);
        Assert.Equal(403, Caller.Status);
        AssertForgotten();

        async CallTask Decide(IncomingCall call)
        {
            await call.Delay(TimeSpan.FromMilliseconds(500));
            seen = $"{Utf8(call.CallId)} {Utf8(call.Account)} {Utf8(call.Destination)}";
            call.SetAccount("company"u8);
        }
    }

    [Fact]
    public void A_handler_asks_an_engine_in_code_of_its_own()
    {
        _decide = async call =>
        {
            if (!await IsKnown(call))
            {
                call.Reject(404);
            }
        };
        Call();
        Take("SessionSv1.GetActiveSessions").Fail(RpcStatus.EngineError, "NOT_FOUND");
        _edge.Run(s_moment);
        Assert.Equal(404, Caller.Status);
        AssertForgotten();

        static async Task<bool> IsKnown(IncomingCall call) => (await call.Send<GetActiveSessions, GetActiveSessionsReply>(new GetActiveSessions())).IsOk;
    }

    [Fact]
    public void Whatever_is_awaited_the_handler_goes_on_on_its_lane()
    {
        var elsewhere = new TaskCompletionSource();
        bool isOnLane = false;
        _decide = Decide;
        Call();
        var other = new Thread(elsewhere.SetResult);
        other.Start();
        other.Join();
        Assert.False(isOnLane);
        _edge.Run(s_moment);
        Assert.True(isOnLane);
        Take("SessionSv1.AuthorizeEvent");

        async CallTask Decide(IncomingCall call)
        {
            await elsewhere.Task;
            isOnLane = call.IsAlive;
        }
    }

    [Fact]
    public void A_call_that_is_over_cannot_be_touched()
    {
        bool? wasAlive = null;
        string message = "";
        _plan = new CallPlan(CancelAfterMs: 50);
        _decide = Decide;
        Call();
        Assert.Equal(487, Caller.Status);
        _edge.Run(TimeSpan.FromSeconds(2));
        Assert.False(wasAlive);
        Assert.Contains("has ended", message, StringComparison.Ordinal);
        AssertForgotten();

        async CallTask Decide(IncomingCall call)
        {
            await call.Delay(TimeSpan.FromSeconds(1));
            wasAlive = call.IsAlive;
            message = Assert.Throws<InvalidOperationException>(() => call.Reject(404)).Message;
        }
    }

    [Fact]
    public void A_call_cannot_be_touched_off_its_lane_nor_when_its_handler_is_done()
    {
        IncomingCall kept = default;
        string message = "";
        _decide = call =>
        {
            kept = call;
            var other = new Thread(() => message = Assert.Throws<InvalidOperationException>(() => call.SetAccount("x"u8)).Message);
            other.Start();
            other.Join();
            return CallTask.Completed;
        };
        Call();
        Assert.Contains("off its lane", message, StringComparison.Ordinal);
        _edge.Lane.Context.Run(_ => Assert.False(kept.IsAlive), null);
    }

    [Fact]
    public void A_handler_that_fails_ends_the_call_and_no_other()
    {
        _decide = Decide;
        Call();
        _edge.Run(s_moment);
        Assert.Equal(500, Caller.Status);
        AssertForgotten();

        static async CallTask Decide(IncomingCall call)
        {
            await call.Delay(TimeSpan.FromMilliseconds(10));
            throw new InvalidOperationException("a mistake in a handler");
        }
    }

    [Fact]
    public void A_handler_that_never_ends_does_not_keep_the_caller_for_ever()
    {
        var never = new TaskCompletionSource();
        _decide = async _ => await never.Task;
        Call();
        _edge.Run(TimeSpan.FromSeconds(181));
        Assert.Equal(408, Caller.Status);
        never.SetResult();
        AssertForgotten();
    }

    [Fact]
    public void Waiting_allocates_nothing()
    {
        Assert.SkipWhen(
            GetType().Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true }, "In a debug build the compiler makes an object of every async call.");
        const int waits = 500;
        CallTask.Awaiter outer = default;
        int done = 0;
        Action onDone = () =>
        {
            outer.GetResult();
            done++;
        };
        Wait();
        Assert.Equal(0, SteadyState.AllocatedBytes(Wait));
        Assert.Equal(waits * (SteadyState.Rounds + 1), done);

        void Wait()
        {
            for (int i = 0; i < waits; i++)
            {
                outer = WaitTwice(_edge.Lane).GetAwaiter();
                outer.UnsafeOnCompleted(onDone);
                for (int turn = 0; turn < 2; turn++)
                {
                    _edge.World.Clock.Advance(TimeSpan.FromMilliseconds(2));
                    _edge.Lane.Advance();
                }
            }
        }

        static async CallTask WaitTwice(Lane lane)
        {
            await WaitOnce(lane);
            await WaitOnce(lane);
        }

        static async CallTask WaitOnce(Lane lane) => await LaneDelay.Start(lane, TimeSpan.FromMilliseconds(1));
    }

    private static string Utf8(ReadOnlySpan<byte> text) => System.Text.Encoding.UTF8.GetString(text);

    private void Call()
    {
        _edge.Call("call-1");
        _edge.Run(s_moment);
    }

    private SentCommand Take(string method)
    {
        SentCommand command = _engine.Take();
        Assert.Equal(method, command.Method);
        return command;
    }

    private void AssertForgotten()
    {
        _edge.Run(TimeSpan.FromSeconds(70));
        Assert.Equal(0, _edge.Lane.CallCount);
        Assert.Equal(0, _edge.Leftovers);
        Assert.Empty(_edge.Rules.Violations);
    }
}
