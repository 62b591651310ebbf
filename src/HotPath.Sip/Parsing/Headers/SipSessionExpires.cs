namespace HotPath.Sip;

/// <summary>Session-Expires: for how long a session lives unless it is refreshed, and who does that (RFC 4028 §4).</summary>
public readonly ref struct SipSessionExpires
{
    /// <summary>The session interval. More than 2³²−1 is read as 2³²−1.</summary>
    public uint Seconds { get; private init; }

    /// <summary>Who refreshes. A value that is neither <c>uac</c> nor <c>uas</c> says nothing.</summary>
    public SipRefresher Refresher { get; private init; }

    /// <summary>Takes a value apart. False, and an empty view, if it is malformed. Allocates nothing.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipSessionExpires expires)
    {
        expires = default;
        if (!SipDeltaSeconds.TryParse(value, out SipDeltaSeconds seconds)) return false;

        seconds.TryGetParameter("refresher"u8, out ReadOnlySpan<byte> refresher);
        expires = new SipSessionExpires
        {
            Seconds = seconds.Seconds,
            Refresher = SipText.EqualsIgnoreCase(refresher, "uac"u8) ? SipRefresher.Uac
                : SipText.EqualsIgnoreCase(refresher, "uas"u8) ? SipRefresher.Uas
                : SipRefresher.None,
        };
        return true;
    }
}
