namespace HotPath.Sip;

/// <summary>One value of Reason: why a request was sent, as another protocol says it (RFC 3326 §2).</summary>
public readonly ref struct SipReason
{
    /// <summary><see cref="Cause"/> where there is none.</summary>
    public const int NoCause = -1;

    /// <summary><c>SIP</c>, <c>Q.850</c>, or any other token. Compares without case.</summary>
    public ReadOnlySpan<byte> Protocol { get; private init; }

    /// <summary>The first <c>cause</c>, 0…2³¹−1, a SIP status or a Q.850 cause; <see cref="NoCause"/> if that is absent or no number.</summary>
    public int Cause { get; private init; }

    /// <summary>The first <c>text</c> without its quotes, escapes kept; empty if absent.</summary>
    public ReadOnlySpan<byte> Text { get; private init; }

    /// <summary>The cause is one of ISDN's (ITU-T Q.850).</summary>
    public bool IsQ850 => SipText.EqualsIgnoreCase(Protocol, "Q.850"u8);

    /// <summary>
    /// Takes one value apart. False, and an empty view, if no protocol begins it. What follows a malformed parameter, such as a text with
    /// blanks and without quotes, is not read, and costs nothing of what was. Allocates nothing.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipReason reason)
    {
        reason = default;
        value = SipText.Trim(value);
        int length = SipText.TokenLength(value, 0);
        ReadOnlySpan<byte> parameters = SipText.Trim(value[length..]);
        if (length == 0 || parameters is not ([] or [(byte)';', ..])) return false;

        bool hasCause = SipParameterReader.TryGet(parameters, "cause"u8, out ReadOnlySpan<byte> digits);
        bool isNumber = SipText.TryParseNumber(digits, out uint cause) && cause <= int.MaxValue;
        SipParameterReader.TryGet(parameters, "text"u8, out ReadOnlySpan<byte> text);
        reason = new SipReason
        {
            Protocol = value[..length],
            Cause = hasCause && isNumber ? (int)cause : NoCause,
            Text = SipText.Unquote(text),
        };
        return true;
    }
}
