namespace HotPath.Billing;

/// <summary>Where a charging session stands.</summary>
public enum SessionState : byte
{
    /// <summary>Made, nothing asked yet.</summary>
    Idle,

    /// <summary>The engine is asked whether the call may run.</summary>
    Authorising,

    /// <summary>The call may run; it is being set up.</summary>
    Authorised,

    /// <summary>The call is answered; the engine is asked to open the session.</summary>
    Initiating,

    /// <summary>
    /// Initiate may have been executed over a connection that is gone, and the engine may have ended the session by itself since: it is
    /// asked before anything is opened a second time.
    /// </summary>
    InitiateUnknown,

    /// <summary>The session is open on the engine, or may be.</summary>
    Open,

    /// <summary>No engine could be asked, and the profile lets the call run for a while: an engine is told when one is back.</summary>
    SettleLater,

    /// <summary>The engine does not have the session of this running call: only its CDR follows.</summary>
    LostByEngine,

    /// <summary>The engine refused to open the session of this call: it must end, or is about to, and nothing is owed.</summary>
    Denied,

    /// <summary>The call is answered and costs nothing: no engine has a session of it, only its CDR follows.</summary>
    Exempt,

    /// <summary>The call ended while the answer to Initiate is still out.</summary>
    Ending,

    /// <summary>The engine is told the end.</summary>
    Terminating,

    /// <summary>Terminate went unanswered: the engine is asked whether the session is still open.</summary>
    TerminateUnknown,

    /// <summary>The CDR is being delivered.</summary>
    Recording,

    /// <summary>Everything is acknowledged, or nothing was owed.</summary>
    Closed,

    /// <summary>What the engine did cannot be known without risking a second charge: parked, counted and logged.</summary>
    Unresolved,
}

/// <summary>What can happen to a charging session.</summary>
public enum SessionEvent : byte
{
    /// <summary>The call asks whether it may run.</summary>
    Authorize,

    /// <summary>The call asks whether it may run, and costs nothing, or the session is not to be asked about: it may.</summary>
    Exempted,

    /// <summary>The engine grants time.</summary>
    Granted,

    /// <summary>The engine refuses, or none can be asked.</summary>
    Refused,

    /// <summary>No engine can be asked, and the profile lets the call run for a while.</summary>
    Allowed,

    /// <summary>The call was answered.</summary>
    Answered,

    /// <summary>A call that costs nothing was answered.</summary>
    AnsweredExempt,

    /// <summary>The call failed or was given up before an answer.</summary>
    Abandoned,

    /// <summary>The call came to nothing that is worth a record.</summary>
    Dismissed,

    /// <summary>The call ended.</summary>
    Ended,

    /// <summary>
    /// The call ended, and the connection that opened its session, or may have, is gone: the engine may have ended the session by itself.
    /// </summary>
    EndedOffline,

    /// <summary>The engine asks for the end of the call.</summary>
    Disconnect,

    /// <summary>The granted time is over.</summary>
    GrantOver,

    /// <summary>The engine did what was asked.</summary>
    Accepted,

    /// <summary>The engine answered with an error.</summary>
    Rejected,

    /// <summary>The engine answered with an error that says nothing of the command, as in the middle of a restart.</summary>
    Busy,

    /// <summary>The command was never written to an engine.</summary>
    Unwritten,

    /// <summary>The command was written, and what became of it is not known.</summary>
    Unknown,

    /// <summary>
    /// What the session waits for is not known, or was not sent, and the connection that opened it, or may have, is gone: the engine may
    /// have ended it by itself.
    /// </summary>
    Offline,

    /// <summary>Another engine is to open the session: the one before was handed nothing, or is given up.</summary>
    Moved,

    /// <summary>The pause before another try is over.</summary>
    RetryDue,

    /// <summary>Asked, the engine says that the session is open.</summary>
    Present,

    /// <summary>Asked, the engine says that the session is not open.</summary>
    Absent,

    /// <summary>The engine does not have the session of a running call.</summary>
    Lost,
}

