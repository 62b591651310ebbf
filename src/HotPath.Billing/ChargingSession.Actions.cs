using Microsoft.Extensions.Logging;

namespace HotPath.Billing;

/// <summary>What the session does when something happens to it: the rows of <see cref="SessionTable"/>, carried out.</summary>
public sealed partial class ChargingSession
{
    /// <param name="event">What happened.</param>
    /// <param name="cause">With what cause the call must end, if the table says that it must.</param>
    /// <param name="detail">What to say in logs.</param>
    private void On(SessionEvent @event, in EndCause cause, string detail)
    {
        if (!SessionTable.TryGet(State, @event, out SessionState next, out SessionAction action))
        {
            return;
        }

        if (next == SessionState.TerminateUnknown && @event is SessionEvent.EndedOffline or SessionEvent.Offline)
        {
            _chargedAt = ChargedAndForgotten;
        }

        Observe(@event, next, detail);
        if (next != State)
        {
            if (State == SessionState.Open)
            {
                _sessions.Audit?.Remove(Number);
            }
            else if (State == SessionState.SettleLater)
            {
                _initiates = 0;
            }

            _tries = IsOneWork(State, next) ? _tries : 0;
            State = next;
        }

        // A CDR that went unanswered; or that of a session which the engine ended by itself, or may have, and then records by itself.
        _engineMayHaveCdr |= @event is SessionEvent.Absent or SessionEvent.Lost or SessionEvent.EndedOffline || (@event == SessionEvent.Unknown && State == SessionState.Recording);
        switch (action)
        {
            case SessionAction.None:
                break;
            case SessionAction.SendAuthorize:
                SendAuthorize();
                break;
            case SessionAction.TellGranted:
                _owner.OnGranted(this);
                break;
            case SessionAction.TellRefused:
                _owner.OnRefused(this, _refusal, detail);
                Settle();
                break;
            case SessionAction.SendInitiate:
                ChooseEngine();
                CarryWhenWritten(action, isNews: @event == SessionEvent.Answered);
                break;
            case SessionAction.JournalAnswer:
                JournalAll();
                _owner.OnInitiated(this, Opened);
                break;
            case SessionAction.ApplyGrant:
                JournalAccepted();
                ArmGrant();
                ArmUpdate();
                AddToAudit();
                _owner.OnInitiated(this, Opened);
                break;
            case SessionAction.SendUpdate:
                SendUpdate();
                break;
            case SessionAction.ApplyUpdate:
                _tries = 0;
                JournalAccepted();
                ArmGrant();
                ArmUpdate();
                break;
            case SessionAction.EndCall:
                NoteIfUnreached();
                AskForEnd(cause, detail);
                break;
            case SessionAction.EndDeniedCall:
                EndDeniedCall(detail);
                break;
            case SessionAction.CloseSoon:
                CarryWhenWritten(action, isNews: false);
                break;
            case SessionAction.EndLostCall:
                EndLostCall(cause, detail);
                break;
            case SessionAction.RepeatInitiate:
                RepeatInitiate(detail);
                break;
            case SessionAction.RepeatQuery:
                RepeatQuery(detail);
                break;
            case SessionAction.JournalEnd:
            case SessionAction.JournalEndAndWait:
            case SessionAction.SendQuery when @event == SessionEvent.EndedOffline:
                CarryWhenWritten(action, isNews: true);
                break;
            case SessionAction.SendTerminate:
                ChooseEngine();
                CarryWhenWritten(action, isNews: @event is not (SessionEvent.RetryDue or SessionEvent.Present));
                break;
            case SessionAction.SendCdr when @event == SessionEvent.Ended || IsEndWaiting:
                ChooseEngine();
                CarryWhenWritten(action, isNews: @event == SessionEvent.Ended);
                break;
            case SessionAction.SendQuery:
                SendQuery();
                break;
            case SessionAction.SendCdr:
                SendCdr(@event);
                break;
            case SessionAction.SendMissedCdr:
                SendMissedCdr();
                break;
            case SessionAction.WaitForRetry:
                NoteIfUnreached();
                WaitForRetry(detail);
                break;
            case SessionAction.Park:
                Park(detail);
                break;
            case SessionAction.Close:
                Settle();
                break;
            default:
                throw new InvalidOperationException($"The session table names the action {action}, which nothing carries out.");
        }
    }

    /// <summary>
    /// Nothing is owed, but the record stays until the call has ended, and the call ends when the record is safe: an edge that found the call
    /// running would go on with it, though its phones have hung up.
    /// </summary>
    private void EndDeniedCall(string detail)
    {
        SetDue(limitAt: long.MaxValue, retryAt: long.MaxValue);
        _isEndDecided = true;
        _deniedBecause = detail;
        CarryWhenWritten(SessionAction.EndDeniedCall, isNews: true);
    }

    private void EndLostCall(in EndCause cause, string detail)
    {
        _sessions.Statistics.LostByEngine++;
        _sessions.Log.SessionLost(OriginIdText, _sessions.EngineNameOf(_engine));
        if (_profile.OnLostByEngine == LostSessionPolicy.End)
        {
            AskForEnd(cause, detail);
        }
    }

    private void AskForEnd(in EndCause cause, string detail)
    {
        if (!_endCallTold)
        {
            _endCallTold = true;
            if (_sessions.Log.IsEnabled(LogLevel.Information))
            {
                bool isSaid = detail.Length == 0 || cause.Text.EndsWith(detail, StringComparison.Ordinal);
                _sessions.Log.CallMustEnd(OriginIdText, cause.Text, isSaid ? "" : $" ({detail})");
            }

            _owner.OnEndCall(this, cause);
        }
    }

    private void WaitForRetry(string detail)
    {
        if (_tries == 0)
        {
            _sessions.Log.WaitingForEngine(OriginIdText, State, detail);
        }

        SetDue(_limitAt, _sessions.NowMs + PauseMs);
        _tries++;
    }

    private void Park(string detail)
    {
        State = SessionState.Unresolved;
        _parkedBecause = detail;
        _sessions.Statistics.Unresolved++;
        _sessions.Log.Unresolved(OriginIdText, detail);
        _sessions.Journal(JournalRecordKind.Unresolved, this, detail);
        Settle();
    }

    private void Settle()
    {
        if (State == SessionState.Closed)
        {
            _sessions.Journal(JournalRecordKind.Closed, this);
        }

        _request = Generation = 0;
        _owner.OnSettled(this);
        _sessions.Release(this);
    }
}
