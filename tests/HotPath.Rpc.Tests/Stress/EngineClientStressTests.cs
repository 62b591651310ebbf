using System.Diagnostics;
using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>
/// Promise: over real sockets and under many threads every request ends exactly once, within its deadline and 50 ms, with its own reply or a clear
/// failure, whatever the engines do (field pains 8, 9, 10, 12, 13, 30). Where a busy machine stalls the test itself, that is measured and set off.
/// </summary>
public sealed class EngineClientStressTests(ITestOutputHelper output)
{
    private const int Threads = 8;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory, Trait("FieldPain", "8"), Trait("FieldPain", "9"), Trait("FieldPain", "10"), Trait("FieldPain", "12"), Trait("FieldPain", "13"), Trait("FieldPain", "30")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Pains_8_9_10_12_13_30_hold_under_many_threads_and_every_fault(int seed)
    {
        const int RequestsEach = 1500;
        using ScriptedEngineHost first = Unreliable(seed), second = Unreliable(seed + 100);
        EngineClientOptions options = new()
        {
            Engines = [first.Address, second.Address],
            SafeAttemptTimeout = TimeSpan.FromMilliseconds(150),
            SafeTimeout = TimeSpan.FromMilliseconds(400),
            CommandTimeout = TimeSpan.FromMilliseconds(300),
            Probe = ProbePolicy.Default with { FirstPause = TimeSpan.FromMilliseconds(20), LongestPause = TimeSpan.FromMilliseconds(200) },
        };
        long start = Stopwatch.GetTimestamp();
        await using EngineClientHost client = EngineClientHost.Start(options, new EmptyAnswers());
        await client.WaitAvailableAsync(Stop);
        using Heartbeat heartbeat = new();
        StressLoad load = new(client, options, Threads, RequestsEach);
        Task run = load.RunAsync(Stop);
        Random chance = new(seed);
        while (!run.IsCompleted)
        {
            ScriptedEngineHost victim = chance.Next(2) == 0 ? first : second;
            await ReachAsync(load, run, load.Ended + chance.Next(500, 2500));
            victim.Die();
            await ReachAsync(load, run, load.Ended + chance.Next(50, 500));
            victim.ComeBack();
        }

        await run;
        TimeSpan stall = heartbeat.LongestStall;
        output.WriteLine($"seed {seed}: {string.Join(", ", load.Statuses.CountBy(status => status).Select(pair => $"{pair.Value} {pair.Key}"))}; "
            + $"latest {load.Latest.TotalMilliseconds:0} ms after its deadline, the machine stalled up to {stall.TotalMilliseconds:0} ms");
        Assert.All(load.Outcomes, outcomes => Assert.Equal(1, outcomes));
        Assert.Equal(0, load.ForeignReplies);
        Assert.DoesNotContain(load.Statuses, status => status is RpcStatus.EngineError or RpcStatus.InvalidReply or RpcStatus.Overloaded or RpcStatus.Canceled);
        Assert.InRange(load.Latest, TimeSpan.MinValue, TimeSpan.FromMilliseconds(50) + (2 * stall));

        // What charges reached one engine at most; what found no engine reached none.
        Dictionary<string, int> reached = StressLoad.Reached([.. first.Invoke(engine => engine.Requests), .. second.Invoke(engine => engine.Requests)]);
        for (int i = 0; i < load.Statuses.Count; i++)
        {
            int times = reached.GetValueOrDefault(StressLoad.OriginId(i));
            Assert.True(StressLoad.IsSafe(i) || times <= 1, $"seed {seed}: request {i} was executed {times} times");
            Assert.True(load.Statuses[i] != RpcStatus.NoEngine || times == 0, $"seed {seed}: request {i} found no engine and reached one");
            Assert.True(load.Statuses[i] != RpcStatus.Ok || times > 0, $"seed {seed}: request {i} was answered by nobody");
        }

        // Every connect begins at least the shortened first pause after the one before it.
        double mostConnects = 1 + (Stopwatch.GetElapsedTime(start) / (options.Probe.FirstPause * (1 - options.Probe.Jitter)));
        foreach (ScriptedEngineHost engine in (ScriptedEngineHost[])[first, second])
        {
            Assert.InRange(engine.Invoke(it => it.Accepted), 1, mostConnects);
            await UntilAsync(() => engine.Invoke(it => it.Asked.Waiting == 0));
            Assert.True(engine.Invoke(it => it.Asked.Answered) > 0);
        }

        Assert.InRange(load.Statuses.Count(status => status == RpcStatus.Ok), load.Statuses.Count / 3, load.Statuses.Count - 1);
    }

