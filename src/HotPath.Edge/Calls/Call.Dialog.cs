using HotPath.Billing;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>What happens inside the call's dialogs, and how the edge ends them by itself.</summary>
internal sealed partial class Call
{
    /// <summary>More early dialogs than this are let pass unnoticed until one of them is answered.</summary>
    private const int MostEarlyDialogs = 16;

    // The call's answered dialog. The others are early ones, of which at most one becomes it, and answers that came too late.
    private Dialog? _dialog;
    private readonly List<Dialog> _others = [];
    private TimerHandle _noAck;
    private long _noAckAtMs;
    private TimerHandle _sessionExpiry;
    private TimerHandle _linger;
    private int _relays;
    private bool _ackSeen;
    private bool _endedByEdge;

    /// <summary>A request inside one of the call's dialogs: goes on to the other side, unless the edge has ended the dialog itself.</summary>
    public void OnInDialogRequest(ServerTransaction transaction, in SipMessage request, Dialog dialog, DialogSide from)
    {
        if (_endedByEdge)
        {
            lane.Respond(transaction, request, request.Method == SipMethod.Bye ? 200 : 481);
            return;
        }

        dialog.NoteRequest(from, request, DialogLeg.Of(transaction, request));
        if (request.Method == SipMethod.Bye && dialog == _dialog)
        {
            OnHungUp(CauseOf(request, from));
        }
        else if (request.Method == SipMethod.Bye && from == DialogSide.Callee)
        {
            lane.EarlyByes.Note(request, lane.Timers.NowMs);
        }

        SessionOffer offer = default;
        if (dialog == _dialog && request.Method is SipMethod.Invite or SipMethod.Update
            && !SessionOffer.TryRead(request, lane.SessionProposal, out offer))
        {
            lane.Respond(transaction, request, 422, SessionOffer.MinSELine);
        }
        else if (!TryRouteToward(dialog, Opposite(from), out RouteDecision route))
        {
            lane.Respond(transaction, request, 480);
        }
        else
        {
            _relays++;
            lane.TakeRelay().BeginInDialog(transaction, request, route, this, dialog, from, offer);
        }
    }

    /// <summary>The ACK to a 2xx passes; an end that waited for it goes on.</summary>
    public void OnAck(in SipMessage ack, Dialog dialog, DialogSide from)
    {
        if (TryRouteToward(dialog, Opposite(from), out RouteDecision route))
        {
            lane.ForwardAck(ack, route.Listener, route.NextHop, lane.CountOwnRoutes(ack));
        }

        if (from == DialogSide.Caller && dialog == _dialog && !_ackSeen)
        {
            _ackSeen = true;
            lane.Timers.Cancel(_noAck);
            if (State == CallState.EndingAfterAck)
            {
                SendByes();
            }
        }
    }

    /// <summary>A response to a request inside a dialog, on its way back to <paramref name="requester"/>.</summary>
    /// <param name="dialog">The dialog; it may be over by now.</param>
    /// <param name="requester">The side that sent the request.</param>
    /// <param name="response">The response.</param>
    /// <param name="offer">What the request proposed for the session timer.</param>
    /// <param name="headers">Gets the header lines to add to the response.</param>
    public void OnInDialogResponse(Dialog dialog, DialogSide requester, in SipMessage response, in SessionOffer offer, ref SipWriter headers)
    {
        if (dialog == _dialog)
        {
            dialog.NoteResponse(Opposite(requester), response);
            if (response.StatusCode is >= 200 and < 300 && response.CSeqMethod is SipMethod.Invite or SipMethod.Update)
            {
                NoteSessionInterval(dialog, offer.Settle(response, ref headers));
                ArmSessionTimer();
                _sessions.NoteOwnerChange();
            }
        }
        else if (_others.Contains(dialog))
        {
            dialog.NoteResponse(Opposite(requester), response);
        }
    }

    /// <summary>A request inside a dialog is done with.</summary>
    public void OnRelayDone()
    {
        _relays--;
        ReleaseIfDone();
    }

    /// <summary>The session ends after this time unless it is refreshed (RFC 4028 §8.3); without an interval, 0, it has no timer.</summary>
    private void NoteSessionInterval(Dialog dialog, uint seconds) =>
        dialog.SessionExpiry = seconds == 0 ? null : lane.UtcNow.AddSeconds(seconds);

