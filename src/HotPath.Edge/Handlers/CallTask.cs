using System.Runtime.CompilerServices;

namespace HotPath.Edge;

/// <summary>
/// What a call's handler returns: <c>async CallTask OnInvite(…)</c>. Suspending allocates nothing in steady state, and the code goes on
/// on the lane of its call, whatever it awaits. To be awaited once; may be awaited by other handler code.
/// </summary>
[AsyncMethodBuilder(typeof(CallTaskBuilder))]
public readonly struct CallTask
{
    private readonly CallTaskBox? _box;
    private readonly int _version;
    private readonly Exception? _fault;

    internal CallTask(CallTaskBox box)
    {
        _box = box;
        _version = box.Version;
    }

    internal CallTask(Exception? fault) => _fault = fault;

    /// <summary>A task that is done: for handlers that never wait, and need not be <c>async</c>.</summary>
    public static CallTask Completed => default;

    /// <summary>Used by <c>await</c>.</summary>
    public Awaiter GetAwaiter() => new(this);

    /// <summary>Used by <c>await</c>.</summary>
    public readonly struct Awaiter : ICriticalNotifyCompletion
    {
        private readonly CallTask _task;

        internal Awaiter(CallTask task) => _task = task;

        /// <summary>The task is done.</summary>
        public bool IsCompleted => _task._box is null || _task._box.IsDone(_task._version);

        /// <summary>Throws what the task failed with.</summary>
        public void GetResult()
        {
            Exception? fault = _task._box is null ? _task._fault : _task._box.TakeResult(_task._version);
            if (fault is not null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
            }
        }

        /// <summary>Has <paramref name="continuation"/> run on the lane when the task is done.</summary>
        public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

        /// <summary>Has <paramref name="continuation"/> run on the lane when the task is done.</summary>
        public void UnsafeOnCompleted(Action continuation)
        {
            if (_task._box is null)
            {
                continuation();
            }
            else
            {
                _task._box.ContinueWith(_task._version, continuation);
            }
        }
    }
}
