namespace HotPath.Sip;

/// <summary>What <see cref="SipStreamReader.Read"/> found.</summary>
public enum SipStreamStatus : byte
{
    /// <summary>Everything was taken and nothing is complete: more has to arrive.</summary>
    NeedMore,

    /// <summary>A whole message, good or refused: <see cref="SipStreamReader.Result"/> says which.</summary>
    Message,

    /// <summary>A keep-alive, to be answered with one CRLF (RFC 5626 §3.5.1).</summary>
    Ping,

    /// <summary>
    /// Nobody can tell where the next message begins: the connection must be closed. <see cref="SipStreamReader.Result"/> says why. Where
    /// the message is indexed its sender can still be told.
    /// </summary>
    Broken,
}
