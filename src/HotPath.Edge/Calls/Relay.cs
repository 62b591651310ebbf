using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>
/// One request on its way through the edge that is not a call's first INVITE: inside a dialog, or past all of them. Also carries the BYEs
/// the edge sends itself, which have no sender to answer. Pooled by the lane.
/// </summary>
internal sealed class Relay(Lane lane) : TransactionOwner
{
    private ServerTransaction? _server;
    private ClientTransaction? _client;
    private Call? _call;
    private Dialog? _dialog;
    private DialogSide _from;
    private SessionOffer _offer;

    /// <summary>Sends a received request on, past all dialogs.</summary>
    /// <param name="server">Its transaction.</param>
    /// <param name="request">The request.</param>
    /// <param name="route">Where it goes.</param>
    /// <param name="routesToRemove">How many of its topmost routes are ours.</param>
    public void Begin(ServerTransaction server, in SipMessage request, in RouteDecision route, int routesToRemove)
    {
        _call = null;
        _dialog = null;
        _offer = default;
        Send(server, request, route, routesToRemove);
    }

    /// <summary>Sends a received request on to the other side of its dialog.</summary>
    /// <param name="server">Its transaction.</param>
    /// <param name="request">The request.</param>
    /// <param name="route">Where it goes.</param>
    /// <param name="call">The call it belongs to.</param>
    /// <param name="dialog">The dialog it belongs to.</param>
    /// <param name="from">The side of that dialog it came from.</param>
    /// <param name="offer">What it proposes for the session timer.</param>
    public void BeginInDialog(
        ServerTransaction server, in SipMessage request, in RouteDecision route, Call call, Dialog dialog, DialogSide from, in SessionOffer offer)
    {
        _call = call;
        _dialog = dialog;
        _from = from;
        _offer = offer;
        Send(server, request, route, lane.CountOwnRoutes(request));
    }

    /// <summary>Takes a request of our own, whose response nobody waits for.</summary>
    public void BeginOwn(ClientTransaction client)
    {
        _server = null;
        _call = null;
        _dialog = null;
        _client = client;
        client.Owner = this;
    }

    public override void OnResponse(ClientTransaction transaction, in SipMessage response)
    {
        Span<byte> buffer = stackalloc byte[64];
        SipWriter headers = new(buffer);
        _call?.OnInDialogResponse(_dialog!, _from, response, _offer, ref headers);
        if (_server is not null && SipForwarding.TryWriteResponse(response, lane.Output, out int written, headers.Written))
        {
            _server.Respond(lane.Output.AsSpan(0, written));
        }
    }

    public override void OnTimeout(ClientTransaction transaction)
    {
        if (_server is { Method: SipMethod.Invite } && lane.TryReadKept(_server.Request, out SipMessage request))
        {
            lane.Respond(_server, request, 408);
        }

        // A non-INVITE that nobody answered stays unanswered: its sender's timer has fired too (RFC 4320 §4.2).
    }

    public override void OnTransportError(ClientTransaction transaction)
    {
        if (_server is not null && lane.TryReadKept(_server.Request, out SipMessage request))
        {
            lane.Respond(_server, request, 500);
        }
    }

    public override void OnCancel(in SipMessage cancel)
    {
        Span<byte> buffer = stackalloc byte[ReasonHeader.MostBytes];
        _client?.Cancel(ReasonHeader.LinesOf(cancel, buffer));
    }

    public override void OnTerminated(ServerTransaction transaction)
    {
        _server = null;
        ReleaseIfDone();
    }

    public override void OnTerminated(ClientTransaction transaction)
    {
        _client = null;
        ReleaseIfDone();
    }

    private void Send(ServerTransaction server, in SipMessage request, in RouteDecision route, int routesToRemove)
    {
        _server = server;
        server.Owner = this;
        if (request.Method == SipMethod.Invite)
        {
            server.RespondTrying(request);
        }

        ClientTransaction? client = lane.Transactions.CreateClient(request);
        if (client is null)
        {
            lane.Respond(server, request, 503);
            return;
        }

        Span<byte> buffer = stackalloc byte[64];
        SipWriter headers = new(buffer);
        _offer.AppendHeaders(ref headers);
        var edits = new RequestEdits
        {
            Via = lane.WriteVia(route.Listener, client.Branch),
            Source = server.Source,
            RoutesToRemove = routesToRemove,
            RequestUri = lane.WriteTarget(request.RequestUri, route),
            RemovedHeaders = _offer.RemovedHeaders,
            ExtraHeaders = headers.Written,
        };
        if (!SipForwarding.TryWriteRequest(request, edits, lane.Output, out int written))
        {
            client.Abandon();
            lane.Respond(server, request, 513);
            return;
        }

        _client = client;
        client.Owner = this;
        client.Start(route.Listener, route.NextHop, lane.Output.AsSpan(0, written));
    }

    private void ReleaseIfDone()
    {
        if (_server is null && _client is null)
        {
            Call? call = _call;
            _call = null;
            _dialog = null;
            lane.Release(this);
            call?.OnRelayDone();
        }
    }
}
