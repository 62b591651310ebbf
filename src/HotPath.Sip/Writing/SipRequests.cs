namespace HotPath.Sip;

/// <summary>Makes the requests a proxy sends of its own: CANCEL, ACK, and requests inside a dialog. No bodies. Allocates nothing.</summary>
public static class SipRequests
{
    /// <summary>Writes a request inside a dialog, a BYE or the ACK to a 2xx, with 70 hops left. False if it does not fit.</summary>
    public static bool TryWrite(in RequestParts parts, Span<byte> destination, out int written)
    {
        SipWriter writer = new(destination);
        ReadOnlySpan<byte> method = SipMethods.GetName(parts.Method);
        AppendStart(ref writer, method, parts.RequestUri, parts.Via);
        if (!parts.Routes.IsEmpty) writer.AppendHeader(SipHeaderId.Route, parts.Routes);

        AppendEnd(ref writer, parts.From, parts.To, parts.CallId, parts.CSeqNumber, method, parts.ExtraHeaders);
        return writer.TryFinish(out written);
    }

    /// <summary>Writes the CANCEL of an INVITE: same target, routes, top Via and CSeq number (RFC 3261 §9.1). False if it does not fit.</summary>
    /// <param name="invite">The INVITE as it was sent.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The length of the written message.</param>
    /// <param name="extraHeaders">Whole header lines, such as Reason.</param>
    public static bool TryWriteCancel(
        in SipMessage invite, Span<byte> destination, out int written, ReadOnlySpan<byte> extraHeaders = default) =>
        TryWriteBeside(invite, "CANCEL"u8, invite.Find(SipHeaderId.To), destination, out written, extraHeaders);

    /// <summary>Writes the ACK to a non-2xx final response, whose To it carries (RFC 3261 §17.1.1.3). False if it does not fit.</summary>
    /// <param name="invite">The INVITE as it was sent.</param>
    /// <param name="response">The response.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The length of the written message.</param>
    public static bool TryWriteAck(in SipMessage invite, in SipMessage response, Span<byte> destination, out int written) =>
        TryWriteBeside(invite, "ACK"u8, response.Find(SipHeaderId.To), destination, out written, default);

    /// <summary>A request that goes the way of an INVITE, hop by hop, in its transaction.</summary>
    private static bool TryWriteBeside(
        in SipMessage invite,
        ReadOnlySpan<byte> method,
        ReadOnlySpan<byte> to,
        Span<byte> destination,
        out int written,
        ReadOnlySpan<byte> extraHeaders)
    {
        SipWriter writer = new(destination);
        SipHeaderValues vias = invite.Values(SipHeaderId.Via);
        vias.MoveNext();
        AppendStart(ref writer, method, invite.RequestUri, vias.Current);
        for (int i = invite.Index.First(SipHeaderId.Route); i >= 0; i = invite.Index.Next(i, SipHeaderId.Route))
        {
            writer.Append(invite.GetHeader(i).Line);
        }

        AppendEnd(
            ref writer, invite.Find(SipHeaderId.From), to, invite.CallId, invite.CSeqNumber, method, extraHeaders);
        return writer.TryFinish(out written);
    }

    private static void AppendStart(ref SipWriter writer, ReadOnlySpan<byte> method, ReadOnlySpan<byte> requestUri, ReadOnlySpan<byte> via)
    {
        writer.Append(method);
        writer.Append((byte)' ');
        writer.Append(requestUri);
        writer.Append(" SIP/2.0\r\n"u8);
        writer.AppendHeader(SipHeaderId.Via, via);
        writer.Append("Max-Forwards: 70\r\n"u8);
    }

    private static void AppendEnd(
        ref SipWriter writer,
        ReadOnlySpan<byte> from,
        ReadOnlySpan<byte> to,
        ReadOnlySpan<byte> callId,
        uint cseqNumber,
        ReadOnlySpan<byte> method,
        ReadOnlySpan<byte> extraHeaders)
    {
        writer.AppendHeader(SipHeaderId.From, from);
        writer.AppendHeader(SipHeaderId.To, to);
        writer.AppendHeader(SipHeaderId.CallId, callId);
        writer.AppendName(SipHeaderId.CSeq);
        writer.AppendNumber(cseqNumber);
        writer.Append((byte)' ');
        writer.Append(method);
        writer.AppendLineBreak();
        writer.Append(extraHeaders);
        writer.Append("Content-Length: 0\r\n\r\n"u8);
    }
}
