namespace HotPath.Edge;

/// <summary>
/// Tells a lane that has more to do than it can from one that was held up for a moment: what arrives has waited too long, and goes on
/// doing so for as long again. What a pause has let wait is worked off at once, and what comes after it does not wait (RFC 8289 §3).
/// </summary>
/// <param name="longestWait">How long something may wait.</param>
internal sealed class StandingQueue(TimeSpan longestWait)
{
    private long _lateSinceMs;
    private long _lateUntilMs = long.MinValue;

    /// <summary>To be asked with each new request, in the order in which they arrived.</summary>
    /// <param name="wait">How long it has waited.</param>
    /// <param name="nowMs">A monotonic clock.</param>
    public bool IsStanding(TimeSpan wait, long nowMs)
    {
        if (wait <= longestWait)
        {
            _lateUntilMs = long.MinValue;
            return false;
        }

        if (nowMs - (long)wait.TotalMilliseconds > _lateUntilMs)
        {
            // When it arrived, what was late before had been worked off.
            _lateSinceMs = nowMs;
        }

        _lateUntilMs = nowMs;
        return nowMs - _lateSinceMs >= (long)longestWait.TotalMilliseconds;
    }
}
