namespace HotPath.Sip;

/// <summary>The URI schemes a SIP element treats differently.</summary>
public enum SipUriScheme : byte
{
    /// <summary>Any other absolute URI: opaque, routed by policy or answered 416.</summary>
    Other,

    /// <summary><c>sip:</c></summary>
    Sip,

    /// <summary><c>sips:</c></summary>
    Sips,

    /// <summary><c>tel:</c> (RFC 3966)</summary>
    Tel,
}
