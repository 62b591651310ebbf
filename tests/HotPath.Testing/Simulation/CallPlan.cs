namespace HotPath.Testing;

/// <summary>What both sides of a simulated call do, and when. Times are milliseconds; 0 means never, unless said otherwise.</summary>
/// <param name="RejectWith">Final response instead of an answer; 0: answer.</param>
/// <param name="RingMs">How long the callee rings.</param>
/// <param name="CancelAfterMs">The caller gives up this long after its INVITE.</param>
/// <param name="CallerHangsUpAfterMs">The caller's BYE this long after the answer.</param>
/// <param name="CalleeHangsUpAfterMs">The callee's BYE this long after the answer.</param>
public sealed record CallPlan(int RejectWith = 0, int RingMs = 500, int CancelAfterMs = 0, int CallerHangsUpAfterMs = 0, int CalleeHangsUpAfterMs = 0)
{
    /// <summary>The callee never says a word.</summary>
    public bool IsCalleeSilent { get; init; }

    /// <summary>The caller sends no ACK to a 2xx.</summary>
    public bool CallerNeverAcknowledges { get; init; }

    /// <summary>
    /// The callee hangs up sixteen times as soon, without waiting for the ACK, which RFC 3261 §15 forbids, and repeats its 2xx beyond that.
    /// </summary>
    public bool IsCalleeHasty { get; init; }

    /// <summary>A callee whose 2xx is not acknowledged in 64·T1 sends BYE (RFC 3261 §13.3.1.4).</summary>
    public bool CalleeHangsUpWithoutAck { get; init; }

    /// <summary>401 or 407: the callee challenges the first INVITE, and the caller sends another with credentials.</summary>
    public int ChallengeWith { get; init; }

    /// <summary>The callee redirects to this number (302), and the caller follows.</summary>
    public string? RedirectTo { get; init; }

    /// <summary>Ringing is announced reliably (RFC 3262): 183 with RSeq until the PRACK comes.</summary>
    public bool IsReliable { get; init; }

    /// <summary>After its PRACK the caller sends UPDATE in the early dialog (RFC 3311).</summary>
    public bool UpdatesEarly { get; init; }

    /// <summary>How many phones ring behind the callee's address, each with a tag of its own; 1…3.</summary>
    public int Forks { get; init; } = 1;

    /// <summary>A second phone answers this long after the first.</summary>
    public int SecondAnswerAfterMs { get; init; }

    /// <summary>How long the caller keeps the second answer before its BYE; 0: not at all.</summary>
    public int SecondCallLastsMs { get; init; }

    /// <summary>The caller's re-INVITE (hold) this long after the answer.</summary>
    public int CallerHoldsAfterMs { get; init; }

    /// <summary>The callee's re-INVITE (hold) this long after the answer.</summary>
    public int CalleeHoldsAfterMs { get; init; }

    /// <summary>Re-INVITEs are answered 488.</summary>
    public bool RefusesHold { get; init; }

    /// <summary>The caller's UPDATE this long after the answer.</summary>
    public int CallerUpdatesAfterMs { get; init; }

    /// <summary>The callee's INFO this long after the answer.</summary>
    public int CalleeInformsAfterMs { get; init; }

    /// <summary>The caller's line goes dead this long after its INVITE.</summary>
    public int CallerDiesAfterMs { get; init; }

    /// <summary>The callee's line goes dead this long after the INVITE came.</summary>
    public int CalleeDiesAfterMs { get; init; }

    /// <summary>Somebody's line goes dead, or nobody hangs up: what one side knows of the call's end says nothing about the other's.</summary>
    public bool EndsInSilence => CallerDiesAfterMs > 0 || CalleeDiesAfterMs > 0;
}
