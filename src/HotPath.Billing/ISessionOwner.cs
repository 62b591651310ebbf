namespace HotPath.Billing;

/// <summary>Why a call may not run.</summary>
public enum RefusalKind : byte
{
    /// <summary>The account cannot pay: no money, unknown, disabled, or no right to the destination.</summary>
    Account,

    /// <summary>No engine answered in time.</summary>
    EngineAway,

    /// <summary>The engine answered with an error that does not speak of the account.</summary>
    EngineError,
}

/// <summary>The call a charging session belongs to, as the session sees it. Called on the lane's thread; must not block.</summary>
public interface ISessionOwner
{
    /// <summary>The call may run; for how long is <see cref="ChargingSession.Grant"/>.</summary>
    void OnGranted(ChargingSession session);

    /// <summary>The call may not run. The session is closed.</summary>
    /// <param name="session">The session.</param>
    /// <param name="kind">Whose fault it is.</param>
    /// <param name="error">The engine's text, or what happened instead of an answer; for logs, not for the caller.</param>
    void OnRefused(ChargingSession session, RefusalKind kind, string error);

    /// <summary>
    /// What came of the answer: of opening the session, or of not having to. If it is not well, <see cref="OnEndCall"/> follows. It comes
    /// again where a call that was allowed without an engine gets one.
    /// </summary>
    void OnInitiated(ChargingSession session, in BillingResult result)
    {
    }

    /// <summary>
    /// The call must end now. The owner ends it and then calls <see cref="ChargingSession.End"/> with the same cause, at the moment the
    /// BYE is sent. Told at most once per session.
    /// </summary>
    void OnEndCall(ChargingSession session, in EndCause cause);

    /// <summary>The end is in the journal, after <see cref="ChargingSession.IsEndWaiting"/> was so: the owner's BYE may leave.</summary>
    void OnEndRecorded(ChargingSession session)
    {
    }

    /// <summary>
    /// Writes what the owner needs to go on with the call after a restart, for the journal. Must not allocate.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="output">The room there is. If it is too small, nothing is written: the session is charged after a restart all the same.</param>
    /// <returns>The bytes written; by default none.</returns>
    int WriteState(ChargingSession session, Span<byte> output) => 0;

    /// <summary>Everything is settled or parked. The session goes back to its pool after this call and must not be used again.</summary>
    void OnSettled(ChargingSession session);
}
