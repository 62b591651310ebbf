namespace HotPath.Sip;

/// <summary>One value of Warning (RFC 3261 §20.43).</summary>
public readonly ref struct SipWarning
{
    /// <summary>100…999; SIP's own are 300…399.</summary>
    public int Code { get; private init; }

    /// <summary>Who warns: a host, or a name for it.</summary>
    public ReadOnlySpan<byte> Agent { get; private init; }

    /// <summary>The text without its quotes, escapes kept.</summary>
    public ReadOnlySpan<byte> Text { get; private init; }

    /// <summary>Takes one value apart. False, and an empty view, if it is malformed. Allocates nothing.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipWarning warning)
    {
        warning = default;
        value = SipText.Trim(value);
        if (value.Length < 4 || !SipText.IsWhiteSpace(value[3]) || !SipText.TryParseNumber(value[..3], out uint code) || code < 100) return false;

        ReadOnlySpan<byte> rest = SipText.Trim(value[3..]);
        int blank = rest.IndexOfAny(SipText.WhiteSpace);
        if (blank < 0) return false;

        ReadOnlySpan<byte> text = SipText.Trim(rest[blank..]);
        if (text is not [(byte)'"', ..] || SipText.SkipQuotedString(text, 0) != text.Length) return false;

        warning = new SipWarning { Code = (int)code, Agent = rest[..blank], Text = SipText.Unquote(text) };
        return true;
    }
}
