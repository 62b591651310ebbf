using System.Threading.Tasks.Sources;
using HotPath.Commands;
using Microsoft.Extensions.ObjectPool;

namespace HotPath.Rpc;

/// <summary>
/// What an awaited request is awaited through: a pooled handler that completes a <see cref="ValueTask{TResult}"/>, once, be it with the outcome or the caller's
/// cancellation. It goes back to the pool when the outcome has come and the result has been fetched.
/// </summary>
internal sealed class ReplySource<TReply> : IReplyHandler<TReply>, IValueTaskSource<RpcOutcome<TReply>>
    where TReply : struct, ICgrReply<TReply>
{
    private const int Completed = 1;
    private const int Replied = 2;
    private const int Fetched = 4;

    private static readonly ObjectPool<ReplySource<TReply>> s_pool =
        new DefaultObjectPool<ReplySource<TReply>>(new DefaultPooledObjectPolicy<ReplySource<TReply>>(), EngineClient.MaxPooled);

    private static readonly Action<object?> s_cancel = static source => ((ReplySource<TReply>)source!).Cancel();

    private ManualResetValueTaskSourceCore<RpcOutcome<TReply>> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private EngineClient? _client;
    private Cancellation _cancellation;
    private int _progress;

    /// <summary>To be awaited once.</summary>
    public ValueTask<RpcOutcome<TReply>> Task => new(this, _core.Version);

    public static ReplySource<TReply> Rent() => s_pool.Get();

    /// <summary>Lets the caller give up. Call it once the request is on its way.</summary>
    public void CancelWith(EngineClient client, Cancellation cancellation, CancellationToken cancellationToken)
    {
        if (cancellationToken.CanBeCanceled)
        {
            _client = client;
            _cancellation = cancellation;
            _registration = cancellationToken.UnsafeRegister(s_cancel, this);
        }
    }

    void IReplyHandler<TReply>.OnReply(long state, in RpcOutcome<TReply> outcome)
    {
        Complete(outcome);
        Reach(Replied);
    }

    RpcOutcome<TReply> IValueTaskSource<RpcOutcome<TReply>>.GetResult(short token)
    {
        RpcOutcome<TReply> outcome = _core.GetResult(token);

        // After this no cancellation can come late and meet the next user of this object.
        _registration.Dispose();
        Reach(Fetched);
        return outcome;
    }

    ValueTaskSourceStatus IValueTaskSource<RpcOutcome<TReply>>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<RpcOutcome<TReply>>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>The caller waits no more; the request is given up as soon as the client's thread gets to it.</summary>
    private void Cancel()
    {
        EngineClient client = _client!;
        Cancellation cancellation = _cancellation;
        if (Complete(new RpcOutcome<TReply>(RpcStatus.Canceled, default, null, -1)))
        {
            client.Cancel(cancellation);
        }
    }

    private bool Complete(in RpcOutcome<TReply> outcome)
    {
        bool isFirst = (Interlocked.Or(ref _progress, Completed) & Completed) == 0;
        if (isFirst)
        {
            _core.SetResult(outcome);
        }

        return isFirst;
    }

    private void Reach(int point)
    {
        if ((Interlocked.Or(ref _progress, point) | point) == (Completed | Replied | Fetched))
        {
            _registration = default;
            _client = null;
            _cancellation = default;
            _core.Reset();
            _progress = 0;
            s_pool.Return(this);
        }
    }
}
