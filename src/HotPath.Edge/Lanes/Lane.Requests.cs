using HotPath.Billing;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>What becomes of a request: a new call, a request on its way through a dialog or past it, or an answer of our own.</summary>
public sealed partial class Lane : ITransactionUser
{
    private const int LongestUser = 128;
    private const uint BusySeconds = 5;

    /// <summary>Whom a call that is not charged is recorded for if its From URI names nobody (RFC 3323).</summary>
    private static ReadOnlySpan<byte> UnknownAccount => "anonymous"u8;

    private static ReadOnlySpan<byte> Allow => "Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, INFO, NOTIFY, REFER, SUBSCRIBE, REGISTER, PUBLISH\r\n"u8;

    void ITransactionUser.OnRequest(ServerTransaction transaction, in SipMessage request)
    {
        // The order of RFC 3261 §16.3.
        if (request.ToTag.IsEmpty && (!SipUri.TryParse(request.RequestUri, out SipUri target) || target.Scheme == SipUriScheme.Other) && !IsEmergency(request))
        {
            Respond(transaction, request, 416);
        }
        else if (request.MaxForwards == 0)
        {
            Respond(transaction, request, 483);
        }
        else if (HasUnsupportedOption(request))
        {
            RespondUnsupported(transaction, request);
        }
        else if (!request.ToTag.IsEmpty)
        {
            OnInDialogRequest(transaction, request);
        }
        else
        {
            switch (request.Method)
            {
                case SipMethod.Invite:
                    OnNewCall(transaction, request);
                    break;
                case SipMethod.Options when Options.Routes.Count == 0 && IsForThisEdge(request.RequestUri):
                    Respond(transaction, request, 200, Allow);
                    break;
                case SipMethod.Message:
                    // A message costs money and nothing charges it here: it does not pass for free.
                    Respond(transaction, request, 405, Allow);
                    break;
                case SipMethod.Bye or SipMethod.Prack or SipMethod.Update or SipMethod.Info:
                    // Of a dialog whose callee gave no tag, as RFC 2543 allowed, or of none.
                    OnInDialogRequest(transaction, request);
                    break;
                default:
                    OnOtherRequest(transaction, request);
                    break;
            }
        }
    }

    bool ITransactionUser.IsUrgent(in SipMessage request) => IsEmergency(request);

    bool ITransactionUser.Sheds(in SipMessage request)
    {
        if (!IsBehind() || IsEmergency(request))
        {
            return false;
        }

        Statistics.ShedBehind++;
        return true;
    }

    void ITransactionUser.OnCancel(ServerTransaction invite, in SipMessage cancel) => (invite.Owner as TransactionOwner)?.OnCancel(cancel);

    void ITransactionUser.OnResponse(ClientTransaction transaction, in SipMessage response) =>
        (transaction.Owner as TransactionOwner)?.OnResponse(transaction, response);

    void ITransactionUser.OnTimeout(ClientTransaction transaction) => (transaction.Owner as TransactionOwner)?.OnTimeout(transaction);

    void ITransactionUser.OnTransportError(ClientTransaction transaction) => (transaction.Owner as TransactionOwner)?.OnTransportError(transaction);

    void ITransactionUser.OnTerminated(ServerTransaction transaction) => (transaction.Owner as TransactionOwner)?.OnTerminated(transaction);

    void ITransactionUser.OnTerminated(ClientTransaction transaction) => (transaction.Owner as TransactionOwner)?.OnTerminated(transaction);

