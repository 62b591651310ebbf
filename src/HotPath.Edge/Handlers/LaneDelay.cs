using System.Runtime.CompilerServices;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>A time that handler code waits for; see <see cref="IncomingCall.Delay"/>. To be awaited at once, and once.</summary>
public readonly struct LaneDelay : ICriticalNotifyCompletion
{
    private readonly Source _source;

    private LaneDelay(Source source) => _source = source;

    /// <summary>Used by <c>await</c>.</summary>
    public bool IsCompleted => _source.IsDone;

    /// <summary>Used by <c>await</c>.</summary>
    public LaneDelay GetAwaiter() => this;

    /// <summary>Used by <c>await</c>.</summary>
    public void GetResult() => _source.Return();

    /// <summary>Used by <c>await</c>.</summary>
    public void OnCompleted(Action continuation) => _source.ContinueWith(continuation);

    /// <summary>Used by <c>await</c>.</summary>
    public void UnsafeOnCompleted(Action continuation) => _source.ContinueWith(continuation);

    internal static LaneDelay Start(Lane lane, TimeSpan time) => new(Source.Rent(lane, (long)Math.Max(1, time.TotalMilliseconds)));

    private sealed class Source : LaneSource, ITimerHandler
    {
        [ThreadStatic]
        private static Stack<Source>? t_free;

        public static Source Rent(Lane lane, long delayMs)
        {
            Source source = t_free is { } free && free.TryPop(out Source? pooled) ? pooled : new Source();
            source.Reset();
            source.Lane = lane;
            lane.Timers.Arm(delayMs, source, 0);
            return source;
        }

        public void Return() => (t_free ??= new Stack<Source>()).Push(this);

        void ITimerHandler.OnTimer(int kind, long state) => Complete();
    }
}