    private void ArmSessionTimer()
    {
        lane.Timers.Cancel(_sessionExpiry);
        if (_dialog?.SessionExpiry is { } expiry && State is CallState.Answered or CallState.EndingAfterAck)
        {
            _sessionExpiry = lane.Timers.Arm(Math.Max(0, (long)(expiry - lane.UtcNow).TotalMilliseconds), this, SessionTimer);
        }
    }

    /// <summary>A response that makes or confirms a dialog.</summary>
    /// <param name="transaction">The branch it came by.</param>
    /// <param name="response">A provisional response or a 2xx.</param>
    /// <param name="isFirst">It is the dialog's first 2xx.</param>
    /// <returns>Null if it makes none, or none that can be remembered.</returns>
    private Dialog? NoteDialog(ClientTransaction transaction, in SipMessage response, out bool isFirst)
    {
        bool isAnswer = response.StatusCode >= 200;
        isFirst = false;
        if (lane.Dialogs.Find(response, out _) is { } known)
        {
            // A callee that gives a new INVITE the tag of an older one makes no new dialog of it.
            bool isOurs = known.Owner is Call call && (call == this || call._forkOf == this);
            if (isOurs && isAnswer && known.State == DialogState.Early)
            {
                known.Confirm(response);
                isFirst = true;
            }

            return isOurs ? known : null;
        }

        // An answer without a tag is one of RFC 2543: its dialog has an empty one.
        if (!isAnswer && (response.ToTag.IsEmpty || _others.Count == MostEarlyDialogs))
        {
            return null;
        }

        Dialog? dialog = OpenDialog(transaction, response);
        if (dialog is not null)
        {
            dialog.Owner = this;
            _others.Add(dialog);
            isFirst = isAnswer;
        }

        return dialog;
    }

    private Dialog? OpenDialog(ClientTransaction transaction, in SipMessage response)
    {
        var callee = new DialogLeg(transaction.Listener, transaction.Destination);
        if ((_dialog ?? (_others.Count > 0 ? _others[0] : null)) is { } sibling)
        {
            return lane.Dialogs.OpenFork(sibling, response, callee);
        }

        if (!lane.TryReadForwarded(transaction.Request, out SipMessage forwarded))
        {
            return null;
        }

        if (_invite is not null && lane.TryReadKept(_invite.Request, out SipMessage received))
        {
            return lane.Dialogs.Open(received, forwarded, response, DialogLeg.Of(_invite, received), callee);
        }

        // The caller has its final response and nothing more is sent there: what the callee knows of it is enough.
        return lane.Dialogs.Open(forwarded, forwarded, response, callee, callee);
    }

    /// <summary>
    /// An answer to a call that has come to nothing for its caller: the callee hears so at once, instead of talking to nobody until it
    /// misses the ACK.
    /// </summary>
    private void EndUnwanted(Dialog dialog, bool isFirst)
    {
        if (_others.Contains(dialog))
        {
            _endedByEdge = true;
            SendAck(dialog);
            if (isFirst)
            {
                SendBye(dialog, DialogSide.Callee, EndCause.Cancelled);
            }
        }
    }

    /// <summary>Why a side hangs up.</summary>
    private EndCause CauseOf(in SipMessage bye, DialogSide from)
    {
        if (from == DialogSide.Callee && !_ackSeen && lane.Timers.NowMs >= _noAckAtMs - SipTimers.Default.T1Ms)
        {
            // A callee that misses the ACK gives up when the edge does (RFC 3261 §13.3.1.4): what is billed must not hang on which is faster.
            return EndCause.NoAck;
        }

        return WithReason(from == DialogSide.Caller ? EndCause.CallerBye : EndCause.CalleeBye, ReasonHeader.Q850CauseOf(bye));
    }

    private static EndCause WithReason(in EndCause cause, int q850Cause) => q850Cause == 0 ? cause : cause with { Q850Cause = q850Cause };

    private void OnHungUp(in EndCause cause)
    {
        if (State is CallState.Answered or CallState.EndingAfterAck)
        {
            // What the edge has decided before stays the cause.
            Finish(State == CallState.Answered ? cause : _end);
        }
    }

