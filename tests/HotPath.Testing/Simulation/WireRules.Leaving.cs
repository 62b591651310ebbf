using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>Whether what leaves may leave.</summary>
public sealed partial class WireRules
{
    private void OnResponseLeft(SipEndpoint destination, WireMessage response)
    {
        if (!_arrived.TryGetValue(response.TransactionKey, out ArrivedRequest? request))
        {
            Check(false, WireRule.ResponseToRequest, response, "nobody asked");
            return;
        }

        Check(destination == request.Source, WireRule.ResponseToRequest, response, $"goes to {destination}");
        Check(response.Vias.Count == request.Message.Vias.Count, WireRule.ResponseToRequest, response, $"{response.Vias.Count} Vias");
        request.HasResponse = true;
        if (response.Status < 200)
        {
            Check(request.FinalStatus == 0, WireRule.NothingAfterFinal, response, $"after {request.FinalStatus}");
            return;
        }

        if (request.IsWithoutRoom && !response.IsRefusedForNow)
        {
            _takenWithoutRoom.TryAdd(response.CallId, $"{response}");
        }

        bool isSuccess = response.Status < 300;
        bool isInvite = response.Method == "INVITE";
        if (request.FinalStatus == 0)
        {
            request.FinalStatus = response.Status;
            request.FinalAt = world.Elapsed;
        }
        else if (isInvite && request.FinalStatus < 300)
        {
            Check(isSuccess, WireRule.NothingAfterFinal, response, $"after {request.FinalStatus}");
        }
        else if (response.Method != "CANCEL")
        {
            // A CANCEL that has overtaken its INVITE gets 481 first; its repeats have none the less an effect.
            Check(response.Status == request.FinalStatus && request.FinalTags.Contains(response.ToTag), WireRule.OneFinalResponse, response, $"after {request.FinalStatus}");
        }

        request.FinalTags.Add(response.ToTag);
        if (isInvite && isSuccess && request.Message.ToTag.Length == 0
            && _dialogs.TryAdd((response.CallId, response.FromTag, response.ToTag), new WireDialog(response, world.Elapsed, world.Clock.GetUtcNow())))
        {
            NoteEarlyRequests(response);
        }
    }

    /// <summary>Requests that passed in the early dialog count for the CSeqs of the confirmed one.</summary>
    private void NoteEarlyRequests(WireMessage success)
    {
        foreach (ArrivedRequest request in _arrived.Values)
        {
            if (request.Message.CallId != success.CallId || request.Message.ToTag.Length == 0 || request.Forwarded is null
                || Find(request.Message, out bool isFromCaller) is not { } dialog)
            {
                continue;
            }

            if (request.Message.Method != "BYE")
            {
                Note(dialog, request.Message, isFromCaller);
            }
            else if (request.Message.FromTag == success.ToTag)
            {
                dialog.IsHungUpBefore = true;
            }
        }
    }

    private void OnRequestLeft(SipEndpoint destination, WireMessage message)
    {
        string key = $"{message.Branch} {message.Method}";
        if (_sent.TryGetValue(key, out SentRequest? known))
        {
            known.Times++;
            Check(message.Method == "ACK" || known.Message.Bytes.AsSpan().SequenceEqual(message.Bytes), WireRule.RepeatsAreIdentical, message);
            return;
        }

        string originMethod = message.Method == "ACK" ? "INVITE" : message.Method;
        ArrivedRequest? origin = message.Vias.Count > 1 ? _arrived.GetValueOrDefault($"{WireMessage.BranchOf(message.Vias[1])} {originMethod}") : null;
        var sent = new SentRequest(message, destination, world.Elapsed, origin);
        _sent.Add(key, sent);
        if (origin is not null && message.Method != "ACK")
        {
            OnForwarded(sent, origin);
        }

        switch (message.Method)
        {
            case "CANCEL":
                OnCancelLeft(message);
                break;
            case "ACK":
                OnAckLeft(message);
                break;
            case "BYE" when message.Vias.Count == 1:
                OnOwnByeLeft(message);
                break;
            default:
                Check(message.Vias.Count > 1, WireRule.SilentAfterOwnBye, message, "a request of the edge's own");
                Check(Find(message, out _) is not { OwnByeAt: { } endedAt } || !IsRemembered(endedAt), WireRule.SilentAfterOwnBye, message);
                break;
        }
    }

