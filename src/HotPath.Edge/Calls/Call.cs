using HotPath.Billing;
using HotPath.Sip;

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

/// <summary>
/// One call through the edge: authorised before the callee hears of it, charged from the answer, ended by either side, by the engine or
/// by a limit. Pooled by the lane; lives on its thread.
/// </summary>
internal sealed partial class Call(Lane lane) : TransactionOwner, ISessionOwner, ITimerHandler
{
    private const int MaxRingingTimer = 1;
    private const int MaxDurationTimer = 2;
    private const int NoAckTimer = 3;
    private const int LingerTimer = 4;

    private ServerTransaction? _invite;
    private ClientTransaction? _forwarded;
    private ChargingSession? _session;
    private Dialog? _dialog;
    private TimerHandle _limit;
    private TimerHandle _noAck;
    private TimerHandle _linger;
    private EndCause _end;
    private bool _ackSeen;
    private bool _isCancelled;
    private bool _rangTooLong;

    /// <summary>Where the call stands.</summary>
    public CallState State { get; private set; }

    /// <summary>Begins with an INVITE that was found in order: asks the engine.</summary>
    public void Begin(ServerTransaction transaction, in SipMessage invite, ReadOnlySpan<byte> account, ReadOnlySpan<byte> destination)
    {
        State = CallState.Authorising;
        lane.RunningCalls++;
        _invite = transaction;
        _ackSeen = _isCancelled = _rangTooLong = _endedByEdge = false;
        _end = default;
        transaction.Owner = this;
        transaction.RespondTrying(invite);
        _session = lane.Sessions.Open(this, lane.Options.Charging, invite.CallId, account, destination, lane.WriteAttempt(invite));
        _session.Authorize();
    }

    /// <summary>The edge goes down: an answered call ends now, another is given up.</summary>
    public void Shutdown()
    {
        if (State is CallState.Answered)
        {
            EndByEdge(EndCause.Shutdown);
        }
        else if (State is CallState.Authorising or CallState.Ringing)
        {
            _forwarded?.Cancel();
            Reject(503, EndCause.Failed(503));
        }
    }

    void ISessionOwner.OnGranted(ChargingSession session)
    {
        if (State == CallState.Authorising && !ForwardInvite())
        {
            Reject(500, EndCause.Failed(500));
        }
    }

    void ISessionOwner.OnRefused(ChargingSession session, RefusalKind kind, string error)
    {
        lane.Log.CallRefused(session, kind, error);
        Reject(kind == RefusalKind.Account ? lane.Options.RefusedStatus : 503, default);
    }

    void ISessionOwner.OnEndCall(ChargingSession session, in EndCause cause) => EndByEdge(cause);

    void ISessionOwner.OnSettled(ChargingSession session)
    {
        _session = null;
        ReleaseIfDone();
    }

    public override void OnCancel()
    {
        if (State == CallState.Authorising)
        {
            Reject(487, EndCause.Cancelled);
        }
        else if (State == CallState.Ringing)
        {
            _isCancelled = true;
            _forwarded?.Cancel();
        }
    }

    public override void OnResponse(ClientTransaction transaction, in SipMessage response)
    {
        if (response.StatusCode >= 300)
        {
            OnRejected(response);
            return;
        }

        NoteDialog(transaction, response);
        ForwardResponse(response);
        if (response.StatusCode >= 200 && State == CallState.Ringing)
        {
            OnAnswered();
        }
    }

    public override void OnTimeout(ClientTransaction transaction)
    {
        if (State == CallState.Ringing)
        {
            Reject(408, EndCause.Failed(408));
        }
    }

    public override void OnTransportError(ClientTransaction transaction)
    {
        if (State == CallState.Ringing)
        {
            Reject(500, EndCause.Failed(500));
        }
    }

    public override void OnTerminated(ServerTransaction transaction)
    {
        _invite = null;
        ReleaseIfDone();
    }

    public override void OnTerminated(ClientTransaction transaction)
    {
        _forwarded = null;
        ReleaseIfDone();
    }

