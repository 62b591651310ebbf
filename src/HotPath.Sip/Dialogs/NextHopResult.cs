namespace HotPath.Sip;

/// <summary>What <see cref="NextHop.Resolve"/> made of a URI.</summary>
public enum NextHopResult : byte
{
    /// <summary>The URI names an address.</summary>
    Resolved,

    /// <summary>The URI names a host that has to be looked up (RFC 3263).</summary>
    NeedsDns,

    /// <summary>No URI that a SIP message can be sent to: malformed, of another scheme, or over a transport not known here.</summary>
    Unusable,
}