    private void OnNewCall(ServerTransaction transaction, in SipMessage invite)
    {
        Statistics.Calls++;
        Span<byte> accountBuffer = stackalloc byte[LongestUser];
        Span<byte> destinationBuffer = stackalloc byte[LongestUser];
        bool hasDestination = NumberPatterns.TryRead(invite.RequestUri, destinationBuffer, out scoped ReadOnlySpan<byte> destination);
        CallClass callClass = hasDestination ? Options.ClassOf(destination) : CallClass.Charged;
        bool isCharged = callClass == CallClass.Charged;
        Statistics.EmergencyCalls += callClass == CallClass.Emergency ? 1 : 0;
        Statistics.FreeCalls += callClass == CallClass.Free ? 1 : 0;
        if ((_isDraining && callClass != CallClass.Emergency) || RunningCalls >= Options.MaxCallsPerLane(callClass) || (isCharged && !Sessions.HasRoom))
        {
            RespondRetryAfter(transaction, invite, BusySeconds);
            return;
        }

        if (transaction.IsSpiral)
        {
            // Both passes would make a dialog of the same identifiers, and no BYE could tell which of the two calls it ends.
            Respond(transaction, invite, 482);
            return;
        }

        scoped ReadOnlySpan<byte> account = Options.AccountUtf8;
        bool hasAccount = !account.IsEmpty || UserPart.TryDecode(invite.From.Uri, accountBuffer, out account);
        if (!hasAccount && isCharged)
        {
            Respond(transaction, invite, 403);
        }
        else if (!hasDestination)
        {
            Respond(transaction, invite, 484);
        }
        else if (!HasRoute(invite, transaction.Listener, callClass))
        {
            Respond(transaction, invite, 404);
        }
        else if (!SessionOffer.TryRead(invite, SessionProposal, out _))
        {
            Respond(transaction, invite, 422, SessionOffer.MinSELine);
        }
        else if (isCharged && Routes.Choose(tried: 0, Timers.NowMs) < 0)
        {
            RespondRetryAfter(transaction, invite, Routes.GetRetryAfterSeconds(Timers.NowMs));
        }
        else
        {
            TakeCall().Begin(transaction, invite, hasAccount ? account : UnknownAccount, destination, callClass);
        }
    }

    /// <summary>It begins an emergency call.</summary>
    internal bool IsEmergency(in SipMessage request)
    {
        Span<byte> buffer = stackalloc byte[LongestUser];
        return Options.EmergencyNumbers.Count > 0 && request.Method == SipMethod.Invite && request.ToTag.IsEmpty
            && NumberPatterns.TryRead(request.RequestUri, buffer, out ReadOnlySpan<byte> destination)
            && Options.EmergencyNumbers.Match(destination);
    }

    private bool HasRoute(in SipMessage invite, int arrivedOn, CallClass callClass) =>
        Router.TryRoute(invite.RequestUri, arrivedOn, out _)
        || (callClass == CallClass.Emergency && Router.EmergencyRoute >= 0 && Router.TryRoute(invite.RequestUri, arrivedOn, out _, Router.EmergencyRoute));

    private void OnInDialogRequest(ServerTransaction transaction, in SipMessage request)
    {
        if (Dialogs.Find(request, out DialogSide from) is { Owner: Call call } dialog
            && (dialog.State == DialogState.Confirmed || request.Method != SipMethod.Invite))
        {
            call.OnInDialogRequest(transaction, request, dialog, from);
        }
        else if (request.Method == SipMethod.Bye && TryRouteStray(request, out int ownRoutes, out RouteDecision route))
        {
            // The call is older than this process, and its far leg must still learn that it is over; or younger than its answer.
            Statistics.Strays++;
            EarlyByes.Note(request, Timers.NowMs);
            Relay(transaction, request, route, ownRoutes);
        }
        else
        {
            Statistics.Strays++;
            Respond(transaction, request, 481);
        }
    }

    private void OnOtherRequest(ServerTransaction transaction, in SipMessage request)
    {
        if (Router.TryRoute(request.RequestUri, transaction.Listener, out RouteDecision route))
        {
            Relay(transaction, request, route, int.MaxValue);
        }
        else
        {
            Respond(transaction, request, 404);
        }
    }

    void ITransactionUser.OnAck(in SipMessage ack, int listener, in SipEndpoint source)
    {
        if (Dialogs.Find(ack, out DialogSide from) is { Owner: Call call } dialog)
        {
            call.OnAck(ack, dialog, from);
        }
        else if (TryRouteStray(ack, out int ownRoutes, out RouteDecision route))
        {
            Statistics.Strays++;
            ForwardAck(ack, route.Listener, route.NextHop, ownRoutes);
        }
    }

    /// <summary>Sends a request on and its response back.</summary>
    internal void Relay(ServerTransaction transaction, in SipMessage request, in RouteDecision route, int routesToRemove)
    {
        TakeRelay().Begin(transaction, request, route, routesToRemove);
    }

    internal Call TakeCall()
    {
        Call call = _freeCalls.TryPop(out Call? free) ? free : new Call(this);
        _calls.Add(call);
        return call;
    }

    internal Relay TakeRelay() => _freeRelays.TryPop(out Relay? free) ? free : new Relay(this);

