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

    private SipHeaderSet(ulong bits) => _bits = bits;

    /// <summary>Whether the header field is in the set.</summary>
    public bool Contains(SipHeaderId id) => (_bits & (1UL << (int)id)) != 0;

    /// <summary>This set and one more.</summary>
    internal SipHeaderSet With(SipHeaderId id) => new(_bits | (1UL << (int)id));

    /// <summary>This set and one less.</summary>
    internal SipHeaderSet Without(SipHeaderId id) => new(_bits & ~(1UL << (int)id));
}
