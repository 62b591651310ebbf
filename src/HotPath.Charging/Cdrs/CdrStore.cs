namespace HotPath.Charging;

/// <summary>The CDRs, in memory, in the order of writing. Bounded: the oldest are forgotten.</summary>
internal sealed class CdrStore(int maxCdrs)
{
    private readonly Queue<CallDetailRecord> _cdrs = [];
    private long _lastOrderId;

    public IEnumerable<CallDetailRecord> All => _cdrs;

    /// <summary>The number for the next CDR.</summary>
    public long NextOrderId() => ++_lastOrderId;

    public void Add(CallDetailRecord cdr)
    {
        if (_cdrs.Count >= maxCdrs)
        {
            _cdrs.Dequeue();
        }

        _cdrs.Enqueue(cdr);
    }
}
