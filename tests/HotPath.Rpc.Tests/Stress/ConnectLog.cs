namespace HotPath.Rpc.Tests;

/// <summary>A network that remembers when each engine was connected to. Read it when the client has stopped, or on its thread.</summary>
internal sealed class ConnectLog(IEngineNetwork network, TimeProvider time) : IEngineNetwork
{
    private readonly List<(EngineAddress Address, long Timestamp)> _connects = [];

    public IEngineLink Open(EngineAddress address, IEngineLinkHandler handler)
    {
        _connects.Add((address, time.GetTimestamp()));
        return network.Open(address, handler);
    }

    /// <summary>The shortest time between two connects to an engine; the longest there is, if it was connected to once.</summary>
    public TimeSpan ShortestPause(EngineAddress address)
    {
        long[] times = [.. _connects.Where(connect => connect.Address == address).Select(connect => connect.Timestamp)];
        return times.Zip(times.Skip(1), time.GetElapsedTime).DefaultIfEmpty(TimeSpan.MaxValue).Min();
    }
}
