using HotPath.Billing;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>What happens inside the call's dialogs, and how the edge ends them by itself.</summary>
internal sealed partial class Call
{
    private readonly List<Dialog> _dialogs = [];
    private int _relays;
    private bool _endedByEdge;

    /// <summary>A request inside one of the call's dialogs: goes on to the other side, unless the edge has ended the dialog itself.</summary>
    public void OnInDialogRequest(ServerTransaction transaction, in SipMessage request, Dialog dialog, DialogSide from)
    {
        if (_endedByEdge)
        {
            lane.Respond(transaction, request, request.Method == SipMethod.Bye ? 200 : 481);
            return;
        }

        dialog.NoteRequest(from, request);
        if (request.Method == SipMethod.Bye && dialog == _dialog)
        {
            EndCause cause = from == DialogSide.Caller ? EndCause.CallerBye : EndCause.CalleeBye;
            int q850Cause = ReasonHeader.Q850CauseOf(request);
            OnHungUp(q850Cause == 0 ? cause : cause with { Q850Cause = q850Cause });
        }

        if (!TryRouteToward(dialog, Opposite(from), out RouteDecision route))
        {
            lane.Respond(transaction, request, 480);
            return;
        }

        _relays++;
        lane.TakeRelay().Begin(transaction, request, route, lane.CountOwnRoutes(request), this, dialog, from);
    }

    /// <summary>The ACK to a 2xx passes; an end that waited for it goes on.</summary>
    public void OnAck(in SipMessage ack, Dialog dialog, DialogSide from)
    {
        if (_endedByEdge)
        {
            return;
        }

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

    /// <summary>A final success of a request inside a dialog, on its way back to <paramref name="requester"/>.</summary>
    public void OnInDialogResponse(Dialog dialog, DialogSide requester, in SipMessage response)
    {
        if (_dialogs.Contains(dialog))
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

    /// <summary>A response that makes or confirms a dialog. A fork may make several; the first 2xx decides which one is the call's.</summary>
    private void NoteDialog(ClientTransaction transaction, in SipMessage response)
    {
        if (response.ToTag.IsEmpty || State is not (CallState.Ringing or CallState.Answered or CallState.EndingAfterAck))
        {
            return;
        }

        Dialog? dialog = FindByCalleeTag(response.ToTag);
        if (dialog is null)
        {
            dialog = OpenDialog(transaction, response);
            if (dialog is null)
            {
                return;
            }

            dialog.Owner = this;
            _dialogs.Add(dialog);
        }
        else if (response.StatusCode >= 200 && dialog.State == DialogState.Early)
        {
            dialog.Confirm(response);
        }

        if (response.StatusCode >= 200)
        {
            _dialog ??= dialog;
        }
    }

    private Dialog? OpenDialog(ClientTransaction transaction, in SipMessage response)
    {
        var callee = new DialogLeg(transaction.Listener, transaction.Destination);
        if (_dialogs.Count > 0)
        {
            return lane.Dialogs.OpenFork(_dialogs[0], response, callee);
        }

        return _invite is not null && lane.TryReadKept(_invite.Request, out SipMessage received)
            && lane.TryReadForwarded(transaction.Request, out SipMessage forwarded)
            ? lane.Dialogs.Open(received, forwarded, response, new DialogLeg(_invite.Listener, _invite.ResponseDestination), callee)
            : null;
    }

    private Dialog? FindByCalleeTag(ReadOnlySpan<byte> tag)
    {
        foreach (Dialog dialog in _dialogs)
        {
            if (dialog.GetTag(DialogSide.Callee).SequenceEqual(tag))
            {
                return dialog;
            }
        }

        return null;
    }

    private void OnHungUp(in EndCause cause)
    {
        if (State is CallState.Answered or CallState.EndingAfterAck)
        {
            Finish(cause);
        }
    }

    /// <summary>Ends the call: at once if the caller has acknowledged the answer, else when it does (RFC 3261 §15).</summary>
    private void EndByEdge(in EndCause cause)
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
        }
    }

    /// <summary>64·T1 without an ACK: the callee gets one from us, so that it takes the BYE, and both sides hear that it is over.</summary>
    private void OnNoAck()
    {
        if (State == CallState.Answered)
        {
            _end = EndCause.NoAck;
        }

        if (_dialog is not null && TryRouteToward(_dialog, DialogSide.Callee, out RouteDecision route)
            && _dialog.TryWriteAck(lane.WriteOwnVia(route.Listener), lane.Output, out int written))
        {
            lane.Sender.Send(route.Listener, route.NextHop, lane.Output.AsSpan(0, written));
        }

        SendByes();
    }

    private void SendByes()
    {
        EndCause cause = _end;
        lane.Statistics.EndedByEdge++;
        Finish(cause);
        _endedByEdge = true;
        foreach (Dialog dialog in _dialogs)
        {
            if (dialog.State == DialogState.Confirmed)
            {
                SendBye(dialog, DialogSide.Caller, cause);
                SendBye(dialog, DialogSide.Callee, cause);
            }
        }
    }

    private void SendBye(Dialog dialog, DialogSide toward, in EndCause cause)
    {
        if (!TryRouteToward(dialog, toward, out RouteDecision route) || lane.Transactions.CreateClient(SipMethod.Bye) is not { } client)
        {
            return;
        }

        if (dialog.TryWriteBye(toward, lane.WriteVia(route.Listener, client.Branch), ReasonHeader.LineOf(cause), lane.Output, out int written))
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
        _linger = lane.Timers.Arm(SipTimers.Default.GiveUpMs, this, LingerTimer);
        _session?.End(cause);
    }

    private void DropDialogs()
    {
        lane.Timers.Cancel(_linger);
        foreach (Dialog dialog in _dialogs)
        {
            lane.Dialogs.Close(dialog);
        }

        _dialogs.Clear();
        _dialog = null;
    }

    /// <summary>
    /// Where a side is reached: its nearest route, else its target; where that names a host or a transport not served, the way its
    /// messages came.
    /// </summary>
    private bool TryRouteToward(Dialog dialog, DialogSide toward, out RouteDecision route)
    {
        DialogLeg leg = dialog.GetLeg(toward);
        dialog.GetNextHop(toward, out SipEndpoint nextHop);
        if (nextHop.Transport != SipTransportKind.Udp)
        {
            nextHop = leg.Endpoint;
        }

        int listener = lane.Router.ListenerToward(nextHop, leg.Listener);
        route = new RouteDecision(nextHop, listener, RewriteHost: false);
        return listener >= 0;
    }

    private static DialogSide Opposite(DialogSide side) => side == DialogSide.Caller ? DialogSide.Callee : DialogSide.Caller;
}
