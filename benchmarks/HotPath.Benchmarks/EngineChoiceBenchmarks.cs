using BenchmarkDotNet.Attributes;
using HotPath.Commands;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Benchmarks;

/// <summary>
/// What does it cost to choose the engine for a request, all of them up? The yardstick is what choosing would cost at least if it took a lock, and
/// nobody else wanted it.
/// </summary>
[MemoryDiagnoser]
public class EngineChoiceBenchmarks
{
    private readonly Lock _lock = new();
    private EngineClient _failover = null!;
    private EngineClient _balanced = null!;
    private PendingRequest _request = null!;
    private int _chosen;

    /// <summary>Engines in the list.</summary>
    [Params(2, 8)]
    public int Engines { get; set; }

    [GlobalSetup]
    public void Connect()
    {
        _failover = Connect(OrderPolicy.Failover);
        _balanced = Connect(OrderPolicy.Balanced);
        _request = PendingRequest<Ping, PongReply>.Rent(default, CgrDialect.Current, default, null!, 0);
        if (Failover() != 0)
        {
            throw new InvalidOperationException("Failover does not choose the first engine.");
        }
    }

    [Benchmark]
    public int Failover() => _failover.Choose(_request)!.Index;

    [Benchmark]
    public int Balanced() => _balanced.Choose(_request)!.Index;

    [Benchmark(Baseline = true)]
    public int LockAlone()
    {
        lock (_lock)
        {
            return _chosen++;
        }
    }

    private EngineClient Connect(OrderPolicy order)
    {
        InMemoryNetwork network = new();
        EngineAddress[] addresses = [.. Enumerable.Range(0, Engines).Select(i => new EngineAddress($"engine{i}.example", EngineAddress.DefaultPort))];
        ScriptedEngine engine = new();
        foreach (EngineAddress address in addresses)
        {
            network.Listen(address, engine.Accept);
        }

        EngineClient client = new(new EngineClientOptions { Engines = addresses, Order = order }, network);
        client.Start();
        while (network.Pump())
        {
            client.Advance();
            client.Flush();
        }

        return client;
    }
}
