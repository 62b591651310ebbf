using HotPath.Billing;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>
/// One call through the edge: authorised before the callee hears of it, charged from the answer, ended by either side, by the engine or
/// by a limit. A second answer to a forked INVITE is a call of its own. Pooled by the lane; lives on its thread.
/// </summary>
internal sealed partial class Call(Lane lane) : TransactionOwner, ITimerHandler
{
    private const int MaxRingingTimer = 1;
    private const int MaxDurationTimer = 2;
    private const int NoAckTimer = 3;
    private const int LingerTimer = 4;
    private const int SilenceTimer = 5;
    private const int SessionTimer = 6;
    private const int ForkTimer = 7;

    /// <summary>How long a further answer of a fork must be up before it is charged: a caller that wants one call ends the others at once.</summary>
    private const long ForkDelayMs = 2_000;

    private readonly CallSessions _sessions = new(lane);
    private Call? _forkOf;
    private ServerTransaction? _invite;
    private TimerHandle _limit;
    private TimerHandle _forkDue;
    private EndCause _end;
    private bool _isCancelled;
    private bool _rangTooLong;

    /// <summary>Where the call stands.</summary>
    public CallState State { get; private set; }

    /// <summary>Whether it is charged.</summary>
    public CallClass Class { get; private set; }

    /// <summary>Its answered dialog; <c>null</c>: there is none yet, or none any more.</summary>
    public Dialog? Dialog => _dialog;

    /// <summary>Begins with an INVITE that was found in order: asks the engine, or sends it on if the call is not charged.</summary>
    public void Begin(ServerTransaction transaction, in SipMessage invite, ReadOnlySpan<byte> account, ReadOnlySpan<byte> destination, CallClass callClass)
    {
        Reset(CallState.Authorising);
        Class = callClass;
        _firstRoute = callClass == CallClass.Emergency ? lane.Router.EmergencyRoute : NoRoute;
        _invite = transaction;
        transaction.Owner = this;
        transaction.RespondTrying(invite);
        if (lane.Handler is null || callClass == CallClass.Emergency)
        {
            GoOn(invite, account, destination);
        }
        else
        {
            AskHandler(invite.CallId, account, destination);
        }
    }

    /// <summary>Asks the engine, or sends the INVITE on if nothing is charged.</summary>
    private void GoOn(in SipMessage invite, ReadOnlySpan<byte> account, ReadOnlySpan<byte> destination)
    {
        if (lane.Options.IsCharging)
        {
            _sessions.Authorize(invite, account, destination);
        }
        else
        {
            OnAuthorised();
        }
    }

    /// <summary>The edge goes down: an answered call ends now, another is given up. An emergency call goes on without the edge.</summary>
    public void Shutdown()
    {
        if (Class == CallClass.Emergency)
        {
            if (State is CallState.Answered)
            {
                Finish(EndCause.Shutdown);
            }
        }
        else if (State is CallState.Answered)
        {
            EndByEdge(EndCause.Shutdown);
        }
        else if (State is CallState.Authorising or CallState.Ringing)
        {
            _branch?.Cancel();
            Reject(503, EndCause.Failed(503));
        }
    }

    /// <summary>The call may go out.</summary>
    public void OnAuthorised()
    {
        if (State == CallState.Authorising && !TryForward())
        {
            GiveUp(500);
        }
    }

    /// <summary>The call may not go out; nothing is left of its sessions.</summary>
    public void OnRefused(RefusalKind kind) => Reject(kind == RefusalKind.Account ? lane.Options.RefusedStatus : 503, default);

    /// <summary>Nothing is owed to any of the call's sessions any more.</summary>
    public void OnSettled() => ReleaseIfDone();

    public override void OnCancel(in SipMessage cancel)
    {
        EndCause cause = EndCause.Cancelled with { Q850Cause = ReasonHeader.Q850CauseOf(cancel) };
        if (State == CallState.Authorising)
        {
            Reject(487, cause);
        }
        else if (State == CallState.Ringing)
        {
            Span<byte> buffer = stackalloc byte[ReasonHeader.MostBytes];
            _isCancelled = true;
            _end = cause;
            CancelBranch(ReasonHeader.LinesOf(cancel, buffer));
        }
    }

