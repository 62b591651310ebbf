namespace HotPath.Testing;

/// <summary>A clock that stands until a test moves it: its timestamp and its wall clock apart, so that a step of the wall clock can be played too. No timers.</summary>
public sealed class ManualTimeProvider : TimeProvider
{
    private DateTimeOffset _utcNow;
    private long _elapsedTicks;

    /// <param name="utcNow">What the wall clock shows at first; by default 2026-01-01 00:00:00 UTC.</param>
    public ManualTimeProvider(DateTimeOffset? utcNow = null) => _utcNow = utcNow ?? new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Since the clock was made, as <see cref="GetTimestamp"/> counts it.</summary>
    public TimeSpan Elapsed => new(Volatile.Read(ref _elapsedTicks));

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>Lets time pass, on both clocks.</summary>
    public void Advance(TimeSpan time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        Interlocked.Add(ref _elapsedTicks, time.Ticks);
        _utcNow += time;
    }

    /// <summary>Lets so many milliseconds pass, on both clocks.</summary>
    public void AdvanceMs(long timeMs) => Advance(TimeSpan.FromMilliseconds(timeMs));

    /// <summary>Sets the wall clock, as an administrator or NTP does. No time passes.</summary>
    public void SetUtcNow(DateTimeOffset utcNow) => _utcNow = utcNow;

    /// <inheritdoc/>
    public override long GetTimestamp() => Volatile.Read(ref _elapsedTicks);

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => _utcNow;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException("What is driven by a manual clock asks it for the time; it has no timers.");
}
