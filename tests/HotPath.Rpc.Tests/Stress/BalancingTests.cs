using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: balancing gives every healthy engine its fair share within a tenth, over ten thousand requests, whatever the others do.</summary>
public sealed class BalancingTests : IReplyHandler<AuthorizeReply>
{
    private const int Requests = 10_000;

    private readonly ManualTimeProvider _time = new();
    private readonly InMemoryNetwork _network = new();
    private int _ok;

    [Theory]
    [InlineData(2, 0, 0, 1)]
    [InlineData(3, 0, 0, 2)]
    [InlineData(5, 0, 0, 3)]
    [InlineData(3, 1, 0, 4)]
    [InlineData(4, 0, 1, 5)]
    [InlineData(5, 2, 1, 6)]
    public void Healthy_engines_share_alike(int engineCount, int silentCount, int deadCount, int seed)
    {
        ScriptedEngine[] engines = [.. Enumerable.Range(0, engineCount).Select(index => new ScriptedEngine(_time)
        {
            IsRecording = false,
            IsSilent = index < silentCount,
            Latency = EngineLatency.Exponential(TimeSpan.FromMilliseconds(5), seed + index),
        })];
        EngineAddress[] addresses = [.. engines.Select((_, index) => new EngineAddress($"e{index}.example", 2014))];
        for (int i = 0; i < engineCount - deadCount; i++)
        {
            _network.Listen(addresses[i], engines[i].Accept);
        }

        using EngineClient client = new(
            new EngineClientOptions { Engines = addresses, Order = OrderPolicy.Balanced }, _network, _time, random: new Random(seed));
        client.Start();
        Turns.Settle(client, _network, engines);
        for (int sent = 0; sent < Requests; sent += 2)
        {
            client.Send<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent(), this, 0);
            client.Send<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent(), this, 0);
            Turns.Settle(client, _network, engines);
            _time.AdvanceMs(1);
        }

        for (int waitedMs = 0; waitedMs < 2000 && _ok < Requests; waitedMs++)
        {
            Turns.Settle(client, _network, engines);
            _time.AdvanceMs(1);
        }

        Assert.Equal(Requests, _ok);
        double share = Requests / (double)(engineCount - silentCount - deadCount);
        Assert.All(engines[silentCount..(engineCount - deadCount)], engine => Assert.InRange(engine.RequestCount, 0.9 * share, 1.1 * share));
    }

    void IReplyHandler<AuthorizeReply>.OnReply(long state, in RpcOutcome<AuthorizeReply> outcome) => _ok += outcome.IsOk ? 1 : 0;
}