/// <summary>What a session does when it changes state.</summary>
internal enum SessionAction : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Send Authorize.</summary>
    SendAuthorize,

    /// <summary>Tell the call that it may run.</summary>
    TellGranted,

    /// <summary>Tell the call that it may not run.</summary>
    TellRefused,

    /// <summary>Journal the answer if it is news, then send Initiate.</summary>
    SendInitiate,

    /// <summary>Journal the answer: nothing is sent before the end.</summary>
    JournalAnswer,

    /// <summary>Apply the granted time.</summary>
    ApplyGrant,

    /// <summary>Send UpdateSession: the time that was debited is nearly over.</summary>
    SendUpdate,

    /// <summary>Apply the time that was debited beyond what was before.</summary>
    ApplyUpdate,

    /// <summary>Ask the call to end itself; the session goes on until it has.</summary>
    EndCall,

    /// <summary>Journal that the session is refused, and when that is safe ask the call to end.</summary>
    EndDeniedCall,

    /// <summary>Close in the next turn, when the BYEs have left.</summary>
    CloseSoon,

    /// <summary>Ask the call to end, unless the profile lets it go on without its session.</summary>
    EndLostCall,

    /// <summary>Repeat Initiate on the same engine; after the last try ask the call to end.</summary>
    RepeatInitiate,

    /// <summary>Ask the engine again whether it has the session, after a pause; after the last try ask the call to end.</summary>
    RepeatQuery,

    /// <summary>Journal the end; what follows waits until the answer to Initiate is known.</summary>
    JournalEnd,

    /// <summary>Journal the end; the engine, which may yet execute what it has read, is asked for the session after a pause.</summary>
    JournalEndAndWait,

    /// <summary>Journal the end if it is news, then send Terminate.</summary>
    SendTerminate,

    /// <summary>Journal the end if it is news, then ask the engine whether it has the session.</summary>
    SendQuery,

    /// <summary>Send the CDR if one is wanted, else close; park it if the engine could charge it again.</summary>
    SendCdr,

    /// <summary>Send the CDR of a missed call if one is wanted, else close.</summary>
    SendMissedCdr,

    /// <summary>Wait, then try what the state is about: its command was never written, or may come again.</summary>
    WaitForRetry,

    /// <summary>Done.</summary>
    Close,

    /// <summary>Park, count and log.</summary>
    Park,
}

/// <summary>
/// Every state with every event of a charging session, in one table. A pair that is not listed is impossible or has no meaning any
/// more (a reply that comes after the session went on) and changes nothing. Drawn in <c>docs/charging-session.md</c>.
/// </summary>
internal static class SessionTable
{
    private static readonly (SessionState Next, SessionAction Action, bool Listed)[,] s_rows = Build();

    /// <summary>The row of a state and an event.</summary>
    public static bool TryGet(SessionState state, SessionEvent @event, out SessionState next, out SessionAction action)
    {
        (next, action, bool listed) = s_rows[(int)state, (int)@event];
        return listed;
    }

