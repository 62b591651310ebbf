using System.Diagnostics;
using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: over real sockets and threads, every awaited request ends once with its own reply or a clear failure, in time.</summary>
public sealed class EngineClientHostTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_line_connects_and_a_call_is_authorised()
    {
        using ScriptedEngineHost engine = new();
        await using EngineClientHost client = EngineClientHost.Start(new EngineClientOptions { Engines = [engine.Address] });
        await client.WaitAvailableAsync(Stop);
        RpcOutcome<AuthorizeReply> outcome = await client.SendAsync<AuthorizeEvent, AuthorizeReply>(
            new AuthorizeEvent { GetMaxUsage = true, Account = "1001", Destination = "1002" }, cancellationToken: Stop);
        Assert.Equal((RpcStatus.Ok, CgrDuration.FromSeconds(3600)), (outcome.Status, outcome.Reply.MaxUsage));
        Assert.Contains("\"Account\":\"1001\"", engine.Invoke(it => it.Requests[^1].Parameters), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_resolved()
    {
        using ScriptedEngineHost engine = new();
        await using EngineClientHost client = EngineClientHost.Start(
            new EngineClientOptions { Engines = [new EngineAddress("localhost", engine.Address.Port)] });
        await client.WaitAvailableAsync(Stop);
        Assert.True((await AuthorizeAsync(client)).IsOk);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_an_engine_that_is_away()
    {
        using ScriptedEngineHost engine = new();
        await using EngineClientHost client = EngineClientHost.Start(
            new EngineClientOptions { Engines = [new EngineAddress("no-such-host.invalid", 1), engine.Address] });
        await client.WaitAvailableAsync(Stop);
        Assert.Equal(1, (await AuthorizeAsync(client)).Engine);
    }

    [Fact, Trait("FieldPain", "9")]
    public async Task A_refused_engine_is_passed_over_and_found_when_it_comes_back()
    {
        using ScriptedEngineHost first = new(), second = new();
        first.Die();
        await using EngineClientHost client = EngineClientHost.Start(
            new EngineClientOptions { Engines = [first.Address, second.Address], RetryTimeout = TimeSpan.FromMilliseconds(200) });
        await client.WaitAvailableAsync(Stop);
        Assert.Equal(1, (await AuthorizeAsync(client)).Engine);
        first.ComeBack();
        await UntilAsync(() => client.Statistics[0].State == EngineState.Up);
        Assert.Equal(0, (await AuthorizeAsync(client)).Engine);
    }

    [Fact]
    public async Task A_lost_connection_is_a_clear_failure_for_what_charges()
    {
        using ScriptedEngineHost engine = new();
        await using EngineClientHost client = EngineClientHost.Start(new EngineClientOptions { Engines = [engine.Address] });
        await client.WaitAvailableAsync(Stop);
        engine.Invoke(it => it.Script("SessionSv1.TerminateSession", ScriptedAnswer.Hangup));
        RpcOutcome<OkReply> outcome = await client.SendAsync<TerminateSession, OkReply>(new TerminateSession { OriginId = "c" }, cancellationToken: Stop);
        Assert.Equal((RpcStatus.ConnectionLost, true), (outcome.Status, outcome.MayHaveExecuted));
    }

    [Fact]
    public async Task A_silent_engine_fails_within_the_deadline_and_50_ms()
    {
        using ScriptedEngineHost engine = new();
        await using EngineClientHost client = EngineClientHost.Start(new EngineClientOptions { Engines = [engine.Address] });
        await client.WaitAvailableAsync(Stop);
        engine.Invoke(it => it.IsSilent = true);
        long start = Stopwatch.GetTimestamp();
        RpcOutcome<AuthorizeReply> outcome = await client.SendAsync<AuthorizeEvent, AuthorizeReply>(
            new AuthorizeEvent(), new RpcRequestOptions(TimeSpan.FromMilliseconds(100)), Stop);
        Assert.Equal(RpcStatus.DeadlineExceeded, outcome.Status);

        // The upper bound of the promise is checked on a manual clock; here a loaded machine may be late.
        Assert.True(Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(99));
    }

    [Fact]
    public async Task The_caller_may_give_up()
    {
        using ScriptedEngineHost engine = new();
        await using EngineClientHost client = EngineClientHost.Start(new EngineClientOptions { Engines = [engine.Address] });
        await client.WaitAvailableAsync(Stop);
        engine.Invoke(it => it.IsSilent = true);
        using CancellationTokenSource caller = new();
        ValueTask<RpcOutcome<AuthorizeReply>> pending = client.SendAsync<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent(), default, caller.Token);
        await caller.CancelAsync();
        Assert.Equal(RpcStatus.Canceled, (await pending).Status);

        using CancellationTokenSource gone = new();
        await gone.CancelAsync();
        Assert.Equal(RpcStatus.Canceled, (await client.SendAsync<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent(), default, gone.Token)).Status);
    }

    [Fact]
    public async Task Closing_ends_what_is_awaited()
    {
        using ScriptedEngineHost engine = new();
        EngineClientHost client = EngineClientHost.Start(new EngineClientOptions { Engines = [engine.Address] });
        await client.WaitAvailableAsync(Stop);
        engine.Invoke(it => it.IsSilent = true);
        ValueTask<RpcOutcome<AuthorizeReply>> pending = AuthorizeAsync(client);
        await client.DisposeAsync();
        Assert.Equal(RpcStatus.Canceled, (await pending).Status);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AuthorizeAsync(client).AsTask());
    }

    [Fact]
    public async Task Many_threads_each_get_their_own_replies_while_an_engine_dies_and_returns()
    {
        const int Senders = 8;
        const int RequestsEach = 2_000;
        using ScriptedEngineHost first = new(), second = new();
        foreach (ScriptedEngineHost engine in (ScriptedEngineHost[])[first, second])
        {
            engine.Invoke(it => it.IsRecording = false);
        }

        await using EngineClientHost client = EngineClientHost.Start(
            new EngineClientOptions { Engines = [first.Address, second.Address], RetryTimeout = TimeSpan.FromMilliseconds(200) });
        await client.WaitAvailableAsync(Stop);
        await UntilAsync(() => client.Statistics[1].State == EngineState.Up);
        int done = 0;
        Task<int[]>[] senders = [.. Enumerable.Range(0, Senders).Select(sender => Task.Run(() => SendAllAsync(sender), Stop))];
        await UntilAsync(() => Volatile.Read(ref done) > RequestsEach);
        first.Die();
        await UntilAsync(() => Volatile.Read(ref done) > 3 * RequestsEach);
        first.ComeBack();
        int[] failures = [.. (await Task.WhenAll(senders)).SelectMany(some => some)];

        // Initiate is never repeated elsewhere: what was in flight when the engine died fails, and nothing else.
        Assert.InRange(failures.Length, 0, Senders);
        Assert.Equal(0, client.Statistics[0].UnknownReplies + client.Statistics[1].UnknownReplies);

        async Task<int[]> SendAllAsync(int sender)
        {
            List<int> failed = [];
            for (int i = 0; i < RequestsEach; i++)
            {
                string originId = $"{sender}-{i}";
                RpcOutcome<InitiateReply> outcome = await client.SendAsync<InitiateSession, InitiateReply>(
                    new InitiateSession { InitSession = true, OriginId = originId }, cancellationToken: Stop);
                if (!outcome.IsOk)
                {
                    Assert.Equal(RpcStatus.ConnectionLost, outcome.Status);
                    failed.Add(i);
                }

                Interlocked.Increment(ref done);
            }

            return [.. failed];
        }
    }

    private static ValueTask<RpcOutcome<AuthorizeReply>> AuthorizeAsync(EngineClientHost client) =>
        client.SendAsync<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { GetMaxUsage = true }, cancellationToken: Stop);

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            Stop.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
