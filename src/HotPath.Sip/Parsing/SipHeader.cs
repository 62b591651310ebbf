namespace HotPath.Sip;

/// <summary>One header line of a message, over the message's bytes.</summary>
public readonly ref struct SipHeader
{
    internal SipHeader(SipHeaderId id, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, ReadOnlySpan<byte> line)
    {
        Id = id;
        Name = name;
        Value = value;
        Line = line;
    }

    /// <summary>Which header field this is.</summary>
    public SipHeaderId Id { get; }

    /// <summary>The name as written, long or compact.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>The value without white space around it. Folds inside are kept; every view of this library reads across them.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>The whole line as received, its line break included.</summary>
    public ReadOnlySpan<byte> Line { get; }
}