    private void OnForwarded(SentRequest sent, ArrivedRequest origin)
    {
        origin.Tries.Add(sent);
        WireMessage message = sent.Message;
        Check(message.EndToEnd == origin.Message.EndToEnd, WireRule.EndToEndUnchanged, message);
        Check(message.MaxForwards == origin.Message.MaxForwards - 1, WireRule.EndToEndUnchanged, message, $"Max-Forwards {message.MaxForwards}");
        Check(message.Vias.Count == origin.Message.Vias.Count + 1, WireRule.EndToEndUnchanged, message, $"{message.Vias.Count} Vias");
        if (message is { Method: "INVITE", ToTag.Length: 0 })
        {
            _tried.Add((message.CallId, sent.Destination));
            Check(message.HasRecordRoute, WireRule.RecordRouted, message);
            if (origin.IsWithoutRoom)
            {
                _takenWithoutRoom.TryAdd(message.CallId, $"{message}");
            }
        }
        else if (Find(message, out bool isFromCaller) is { } dialog && message.Method == "BYE")
        {
            (isFromCaller ? dialog.Callee : dialog.Caller).HasEnded = true;
        }
    }

    private void OnCancelLeft(WireMessage cancel)
    {
        if (!_sent.TryGetValue($"{cancel.Branch} INVITE", out SentRequest? invite))
        {
            Check(false, WireRule.CancelOfRingingInvite, cancel, "of no INVITE");
            return;
        }

        Check(invite is { ProvisionalAt: not null, FinalAt: null }, WireRule.CancelOfRingingInvite, cancel);
        Check(cancel.CSeq == invite.Message.CSeq && cancel.RequestUri == invite.Message.RequestUri && cancel.Vias.Count == 1
            && cancel.FromTag == invite.Message.FromTag && cancel.CallId == invite.Message.CallId,
            WireRule.CancelOfRingingInvite, cancel, "names another request");
        invite.CancelSentAt ??= world.Elapsed;
        invite.IsDoubtful = false;
    }

    private void OnAckLeft(WireMessage ack)
    {
        if (_sent.TryGetValue($"{ack.Branch} INVITE", out SentRequest? invite))
        {
            Check(invite.FinalStatus >= 300 && ack.CSeq == invite.Message.CSeq, WireRule.RejectionAcknowledged, ack, "of nothing");
            invite.IsDoubtful = false;
        }
        else if (Find(ack, out bool isFromCaller) is { } dialog)
        {
            dialog.HasAckLeft |= isFromCaller;
        }
    }

    private void OnOwnByeLeft(WireMessage bye)
    {
        WireDialog? dialog = Find(bye, out bool isFromCaller);
        if (dialog is null)
        {
            bool isUnwanted = _unwanted.Contains((bye.CallId, bye.FromTag, bye.ToTag));
            Check(isUnwanted, WireRule.BothLegsEnd, bye, "a BYE of the edge's own in no answered dialog");
            return;
        }

        WireSide toward = isFromCaller ? dialog.Callee : dialog.Caller;
        Check(
            toward.HighestCSeq is null
                || (dialog.IsRestored || dialog.IsHungUpBefore ? bye.CSeq > toward.HighestCSeq : bye.CSeq == toward.HighestCSeq + 1)
                || toward.HighestBefore(world.Elapsed - LongestFlush()) is not { } before || bye.CSeq == before + 1,
            WireRule.OwnCSeqFollows, bye, $"highest was {toward.HighestCSeq}");
        if (dialog.IsRestored)
        {
            // Whether the ACK has passed is not known after a restart.
        }
        else if (isFromCaller)
        {
            Check(dialog.HasAckLeft, WireRule.AckBeforeByeToCallee, bye);
        }
        else
        {
            Check(dialog.AckArrivedAt is not null || world.Elapsed >= dialog.SuccessAt + s_giveUp - s_margin, WireRule.NoByeBeforeAck, bye);
        }

        dialog.End(world.Elapsed, by: null, LongestFlush());
        dialog.OwnByeAt ??= world.Elapsed;
        toward.HasEnded = true;
    }
}
