using System.Text;
using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>The engine's unit of usage, for voice; messages and bytes are counted in the same integers.</summary>
internal static class Nanoseconds
{
    public const long PerSecond = 1_000_000_000;

    private const long PerTick = 100;

    /// <summary>The instant so long after another. Below 100 ns nothing is told apart.</summary>
    public static DateTime After(DateTime instant, long nanoseconds) =>
        nanoseconds / PerTick <= DateTime.MaxValue.Ticks - instant.Ticks ? instant.AddTicks(nanoseconds / PerTick) : DateTime.MaxValue;

    /// <summary>Reads <c>60s</c> or <c>1m30s</c>; a number without a unit counts nanoseconds, messages or bytes.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long nanoseconds)
    {
        Span<byte> utf8 = stackalloc byte[64];
        CgrDuration duration = default;
        bool isDuration = Encoding.UTF8.TryGetBytes(text, utf8, out int length) && DurationText.TryParse(utf8[..length], 0, out duration);
        nanoseconds = duration.Nanoseconds;
        return isDuration;
    }

    /// <summary>How long <paramref name="end"/> is after <paramref name="start"/>; at most 292 years.</summary>
    public static long Between(DateTime start, DateTime end)
    {
        long ticks = end.Ticks - start.Ticks;
        return ticks > long.MaxValue / PerTick ? long.MaxValue : ticks < long.MinValue / PerTick ? long.MinValue : ticks * PerTick;
    }
}
