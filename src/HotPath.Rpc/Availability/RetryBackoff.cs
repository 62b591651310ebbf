namespace HotPath.Rpc;

/// <summary>
/// How long to wait before an engine is tried again. The first try after a loss is at once; then the pause doubles from
/// <see cref="EngineClientOptions.FirstRetry"/> up to <see cref="EngineClientOptions.RetryTimeout"/>. A pause is shortened by up to a fifth
/// at random, so that many clients do not come back at the same moment.
/// </summary>
internal sealed class RetryBackoff(EngineClientOptions options, Random random)
{
    private const double Jitter = 0.2;

    private int _failures;

    /// <summary>No try has failed since the engine last proved that it works.</summary>
    public bool IsFresh => _failures == 0;

    /// <summary>The engine works.</summary>
    public void Succeeded() => _failures = 0;

    /// <summary>A try failed: the pause before the next, in milliseconds.</summary>
    public long Failed()
    {
        _failures++;
        double pauseMs = options.FirstRetry.TotalMilliseconds * Math.Pow(2, Math.Min(_failures - 1, 32));
        return (long)(Math.Min(pauseMs, options.RetryTimeout.TotalMilliseconds) * (1 - Jitter * random.NextDouble()));
    }
}
