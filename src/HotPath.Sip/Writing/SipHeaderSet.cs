namespace HotPath.Sip;

/// <summary>A set of known header fields, as one word.</summary>
public readonly struct SipHeaderSet
{
    private readonly ulong _bits;

    /// <summary>The set of those.</summary>
    public SipHeaderSet(params ReadOnlySpan<SipHeaderId> ids)
    {
        foreach (SipHeaderId id in ids)
        {
            _bits |= 1UL << (int)id;
        }
    }

    /// <summary>Whether the header field is in the set.</summary>
    public bool Contains(SipHeaderId id) => (_bits & (1UL << (int)id)) != 0;
}
