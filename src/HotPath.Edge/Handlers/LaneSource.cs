namespace HotPath.Edge;

/// <summary>Something of a lane that handler code waits for. Pooled; on the lane's thread only.</summary>
internal abstract class LaneSource
{
    private Action? _continuation;

    protected Lane? Lane { get; set; }

    public bool IsDone { get; private set; }

    public void ContinueWith(Action continuation) => _continuation = continuation;

    protected void Reset()
    {
        IsDone = false;
        _continuation = null;
    }

    protected void Complete()
    {
        IsDone = true;
        if (_continuation is { } continuation)
        {
            Lane!.Context.Run(static state => ((Action)state!)(), continuation);
        }
    }
}
