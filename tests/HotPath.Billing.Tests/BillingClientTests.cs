using System.Text;
using System.Text.Json;
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
    public async Task Variables_of_a_call_reach_the_engine_and_may_change_while_it_runs()
    {
        CgrVariables variables = new();
        variables.TrySet("OriginID", "my-own");
        variables.TrySet("Trunk", 7);
        ChargedCall call = await _billing.AuthorizeAsync(CallId, "1001", "1002", variables).WaitAsync(Soon);
        call.Answer();
        variables.TrySet("Trunk", 8);
        Assert.True((await call.SetVariablesAsync(variables).WaitAsync(Soon)).IsOk);
        await call.EndAsync(EndCause.CallerBye).WaitAsync(Soon);
        string[] sent = _engine.Invoke(engine => engine.Requests.Select(request => $"{request.Method} {Field(request.Parameters, "OriginID")} {Field(request.Parameters, "Trunk")}").ToArray());
        Assert.Equal(
            ["SessionSv1.AuthorizeEvent my-own 7", "SessionSv1.InitiateSession my-own 7", "SessionSv1.TerminateSession my-own 8", "SessionSv1.ProcessCDR my-own 8"],
            sent.Where(line => line.Contains("my-own", StringComparison.Ordinal)));

        static string Field(string parameters, string name) =>
            JsonDocument.Parse(parameters).RootElement is { ValueKind: JsonValueKind.Object } root
            && root.TryGetProperty("Event", out JsonElement fields)
            && fields.TryGetProperty(name, out JsonElement value) ? value.ToString() : "";
    }

    [Fact]
    public async Task Variables_that_do_not_fit_are_told_at_once()
    {
        CgrVariables variables = new();
        variables.TrySet("Long", new string('x', CgrVariables.MaxLength - 100));
        ChargingProfile profile = new() { OriginHost = "my-edge", Variables = variables };
        await using BillingClient billing = BillingClient.Connect(new EngineClientOptions { Engines = [_engine.Address] }, profile);
        ArgumentException error = Assert.Throws<ArgumentException>(() => { _ = billing.AuthorizeAsync(CallId, "1001", "1002", Other()); });
        Assert.Contains("TooLong", error.Message);

        static CgrVariables Other()
        {
            CgrVariables other = new();
            other.TrySet("Other", new string('y', 200));
            return other;
        }
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
