using HotPath.Billing;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>The INVITE on its way to the callee: by one next hop after the other until one serves (RFC 3261 §16.7 step 5), and what comes
/// back.</summary>
internal sealed partial class Call
{
    // The branch that decides. Earlier ones, given up, may still be on their way: what they answer with 2xx is an answer.
    private ClientTransaction? _branch;
    private RouteDecision _route;

    // The next hop to try, while the engine is asked about what is bound to it.
    private RouteDecision _next;
    private SessionOffer _offer;
    private uint _proposal;
    private TimerHandle _silence;
    private ulong _tried;
    private int _branches;
    private int _failedStatus;

    public override void OnResponse(ClientTransaction transaction, in SipMessage response)
    {
        if (response.StatusCode is >= 200 and < 300)
        {
            OnAnswer(transaction, response);
        }
        else if (transaction == _branch && State == CallState.Ringing)
        {
            if (response.StatusCode >= 300)
            {
                OnRejected(response);
            }
            else
            {
                NoteDialog(transaction, response, out _);
                ForwardResponse(response);
            }
        }
    }

    public override void OnTimeout(ClientTransaction transaction)
    {
        if (transaction != _branch || State != CallState.Ringing)
        {
            return;
        }

        // Nothing at all came back before timer B; later ones have rung.
        if (transaction.State == TransactionState.Calling)
        {
            NoteSilent(408);
            OnRouteFailed(408);
        }
        else
        {
            GiveUp(408);
        }
    }

    public override void OnTransportError(ClientTransaction transaction)
    {
        if (transaction == _branch && State == CallState.Ringing)
        {
            NoteSilent(503);
            OnRouteFailed(500);
        }
    }

    public override void OnTerminated(ClientTransaction transaction)
    {
        if (transaction == _branch)
        {
            _branch = null;
        }

        if (--_branches == 0 && State != CallState.Ringing)
        {
            // No further answer can make a dialog of an early one, nor repeat.
            DropOthers();
        }

        ReleaseIfDone();
    }

    /// <summary>The engine granted what is bound to the next hop.</summary>
    public void OnNextHopAuthorised()
    {
        if (State == CallState.Ringing && (_isCancelled || _rangTooLong || _branch is { State: not TransactionState.Calling }))
        {
            // Nobody waits for it any more, or the one before it has spoken at last.
            _sessions.DismissUntried();
            _tried &= ~(1UL << _next.Route);
        }
        else if (_invite is null || !lane.TryReadKept(_invite.Request, out SipMessage invite) || !TrySend(invite, _next))
        {
            GoOnWithoutNextHop();
        }
    }

    /// <summary>The engine refused what is bound to the next hop: the call goes on with the others.</summary>
    public void OnNextHopRefused()
    {
        // Before anything was tried, the caller hears that nobody serves; else what the last one that was tried came to.
        _failedStatus = State == CallState.Authorising ? 503 : _failedStatus;
        GoOnWithoutNextHop();
    }

    private void GoOnWithoutNextHop()
    {
        if (!_isCancelled && !_rangTooLong && !TryForward() && _branch is null)
        {
            GiveUp(_failedStatus);
        }
    }

