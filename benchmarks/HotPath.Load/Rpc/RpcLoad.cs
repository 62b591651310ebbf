using System.Diagnostics;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Load;

/// <summary>
/// Keeps a number of requests in flight over a number of connections: every answer is followed by the next request, from the thread
/// that drives the client, as a lane of the edge does it.
/// </summary>
internal sealed class RpcLoad : IReplyHandler<AuthorizeReply>
{
    private readonly EngineProcess _engine;
    private readonly SocketLoop _loop = new();
    private readonly EngineClient _client;
    private readonly int _connections;
    private readonly long[] _sentAt;
    private readonly LatencyHistogram _latencies = new();
    private bool _isSending = true;
    private int _inFlight;
    private long _failed;

    private RpcLoad(EngineProcess engine, int connections, int inFlight)
    {
        _engine = engine;
        _connections = connections;
        var options = new EngineClientOptions { Engines = [engine.Address], MaxConnections = connections, MaxInFlight = inFlight };
        _client = new EngineClient(options, new SocketEngineNetwork(_loop));
        _sentAt = new long[inFlight];
    }

    /// <summary>Measures one configuration, on the calling thread.</summary>
    /// <param name="engine">What answers.</param>
    /// <param name="connections">Connections to it.</param>
    /// <param name="inFlight">Requests under way at any time, over all connections.</param>
    /// <param name="time">How long is measured; a quarter of it is played before, unmeasured.</param>
    /// <exception cref="InvalidOperationException">Requests failed.</exception>
    public static RpcMeasurement Measure(EngineProcess engine, int connections, int inFlight, TimeSpan time) =>
        new RpcLoad(engine, connections, inFlight).Measure(time);

    void IReplyHandler<AuthorizeReply>.OnReply(long state, in RpcOutcome<AuthorizeReply> outcome)
    {
        long now = Stopwatch.GetTimestamp();
        _latencies.Record(now - _sentAt[state]);
        _failed += outcome.IsOk ? 0 : 1;
        if (_isSending)
        {
            Send((int)state, now);
        }
        else
        {
            _inFlight--;
        }
    }

    private RpcMeasurement Measure(TimeSpan time)
    {
        _client.Start();
        RunUntil(() => _client.IsAvailable);
        _inFlight = _sentAt.Length;
        for (int slot = 0; slot < _sentAt.Length; slot++)
        {
            Send(slot, Stopwatch.GetTimestamp());
        }

        RunFor(time / 4);
        _latencies.Clear();
        TimeSpan engineCpu = _engine.CpuTime;
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();

        RunFor(time);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        engineCpu = _engine.CpuTime - engineCpu;
        double requests = _latencies.Count;
        RpcMeasurement measurement = new(
            _connections,
            _sentAt.Length,
            Math.Round(requests / seconds),
            PercentileUs(0.5),
            PercentileUs(0.99),
            PercentileUs(0.999),
            Math.Round(cpu.TotalMicroseconds / requests, 3),
            Math.Round(allocated / requests, 3),
            0)
        {
            EngineCpuUsPerRequest = Math.Round(engineCpu.TotalMicroseconds / requests, 3),
        };

        _isSending = false;
        RunUntil(() => _inFlight == 0);
        _client.Dispose();
        _loop.Dispose();
        return _failed == 0 ? measurement : throw new InvalidOperationException($"{_failed} requests failed.");
    }

    private double PercentileUs(double share) => Math.Round(_latencies.Percentile(share) * 1e6 / Stopwatch.Frequency, 1);

    private void Send(int slot, long now)
    {
        _sentAt[slot] = now;
        _client.Send<AuthorizeEvent, AuthorizeReply>(SampleRequest.Create(), this, slot);
    }

    private void RunFor(TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < time)
        {
            RunOnce();
        }
    }

    private void RunUntil(Func<bool> condition)
    {
        while (!condition())
        {
            RunOnce();
        }
    }

    private void RunOnce()
    {
        long waitMs = _client.Advance();
        _client.Flush();
        _loop.RunOnce((int)waitMs);
    }
}
