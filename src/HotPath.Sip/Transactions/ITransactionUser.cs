namespace HotPath.Sip;

/// <summary>
/// The transaction user of RFC 3261 §5: what a <see cref="TransactionLayer"/> tells. All calls come on the lane's thread, from within
/// <see cref="TransactionLayer.OnMessage"/> or <see cref="TimerWheel.Advance"/>; messages are valid during the call only. Any method of
/// the layer and of its transactions may be called from here.
/// </summary>
public interface ITransactionUser
{
    /// <summary>A new request, which the user has to answer; never an ACK or CANCEL, never a repeat.</summary>
    void OnRequest(ServerTransaction transaction, in SipMessage request);

    /// <summary>
    /// There is no room for a new request outside a dialog but that kept for running calls. By default it is refused with 503.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <returns><c>true</c>: it may take half of that room (<see cref="TransactionLimits.Reserved"/>).</returns>
    bool IsUrgent(in SipMessage request) => false;

    /// <summary>The user has more to do than it can, and takes no new request outside a dialog but urgent ones.</summary>
    /// <param name="request">Such a request, which is not a repeat of one that was taken.</param>
    /// <returns><c>true</c>: it is answered 503 with Retry-After, and nothing of it is remembered.</returns>
    bool Sheds(in SipMessage request) => false;

    /// <summary>
    /// A CANCEL arrived for an INVITE that has no final response yet. The layer has answered 200 to the CANCEL; the INVITE still needs its
    /// own answer: 487, or what the callee sends (RFC 3261 §9.2, §16.10). A repeated CANCEL comes again.
    /// </summary>
    void OnCancel(ServerTransaction invite, in SipMessage cancel);

    /// <summary>An ACK that does not acknowledge a rejection of ours: the ACK to a 2xx, which has to be forwarded, or a stray.</summary>
    void OnAck(in SipMessage ack, int listener, in SipEndpoint source);

    /// <summary>
    /// A response other than 100. Of an INVITE come any number of provisionals, then one rejection or every 2xx, those repeated by the
    /// callee and those of other branches of a fork included. A 2xx may still come after <see cref="ClientTransaction.Cancel"/> and after
    /// <see cref="OnTimeout"/> of a ringing INVITE: it is an answer.
    /// </summary>
    void OnResponse(ClientTransaction transaction, in SipMessage response);

    /// <summary>
    /// No final response in time (timers B, C, F, or no effect of a CANCEL): to be taken as 408 for an INVITE (RFC 3261 §16.8). Called
    /// at most once; an INVITE that rang (timer C) is being cancelled, and its rejection will not be reported.
    /// </summary>
    void OnTimeout(ClientTransaction transaction);

    /// <summary>
    /// The request cannot be sent to its next hop at all (RFC 3261 §17.1.4): to be taken as a 503 from there (§16.9). Never called from
    /// within <see cref="ClientTransaction.Start"/>; the transaction ends with it.
    /// </summary>
    void OnTransportError(ClientTransaction transaction);

    /// <summary>The transaction is over. Its object is reused after this call: forget it.</summary>
    void OnTerminated(ServerTransaction transaction);

    /// <summary>The transaction is over. Its object is reused after this call: forget it.</summary>
    void OnTerminated(ClientTransaction transaction);
}
