namespace HotPath.Rpc;

/// <summary>Counts failed tries in a row, and so knows how long to wait before the next (<see cref="ProbePolicy"/>).</summary>
internal sealed class RetryBackoff(ProbePolicy policy, Random random)
{
    private int _failures;

    /// <summary>No try has failed since the engine last proved that it works.</summary>
    public bool IsFresh => _failures == 0;

    /// <summary>The engine works.</summary>
    public void Succeeded() => _failures = 0;

    /// <summary>A try failed: the pause before the next, in milliseconds.</summary>
    public long Failed() => policy.PauseMs(++_failures, random.NextDouble());
}
