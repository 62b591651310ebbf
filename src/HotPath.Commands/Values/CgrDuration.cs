using System.Globalization;

namespace HotPath.Commands;

/// <summary>
/// A length of time as CGRateS counts it: whole nanoseconds in 64 bits. <c>-1</c> ns stands for "no limit" in replies.
/// Wider than <see cref="TimeSpan"/> in resolution, because the engine also counts messages and bytes in this unit.
/// </summary>
/// <param name="Nanoseconds">Nanoseconds; negative only as <see cref="Unlimited"/>.</param>
public readonly record struct CgrDuration(long Nanoseconds) : IComparable<CgrDuration>
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>No limit, as the engine writes it.</summary>
    public static readonly CgrDuration Unlimited = new(-1);

    /// <summary>Nothing.</summary>
    public static readonly CgrDuration Zero;

    /// <summary>The value says "no limit".</summary>
    public bool IsUnlimited => Nanoseconds == -1;

    /// <summary>Whole seconds, rounded down.</summary>
    public long WholeSeconds => Nanoseconds / NanosecondsPerSecond;

    /// <summary>So many seconds, saturating at 64 bits.</summary>
    public static CgrDuration FromSeconds(long seconds) =>
        new(seconds > long.MaxValue / NanosecondsPerSecond ? long.MaxValue : Math.Max(seconds, long.MinValue / NanosecondsPerSecond) * NanosecondsPerSecond);

    /// <summary>The same length; exact, saturating at 64 bits of nanoseconds (292 years).</summary>
    public static CgrDuration FromTimeSpan(TimeSpan value) =>
        new(value.Ticks > long.MaxValue / 100 ? long.MaxValue : value.Ticks < long.MinValue / 100 ? long.MinValue : value.Ticks * 100);

    /// <summary>The same length, rounded down to 100 ns.</summary>
    public TimeSpan ToTimeSpan() => new(Nanoseconds / 100);

    /// <inheritdoc/>
    public int CompareTo(CgrDuration other) => Nanoseconds.CompareTo(other.Nanoseconds);

    /// <summary>Seconds with their fraction and the unit, <c>12.5s</c>.</summary>
    public override string ToString() =>
        IsUnlimited ? "unlimited" : string.Create(CultureInfo.InvariantCulture, $"{Nanoseconds / (decimal)NanosecondsPerSecond:0.#########}s");

    /// <summary>The same length.</summary>
    public static implicit operator CgrDuration(TimeSpan value) => FromTimeSpan(value);
}