    void ITimerHandler.OnTimer(int kind, long state)
    {
        switch (kind)
        {
            case MaxRingingTimer when State == CallState.Ringing:
                _rangTooLong = true;
                _forwarded?.Cancel();
                break;
            case MaxDurationTimer:
                EndByEdge(EndCause.LifetimeOver);
                break;
            case NoAckTimer:
                OnNoAck();
                break;
            case LingerTimer:
                DropDialogs();
                ReleaseIfDone();
                break;
        }
    }

    private bool ForwardInvite()
    {
        if (_invite is null || !lane.TryReadKept(_invite.Request, out SipMessage invite)
            || !lane.Router.TryRoute(invite.RequestUri, _invite.Listener, out RouteDecision route)
            || lane.Transactions.CreateClient(invite) is not { } client)
        {
            return false;
        }

        if (!lane.TryWriteInvite(invite, _invite, route, client.Branch, out ReadOnlySpan<byte> bytes))
        {
            client.Abandon();
            return false;
        }

        State = CallState.Ringing;
        _forwarded = client;
        client.Owner = this;
        _limit = lane.Timers.Arm((long)lane.Options.MaxRinging.TotalMilliseconds, this, MaxRingingTimer);
        client.Start(route.Listener, route.NextHop, bytes);
        return true;
    }

    private void ForwardResponse(in SipMessage response)
    {
        if (_invite is not null && SipForwarding.TryWriteResponse(response, lane.Output, out int written))
        {
            _invite.Respond(lane.Output.AsSpan(0, written));
        }
    }

    private void OnAnswered()
    {
        lane.Timers.Cancel(_limit);
        State = CallState.Answered;
        lane.Statistics.Answered++;
        _limit = lane.Timers.Arm((long)lane.Options.MaxCallDuration.TotalMilliseconds, this, MaxDurationTimer);
        _noAck = lane.Timers.Arm(SipTimers.Default.GiveUpMs, this, NoAckTimer);
        _session?.Answer();
    }

    private void OnRejected(in SipMessage response)
    {
        if (State != CallState.Ringing)
        {
            return;
        }

        if (_rangTooLong)
        {
            Reject(408, EndCause.Failed(408));
            return;
        }

        if (response.StatusCode is 401 or 407)
        {
            // A challenge, which the caller answers with another INVITE: nothing was missed.
            ForwardResponse(response);
            _session?.Dismiss();
            Fail(default);
            return;
        }

        // A 503 says that the server behind us is overloaded, not that we are (RFC 3261 §16.7 step 6).
        int status = response.StatusCode == 503 ? 500 : response.StatusCode;
        EndCause cause = _isCancelled && response.StatusCode == 487 ? EndCause.Cancelled : EndCause.Failed(response.StatusCode, ReasonHeader.Q850CauseOf(response));
        if (status == response.StatusCode)
        {
            ForwardResponse(response);
            Fail(cause);
        }
        else
        {
            Reject(status, cause);
        }
    }

    /// <summary>Answers the caller with a final response of our own.</summary>
    private void Reject(int status, in EndCause cause)
    {
        if (_invite is not null && lane.TryReadKept(_invite.Request, out SipMessage invite))
        {
            lane.Respond(_invite, invite, status);
        }

        Fail(cause);
    }

    private void Fail(in EndCause cause)
    {
        State = CallState.Ended;
        lane.RunningCalls--;
        lane.Timers.Cancel(_limit);
        lane.Statistics.Failed++;
        DropDialogs();
        _session?.Abandon(cause);
        ReleaseIfDone();
    }

    /// <summary>The call is over, its transactions are, and its session is settled: the object can serve another call.</summary>
    private void ReleaseIfDone()
    {
        if (State == CallState.Ended && _invite is null && _forwarded is null && _session is null && _dialogs.Count == 0 && _relays == 0)
        {
            State = CallState.Free;
            lane.Release(this);
        }
    }
}
