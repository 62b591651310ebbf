namespace HotPath.Charging;

/// <summary>The engine's unit of usage, for voice; messages and bytes are counted in the same integers.</summary>
internal static class Nanoseconds
{
    public const long PerSecond = 1_000_000_000;

    private const long PerTick = 100;

    /// <summary>The instant so long after another. Below 100 ns nothing is told apart.</summary>
    public static DateTime After(DateTime instant, long nanoseconds) =>
        nanoseconds / PerTick <= DateTime.MaxValue.Ticks - instant.Ticks ? instant.AddTicks(nanoseconds / PerTick) : DateTime.MaxValue;

    /// <summary>How long <paramref name="end"/> is after <paramref name="start"/>; at most 292 years.</summary>
    public static long Between(DateTime start, DateTime end)
    {
        long ticks = end.Ticks - start.Ticks;
        return ticks > long.MaxValue / PerTick ? long.MaxValue : ticks < long.MinValue / PerTick ? long.MinValue : ticks * PerTick;
    }
}