    public override void OnTerminated(ServerTransaction transaction)
    {
        _invite = null;
        ReleaseIfDone();
    }

    void ITimerHandler.OnTimer(int kind, long state)
    {
        switch (kind)
        {
            case SilenceTimer when State == CallState.Ringing:
                OnSilence();
                break;
            case MaxRingingTimer when State == CallState.Ringing:
                _rangTooLong = true;
                CancelBranch();
                break;
            case MaxRingingTimer when State == CallState.Authorising && !_isHandled:
                Reject(408, default);
                break;
            case MaxDurationTimer:
                EndByEdge(EndCause.LifetimeOver);
                break;
            case SessionTimer:
                EndByEdge(EndCause.SessionExpired);
                break;
            case NoAckTimer:
                OnNoAck();
                break;
            case ForkTimer:
                _sessions.Answer(TimeSpan.FromMilliseconds(ForkDelayMs));
                break;
            case LingerTimer:
                DropDialogs();
                ReleaseIfDone();
                break;
        }
    }

    /// <summary>
    /// A further answer to a forked INVITE is a call of its own, with a session of its own if it is still up after a moment
    /// (<c>OriginID;to-tag</c>).
    /// </summary>
    private void BeginFork(Call first, Dialog dialog, in SipEndpoint nextHop)
    {
        Reset(CallState.Answered);
        _forkOf = first;
        Class = first.Class;
        dialog.Owner = this;
        OnAnswered(dialog);
        if (_sessions.TryFork(first._sessions, nextHop, dialog.GetTag(DialogSide.Callee)))
        {
            _forkDue = lane.Timers.Arm(ForkDelayMs, this, ForkTimer);
        }
    }

    private void Reset(CallState state)
    {
        State = state;
        lane.RunningCalls++;
        _isCancelled = _rangTooLong = _ackSeen = _endedByEdge = _isRestored = _byesDue = false;
        _tried = 0;
        _proposal = lane.SessionProposal;
        _firstRoute = NoRoute;
        _end = default;
        _forkOf = null;
        Class = CallClass.Charged;
        _failedStatus = 500;
        _sessions.Reset(this);
    }

    private void OnAnswered(Dialog dialog)
    {
        lane.Timers.Cancel(_limit);
        lane.Timers.Cancel(_silence);
        State = CallState.Answered;
        _dialog = dialog;
        lane.Statistics.Answered++;
        _limit = lane.Timers.Arm((long)lane.Options.MaxDurationOf(Class).TotalMilliseconds, this, MaxDurationTimer);
        _noAck = lane.Timers.Arm(SipTimers.Default.GiveUpMs, this, NoAckTimer);
        _noAckAtMs = lane.Timers.NowMs + SipTimers.Default.GiveUpMs;
    }

    /// <summary>Answers the caller with a final response of our own.</summary>
    private void Reject(int status, in EndCause cause, ReadOnlySpan<byte> extraHeaders = default)
    {
        if (_invite is not null && lane.TryReadKept(_invite.Request, out SipMessage invite))
        {
            lane.Respond(_invite, invite, status, extraHeaders);
        }

        Fail(cause);
    }

    private void Fail(in EndCause cause)
    {
        Generation++;
        State = CallState.Ended;
        lane.RunningCalls--;
        lane.Timers.Cancel(_limit);
        lane.Timers.Cancel(_silence);
        lane.Statistics.Failed++;
        DropDialogs();
        _sessions.Abandon(cause);
        ReleaseIfDone();
    }

    /// <summary>The call is over, its transactions are, and its session is settled: the object can serve another call.</summary>
    private void ReleaseIfDone()
    {
        if (State == CallState.Ended && _isHandled && _invite is null && _branches == 0 && _sessions.IsSettled
            && _dialog is null && _others.Count == 0 && _relays == 0)
        {
            State = CallState.Free;
            lane.Release(this);
        }
    }
}
