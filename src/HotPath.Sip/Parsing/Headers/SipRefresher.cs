namespace HotPath.Sip;

/// <summary>Who refreshes a session (RFC 4028 §4).</summary>
public enum SipRefresher : byte
{
    /// <summary>Not said.</summary>
    None,

    /// <summary>Whoever sent the request: <c>uac</c>.</summary>
    Uac,

    /// <summary>Whoever answered it: <c>uas</c>.</summary>
    Uas,
}
