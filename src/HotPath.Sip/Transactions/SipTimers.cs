namespace HotPath.Sip;

/// <summary>The timer values of the transaction layer, milliseconds (RFC 3261 §17 and table 4, RFC 6026), for unreliable transports.</summary>
public sealed record SipTimers
{
    /// <summary>The values of the RFCs.</summary>
    public static SipTimers Default { get; } = new();

    /// <summary>T1, the estimate of a round trip: the first pause between retransmissions. 500.</summary>
    public int T1Ms { get; init; } = 500;

    /// <summary>T2, the longest pause between retransmissions of a non-INVITE request and of a final response to INVITE. 4000.</summary>
    public int T2Ms { get; init; } = 4_000;

    /// <summary>T4, the longest a message stays in the network: timers I and K. 5000.</summary>
    public int T4Ms { get; init; } = 5_000;

    /// <summary>Timer C: how long an INVITE may ring since its last provisional response; more than three minutes (§16.6). 181000.</summary>
    public int TimerCMs { get; init; } = 181_000;

    /// <summary>Timer D: how long a rejected INVITE absorbs repeated rejections; at least 32 s (§17.1.1.2). 32000.</summary>
    public int TimerDMs { get; init; } = 32_000;

    /// <summary>How soon an INVITE gets a 100 if its user has sent nothing (§17.2.1). 200.</summary>
    public int TryingDelayMs { get; init; } = 200;

    /// <summary>64·T1, when a transaction gives up: timers B, F, H, J, L, M and the wait for the answer to a cancelled INVITE.</summary>
    public long GiveUpMs => 64L * T1Ms;
}
