namespace HotPath.Sip;

/// <summary>RAck: which reliable provisional response a PRACK acknowledges (RFC 3262 §7.2).</summary>
public readonly ref struct SipRAck
{
    /// <summary>The RSeq of the response.</summary>
    public uint ResponseNumber { get; private init; }

    /// <summary>The number of the response's CSeq, below 2³¹.</summary>
    public uint CSeqNumber { get; private init; }

    /// <summary>The method of the response's CSeq.</summary>
    public SipMethod Method { get; private init; }

    /// <summary>That method as written.</summary>
    public ReadOnlySpan<byte> MethodText { get; private init; }

    /// <summary>Takes a value apart: two numbers and a method. False, and an empty view, if it is malformed. Allocates nothing.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipRAck rack)
    {
        rack = default;
        value = SipText.Trim(value);
        int blank = value.IndexOfAny(SipText.WhiteSpace);
        if (blank < 0 || !SipText.TryParseNumber(value[..blank], out uint response)) return false;
        if (!SipText.TryParseCSeq(value[SipText.SkipWhiteSpace(value, blank)..], out uint number, out SipMethod method, out ReadOnlySpan<byte> text)) return false;

        rack = new SipRAck { ResponseNumber = response, CSeqNumber = number, Method = method, MethodText = text };
        return true;
    }
}
