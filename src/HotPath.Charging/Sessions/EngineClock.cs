namespace HotPath.Charging;

/// <summary>
/// The engine's time: monotonic ticks (100 ns) since it was made, by which everything is timed, and the wall clock, which only
/// stamps. So a step of the wall clock changes no charge.
/// </summary>
internal sealed class EngineClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <summary>Ticks since the start.</summary>
    public long Now => time.GetElapsedTime(_start).Ticks;

    public DateTime UtcNow => time.GetUtcNow().UtcDateTime;

    /// <summary>What the wall clock will say then, if it is not set meanwhile.</summary>
    public DateTime ToUtc(long ticks) => UtcNow.AddTicks(ticks - Now);
}
