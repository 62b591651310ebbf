namespace HotPath.Edge;

/// <summary>
/// What brings code that awaited something else back to its lane: continuations posted from any thread run on the lane's, in order, in its
/// next turn.
/// </summary>
internal sealed class LaneContext : SynchronizationContext
{
    private readonly Lock _lock = new();
    private List<(SendOrPostCallback Callback, object? State)> _posted = [];
    private List<(SendOrPostCallback Callback, object? State)> _running = [];

    /// <summary>Called from any thread when the lane, asleep, should begin a turn.</summary>
    public Action? Wake { get; set; }

    /// <summary>Something waits to be run.</summary>
    public bool HasWork
    {
        get
        {
            lock (_lock)
            {
                return _posted.Count > 0;
            }
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_lock)
        {
            _posted.Add((d, state));
        }

        Wake?.Invoke();
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (Current != this)
        {
            throw new NotSupportedException("Nobody waits for a lane: post to it.");
        }

        d(state);
    }

    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Runs what was posted. On the lane's thread.</summary>
    public void RunPosted()
    {
        if (!HasWork)
        {
            return;
        }

        lock (_lock)
        {
            (_posted, _running) = (_running, _posted);
        }

        try
        {
            foreach ((SendOrPostCallback callback, object? state) in _running)
            {
                Run(callback, state);
            }
        }
        finally
        {
            _running.Clear();
        }
    }

    /// <summary>Runs something as the lane's.</summary>
    public void Run(SendOrPostCallback callback, object? state)
    {
        SynchronizationContext? before = Current;
        if (before == this)
        {
            callback(state);
            return;
        }

        SetSynchronizationContext(this);
        try
        {
            callback(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }
}
