using System.Runtime.CompilerServices;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Edge;

/// <summary>An engine's answer that handler code waits for; see <see cref="IncomingCall.Send"/>. To be awaited at once, and once.</summary>
/// <typeparam name="TReply">The command's reply.</typeparam>
public readonly struct LaneReply<TReply> : ICriticalNotifyCompletion
    where TReply : struct, ICgrReply<TReply>
{
    private readonly Source _source;

    private LaneReply(Source source) => _source = source;

    /// <summary>Used by <c>await</c>.</summary>
    public bool IsCompleted => _source.IsDone;

    /// <summary>Used by <c>await</c>.</summary>
    public LaneReply<TReply> GetAwaiter() => this;

    /// <summary>Used by <c>await</c>: how the request ended.</summary>
    public RpcOutcome<TReply> GetResult() => _source.TakeOutcome();

    /// <summary>Used by <c>await</c>.</summary>
    public void OnCompleted(Action continuation) => _source.ContinueWith(continuation);

    /// <summary>Used by <c>await</c>.</summary>
    public void UnsafeOnCompleted(Action continuation) => _source.ContinueWith(continuation);

    internal static LaneReply<TReply> Start<TCommand>(Lane lane, scoped in TCommand command, RpcRequestOptions options)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
    {
        Source source = Source.Rent(lane);
        lane.Engines.Send<TCommand, TReply>(command, source, 0, options);
        return new LaneReply<TReply>(source);
    }

    private sealed class Source : LaneSource, IReplyHandler<TReply>
    {
        [ThreadStatic]
        private static Stack<Source>? t_free;

        private RpcOutcome<TReply> _outcome;

        public static Source Rent(Lane lane)
        {
            Source source = t_free is { } free && free.TryPop(out Source? pooled) ? pooled : new Source();
            source.Reset();
            source.Lane = lane;
            return source;
        }

        public RpcOutcome<TReply> TakeOutcome()
        {
            RpcOutcome<TReply> outcome = _outcome;
            _outcome = default;
            (t_free ??= new Stack<Source>()).Push(this);
            return outcome;
        }

        void IReplyHandler<TReply>.OnReply(long state, in RpcOutcome<TReply> outcome)
        {
            _outcome = outcome;
            Complete();
        }
    }
}