    /// <summary>
    /// Sends the INVITE to the next hop that is the best of those not tried yet, or asks the engine about what is bound to it and does so when
    /// it grants that.
    /// </summary>
    /// <returns><c>false</c> if none is left.</returns>
    private bool TryForward()
    {
        while (_invite is not null && ChooseRoute() is >= 0 and int choice)
        {
            _tried |= 1UL << choice;
            if (lane.TryReadKept(_invite.Request, out SipMessage invite)
                && lane.Router.TryRoute(invite.RequestUri, _invite.Listener, out _next, choice)
                && (_sessions.TryAuthorize(_next.NextHop, invite) || TrySend(invite, _next)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The handler's choice or the next hop of emergency calls first, then the best of the others.</summary>
    private int ChooseRoute() => _firstRoute >= 0 && (_tried & (1UL << _firstRoute)) == 0
        ? _firstRoute
        : lane.Routes.Choose(_tried, lane.Timers.NowMs, evenAsked: Class != CallClass.Charged);

    private bool TrySend(in SipMessage invite, in RouteDecision route)
    {
        if (lane.Transactions.CreateClient(invite) is not { } client)
        {
            return false;
        }

        SessionOffer.TryRead(invite, _proposal, out _offer);
        if (!lane.TryWriteInvite(invite, _invite!, route, client.Branch, _offer, out ReadOnlySpan<byte> bytes))
        {
            client.Abandon();
            return false;
        }

        ClientTransaction? silent = _branch is { State: TransactionState.Calling } ? _branch : null;
        if (State == CallState.Authorising)
        {
            State = CallState.Ringing;
            _limit = lane.Timers.Arm((long)lane.Options.MaxRinging.TotalMilliseconds, this, MaxRingingTimer);
        }
        else if (route.Route != _route.Route)
        {
            lane.Statistics.Rerouted++;
        }

        DropOthers();
        _sessions.NoteTried(route.NextHop);
        _branch = client;
        _branches++;
        _route = route;
        client.Owner = this;
        lane.Timers.Cancel(_silence);
        if (ChooseRoute() >= 0)
        {
            _silence = lane.Timers.Arm((long)lane.Options.RouteTimeout.TotalMilliseconds, this, SilenceTimer);
        }

        client.Start(route.Listener, route.NextHop, bytes);
        silent?.Cancel();
        return true;
    }

    /// <summary>Sends the INVITE to the same next hop again, with another session interval.</summary>
    private bool TryAgain(uint proposal)
    {
        _proposal = proposal;
        _tried &= ~(1UL << _route.Route);
        return TryForward();
    }

    /// <summary>The next hop has not even said 100: another one is tried, and this one is cancelled should it wake up.</summary>
    private void OnSilence()
    {
        if (_branch is { State: TransactionState.Calling } && !_isCancelled && !_rangTooLong)
        {
            NoteSilent(408);
            TryForward();
        }
    }

    /// <summary>The next hop cannot be reached, or says nothing.</summary>
    /// <param name="status">What that counts as (RFC 3261 §8.1.3.1), in the CDRs of what is bound to it.</param>
    private void NoteSilent(int status)
    {
        _sessions.NoteFailed(_route.NextHop, EndCause.Failed(status));
        if (_route.Route < lane.Options.Routes.Count)
        {
            lane.Routes.NoteSilent(_route.Route, lane.Timers.NowMs);
        }
    }

    /// <summary>The next hop does not serve: the next one is tried, or the call fails.</summary>
    private void OnRouteFailed(int status)
    {
        _branch = null;
        _failedStatus = status;
        if (_isCancelled || _rangTooLong || (!_sessions.IsAsking && !TryForward()))
        {
            GiveUp(status);
        }
    }

    /// <summary>Takes the INVITE back; the call is over when the callee has said so, or at once where there is none that could.</summary>
    private void CancelBranch(ReadOnlySpan<byte> headers = default)
    {
        if (_branch is null)
        {
            GiveUp(_failedStatus);
        }
        else
        {
            _branch.Cancel(headers);
        }
    }

    /// <summary>No final response is to be expected any more.</summary>
    private void GiveUp(int status)
    {
        if (_isCancelled)
        {
            Reject(487, _end);
        }
        else
        {
            status = _rangTooLong ? 408 : status;
            Reject(status, EndCause.Failed(status));
        }
    }

    private void OnRejected(in SipMessage response)
    {
        if (_rangTooLong)
        {
            GiveUp(408);
        }
        else if (response.StatusCode == 422 && !_isCancelled && _proposal == lane.SessionProposal
            && _offer.IsTooShortFor(response, out uint longer) && TryAgain(longer))
        {
            // Once: the callee may not make us call it for ever.
        }
        else if (response.StatusCode == 503)
        {
            // It says that the server behind us is overloaded, not that we are (RFC 3261 §16.7 step 6, §21.5.4).
            if (_route.Route < lane.Options.Routes.Count && SipDeltaSeconds.TryParse(response.Find(SipHeaderId.RetryAfter), out SipDeltaSeconds wait))
            {
                lane.Routes.NoteAsked(_route.Route, lane.Timers.NowMs, wait.Seconds);
            }

            _sessions.NoteFailed(_route.NextHop, EndCause.Failed(503, ReasonHeader.Q850CauseOf(response)));
            OnRouteFailed(500);
        }
        else
        {
            ForwardResponse(response);
            if (response.StatusCode is 401 or 407 or 422)
            {
                // What the caller answers with another INVITE: nothing was missed.
                _sessions.Dismiss();
                Fail(default);
            }
            else
            {
                Fail(_isCancelled && response.StatusCode == 487
                    ? _end
                    : EndCause.Failed(response.StatusCode, ReasonHeader.Q850CauseOf(response)));
            }
        }
    }

    private void ForwardResponse(in SipMessage response, ReadOnlySpan<byte> extraHeaders = default)
    {
        if (_invite is not null && SipForwarding.TryWriteResponse(response, lane.Output, out int written, extraHeaders))
        {
            _invite.Respond(lane.Output.AsSpan(0, written));
        }
    }

    /// <summary>
    /// A 2xx: the first, a repeated one, or that of another branch of a fork. All go to the caller, unless it has heard that the call came
    /// to nothing.
    /// </summary>
    private void OnAnswer(ClientTransaction transaction, in SipMessage response)
    {
        Dialog? dialog = NoteDialog(transaction, response, out bool isFirst);
        if (dialog is null)
        {
            // It could never be ended, so it does not begin: without an ACK the callee gives up.
            if (State == CallState.Ringing)
            {
                Reject(500, EndCause.Failed(500));
            }

            return;
        }

        if (_invite is null or { StatusCode: >= 300 })
        {
            EndUnwanted(dialog, isFirst);
            return;
        }

        Span<byte> buffer = stackalloc byte[64];
        SipWriter headers = new(buffer);
        uint interval = _offer.Settle(response, ref headers);
        ForwardResponse(response, headers.Written);
        if (isFirst)
        {
            // Before the journal is told of the answer.
            NoteSessionInterval(dialog, interval);
            Call answered = Answer(transaction, dialog);
            answered.ArmSessionTimer();
            if (lane.EarlyByes.Precede(response, lane.Timers.NowMs, out int q850Cause))
            {
                answered.EndByEdge(WithReason(EndCause.CalleeBye, q850Cause));
            }
        }
    }

    /// <summary>The first 2xx of a dialog: the first dialog is the call's, every other is a call of its own.</summary>
    private Call Answer(ClientTransaction transaction, Dialog dialog)
    {
        _others.Remove(dialog);
        if (State != CallState.Ringing)
        {
            Call fork = lane.TakeCall();
            fork.BeginFork(this, dialog, transaction.Destination);
            return fork;
        }

        if (transaction != _branch)
        {
            _branch?.Cancel(ReasonHeader.CompletedElsewhere);
        }

        OnAnswered(dialog);
        _sessions.Answer(transaction.Destination);
        return this;
    }
}
