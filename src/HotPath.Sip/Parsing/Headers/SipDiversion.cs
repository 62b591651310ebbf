namespace HotPath.Sip;

/// <summary>One value of Diversion: who diverted the call, and why (RFC 5806 §4).</summary>
public readonly ref struct SipDiversion
{
    /// <summary>Who diverted.</summary>
    public SipNameAddr Address { get; private init; }

    /// <summary>Why, as written, quotes removed: <c>unconditional</c>, <c>user-busy</c>, <c>no-answer</c>…; empty if not said.</summary>
    public ReadOnlySpan<byte> Reason { get; private init; }

    /// <summary>How many diversions this value stands for, 1…99. 1 if not said, or not with a number.</summary>
    public int Counter { get; private init; }

    /// <summary>Takes one value apart. False, and an empty view, if its address is malformed. Allocates nothing.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipDiversion diversion)
    {
        diversion = default;
        if (!SipNameAddr.TryParse(value, out SipNameAddr address)) return false;

        address.TryGetParameter("reason"u8, out ReadOnlySpan<byte> reason);
        bool isCounted = address.TryGetParameter("counter"u8, out ReadOnlySpan<byte> digits)
            & SipText.TryParseNumber(digits, out uint counter) & counter is >= 1 and <= 99;
        diversion = new SipDiversion { Address = address, Reason = SipText.Unquote(reason), Counter = isCounted ? (int)counter : 1 };
        return true;
    }
}
