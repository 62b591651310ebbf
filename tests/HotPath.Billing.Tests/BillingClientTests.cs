using System.Text;
using HotPath.Commands;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>Promise: code that links the core charges calls over real sockets with three verbs, and is told what the engine asks.</summary>
public sealed class BillingClientTests : IAsyncDisposable
{
    private const string CallId = "call-1";

    private readonly ScriptedEngineHost _engine = new();
    private readonly BillingClient _billing;

    public BillingClientTests() => _billing = BillingClient.Connect(
        new EngineClientOptions { Engines = [_engine.Address] },
        new ChargingProfile { OriginHost = "my-edge" });

    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_authorised_accounted_and_recorded()
    {
        _engine.Invoke(engine => engine.Grant = CgrDuration.FromSeconds(60));
        ChargedCall call = await Authorize();
        Assert.True(call.IsAllowed);
        Assert.Equal(CgrDuration.FromSeconds(60), call.Grant);
        call.Answer();
        await call.EndAsync(EndCause.CallerBye).WaitAsync(Soon);
        Assert.Equal(1, _engine.Invoke(engine => engine.Charges.Count));
        Assert.Equal(1, _engine.Invoke(engine => engine.Cdrs.Count));
        Assert.Equal(1, _billing.Statistics.CdrsDelivered);
    }

    [Fact]
    public async Task A_refusal_carries_the_engines_words()
    {
        _engine.Invoke(engine => engine.Script("SessionSv1.AuthorizeEvent", new ScriptedAnswer { Error = "RALS_ERROR:ACCOUNT_NOT_FOUND" }));
        ChargedCall call = await Authorize();
        Assert.False(call.IsAllowed);
        Assert.Equal((RefusalKind.Account, "RALS_ERROR:ACCOUNT_NOT_FOUND"), (call.Refusal, call.Error));
    }

    [Fact]
    public async Task The_engine_can_ask_for_the_end()
    {
        ChargedCall call = await Authorize();
        call.Answer();
        var answer = new Answer();
        while (!_engine.Invoke(engine => engine.Disconnect(CallId, "INSUFFICIENT_CREDIT", answer, "my-edge")))
        {
            await Task.Yield();
        }

        Assert.Equal("CGRateS Disconnect: INSUFFICIENT_CREDIT", (await call.EndRequested.WaitAsync(Soon)).Text);
        Assert.Equal("\"OK\"", await answer.Result.Task.WaitAsync(Soon));
        await call.EndAsync(await call.EndRequested).WaitAsync(Soon);
    }

    [Fact]
    public async Task Any_other_command_can_be_executed()
    {
        RpcOutcome<PongReply> outcome = await _billing.ExecuteAsync<Ping, PongReply>(default, Soon);
        Assert.Equal(RpcStatus.Ok, outcome.Status);
    }

    public async ValueTask DisposeAsync()
    {
        await _billing.DisposeAsync();
        _engine.Dispose();
    }

    private Task<ChargedCall> Authorize() => _billing.AuthorizeAsync(CallId, "1001", "1002").WaitAsync(Soon);

    private sealed class Answer : IRpcCallHandler
    {
        public TaskCompletionSource<string> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnAnswer(RpcServerLink link, long state, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error) =>
            Result.SetResult(Encoding.UTF8.GetString(result));

        public void OnLost(RpcServerLink link, long state) => Result.SetCanceled();
    }
}
