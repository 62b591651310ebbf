namespace HotPath.Sip;

/// <summary>What a request inside a dialog is made of (RFC 3261 §12.2.1.1). Header values are given as they stand in the message.</summary>
public ref struct RequestParts
{
    /// <summary>Required. The method, of which the name is also written into CSeq.</summary>
    public SipMethod Method { get; init; }

    /// <summary>Required. The Request-URI: the remote target, or by strict routing the first route.</summary>
    public ReadOnlySpan<byte> RequestUri { get; init; }

    /// <summary>Required. Our Via value.</summary>
    public ReadOnlySpan<byte> Via { get; init; }

    /// <summary>The route set, values joined by commas; empty for none.</summary>
    public ReadOnlySpan<byte> Routes { get; init; }

    /// <summary>Required. The From value, tag included.</summary>
    public ReadOnlySpan<byte> From { get; init; }

    /// <summary>Required. The To value, tag included.</summary>
    public ReadOnlySpan<byte> To { get; init; }

    /// <summary>Required. The Call-ID.</summary>
    public ReadOnlySpan<byte> CallId { get; init; }

    /// <summary>The number of CSeq.</summary>
    public uint CSeqNumber { get; init; }

    /// <summary>Whole header lines, each with its CRLF.</summary>
    public ReadOnlySpan<byte> ExtraHeaders { get; init; }
}
