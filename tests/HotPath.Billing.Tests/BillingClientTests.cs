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
        Assert.Equal(new BillingResult(BillingOutcome.Ok, CgrDuration.FromSeconds(60), ""), call.Authorization);
        _engine.Invoke(engine => engine.Grant = CgrDuration.FromSeconds(30));
        Assert.Equal(new BillingResult(BillingOutcome.Ok, CgrDuration.FromSeconds(30), ""), await call.AnswerAsync().WaitAsync(Soon));
        CallSettlement settled = await call.EndAsync(EndCause.CallerBye).WaitAsync(Soon);
        Assert.Equal((SettlementKind.CdrDelivered, ""), (settled.Kind, settled.Detail));
        Assert.Equal(_engine.Invoke(engine => engine.Charged(CallId, "my-edge")), settled.Usage);
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
        await call.AnswerAsync().WaitAsync(Soon);
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

    [Theory]
    [InlineData("", "1001", "1002", BillingOutcome.InvalidMessage, -4)]
    [InlineData(CallId, "", "1002", BillingOutcome.InvalidMessage, -4)]
    [InlineData(CallId, "1001", "", BillingOutcome.InvalidMessage, -4)]
    [InlineData(CallId, "1001", null, BillingOutcome.TooLarge, -1)]
    public async Task What_a_call_says_wrongly_is_an_outcome(string originId, string account, string? destination, BillingOutcome kind, int code)
    {
        ChargedCall call = await _billing.AuthorizeAsync(originId, account, destination ?? new string('1', BillingClient.MaxTextLength + 1)).WaitAsync(Soon);
        Assert.Equal((kind, code), (call.Authorization.Kind, call.Authorization.Code));
        Assert.Equal(SettlementKind.NothingOwed, (await call.Settled.WaitAsync(Soon)).Kind);
        Assert.DoesNotContain("SessionSv1.AuthorizeEvent", _engine.Invoke(engine => engine.Requests.Select(request => request.Method).ToArray()));
    }

    [Fact]
    public async Task Variables_that_do_not_fit_are_an_outcome()
    {
        ChargingProfile profile = new() { OriginHost = "my-edge", Variables = Of('x', CgrVariables.MaxLength - 100) };
        ChargedCall call = await _billing.AuthorizeAsync(CallId, "1001", "1002", Of('y', 200), profile: profile).WaitAsync(Soon);
        Assert.Equal((BillingOutcome.TooLarge, -1), (call.Authorization.Kind, call.Authorization.Code));
        Assert.Contains("TooLong", call.Authorization.Error);

        static CgrVariables Of(char name, int length)
        {
            CgrVariables variables = new();
            variables.TrySet($"{name}", new string(name, length));
            return variables;
        }
    }

    [Fact]
    public async Task An_answer_to_a_call_that_may_not_run_is_a_mistake()
    {
        ChargedCall call = await _billing.AuthorizeAsync(CallId, "", "1002").WaitAsync(Soon);
        Assert.Throws<InvalidOperationException>(() => { _ = call.AnswerAsync(); });
    }

    [Theory]
    [InlineData("RALS_ERROR:ACCOUNT_NOT_FOUND", null, BillingOutcome.Refused, -2)]
    [InlineData("SERVER_ERROR: out of tune", null, BillingOutcome.EngineError, -2)]
    [InlineData(null, "{\"MaxUsage\":0}", BillingOutcome.Refused, -2)]
    [InlineData(null, "{\"MaxUsage\":{}}", BillingOutcome.InvalidReply, -1)]
    [InlineData(null, "{\"MaxUsage\":-1}", BillingOutcome.Ok, 1)]
    public async Task Authorising_and_answering_say_what_the_engine_said(string? error, string? result, BillingOutcome kind, int code)
    {
        ScriptedAnswer answer = new() { Error = error, Result = result };
        _engine.Invoke(engine => engine.Script("SessionSv1.AuthorizeEvent", answer));
        BillingResult authorized = (await Authorize()).Authorization;
        Assert.Equal((kind, code, error ?? authorized.Error), (authorized.Kind, authorized.Code, authorized.Error));

        if (kind == BillingOutcome.InvalidReply)
        {
            // To Initiate that is no answer yet: the engine is asked again.
            return;
        }

        ChargedCall call = await Authorize("call-2");
        _engine.Invoke(engine => engine.Script("SessionSv1.InitiateSession", answer));
        BillingResult answered = await call.AnswerAsync().WaitAsync(Soon);
        Assert.Equal((kind, code, authorized.Error), (answered.Kind, answered.Code, answered.Error));
        if (!answered.IsOk)
        {
            Assert.Equal(EndCause.AccountingDenied, await call.EndRequested.WaitAsync(Soon));
        }
    }

    [Fact]
    public async Task A_denied_answer_owes_nothing()
    {
        ChargedCall call = await Authorize();
        _engine.Invoke(engine => engine.Script("SessionSv1.InitiateSession", new ScriptedAnswer { Error = "RALS_ERROR:INSUFFICIENT_CREDIT" }));
        Assert.Equal(BillingOutcome.Refused, (await call.AnswerAsync().WaitAsync(Soon)).Kind);
        Assert.Equal(EndCause.AccountingDenied, await call.EndRequested.WaitAsync(Soon));
        Assert.Equal(SettlementKind.NothingOwed, (await call.EndAsync(EndCause.AccountingDenied).WaitAsync(Soon)).Kind);
    }

    [Fact]
    public async Task What_cannot_be_known_is_parked_and_says_why()
    {
        ChargedCall call = await Authorize();
        await call.AnswerAsync().WaitAsync(Soon);
        _engine.Invoke(engine => engine.Script("SessionSv1.ProcessCDR", [.. Enumerable.Repeat(new ScriptedAnswer { Error = "NOT_FOR_ME" }, 16)]));
        CallSettlement settled = await call.EndAsync(EndCause.CallerBye).WaitAsync(Soon);
        Assert.Equal(SettlementKind.Parked, settled.Kind);
        Assert.Contains("NOT_FOR_ME", settled.Detail);
    }

    [Fact]
    public async Task A_call_that_nobody_answers_owes_the_record_that_its_profile_wants()
    {
        ChargedCall call = await Authorize();
        Assert.Equal(SettlementKind.CdrDelivered, (await call.EndAsync(EndCause.Cancelled).WaitAsync(Soon)).Kind);
        ChargedCall other = await _billing.AuthorizeAsync("call-2", "1001", "1002", profile: new() { OriginHost = "my-edge", MissedCdr = false }).WaitAsync(Soon);
        Assert.Equal(SettlementKind.NothingOwed, (await other.EndAsync(EndCause.Cancelled).WaitAsync(Soon)).Kind);
    }

    [Fact]
    public async Task Each_session_of_a_call_has_its_own_profile()
    {
        ChargedCall customer = await Authorize();
        ChargedCall carrier = await _billing.AuthorizeAsync(
            CallId, "carrier-7", "1002", profile: new() { OriginHost = "my-edge", Tag = "carrier", RequestType = "*postpaid", Cdr = false }).WaitAsync(Soon);
        await Task.WhenAll(customer.AnswerAsync(), carrier.AnswerAsync()).WaitAsync(Soon);
        Assert.Equal(SettlementKind.CdrDelivered, (await customer.EndAsync(EndCause.CallerBye).WaitAsync(Soon)).Kind);
        Assert.Equal(SettlementKind.Terminated, (await carrier.EndAsync(EndCause.CallerBye).WaitAsync(Soon)).Kind);
        Assert.Equal((CallId, $"{CallId}|carrier"), (customer.OriginId, carrier.OriginId));
        Assert.Equal(2, _engine.Invoke(engine => engine.Requests.Count(request => request.Parameters.Contains("*postpaid", StringComparison.Ordinal) && request.Method != "SessionSv1.AuthorizeEvent")));
    }

    [Fact]
    public async Task An_identity_that_was_used_makes_no_call_free()
    {
        for (int i = 1; i <= 2; i++)
        {
            ChargedCall call = await Authorize();
            Assert.StartsWith(CallId, call.OriginId, StringComparison.Ordinal);
            Assert.Equal(i == 1, call.OriginId == CallId);
            Assert.True((await call.AnswerAsync().WaitAsync(Soon)).IsOk);
            Assert.Equal(SettlementKind.CdrDelivered, (await call.EndAsync(EndCause.CallerBye).WaitAsync(Soon)).Kind);
            Assert.Equal(i, _engine.Invoke(engine => engine.Charges.Count));
        }
    }

    [Fact]
    public async Task Waiting_for_the_end_of_all_calls_can_be_given_up()
    {
        ChargedCall call = await Authorize();
        await call.AnswerAsync().WaitAsync(Soon);
        _engine.Invoke(engine => engine.IsSilent = true);
        using CancellationTokenSource impatience = new(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _billing.EndAllAsync(EndCause.Shutdown, impatience.Token));
        Assert.False(call.Settled.IsCompleted);
    }

    [Fact]
    public async Task A_program_that_goes_down_ends_all_its_calls()
    {
        ChargedCall running = await Authorize();
        await running.AnswerAsync().WaitAsync(Soon);
        ChargedCall ringing = await Authorize("call-2");
        IReadOnlyList<CallSettlement> settled = await _billing.EndAllAsync(EndCause.Shutdown, Soon);
        Assert.Equal([SettlementKind.CdrDelivered, SettlementKind.CdrDelivered], settled.Select(it => it.Kind));
        Assert.True(running.Settled.IsCompleted && ringing.Settled.IsCompleted);
        Assert.Empty(await _billing.EndAllAsync(EndCause.Shutdown, Soon));
    }

    [Fact]
    public async Task Nothing_waits_for_a_client_that_is_closed()
    {
        ChargedCall running = await Authorize();
        _engine.Invoke(engine => engine.IsSilent = true);
        Task<BillingResult> answered = running.AnswerAsync();
        Task<ChargedCall> asked = _billing.AuthorizeAsync("call-2", "1001", "1002");
        ValueTask<BillingReply<PongReply>> executed = _billing.ExecuteAsync<Ping, PongReply>(default, Soon);
        await _billing.DisposeAsync();
        Assert.Equal(BillingOutcome.Canceled, (await answered.WaitAsync(Soon)).Kind);
        Assert.Equal(BillingOutcome.Canceled, (await asked.WaitAsync(Soon)).Authorization.Kind);
        Assert.Equal(BillingOutcome.Canceled, (await executed).Result.Kind);
        Assert.Equal(SettlementKind.Left, (await running.Settled.WaitAsync(Soon)).Kind);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.EndRequested.WaitAsync(Soon));
        Assert.Throws<ObjectDisposedException>(() => { _ = _billing.AuthorizeAsync("call-3", "1001", "1002"); });
    }

    [Fact]
    public async Task An_answer_that_no_engine_hears_of_is_an_outcome_and_settled_later()
    {
        ChargedCall call = await Authorize();
        _engine.Die();
        BillingResult answered = await call.AnswerAsync().WaitAsync(Soon);
        Assert.Equal((BillingOutcome.NoEngine, -3), (answered.Kind, answered.Code));
        Assert.Equal(EndCause.EngineAway, await call.EndRequested.WaitAsync(Soon));
        Task<CallSettlement> settled = call.EndAsync(EndCause.EngineAway);
        _engine.ComeBack();
        Assert.Equal(SettlementKind.CdrDelivered, (await settled.WaitAsync(Soon)).Kind);
    }

    [Fact]
    public async Task A_free_call_asks_nobody_and_has_its_record()
    {
        ChargedCall call = await _billing.AuthorizeAsync(CallId, "1001", "0800", callClass: CallClass.Free).WaitAsync(Soon);
        Assert.Equal(BillingResult.Allowed(CgrDuration.Unlimited), call.Authorization);
        Assert.Equal(BillingResult.Allowed(CgrDuration.Unlimited), await call.AnswerAsync().WaitAsync(Soon));
        Assert.Equal(SettlementKind.CdrDelivered, (await call.EndAsync(EndCause.CallerBye).WaitAsync(Soon)).Kind);
        Assert.Equal(["SessionSv1.ProcessCDR"], _engine.Invoke(engine => engine.Requests.Where(request => request.Parameters.Contains(CallId, StringComparison.Ordinal)).Select(request => request.Method).ToArray()));
    }

    [Fact]
    public async Task That_no_engine_is_there_is_an_outcome()
    {
        _engine.Die();
        Assert.Equal((BillingOutcome.NoEngine, -3), ((await Authorize()).Authorization.Kind, (await Authorize("call-2")).Authorization.Code));
        ChargedCall call = await _billing.AuthorizeAsync("call-3", "1001", "1002", profile: new() { OriginHost = "my-edge", RequestType = "*postpaid" }).WaitAsync(Soon);
        Assert.Equal((BillingOutcome.AllowedWithoutEngine, 1), (call.Authorization.Kind, call.Authorization.Code));
        Assert.Equal(new BillingResult(BillingOutcome.AllowedWithoutEngine, CgrDuration.FromSeconds(3600), "no engine could be reached"), await call.AnswerAsync().WaitAsync(Soon));
        BillingReply<PongReply> pong = await _billing.ExecuteAsync<Ping, PongReply>(default, Soon);
        Assert.Equal((BillingOutcome.NoEngine, -3), (pong.Result.Kind, pong.Result.Code));
    }

    [Fact]
    public async Task The_engine_can_ask_for_the_end()
    {
        ChargedCall call = await Authorize();
        await call.AnswerAsync().WaitAsync(Soon);
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
        BillingReply<PongReply> pong = await _billing.ExecuteAsync<Ping, PongReply>(default, Soon);
        Assert.Equal((BillingOutcome.Ok, 1), (pong.Result.Kind, pong.Result.Code));
        _engine.Invoke(engine => engine.Script("SessionSv1.Ping", new ScriptedAnswer { Error = "SERVER_ERROR: away" }));
        pong = await _billing.ExecuteAsync<Ping, PongReply>(default, Soon);
        Assert.Equal((BillingOutcome.EngineError, -2, "SERVER_ERROR: away"), (pong.Result.Kind, pong.Result.Code, pong.Result.Error));
    }

    public async ValueTask DisposeAsync()
    {
        await _billing.DisposeAsync();
        _engine.Dispose();
    }

    private Task<ChargedCall> Authorize(string callId = CallId) => _billing.AuthorizeAsync(callId, "1001", "1002").WaitAsync(Soon);

    private sealed class Answer : IRpcCallHandler
    {
        public TaskCompletionSource<string> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void OnAnswer(RpcServerLink link, long state, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error) =>
            Result.SetResult(Encoding.UTF8.GetString(result));

        public void OnLost(RpcServerLink link, long state) => Result.SetCanceled();
    }
}
