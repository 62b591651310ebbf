namespace HotPath.Sip;

/// <summary>
/// Replaces: the dialog that a new one takes the place of (RFC 3891 §6.1). Join names a dialog in the same way (RFC 3911 §7.1). Tags are
/// those of the element the request is sent to.
/// </summary>
public readonly ref struct SipReplaces
{
    /// <summary>The Call-ID of the dialog.</summary>
    public ReadOnlySpan<byte> CallId { get; private init; }

    /// <summary>The receiver's tag.</summary>
    public ReadOnlySpan<byte> ToTag { get; private init; }

    /// <summary>The other side's tag.</summary>
    public ReadOnlySpan<byte> FromTag { get; private init; }

    /// <summary>Only an early dialog is to be replaced.</summary>
    public bool EarlyOnly { get; private init; }

    /// <summary>
    /// Takes a value apart. False, and an empty view, if it is malformed or one of the two tags is absent or there twice. Allocates nothing.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipReplaces replaces)
    {
        replaces = default;
        value = SipText.Trim(value);
        int semicolon = value.IndexOf((byte)';');
        if (semicolon < 0) return false;

        ReadOnlySpan<byte> callId = SipText.Trim(value[..semicolon]);
        if (callId.IsEmpty || callId.ContainsAny(SipText.WhiteSpace)) return false;

        ReadOnlySpan<byte> toTag = default;
        ReadOnlySpan<byte> fromTag = default;
        bool earlyOnly = false;
        SipParameterReader reader = new(value[semicolon..]);
        while (reader.MoveNext())
        {
            if (SipText.EqualsIgnoreCase(reader.Name, "to-tag"u8))
            {
                if (!toTag.IsEmpty) return false;

                toTag = reader.Value;
            }
            else if (SipText.EqualsIgnoreCase(reader.Name, "from-tag"u8))
            {
                if (!fromTag.IsEmpty) return false;

                fromTag = reader.Value;
            }
            else if (SipText.EqualsIgnoreCase(reader.Name, "early-only"u8))
            {
                earlyOnly = true;
            }
        }

        if (reader.IsMalformed || toTag.IsEmpty || fromTag.IsEmpty) return false;

        replaces = new SipReplaces { CallId = callId, ToTag = toTag, FromTag = fromTag, EarlyOnly = earlyOnly };
        return true;
    }
}
