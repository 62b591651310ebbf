namespace HotPath.Edge;

/// <summary>Where a call stands. Drawn in <c>docs/call.md</c>.</summary>
internal enum CallState : byte
{
    /// <summary>In the lane's pool.</summary>
    Free,

    /// <summary>The engine is asked; the callee knows nothing yet.</summary>
    Authorising,

    /// <summary>The INVITE is on its way to the callee, or the callee rings.</summary>
    Ringing,

    /// <summary>A 2xx has passed.</summary>
    Answered,

    /// <summary>The edge has decided the end; no ACK has passed yet, so no BYE may go out (RFC 3261 §15).</summary>
    EndingAfterAck,

    /// <summary>The call is over; only stragglers are still answered.</summary>
    Ended,
}
