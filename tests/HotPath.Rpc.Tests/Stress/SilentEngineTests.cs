using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>
/// Promise: an engine that takes connections and never answers costs at most five calls more than one authorise deadline per probe period,
/// and the others next to nothing (field pain 8). On a manual clock, so that the figures are exact.
/// </summary>
public sealed class SilentEngineTests : IReplyHandler<AuthorizeReply>
{
    private const int LatencyMs = 5;
    private const int CallsPerSecond = 200;
    private const int Seconds = 120;
    private const int MostSlowCalls = 5;

    private static readonly EngineAddress[] s_addresses = [new("a.example", 2014), new("b.example", 2014)];

    private readonly ManualTimeProvider _time = new();
    private readonly List<long> _latenciesMs = [];
    private readonly List<RpcStatus> _failures = [];

    [Theory, Trait("FieldPain", "8")]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void Pain_8_one_of_two_engines_that_falls_silent_costs_five_calls(int silent, bool isBalanced)
    {
        InMemoryNetwork network = new();
        ScriptedEngine[] engines = [.. s_addresses.Select(_ => new ScriptedEngine(_time)
        {
            IsRecording = false,
            Latency = EngineLatency.Fixed(TimeSpan.FromMilliseconds(LatencyMs)),
        })];
        network.Listen(s_addresses[0], engines[0].Accept);
        network.Listen(s_addresses[1], engines[1].Accept);
        EngineClientOptions options = new() { Engines = s_addresses, Order = isBalanced ? OrderPolicy.Balanced : OrderPolicy.Failover };
        using EngineClient client = new(options, network, _time, random: new Random(1));
        client.Start();
        Turns.Settle(client, network, engines);
        engines[silent].IsSilent = true;
        for (int nowMs = 0; nowMs < Seconds * 1000; nowMs++)
        {
            if (nowMs % (1000 / CallsPerSecond) == 0)
            {
                client.Send<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { GetMaxUsage = true }, this, nowMs);
            }

            Turns.Settle(client, network, engines);
            _time.AdvanceMs(1);
        }

        long[] inOrder = [.. _latenciesMs.Order()];
        Assert.Empty(_failures);

        // A deadline is kept by the tick of the wheel; of two minutes that hold two probe periods and more, at most one has slow calls.
        Assert.InRange(inOrder.Count(latency => latency > options.SafeAttemptTimeout.TotalMilliseconds), 0, MostSlowCalls);
        long[] others = inOrder[..^MostSlowCalls];
        Assert.InRange(others[others.Length * 99 / 100], LatencyMs, 2 * LatencyMs);
    }

    void IReplyHandler<AuthorizeReply>.OnReply(long state, in RpcOutcome<AuthorizeReply> outcome)
    {
        _latenciesMs.Add((long)_time.Elapsed.TotalMilliseconds - state);
        if (!outcome.IsOk)
        {
            _failures.Add(outcome.Status);
        }
    }
}
