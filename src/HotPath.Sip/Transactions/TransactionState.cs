namespace HotPath.Sip;

/// <summary>Where a transaction is. Which of these a kind of transaction passes through is in its machine.</summary>
public enum TransactionState : byte
{
    /// <summary>Ended, or not begun. The object belongs to the layer's pool, or to a user who is about to start it.</summary>
    Terminated,

    /// <summary>INVITE sent, nothing came back.</summary>
    Calling,

    /// <summary>Non-INVITE request sent or received, no response yet.</summary>
    Trying,

    /// <summary>A provisional response came or went; for an INVITE server also before that.</summary>
    Proceeding,

    /// <summary>INVITE client: CANCEL is on its way, its effect awaited for 64·T1 (RFC 3261 §9.1).</summary>
    Cancelling,

    /// <summary>INVITE only: answered 2xx; absorbs repeated INVITEs, passes every 2xx (RFC 6026).</summary>
    Accepted,

    /// <summary>A final response came or went (for INVITE: not a 2xx); repeats are absorbed.</summary>
    Completed,

    /// <summary>INVITE server: the ACK to the rejection came.</summary>
    Confirmed,
}