    private static (SessionState, SessionAction, bool)[,] Build()
    {
        var rows = new (SessionState, SessionAction, bool)[Enum.GetValues<SessionState>().Length, Enum.GetValues<SessionEvent>().Length];
        void On(SessionState state, SessionEvent @event, SessionState next, SessionAction action) => rows[(int)state, (int)@event] = (next, action, true);

        On(SessionState.Idle, SessionEvent.Authorize, SessionState.Authorising, SessionAction.SendAuthorize);
        On(SessionState.Idle, SessionEvent.Exempted, SessionState.Authorised, SessionAction.TellGranted);
        On(SessionState.Idle, SessionEvent.Answered, SessionState.Initiating, SessionAction.SendInitiate);
        On(SessionState.Idle, SessionEvent.AnsweredExempt, SessionState.Exempt, SessionAction.JournalAnswer);
        On(SessionState.Idle, SessionEvent.Abandoned, SessionState.Closed, SessionAction.Close);
        On(SessionState.Idle, SessionEvent.Dismissed, SessionState.Closed, SessionAction.Close);

        On(SessionState.Authorising, SessionEvent.Granted, SessionState.Authorised, SessionAction.TellGranted);
        On(SessionState.Authorising, SessionEvent.Refused, SessionState.Closed, SessionAction.TellRefused);
        On(SessionState.Authorising, SessionEvent.Allowed, SessionState.Authorised, SessionAction.TellGranted);
        On(SessionState.Authorising, SessionEvent.Abandoned, SessionState.Recording, SessionAction.SendMissedCdr);
        On(SessionState.Authorising, SessionEvent.Dismissed, SessionState.Closed, SessionAction.Close);

        On(SessionState.Authorised, SessionEvent.Answered, SessionState.Initiating, SessionAction.SendInitiate);
        On(SessionState.Authorised, SessionEvent.AnsweredExempt, SessionState.Exempt, SessionAction.JournalAnswer);
        On(SessionState.Authorised, SessionEvent.Abandoned, SessionState.Recording, SessionAction.SendMissedCdr);
        On(SessionState.Authorised, SessionEvent.Dismissed, SessionState.Closed, SessionAction.Close);

        On(SessionState.Initiating, SessionEvent.Accepted, SessionState.Open, SessionAction.ApplyGrant);
        On(SessionState.Initiating, SessionEvent.Rejected, SessionState.Denied, SessionAction.EndDeniedCall);
        On(SessionState.Initiating, SessionEvent.Unknown, SessionState.Initiating, SessionAction.RepeatInitiate);
        On(SessionState.Initiating, SessionEvent.Offline, SessionState.InitiateUnknown, SessionAction.WaitForRetry);
        On(SessionState.Initiating, SessionEvent.Moved, SessionState.Initiating, SessionAction.SendInitiate);
        On(SessionState.Initiating, SessionEvent.Unwritten, SessionState.Open, SessionAction.EndCall);
        On(SessionState.Initiating, SessionEvent.Allowed, SessionState.SettleLater, SessionAction.WaitForRetry);
        On(SessionState.Initiating, SessionEvent.Lost, SessionState.LostByEngine, SessionAction.EndCall);
        On(SessionState.Initiating, SessionEvent.Disconnect, SessionState.Initiating, SessionAction.EndCall);
        On(SessionState.Initiating, SessionEvent.GrantOver, SessionState.Initiating, SessionAction.EndCall);
        On(SessionState.Initiating, SessionEvent.Ended, SessionState.Ending, SessionAction.JournalEnd);
        On(SessionState.Initiating, SessionEvent.EndedOffline, SessionState.TerminateUnknown, SessionAction.JournalEndAndWait);

        On(SessionState.InitiateUnknown, SessionEvent.RetryDue, SessionState.InitiateUnknown, SessionAction.SendQuery);
        On(SessionState.InitiateUnknown, SessionEvent.Present, SessionState.Open, SessionAction.ApplyGrant);
        On(SessionState.InitiateUnknown, SessionEvent.Absent, SessionState.LostByEngine, SessionAction.EndLostCall);
        On(SessionState.InitiateUnknown, SessionEvent.Unknown, SessionState.InitiateUnknown, SessionAction.RepeatQuery);
        On(SessionState.InitiateUnknown, SessionEvent.Rejected, SessionState.Open, SessionAction.EndCall);
        On(SessionState.InitiateUnknown, SessionEvent.Unwritten, SessionState.Open, SessionAction.EndCall);
        On(SessionState.InitiateUnknown, SessionEvent.Allowed, SessionState.SettleLater, SessionAction.WaitForRetry);
        On(SessionState.InitiateUnknown, SessionEvent.Moved, SessionState.Initiating, SessionAction.SendInitiate);
        On(SessionState.InitiateUnknown, SessionEvent.Disconnect, SessionState.InitiateUnknown, SessionAction.EndCall);
        On(SessionState.InitiateUnknown, SessionEvent.GrantOver, SessionState.InitiateUnknown, SessionAction.EndCall);
        On(SessionState.InitiateUnknown, SessionEvent.EndedOffline, SessionState.TerminateUnknown, SessionAction.JournalEndAndWait);

        On(SessionState.Open, SessionEvent.RetryDue, SessionState.Open, SessionAction.SendUpdate);
        On(SessionState.Open, SessionEvent.Offline, SessionState.Open, SessionAction.SendQuery);
        On(SessionState.Open, SessionEvent.Present, SessionState.Open, SessionAction.SendUpdate);
        On(SessionState.Open, SessionEvent.Granted, SessionState.Open, SessionAction.ApplyUpdate);
        On(SessionState.Open, SessionEvent.Rejected, SessionState.Open, SessionAction.None);
        On(SessionState.Open, SessionEvent.Unwritten, SessionState.Open, SessionAction.WaitForRetry);
        On(SessionState.Open, SessionEvent.Unknown, SessionState.Open, SessionAction.WaitForRetry);
        On(SessionState.Open, SessionEvent.Disconnect, SessionState.Open, SessionAction.EndCall);
        On(SessionState.Open, SessionEvent.GrantOver, SessionState.Open, SessionAction.EndCall);
        On(SessionState.Open, SessionEvent.Lost, SessionState.LostByEngine, SessionAction.EndLostCall);
        On(SessionState.Open, SessionEvent.Ended, SessionState.Terminating, SessionAction.SendTerminate);
        On(SessionState.Open, SessionEvent.EndedOffline, SessionState.TerminateUnknown, SessionAction.SendQuery);

        On(SessionState.SettleLater, SessionEvent.RetryDue, SessionState.Initiating, SessionAction.SendInitiate);
        On(SessionState.SettleLater, SessionEvent.Offline, SessionState.InitiateUnknown, SessionAction.SendQuery);
        On(SessionState.SettleLater, SessionEvent.Disconnect, SessionState.SettleLater, SessionAction.EndCall);
        On(SessionState.SettleLater, SessionEvent.GrantOver, SessionState.SettleLater, SessionAction.EndCall);
        On(SessionState.SettleLater, SessionEvent.Ended, SessionState.Terminating, SessionAction.SendTerminate);
        On(SessionState.SettleLater, SessionEvent.EndedOffline, SessionState.TerminateUnknown, SessionAction.SendQuery);

        On(SessionState.LostByEngine, SessionEvent.GrantOver, SessionState.LostByEngine, SessionAction.EndCall);
        On(SessionState.LostByEngine, SessionEvent.Ended, SessionState.Recording, SessionAction.SendCdr);

        On(SessionState.Denied, SessionEvent.Ended, SessionState.Denied, SessionAction.CloseSoon);
        On(SessionState.Denied, SessionEvent.RetryDue, SessionState.Closed, SessionAction.Close);

        On(SessionState.Exempt, SessionEvent.Ended, SessionState.Recording, SessionAction.SendCdr);

        On(SessionState.Ending, SessionEvent.Accepted, SessionState.Terminating, SessionAction.SendTerminate);
        On(SessionState.Ending, SessionEvent.Rejected, SessionState.Denied, SessionAction.CloseSoon);
        On(SessionState.Ending, SessionEvent.Unknown, SessionState.Ending, SessionAction.RepeatInitiate);
        On(SessionState.Ending, SessionEvent.Offline, SessionState.TerminateUnknown, SessionAction.JournalEndAndWait);
        On(SessionState.Ending, SessionEvent.Moved, SessionState.Ending, SessionAction.SendInitiate);
        On(SessionState.Ending, SessionEvent.Unwritten, SessionState.Terminating, SessionAction.SendTerminate);
        On(SessionState.Ending, SessionEvent.Lost, SessionState.Recording, SessionAction.SendCdr);
        On(SessionState.Ending, SessionEvent.Disconnect, SessionState.Ending, SessionAction.None);

        On(SessionState.Terminating, SessionEvent.Accepted, SessionState.Recording, SessionAction.SendCdr);
        On(SessionState.Terminating, SessionEvent.Rejected, SessionState.Recording, SessionAction.SendCdr);
        On(SessionState.Terminating, SessionEvent.Unwritten, SessionState.Terminating, SessionAction.WaitForRetry);
        On(SessionState.Terminating, SessionEvent.RetryDue, SessionState.Terminating, SessionAction.SendTerminate);
        On(SessionState.Terminating, SessionEvent.Offline, SessionState.TerminateUnknown, SessionAction.SendQuery);
        On(SessionState.Terminating, SessionEvent.Unknown, SessionState.TerminateUnknown, SessionAction.WaitForRetry);
        On(SessionState.Terminating, SessionEvent.Disconnect, SessionState.Terminating, SessionAction.None);

        On(SessionState.TerminateUnknown, SessionEvent.RetryDue, SessionState.TerminateUnknown, SessionAction.SendQuery);
        On(SessionState.TerminateUnknown, SessionEvent.Present, SessionState.Terminating, SessionAction.SendTerminate);
        On(SessionState.TerminateUnknown, SessionEvent.Absent, SessionState.Recording, SessionAction.SendCdr);
        On(SessionState.TerminateUnknown, SessionEvent.Unknown, SessionState.TerminateUnknown, SessionAction.WaitForRetry);
        On(SessionState.TerminateUnknown, SessionEvent.Rejected, SessionState.Unresolved, SessionAction.Park);
        On(SessionState.TerminateUnknown, SessionEvent.Disconnect, SessionState.TerminateUnknown, SessionAction.None);

        On(SessionState.Recording, SessionEvent.Accepted, SessionState.Closed, SessionAction.Close);
        On(SessionState.Recording, SessionEvent.Rejected, SessionState.Unresolved, SessionAction.Park);
        On(SessionState.Recording, SessionEvent.Busy, SessionState.Recording, SessionAction.WaitForRetry);
        On(SessionState.Recording, SessionEvent.Unwritten, SessionState.Recording, SessionAction.WaitForRetry);
        On(SessionState.Recording, SessionEvent.Unknown, SessionState.Recording, SessionAction.WaitForRetry);
        On(SessionState.Recording, SessionEvent.RetryDue, SessionState.Recording, SessionAction.SendCdr);
        On(SessionState.Recording, SessionEvent.Disconnect, SessionState.Recording, SessionAction.None);
        return rows;
    }
}
