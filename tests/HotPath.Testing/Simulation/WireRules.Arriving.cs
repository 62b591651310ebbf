using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>What an arrival means, and what has to leave because of it.</summary>
public sealed partial class WireRules
{
    private void OnRequestArrived(SipEndpoint source, WireMessage message)
    {
        if (message.Method == "ACK")
        {
            OnAckArrived(message);
            return;
        }

        // Once its transaction is over (timers L, J), a repeat begins another.
        if (_arrived.TryGetValue(message.TransactionKey, out ArrivedRequest? known) && !(known.FinalAt < world.Elapsed - s_giveUp))
        {
            // A repeat: whatever it calls for, the first has already.
            return;
        }

        var request = new ArrivedRequest(message, source, world.Elapsed) { IsWithoutRoom = message is { Method: "INVITE", ToTag.Length: 0 } && !HasRoom() };
        _arrived[message.TransactionKey] = request;
        switch (message.Method)
        {
            case "CANCEL":
                OnCancelArrived(message);
                break;
            case "INVITE" when message.ToTag.Length == 0:
                _calls.Add(message.CallId);
                if (request.IsWithoutRoom)
                {
                    world.CountFault("inviteWithoutRoom");
                }

                _unansweredInvites.Enqueue(request);
                break;
            default:
                OnDialogRequestArrived(request);
                break;
        }
    }

    private void OnCancelArrived(WireMessage cancel)
    {
        Owe(WireRule.CancelAnswered, cancel, left => left is { IsRequest: false, Method: "CANCEL", Status: 200 or 481 } && left.Branch == cancel.Branch);
        if (_arrived.TryGetValue($"{cancel.Branch} INVITE", out ArrivedRequest? invite) && invite.FinalStatus == 0)
        {
            invite.IsCancelled = true;
            if (invite.Forwarded is { ProvisionalAt: not null } forwarded)
            {
                OweCancel(forwarded, cancel);
            }
        }
    }

    private void OweCancel(SentRequest invite, WireMessage cause)
    {
        if (invite.FinalAt is null && !invite.IsCancelled && !MayHaveGivenUp(invite))
        {
            Owe(WireRule.CancelPassedOn, cause, left => left is { IsRequest: true, Method: "CANCEL" } && left.Branch == invite.Message.Branch);
        }
    }

    private void OnDialogRequestArrived(ArrivedRequest request)
    {
        WireMessage message = request.Message;
        WireDialog? dialog = Find(message, out bool isFromCaller);
        if (dialog is null)
        {
            return;
        }

        if (message.Method == "BYE")
        {
            dialog.End(world.Elapsed, isFromCaller ? dialog.Caller : dialog.Callee, LongestFlush());
        }

        if (dialog.OwnByeAt is { } endedAt)
        {
            Note(dialog, message, isFromCaller);
            if (IsRemembered(endedAt) && !dialog.IsRestored)
            {
                int status = message.Method == "BYE" ? 200 : 481;
                Owe(WireRule.SilentAfterOwnBye, message, left => !left.IsRequest && left.TransactionKey == message.TransactionKey && left.Status == status);
            }

            return;
        }

        // A dialog that a BYE has ended is remembered for a while, then forgotten.
        bool isRunning = !dialog.Caller.HasEnded && !dialog.Callee.HasEnded;
        Note(dialog, message, isFromCaller);
        if (isRunning && !dialog.IsRestored)
        {
            // Between the decision to end the call and the flush that the edge's BYE waits for, the edge answers already.
            int ownAnswer = message.Method == "BYE" ? 200 : 481;
            Owe(WireRule.RequestForwarded, message, left => left.IsRequest
                ? left.Method == message.Method && left.CSeq == message.CSeq && left.Vias.Count > 1
                : LongestFlush() > TimeSpan.Zero && left.Status == ownAnswer && left.TransactionKey == message.TransactionKey);
        }
    }

    private void OnAckArrived(WireMessage ack)
    {
        if (_arrived.TryGetValue(ack.TransactionKey, out ArrivedRequest? invite) && invite.FinalStatus >= 300)
        {
            return;
        }

        WireDialog? dialog = Find(ack, out bool isFromCaller);
        if (dialog is null)
        {
            return;
        }

        dialog.AckArrivedAt ??= isFromCaller ? world.Elapsed : null;
        if (!dialog.IsRestored && dialog.OwnByeAt is null && !dialog.Caller.HasEnded && !dialog.Callee.HasEnded)
        {
            Owe(WireRule.AckForwarded, ack, left => left is { IsRequest: true, Method: "ACK" } && left.CSeq == ack.CSeq && left.Vias.Count > 1);
        }
    }

    private void OnResponseArrived(SipEndpoint source, WireMessage response)
    {
        if (!_sent.TryGetValue(response.TransactionKey, out SentRequest? request))
        {
            return;
        }

        if (MayHaveGivenUp(request))
        {
            if (request.Message.Method == "INVITE")
            {
                OnLateResponse(source, request, response);
            }

            return;
        }

        if (response.Status < 200)
        {
            request.ProvisionalAt ??= world.Elapsed;
            if (request.Origin is { } invite && (invite.IsCancelled || invite.Forwarded != request))
            {
                OweCancel(request, response);
            }

            return;
        }

        bool isFirst = request.FinalAt is null;
        bool isLate = world.Elapsed > (request.FinalAt ?? world.Elapsed) + s_giveUp - s_margin;
        bool wasDecisive = request.Origin?.Forwarded == request;
        request.FinalAt ??= world.Elapsed;
        request.FinalStatus = isFirst ? response.Status : request.FinalStatus;
        if (isLate)
        {
            return;
        }

        bool isInvite = request.Message.Method == "INVITE";
        if (isInvite && response.Status < 300 && !IsWanted(source, request, response))
        {
            return;
        }

        if (isInvite && response.Status >= 300)
        {
            if (request.FinalStatus >= 300)
            {
                OweAckAndAnswer(request, response, isFirst && wasDecisive);
            }
        }
        else if (request.Origin is { } origin && (isInvite ? request.FinalStatus < 300 : isFirst))
        {
            Owe(isInvite ? WireRule.SuccessForwarded : WireRule.ResponseForwarded, response, left =>
                !left.IsRequest && left.TransactionKey == origin.Message.TransactionKey && left.Status == response.Status && left.ToTag == response.ToTag);
        }
    }

