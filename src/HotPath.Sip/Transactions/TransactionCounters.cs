namespace HotPath.Sip;

/// <summary>
/// What a <see cref="TransactionLayer"/> has counted since it began. Written by the lane's thread; other threads may read, each value
/// for itself.
/// </summary>
public sealed class TransactionCounters
{
    /// <summary>Requests that repeated one already known; answered from memory or absorbed, never shown to the user.</summary>
    public long RequestsAbsorbed { get; internal set; }

    /// <summary>Responses that a transaction did not need any more: repeated finals, provisionals after a final.</summary>
    public long ResponsesAbsorbed { get; internal set; }

    /// <summary>Requests and responses sent again, by a timer or because the other side repeated itself.</summary>
    public long Retransmissions { get; internal set; }

    /// <summary>Client transactions that ended without a final response (timers B, C, F, and a CANCEL without effect).</summary>
    public long Timeouts { get; internal set; }

    /// <summary>Requests that could not be sent where they were to go.</summary>
    public long TransportErrors { get; internal set; }

    /// <summary>Rejections of an INVITE for which no ACK came (timer H).</summary>
    public long Unacknowledged { get; internal set; }

    /// <summary>Responses that belong to no client transaction: dropped, 2xx included (RFC 6026 §7.2).</summary>
    public long StrayResponses { get; internal set; }

    /// <summary>CANCELs that match no INVITE: answered 481.</summary>
    public long StrayCancels { get; internal set; }

    /// <summary>Requests that had been here before, unchanged in what decides their way: answered 482 (RFC 3261 §16.3 step 4).</summary>
    public long Loops { get; internal set; }

    /// <summary>INVITEs that reached us twice, by different ways: the later one is answered 482 (RFC 3261 §8.2.2.2).</summary>
    public long Merged { get; internal set; }

    /// <summary>
    /// Requests refused or dropped because <see cref="TransactionLimits"/> was reached, and clients not created for it; and requests that the
    /// user sheds.
    /// </summary>
    public long Refused { get; internal set; }

    /// <summary>Messages whose topmost Via makes no sense, so that they cannot be answered: dropped.</summary>
    public long Malformed { get; internal set; }
}
