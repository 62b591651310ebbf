namespace HotPath.Sip;

/// <summary>
/// The header fields that are recognised by name, long or compact, in any case. Any other is <see cref="Unknown"/>, keeps its name and
/// passes through unchanged.
/// </summary>
public enum SipHeaderId : byte
{
    /// <summary>A header field that is not in this list.</summary>
    Unknown,

    /// <summary><c>Via</c>, compact <c>v</c>, RFC 3261.</summary>
    Via,

    /// <summary><c>From</c>, compact <c>f</c>, RFC 3261.</summary>
    From,

    /// <summary><c>To</c>, compact <c>t</c>, RFC 3261.</summary>
    To,

    /// <summary><c>Call-ID</c>, compact <c>i</c>, RFC 3261.</summary>
    CallId,

    /// <summary><c>CSeq</c>, RFC 3261.</summary>
    CSeq,

    /// <summary><c>Contact</c>, compact <c>m</c>, RFC 3261.</summary>
    Contact,

    /// <summary><c>Max-Forwards</c>, RFC 3261.</summary>
    MaxForwards,

    /// <summary><c>Route</c>, RFC 3261.</summary>
    Route,

    /// <summary><c>Record-Route</c>, RFC 3261.</summary>
    RecordRoute,

    /// <summary><c>Content-Length</c>, compact <c>l</c>, RFC 3261.</summary>
    ContentLength,

    /// <summary><c>Content-Type</c>, compact <c>c</c>, RFC 3261.</summary>
    ContentType,

    /// <summary><c>Content-Encoding</c>, compact <c>e</c>, RFC 3261.</summary>
    ContentEncoding,

    /// <summary><c>Content-Disposition</c>, RFC 3261.</summary>
    ContentDisposition,

    /// <summary><c>MIME-Version</c>, RFC 3261.</summary>
    MimeVersion,

    /// <summary><c>Require</c>, RFC 3261.</summary>
    Require,

    /// <summary><c>Proxy-Require</c>, RFC 3261.</summary>
    ProxyRequire,

    /// <summary><c>Supported</c>, compact <c>k</c>, RFC 3261.</summary>
    Supported,

    /// <summary><c>Unsupported</c>, RFC 3261.</summary>
    Unsupported,

    /// <summary><c>Expires</c>, RFC 3261.</summary>
    Expires,

    /// <summary><c>Min-Expires</c>, RFC 3261.</summary>
    MinExpires,

    /// <summary><c>Session-Expires</c>, compact <c>x</c>, RFC 4028.</summary>
    SessionExpires,

    /// <summary><c>Min-SE</c>, RFC 4028.</summary>
    MinSE,

    /// <summary><c>RAck</c>, RFC 3262.</summary>
    RAck,

    /// <summary><c>RSeq</c>, RFC 3262.</summary>
    RSeq,

    /// <summary><c>Reason</c>, RFC 3326.</summary>
    Reason,

    /// <summary><c>Retry-After</c>, RFC 3261.</summary>
    RetryAfter,

    /// <summary><c>Warning</c>, RFC 3261.</summary>
    Warning,

    /// <summary><c>Proxy-Authorization</c>, RFC 3261.</summary>
    ProxyAuthorization,

    /// <summary><c>Proxy-Authenticate</c>, RFC 3261.</summary>
    ProxyAuthenticate,

    /// <summary><c>Authorization</c>, RFC 3261.</summary>
    Authorization,

    /// <summary><c>WWW-Authenticate</c>, RFC 3261.</summary>
    WwwAuthenticate,

    /// <summary><c>Authentication-Info</c>, RFC 3261.</summary>
    AuthenticationInfo,

    /// <summary><c>Allow</c>, RFC 3261.</summary>
    Allow,

    /// <summary><c>Accept</c>, RFC 3261.</summary>
    Accept,

    /// <summary><c>Accept-Encoding</c>, RFC 3261.</summary>
    AcceptEncoding,

    /// <summary><c>Accept-Language</c>, RFC 3261.</summary>
    AcceptLanguage,

    /// <summary><c>User-Agent</c>, RFC 3261.</summary>
    UserAgent,

    /// <summary><c>Server</c>, RFC 3261.</summary>
    Server,

    /// <summary><c>P-Asserted-Identity</c>, RFC 3325.</summary>
    PAssertedIdentity,

    /// <summary><c>P-Preferred-Identity</c>, RFC 3325.</summary>
    PPreferredIdentity,

    /// <summary><c>Diversion</c>, RFC 5806.</summary>
    Diversion,

    /// <summary><c>History-Info</c>, RFC 7044.</summary>
    HistoryInfo,

    /// <summary><c>Privacy</c>, RFC 3323.</summary>
    Privacy,

    /// <summary><c>Replaces</c>, RFC 3891.</summary>
    Replaces,

    /// <summary><c>Refer-To</c>, compact <c>r</c>, RFC 3515.</summary>
    ReferTo,

    /// <summary><c>Referred-By</c>, compact <c>b</c>, RFC 3892.</summary>
    ReferredBy,

    /// <summary><c>Event</c>, compact <c>o</c>, RFC 6665.</summary>
    Event,

    /// <summary><c>Allow-Events</c>, compact <c>u</c>, RFC 6665.</summary>
    AllowEvents,

    /// <summary><c>Subscription-State</c>, RFC 6665.</summary>
    SubscriptionState,

    /// <summary><c>Date</c>, RFC 3261.</summary>
    Date,

    /// <summary><c>Subject</c>, compact <c>s</c>, RFC 3261.</summary>
    Subject,

    /// <summary><c>Organization</c>, RFC 3261.</summary>
    Organization,

    /// <summary><c>Priority</c>, RFC 3261.</summary>
    Priority,

    /// <summary><c>Timestamp</c>, RFC 3261.</summary>
    Timestamp,

    /// <summary><c>Path</c>, RFC 3327.</summary>
    Path,

    /// <summary><c>Service-Route</c>, RFC 3608.</summary>
    ServiceRoute,

    /// <summary><c>Call-Info</c>, RFC 3261.</summary>
    CallInfo,

    /// <summary><c>Alert-Info</c>, RFC 3261.</summary>
    AlertInfo,

    /// <summary><c>Remote-Party-ID</c>, draft-ietf-sip-privacy-04.</summary>
    RemotePartyId,

    /// <summary><c>P-Charging-Vector</c>, RFC 7315.</summary>
    PChargingVector,

    /// <summary><c>Request-Disposition</c>, compact <c>d</c>, RFC 3841.</summary>
    RequestDisposition,

    /// <summary><c>Join</c>, RFC 3911.</summary>
    Join,
}