    [Fact, Trait("FieldPain", "8")]
    public async Task Pain_8_deadlines_are_kept_while_answers_are_lost_or_late()
    {
        const int RequestsEach = 300;
        using ScriptedEngineHost engine = new(new ScriptedEngine
        {
            Grant = CgrDuration.FromSeconds(long.MaxValue),
            Faults = new EngineFaults(1)
                .Add(30, _ => ScriptedAnswer.Silence)
                .Add(30, _ => ScriptedAnswer.Late(TimeSpan.FromMilliseconds(350))),
        });
        EngineClientOptions options = new()
        {
            Engines = [engine.Address],
            SafeTimeout = TimeSpan.FromMilliseconds(300),
            CommandTimeout = TimeSpan.FromMilliseconds(300),
        };
        await using EngineClientHost client = EngineClientHost.Start(options, new EmptyAnswers());
        await client.WaitAvailableAsync(Stop);
        using Heartbeat heartbeat = new();
        StressLoad load = new(client, options, Threads, RequestsEach);
        await load.RunAsync(Stop);
        TimeSpan stall = heartbeat.LongestStall;
        int exceeded = load.Statuses.Count(status => status == RpcStatus.DeadlineExceeded);
        output.WriteLine($"{exceeded} deadlines passed; told {load.Latest.TotalMilliseconds:0} ms late at most, the machine stalled up to {stall.TotalMilliseconds:0} ms");
        Assert.All(load.Outcomes, outcomes => Assert.Equal(1, outcomes));
        Assert.Equal(0, load.ForeignReplies);
        Assert.InRange(exceeded, Threads * RequestsEach * 4 / 100, Threads * RequestsEach / 10);
        Assert.InRange(load.Latest, TimeSpan.Zero, TimeSpan.FromMilliseconds(50) + (2 * stall));
        Assert.InRange(client.Statistics[0].LateReplies, 1, exceeded);
        Assert.Equal(0, client.Statistics[0].UnknownReplies);
    }

