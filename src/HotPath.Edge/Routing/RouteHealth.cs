namespace HotPath.Edge;

/// <summary>
/// Which of the configured next hops are left alone for a while: those that said so with a 503 and Retry-After (RFC 3261 §21.5.4), and
/// those that did not answer at all. One lane's; allocates nothing after it was made.
/// </summary>
/// <param name="count">How many next hops there are.</param>
internal sealed class RouteHealth(int count)
{
    /// <summary>The most that can be configured: <see cref="Choose"/> remembers what a call has tried in one word.</summary>
    public const int MostRoutes = 64;

    /// <summary>How long a next hop that did not answer comes last, milliseconds.</summary>
    private const long SilentMs = 30_000;

    /// <summary>No next hop may ask for more than this, seconds.</summary>
    private const uint LongestWaitSeconds = 300;

    private readonly (long UntilMs, bool HasAsked)[] _avoided = new (long, bool)[count];

    /// <summary>The next hop has not answered.</summary>
    public void NoteSilent(int route, long nowMs)
    {
        if (_avoided[route].UntilMs < nowMs + SilentMs)
        {
            _avoided[route] = (nowMs + SilentMs, HasAsked: false);
        }
    }

    /// <summary>The next hop wants no calls for some seconds.</summary>
    public void NoteAsked(int route, long nowMs, uint seconds) =>
        _avoided[route] = (nowMs + (Math.Min(seconds, LongestWaitSeconds) * 1000L), HasAsked: true);

    /// <summary>
    /// The next hop a call tries next: the first in order that is not left alone; if there is none, the first that was merely silent.
    /// </summary>
    /// <param name="tried">A bit for each that the call has tried.</param>
    /// <param name="nowMs">The lane's clock.</param>
    /// <param name="evenAsked">If there is nothing better, also the first of those that asked to be left alone.</param>
    /// <returns>Its index; -1 if none is left.</returns>
    public int Choose(ulong tried, long nowMs, bool evenAsked = false)
    {
        int silent = -1;
        int asked = -1;
        for (int route = 0; route < _avoided.Length; route++)
        {
            if ((tried & (1UL << route)) != 0)
            {
                continue;
            }

            if (_avoided[route].UntilMs <= nowMs)
            {
                return route;
            }

            ref int second = ref _avoided[route].HasAsked ? ref asked : ref silent;
            second = second < 0 ? route : second;
        }

        return silent < 0 && evenAsked ? asked : silent;
    }

    /// <summary>When one of those that asked to be left alone is to be tried again: whole seconds, at least 1.</summary>
    public uint GetRetryAfterSeconds(long nowMs)
    {
        long soonest = long.MaxValue;
        foreach ((long untilMs, _) in _avoided)
        {
            soonest = Math.Min(soonest, untilMs);
        }

        return (uint)Math.Max(1, (soonest - nowMs + 999) / 1000);
    }
}
