namespace HotPath.Sip;

/// <summary>What moves a transaction. The timers carry the letters of RFC 3261 table 4 and RFC 6026; they are also the kinds of its
/// timers on the wheel.</summary>
internal enum TransactionEvent : byte
{
    /// <summary>Server: the request arrived again.</summary>
    Request,

    /// <summary>Server: an ACK for this INVITE arrived.</summary>
    Ack,

    /// <summary>Client: the user wants the INVITE cancelled.</summary>
    Cancel,

    /// <summary>A 100, arriving or to be sent.</summary>
    Trying,

    /// <summary>A 101…199, arriving or to be sent.</summary>
    Provisional,

    /// <summary>A 2xx, arriving or to be sent.</summary>
    Success,

    /// <summary>A 300…699, arriving or to be sent.</summary>
    Failure,

    TimerA,
    TimerB,
    TimerC,
    TimerD,
    TimerE,
    TimerF,
    TimerG,
    TimerH,
    TimerI,
    TimerJ,
    TimerK,
    TimerL,
    TimerM,

    /// <summary>INVITE server: the user has sent nothing for <see cref="SipTimers.TryingDelayMs"/>.</summary>
    TimerTrying,

    /// <summary>INVITE client: no final response for 64·T1 after CANCEL.</summary>
    TimerCancel,

    /// <summary>Client: the request cannot be sent where it was to go (§17.1.4, §18.4).</summary>
    TransportError,
}