    [Fact, Trait("FieldPain", "12")]
    public async Task Pain_12_a_burst_of_900_calls_is_charged_call_by_call()
    {
        const int Calls = 900;
        using ScriptedEngineHost engine = new(new ScriptedEngine { Grant = CgrDuration.FromSeconds(long.MaxValue) });
        await using EngineClientHost client = EngineClientHost.Start(new EngineClientOptions { Engines = [engine.Address] }, new EmptyAnswers());
        await client.WaitAvailableAsync(Stop);
        await Task.WhenAll(Enumerable.Range(1, Calls).Select(call => Task.Run(() => CallAsync($"call-{call}", CgrDuration.FromSeconds(call)), Stop)));
        Assert.Equal(Calls, engine.Invoke(it => it.Cdrs.Count));
        Assert.All(Enumerable.Range(1, Calls), call => Assert.Equal(CgrDuration.FromSeconds(call), engine.Invoke(it => it.Charged($"call-{call}"))));

        async Task CallAsync(string originId, CgrDuration usage)
        {
            Assert.Equal(usage, (await client.SendAsync<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { OriginId = originId, Usage = usage }, default, Stop)).Reply.MaxUsage);
            Assert.Equal(usage, (await client.SendAsync<InitiateSession, InitiateReply>(new InitiateSession { OriginId = originId, Usage = usage }, default, Stop)).Reply.MaxUsage);
            Assert.True((await client.SendAsync<TerminateSession, OkReply>(new TerminateSession { OriginId = originId, Usage = usage }, default, Stop)).IsOk);
            Assert.True((await client.SendAsync<ProcessCdr, OkReply>(new ProcessCdr { OriginId = originId, Usage = usage }, default, Stop)).IsOk);
        }
    }

    [Fact, Trait("FieldPain", "13")]
    public async Task Pain_13_an_engine_that_stops_reading_freezes_nobody()
    {
        // So many bytes that they fill the kernel's buffers, and what is beyond them waits in the client.
        const int Calls = 3000;
        string largeId = new('x', 4000);
        using ScriptedEngineHost frozen = new(), healthy = new();
        EngineClientOptions options = new()
        {
            Engines = [frozen.Address, healthy.Address],
            // Long enough for the healthy engine to work off all of them, however busy the machine is.
            SafeAttemptTimeout = TimeSpan.FromSeconds(1),
            SafeTimeout = TimeSpan.FromSeconds(30),
        };
        await using EngineClientHost client = EngineClientHost.Start(options);
        await UntilAsync(() => client.Statistics.All(engine => engine.State == EngineState.Up));
        using ManualResetEventSlim thaw = new();
        TaskCompletionSource isFrozen = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task freeze = Task.Run(() => frozen.Invoke(_ => Freeze()), Stop);
        await isFrozen.Task;
        try
        {
            RpcOutcome<AuthorizeReply>[] outcomes = await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ =>
                client.SendAsync<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { OriginId = largeId }, default, Stop).AsTask()));
            Assert.All(outcomes, outcome => Assert.Equal((RpcStatus.Ok, 1), (outcome.Status, outcome.Engine)));
        }
        finally
        {
            thaw.Set();
            await freeze;
        }

        void Freeze()
        {
            isFrozen.SetResult();
            thaw.Wait(Stop);
        }
    }

    [Fact, Trait("FieldPain", "8")]
    public async Task Pain_8_an_engine_that_falls_silent_costs_five_calls_and_then_nothing()
    {
        const int PeriodMs = 10;
        const int CallsEach = 100;
        using ScriptedEngineHost first = new(), second = new();
        EngineClientOptions options = new() { Engines = [first.Address, second.Address] };
        await using EngineClientHost client = EngineClientHost.Start(options);
        await UntilAsync(() => client.Statistics.All(engine => engine.State == EngineState.Up));
        using Heartbeat heartbeat = new();
        TimeSpan[] before = await CallAsync();
        first.Invoke(engine => engine.IsSilent = true);
        TimeSpan[] during = await CallAsync();
        TimeSpan[] after = await CallAsync();
        TimeSpan stall = heartbeat.LongestStall;
        output.WriteLine($"p99 {P99(before).TotalMilliseconds:0.0} ms before, {P99(after).TotalMilliseconds:0.0} ms after; "
            + $"{during.Count(IsSlow)} slow calls; the machine stalled up to {stall.TotalMilliseconds:0} ms");

        // While the machine stalls, calls that are to be sent on wait too.
        Assert.InRange(during.Count(IsSlow), 1, 5 + (int)(2 * stall.TotalMilliseconds / PeriodMs));
        Assert.InRange(P99(after), TimeSpan.Zero, (2 * P99(before)) + (2 * stall));
        Assert.NotEqual(EngineState.Up, client.Statistics[0].State);

        bool IsSlow(TimeSpan latency) => latency > options.SafeAttemptTimeout;

        static TimeSpan P99(TimeSpan[] latencies) => latencies.Order().ElementAt(latencies.Length * 99 / 100);

        async Task<TimeSpan[]> CallAsync()
        {
            using PeriodicTimer tick = new(TimeSpan.FromMilliseconds(PeriodMs));
            List<Task<TimeSpan>> calls = [];
            for (int i = 0; i < CallsEach; i++)
            {
                await tick.WaitForNextTickAsync(Stop);
                calls.Add(AuthorizeAsync());
            }

            return await Task.WhenAll(calls);
        }

        async Task<TimeSpan> AuthorizeAsync()
        {
            long start = Stopwatch.GetTimestamp();
            RpcOutcome<AuthorizeReply> outcome = await client.SendAsync<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent(), default, Stop);
            Assert.True(outcome.IsOk);
            return Stopwatch.GetElapsedTime(start);
        }
    }

    [Fact, Trait("FieldPain", "10")]
    public async Task Pain_10_engine_requests_nobody_waits_for_are_answered_amid_the_replies()
    {
        const int Requests = 2000;
        using ScriptedEngineHost engine = new(new ScriptedEngine { Faults = new EngineFaults(1).Add(1000, _ => ScriptedAnswer.WithRequestBehind) });
        EngineClientOptions options = new() { Engines = [engine.Address] };
        await using EngineClientHost client = EngineClientHost.Start(options, new EmptyAnswers());
        await client.WaitAvailableAsync(Stop);
        StressLoad load = new(client, options, Threads, Requests / Threads);
        await load.RunAsync(Stop);
        Assert.All(load.Statuses, status => Assert.Equal(RpcStatus.Ok, status));
        await UntilAsync(() => engine.Invoke(it => it.Asked.Waiting == 0));
        Assert.Equal((Requests, 0), engine.Invoke(it => ((int)it.Asked.Answered, (int)it.Asked.Lost)));
    }

    private static ScriptedEngineHost Unreliable(int seed) => new(new ScriptedEngine
    {
        Grant = CgrDuration.FromSeconds(long.MaxValue),
        Faults = EngineFaults.OfEveryKind(seed, perMille: 1, longestDelay: TimeSpan.FromMilliseconds(600))
            .Add(10, _ => ScriptedAnswer.WithRequestBehind)
            .Add(5, _ => ScriptedAnswer.Silence)
            .Add(5, chance => ScriptedAnswer.Late(TimeSpan.FromMilliseconds(600 * chance.NextDouble()))),
        Latency = EngineLatency.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(2), seed),
    });

    private static async Task ReachAsync(StressLoad load, Task run, int ended) => await UntilAsync(() => load.Ended >= ended || run.IsCompleted);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using PeriodicTimer tick = new(TimeSpan.FromMilliseconds(2));
        while (!condition())
        {
            await tick.WaitForNextTickAsync(Stop);
        }
    }

    private sealed class EmptyAnswers : IEngineRequestHandler
    {
        public void OnRequest(ref EngineRequest request) => request.Reply("[]"u8);
    }
}
