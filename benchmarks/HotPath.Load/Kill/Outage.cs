namespace HotPath.Load;

/// <summary>The time during which a killed process did not serve, milliseconds of Unix time.</summary>
/// <param name="IsEdge">It was the edge; else the engine.</param>
/// <param name="KilledMs">When it was killed.</param>
/// <param name="ServingMs">When it served again.</param>
internal readonly record struct Outage(bool IsEdge, long KilledMs, long ServingMs)
{
    /// <summary>Some of it lies in a time.</summary>
    public bool Overlaps(long fromMs, long toMs) => KilledMs <= toMs && ServingMs >= fromMs;
}