    /// <summary>Sends the ACK to a 2xx on: a hop of its own without a transaction (RFC 3261 §16.11).</summary>
    internal void ForwardAck(in SipMessage ack, int listener, in SipEndpoint nextHop, int routesToRemove)
    {
        if (ack.MaxForwards == 0)
        {
            return;
        }

        Span<byte> branch = stackalloc byte[KeyedTag.Length + 7];
        "z9hG4bK"u8.CopyTo(branch);
        _tags.Write(ack.TopVia.Branch, branch[7..]);
        var edits = new RequestEdits { Via = WriteVia(listener, branch), RoutesToRemove = routesToRemove };
        if (SipForwarding.TryWriteRequest(ack, edits, Output, out int written))
        {
            Sender.Send(listener, nextHop, Output.AsSpan(0, written));
        }
    }

    /// <summary>
    /// A request of a dialog this process does not know, whose topmost Route carries our mark: it may pass, to where its routes say or, if
    /// that lies behind an address translator, by the way in the mark.
    /// </summary>
    private bool TryRouteStray(in SipMessage request, out int ownRoutes, out RouteDecision decision)
    {
        ownRoutes = 0;
        decision = default;
        bool isMarked = false, isTranslated = false;
        DialogLeg leg = default;
        ReadOnlySpan<byte> next = request.RequestUri;
        foreach (ReadOnlySpan<byte> value in request.Values(SipHeaderId.Route))
        {
            if (!SipNameAddr.TryParse(value, out SipNameAddr route))
            {
                return false;
            }

            if (!SipUri.TryParse(route.Uri, out SipUri uri) || !uri.TryGetParameter("hp"u8, out ReadOnlySpan<byte> token) || !IsOurs(route.Uri))
            {
                next = route.Uri;
                break;
            }

            isMarked = isMarked || _flows.TryRead(request, token, out leg, out isTranslated);
            ownRoutes++;
        }

        if (!isMarked || NextHop.Resolve(next, out SipEndpoint target) != NextHopResult.Resolved)
        {
            return false;
        }

        return Router.TryRouteToward(isTranslated ? leg with { SentBy = target } : leg, target, out decision) && !Router.IsOurs(decision.NextHop);
    }

    /// <summary>How many of the topmost Route values are ours.</summary>
    internal int CountOwnRoutes(in SipMessage request)
    {
        int count = 0;
        foreach (ReadOnlySpan<byte> value in request.Values(SipHeaderId.Route))
        {
            if (!SipNameAddr.TryParse(value, out SipNameAddr route) || !IsOurs(route.Uri))
            {
                break;
            }

            count++;
        }

        return count;
    }

    private bool IsOurs(ReadOnlySpan<byte> uri) => NextHop.Resolve(uri, out SipEndpoint endpoint) == NextHopResult.Resolved && Router.IsOurs(endpoint);

    private bool IsForThisEdge(ReadOnlySpan<byte> requestUri) => SipUri.TryParse(requestUri, out SipUri uri) && uri.User.IsEmpty && IsOurs(requestUri);

    /// <summary>The only option that asks something of a proxy which this one knows is <c>timer</c> (RFC 4028 §4).</summary>
    private static bool IsSupported(ReadOnlySpan<byte> option) => SipText.EqualsIgnoreCase(option, "timer"u8);

    private static bool HasUnsupportedOption(in SipMessage request)
    {
        foreach (ReadOnlySpan<byte> option in request.Values(SipHeaderId.ProxyRequire))
        {
            if (!IsSupported(option))
            {
                return true;
            }
        }

        return false;
    }

    private void RespondUnsupported(ServerTransaction transaction, in SipMessage request)
    {
        Span<byte> buffer = stackalloc byte[512];
        SipWriter header = new(buffer);
        foreach (ReadOnlySpan<byte> option in request.Values(SipHeaderId.ProxyRequire))
        {
            if (!IsSupported(option))
            {
                header.Append(header.Written.IsEmpty ? "Unsupported: "u8 : ", "u8);
                header.Append(option);
            }
        }

        header.Append("\r\n"u8);
        Respond(transaction, request, 420, header.Overflowed ? default : header.Written);
    }

    private void RespondRetryAfter(ServerTransaction transaction, in SipMessage request, uint seconds)
    {
        Span<byte> buffer = stackalloc byte[32];
        SipWriter header = new(buffer);
        header.Append("Retry-After: "u8);
        header.AppendNumber(seconds);
        header.Append("\r\n"u8);
        Respond(transaction, request, 503, header.Written);
    }
}
