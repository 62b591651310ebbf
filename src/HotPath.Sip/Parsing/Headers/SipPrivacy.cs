namespace HotPath.Sip;

/// <summary>What a caller wants hidden: the values of Privacy (RFC 3323 §4.2, RFC 3325 §9.3, RFC 7044 §10.1).</summary>
[Flags]
public enum SipPrivacy : byte
{
    /// <summary>Nothing is asked for.</summary>
    Unspecified = 0,

    /// <summary><c>none</c>: nothing may be hidden.</summary>
    None = 1,

    /// <summary><c>header</c>: Via, Contact and their like.</summary>
    Header = 2,

    /// <summary><c>session</c>: where the media go.</summary>
    Session = 4,

    /// <summary><c>user</c>: what the user's own phone could have left out.</summary>
    User = 8,

    /// <summary><c>id</c>: P-Asserted-Identity does not leave the trust domain.</summary>
    Id = 16,

    /// <summary><c>history</c>: History-Info does not leave the trust domain.</summary>
    History = 32,

    /// <summary><c>critical</c>: rather fail than go on without the privacy asked for.</summary>
    Critical = 64,
}