    /// <summary>Ends the call: at once if the caller has acknowledged the answer, else when it does (RFC 3261 §15).</summary>
    public void EndByEdge(in EndCause cause)
    {
        if (State != CallState.Answered)
        {
            return;
        }

        _end = cause;
        if (_ackSeen)
        {
            SendByes();
        }
        else
        {
            State = CallState.EndingAfterAck;
            _sessions.NoteEndDecided();
        }
    }

    /// <summary>64·T1 without an ACK: the callee gets one from us, so that it takes the BYE, and both sides hear that it is over.</summary>
    private void OnNoAck()
    {
        if (State == CallState.Answered || _end.Text == EndCause.CalleeBye.Text)
        {
            // A callee that hung up before its answer came is as gone as one that misses the ACK.
            _end = EndCause.NoAck;
        }

        if (_dialog is not null)
        {
            SendAck(_dialog);
        }

        SendByes();
    }

    /// <summary>The ACK the callee's 2xx needs where the caller sends none.</summary>
    private void SendAck(Dialog dialog)
    {
        if (TryRouteToward(dialog, DialogSide.Callee, out RouteDecision route)
            && dialog.TryWriteAck(lane.WriteOwnVia(route.Listener), lane.Output, out int written))
        {
            lane.Sender.Send(route.Listener, route.NextHop, lane.Output.AsSpan(0, written));
        }
    }

    private void SendByes()
    {
        lane.Statistics.EndedByEdge++;
        _endedByEdge = _byesDue = true;
        Finish(_end);
        SendDueByes();
    }

    /// <summary>The BYEs leave when the journal has the end of every session: at once, or when it says so.</summary>
    public void SendDueByes()
    {
        if (!_byesDue || _sessions.IsEndWaiting)
        {
            return;
        }

        _byesDue = false;
        if (_dialog is not null)
        {
            SendBye(_dialog, DialogSide.Caller, _end);
            SendBye(_dialog, DialogSide.Callee, _end);
        }
    }

    private void SendBye(Dialog dialog, DialogSide toward, in EndCause cause)
    {
        if (!TryRouteToward(dialog, toward, out RouteDecision route) || lane.Transactions.CreateClient(SipMethod.Bye) is not { } client)
        {
            return;
        }

        if (dialog.TryWriteBye(toward, lane.WriteVia(route.Listener, client.Branch), ReasonHeader.LineOf(cause), lane.Output, out int written, _isRestored ? RestoredCSeqStep : 1))
        {
            lane.TakeRelay().BeginOwn(client);
            client.Start(route.Listener, route.NextHop, lane.Output.AsSpan(0, written));
        }
        else
        {
            client.Abandon();
        }
    }

    /// <summary>The call is over at this moment; its dialogs stay for the stragglers.</summary>
    private void Finish(in EndCause cause)
    {
        State = CallState.Ended;
        lane.RunningCalls--;
        lane.Timers.Cancel(_limit);
        lane.Timers.Cancel(_noAck);
        lane.Timers.Cancel(_sessionExpiry);
        _linger = lane.Timers.Arm(SipTimers.Default.GiveUpMs, this, LingerTimer);
        lane.Timers.Cancel(_forkDue);
        _sessions.End(cause);
    }

    private void DropDialogs()
    {
        lane.Timers.Cancel(_linger);
        DropOthers();
        if (_dialog is not null)
        {
            lane.Dialogs.Close(_dialog);
            _dialog = null;
        }
    }

    private void DropOthers()
    {
        foreach (Dialog dialog in _others)
        {
            lane.Dialogs.Close(dialog);
        }

        _others.Clear();
    }

    /// <summary>
    /// Where a side is reached: its nearest route, else its target; where that names a host, a transport not served, or an address behind an
    /// address translator, the way its messages came.
    /// </summary>
    private bool TryRouteToward(Dialog dialog, DialogSide toward, out RouteDecision route)
    {
        dialog.GetNextHop(toward, out SipEndpoint named);
        return lane.Router.TryRouteToward(dialog.GetLeg(toward), named, out route);
    }

    private static DialogSide Opposite(DialogSide side) => side == DialogSide.Caller ? DialogSide.Callee : DialogSide.Caller;
}