    /// <summary>
    /// What comes for an INVITE at the very edge of the time in which something had to calls for nothing, for its transaction may be over; and
    /// allows what it would call for, for it may not.
    /// </summary>
    private void OnLateResponse(SipEndpoint source, SentRequest invite, WireMessage response)
    {
        bool isAnswer = response.Status is >= 200 and < 300;
        if (isAnswer)
        {
            _answeredTooLate.Add(response.CallId);
        }

        if (invite.IsDoubtful || !HasGivenUp(invite, s_margin))
        {
            invite.IsDoubtful = true;
            if (isAnswer)
            {
                NoteAnswer(source, invite, response);
            }
            else if (response.Status < 200)
            {
                invite.ProvisionalAt ??= world.Elapsed;
            }
            else
            {
                invite.FinalAt ??= world.Elapsed;
                invite.FinalStatus = response.Status;
            }
        }
    }

    /// <summary>A 2xx makes a dialog. One that comes when the caller has heard that the call came to nothing is ended by the edge.</summary>
    /// <returns><c>false</c>: the caller has.</returns>
    private bool NoteAnswer(SipEndpoint source, SentRequest invite, WireMessage success)
    {
        (string, string, string) dialog = (success.CallId, success.FromTag, success.ToTag);
        _answeredBy.TryAdd(dialog, source);
        bool isUnwanted = invite.Origin is { FinalStatus: >= 300 };
        if (isUnwanted)
        {
            _unwanted.Add(dialog);
        }

        return !isUnwanted;
    }

    /// <summary>An answer that the caller waits for takes back what was sent to other next hops.</summary>
    private bool IsWanted(SipEndpoint source, SentRequest request, WireMessage response)
    {
        if (!NoteAnswer(source, request, response))
        {
            return false;
        }

        foreach (SentRequest other in request.Origin?.Tries ?? [])
        {
            if (other != request && other.ProvisionalAt is not null)
            {
                OweCancel(other, response);
            }
        }

        return true;
    }

    /// <param name="request">The INVITE.</param>
    /// <param name="response">Its rejection.</param>
    /// <param name="isDecisive">It is news, and of the next hop that the call was last sent to.</param>
    private void OweAckAndAnswer(SentRequest request, WireMessage response, bool isDecisive)
    {
        Owe(WireRule.RejectionAcknowledged, response, left => left is { IsRequest: true, Method: "ACK" } && left.Branch == response.Branch);
        bool mayWait = AsksBeforeNextHop && response.Status == 503;
        if (isDecisive && !mayWait && request.Origin is { FinalStatus: 0 } origin)
        {
            // 503 is one next hop's, and another one may be tried.
            Owe(WireRule.RejectionAnswered, response, left => left.IsRequest
                ? response.Status == 503 && left.Method == "INVITE" && left.CallId == response.CallId && left.ToTag.Length == 0
                : left.Status >= 300 && left.TransactionKey == origin.Message.TransactionKey);
        }
    }

    /// <summary>The client transaction may be over.</summary>
    private bool MayHaveGivenUp(SentRequest request) => request.IsDoubtful || HasGivenUp(request, -s_margin);

    /// <summary>The client transaction is over for so long at least: nothing came for 64·T1 (timers B, F), or since the CANCEL.</summary>
    private bool HasGivenUp(SentRequest request, TimeSpan margin)
    {
        if (request.FinalAt is not null)
        {
            return false;
        }

        TimeSpan limit = s_giveUp + margin;
        return request.CancelSentAt is { } cancelled
            ? world.Elapsed > cancelled + limit
            : (request.Message.Method != "INVITE" || request.ProvisionalAt is null) && world.Elapsed > request.At + limit;
    }

    /// <summary>Stragglers of a dialog that ended then are still answered.</summary>
    private bool IsRemembered(TimeSpan endedAt) => world.Elapsed < endedAt + s_giveUp - s_margin;

    private WireDialog? Find(WireMessage request, out bool isFromCaller)
    {
        isFromCaller = _dialogs.TryGetValue((request.CallId, request.FromTag, request.ToTag), out WireDialog? dialog);
        return isFromCaller || _dialogs.TryGetValue((request.CallId, request.ToTag, request.FromTag), out dialog) ? dialog : null;
    }

    private void Note(WireDialog dialog, WireMessage request, bool isFromCaller)
    {
        TimeSpan now = world.Elapsed;
        WireSide from = isFromCaller ? dialog.Caller : dialog.Callee;
        WireSide toward = isFromCaller ? dialog.Callee : dialog.Caller;
        toward.Note(request.CSeq, now);
        if (request.Method == "BYE")
        {
            from.HasEnded = true;
        }
    }
}
