namespace HotPath.Sip;

/// <summary>The request methods that are known by name. Any other token is <see cref="Unknown"/> and is forwarded like the rest.</summary>
public enum SipMethod : byte
{
    /// <summary>An extension method: its name is in the message only.</summary>
    Unknown,

    /// <summary>INVITE, RFC 3261.</summary>
    Invite,

    /// <summary>ACK, RFC 3261.</summary>
    Ack,

    /// <summary>BYE, RFC 3261.</summary>
    Bye,

    /// <summary>CANCEL, RFC 3261.</summary>
    Cancel,

    /// <summary>OPTIONS, RFC 3261.</summary>
    Options,

    /// <summary>REGISTER, RFC 3261.</summary>
    Register,

    /// <summary>PRACK, RFC 3262.</summary>
    Prack,

    /// <summary>UPDATE, RFC 3311.</summary>
    Update,

    /// <summary>INFO, RFC 6086.</summary>
    Info,

    /// <summary>SUBSCRIBE, RFC 6665.</summary>
    Subscribe,

    /// <summary>NOTIFY, RFC 6665.</summary>
    Notify,

    /// <summary>REFER, RFC 3515.</summary>
    Refer,

    /// <summary>MESSAGE, RFC 3428.</summary>
    Message,

    /// <summary>PUBLISH, RFC 3903.</summary>
    Publish,
}
