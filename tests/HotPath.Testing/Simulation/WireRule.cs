namespace HotPath.Testing;

/// <summary>What must hold of everything that leaves the edge, whatever the network and the phones do.</summary>
public enum WireRule
{
    /// <summary>What leaves is well-formed.</summary>
    WellFormed,

    /// <summary>A response answers a request that arrived, goes where that came from, and carries its Vias.</summary>
    ResponseToRequest,

    /// <summary>One final response per request; of an INVITE any number of 2xx, from different dialogs (RFC 3261 §16.7).</summary>
    OneFinalResponse,

    /// <summary>No provisional follows a final response, nor a rejection a 2xx.</summary>
    NothingAfterFinal,

    /// <summary>An INVITE is answered within 200 ms, by 100 if by nothing else (§17.2.1).</summary>
    TryingInTime,

    /// <summary>Every INVITE gets a final response in the end; other requests do unless the far side gave none (RFC 4320).</summary>
    FinalForEveryRequest,

    /// <summary>A 2xx to an INVITE is forwarded at once, each time it comes.</summary>
    SuccessForwarded,

    /// <summary>Another final response from the callee leads to one for the caller at once.</summary>
    RejectionAnswered,

    /// <summary>Every rejection of an INVITE is acknowledged at once, each time it comes.</summary>
    RejectionAcknowledged,

    /// <summary>The ACK to a 2xx is forwarded, each time it comes, while the edge has not ended the dialog.</summary>
    AckForwarded,

    /// <summary>A request inside a dialog goes to the other side at once.</summary>
    RequestForwarded,

    /// <summary>A final response inside a dialog goes back at once.</summary>
    ResponseForwarded,

    /// <summary>What passes keeps From, To, Call-ID, CSeq, Contact and body, and Max-Forwards goes down by one.</summary>
    EndToEndUnchanged,

    /// <summary>An INVITE that begins a call carries the edge's Record-Route.</summary>
    RecordRouted,

    /// <summary>A repeated request is the same to the byte.</summary>
    RepeatsAreIdentical,

    /// <summary>A request that gets no answer is repeated to the end: INVITE seven times in all, others eleven (§17.1).</summary>
    RepeatsWhatGetsNoAnswer,

    /// <summary>CANCEL goes to an INVITE that has a provisional and no final response, and names the same request (§9.1).</summary>
    CancelOfRingingInvite,

    /// <summary>A CANCEL that came before the final response goes on to the callee as soon as that has shown a sign of life.</summary>
    CancelPassedOn,

    /// <summary>A CANCEL is answered at once.</summary>
    CancelAnswered,

    /// <summary>CSeq of the edge's own BYE: the highest seen in that direction plus one.</summary>
    OwnCSeqFollows,

    /// <summary>No own BYE to the caller before the ACK has passed, or 64·T1 since the 2xx.</summary>
    NoByeBeforeAck,

    /// <summary>No own BYE to the callee before an ACK was sent there.</summary>
    AckBeforeByeToCallee,

    /// <summary>After its own BYE the edge answers in the dialog itself, a crossing BYE with 200, others with 481, and sends nothing else there.</summary>
    SilentAfterOwnBye,

    /// <summary>
    /// Of an answered call each side has sent a BYE or is sent one; where the callee's passed before its 2xx did, a second after the ACK at the
    /// latest, or after 64·T1 without one.
    /// </summary>
    BothLegsEnd,
}
