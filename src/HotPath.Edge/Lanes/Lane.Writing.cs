using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>The header values that this edge adds to what passes.</summary>
public sealed partial class Lane
{
    private readonly byte[] _via = new byte[1024];
    private readonly byte[] _recordRoute = new byte[512];
    private readonly byte[] _target = new byte[1024];
    private ulong _ownAcks;

    /// <summary>Our Via value toward the next hop. Good until the next is written.</summary>
    internal ReadOnlySpan<byte> WriteVia(int listener, scoped ReadOnlySpan<byte> branch)
    {
        SipWriter writer = new(_via);
        writer.Append("SIP/2.0/UDP "u8);
        writer.AppendHostPort(_listeners[listener]);
        writer.Append(";branch="u8);
        writer.Append(branch);
        writer.Append(";rport"u8);
        return writer.Written;
    }

    /// <summary>Our Via value for an ACK of our own, which is a hop without a transaction.</summary>
    internal ReadOnlySpan<byte> WriteOwnVia(int listener)
    {
        Span<byte> branch = stackalloc byte[7 + 16];
        "z9hG4bK"u8.CopyTo(branch);
        (++_ownAcks).TryFormat(branch[7..], out int digits, "x");
        return WriteVia(listener, branch[..(7 + digits)]);
    }

    /// <summary>Writes an INVITE as it goes to the callee: through us on the way back, without the routes its sender preloaded.</summary>
    internal bool TryWriteInvite(
        in SipMessage invite, ServerTransaction transaction, in RouteDecision route, ReadOnlySpan<byte> branch, in SessionOffer offer, out ReadOnlySpan<byte> bytes)
    {
        Span<byte> buffer = stackalloc byte[64];
        SipWriter headers = new(buffer);
        offer.AppendHeaders(ref headers);
        var edits = new RequestEdits
        {
            Via = WriteVia(route.Listener, branch),
            Source = transaction.Source,
            RecordRoute = WriteRecordRoute(invite, DialogLeg.Of(transaction, invite), new DialogLeg(route.Listener, route.NextHop)),
            RoutesToRemove = int.MaxValue,
            RequestUri = WriteTarget(invite.RequestUri, route),
            RemovedHeaders = offer.RemovedHeaders,
            ExtraHeaders = headers.Written,
        };
        bool fits = SipForwarding.TryWriteRequest(invite, edits, Output, out int written);
        bytes = Output.AsSpan(0, written);
        return fits;
    }

    /// <summary>What tells this INVITE from an earlier one of the same Call-ID: From tag and CSeq number. Good until the next is written.</summary>
    internal ReadOnlySpan<byte> WriteAttempt(in SipMessage invite)
    {
        SipWriter writer = new(_via);
        writer.Append(invite.FromTag);
        writer.Append((byte)';');
        writer.AppendNumber(invite.CSeqNumber);
        return writer.Written;
    }

    /// <summary>The Request-URI to send; empty keeps the received one.</summary>
    internal ReadOnlySpan<byte> WriteTarget(ReadOnlySpan<byte> requestUri, in RouteDecision route) =>
        route.RewriteHost && Router.TryWriteTarget(requestUri, route.Route, _target, out int written) ? _target.AsSpan(0, written) : default;

    /// <summary>Our Record-Route: two values, the callee's side on top, when the two sides use different listeners (RFC 5658).</summary>
    private ReadOnlySpan<byte> WriteRecordRoute(in SipMessage invite, in DialogLeg caller, in DialogLeg callee)
    {
        Span<byte> token = stackalloc byte[FlowToken.MaxLength];
        token = token[.._flows.Write(invite.CallId, invite.FromTag, caller, callee, token)];
        SipWriter writer = new(_recordRoute);
        AppendRecordRoute(ref writer, callee.Listener, token);
        if (caller.Listener != callee.Listener)
        {
            writer.Append(", "u8);
            AppendRecordRoute(ref writer, caller.Listener, token);
        }

        return writer.Written;
    }

    private void AppendRecordRoute(ref SipWriter writer, int listener, scoped ReadOnlySpan<byte> token)
    {
        writer.Append("<sip:"u8);
        writer.AppendHostPort(_listeners[listener]);
        writer.Append(";lr;hp="u8);
        writer.Append(token);
        writer.Append((byte)'>');
    }
}
