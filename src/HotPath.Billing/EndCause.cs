namespace HotPath.Billing;

/// <summary>Why a call ended, as it stands in the CDR. The texts are the reference module's (facts: cgrates-module.md §2).</summary>
/// <param name="Text">The CDR's <c>DisconnectCause</c>; may be empty.</param>
/// <param name="SipCode">SIP status that ended the call, 0 if it was a BYE.</param>
/// <param name="Q850Cause">Q.850 cause of a Reason header, 0 if there was none.</param>
/// <param name="MoneyEnded">The grant was used up: what the call ran past it is not billed.</param>
public readonly record struct EndCause(string Text, int SipCode = 0, int Q850Cause = 0, bool MoneyEnded = false)
{
    /// <summary>The caller hung up.</summary>
    public static readonly EndCause CallerBye = new("Downstream BYE", Q850Cause: 16);

    /// <summary>The callee hung up.</summary>
    public static readonly EndCause CalleeBye = new("Upstream BYE", Q850Cause: 16);

    /// <summary>The caller gave up before the answer.</summary>
    public static readonly EndCause Cancelled = new("Cancelled", 487);

    /// <summary>Another next hop of the call was answered: of a session that belongs to this one.</summary>
    public static readonly EndCause AnsweredElsewhere = new("", 487, Q850Cause: 26);

    /// <summary>The granted time is over.</summary>
    public static readonly EndCause GrantUsed = new("Lifetime Timeout", MoneyEnded: true);

    /// <summary>The configured longest call is over.</summary>
    public static readonly EndCause LifetimeOver = new("Lifetime Timeout");

    /// <summary>The engine refused the session when the call was answered.</summary>
    public static readonly EndCause AccountingDenied = new("CGRateS Accounting Denied", MoneyEnded: true);

    /// <summary>No engine took the session when the call was answered.</summary>
    public static readonly EndCause EngineAway = new("CGRateS Not Available");

    /// <summary>The engine has forgotten the session of the running call.</summary>
    public static readonly EndCause SessionLost = new("CGRateS Session Lost");

    /// <summary>The caller never acknowledged the answer.</summary>
    public static readonly EndCause NoAck = new("ACK Timeout");

    /// <summary>The session was not refreshed in the interval that its ends agreed on (RFC 4028): one of them may be gone.</summary>
    public static readonly EndCause SessionExpired = new("Session Timeout", Q850Cause: 102);

    /// <summary>The edge is going down.</summary>
    public static readonly EndCause Shutdown = new("Edge Shutdown");

    /// <summary>The edge was restarted in the middle of the call.</summary>
    public static readonly EndCause EdgeRestart = new("Edge Restart");

    /// <summary>The call failed before it was answered.</summary>
    public static EndCause Failed(int sipCode, int q850Cause = 0) => new("", sipCode, q850Cause);

    /// <summary>The engine asked for the end.</summary>
    /// <param name="reason">The engine's reason, for example <c>INSUFFICIENT_CREDIT</c>; may be empty.</param>
    public static EndCause EngineDisconnect(string reason) =>
        new(reason.Length == 0 ? "CGRateS Disconnect" : $"CGRateS Disconnect: {reason}", MoneyEnded: reason is "INSUFFICIENT_CREDIT" or "INSUFFICIENT_FUNDS");
}
