namespace HotPath.Sip;

/// <content>The requests an edge makes itself to end a dialog (RFC 3261 §12.2.1.1).</content>
public sealed partial class Dialog
{
    private const uint MaxCSeq = int.MaxValue;

    /// <summary>
    /// Where a request toward a side goes next: its first route, or else its target. Where that names no address, the other end of the
    /// leg is given: the result says why.
    /// </summary>
    public NextHopResult GetNextHop(DialogSide toward, out SipEndpoint endpoint)
    {
        ReadOnlySpan<byte> uri = TryTakeRoute(toward, out SipNameAddr route, out _) ? route.Uri : GetTarget(toward);
        NextHopResult result = NextHop.Resolve(uri, out endpoint);
        if (result != NextHopResult.Resolved)
        {
            endpoint = GetLeg(toward).Endpoint;
        }

        return result;
    }

    /// <summary>
    /// Writes the BYE with which the edge ends the dialog toward a side, in the name of the other. Writing it again gives the same
    /// CSeq. Allocates nothing.
    /// </summary>
    /// <param name="toward">The side that gets it.</param>
    /// <param name="via">Our Via value, with the branch of its client transaction.</param>
    /// <param name="extraHeaders">Whole header lines with their CRLF, such as Reason.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The length of the written message.</param>
    /// <param name="cseqStep">How far the CSeq lies above the highest seen in that direction: 1; 1000 for a dialog taken over after a
    /// restart, in which requests may have passed that were not recorded.</param>
    /// <returns>False if it does not fit.</returns>
    public bool TryWriteBye(
        DialogSide toward,
        ReadOnlySpan<byte> via,
        ReadOnlySpan<byte> extraHeaders,
        Span<byte> destination,
        out int written,
        uint cseqStep = 1)
    {
        uint cseqNumber = Math.Min((GetHighestCSeq(Other(toward)) ?? 0) + cseqStep, MaxCSeq);
        return TryWrite(SipMethod.Bye, toward, cseqNumber, via, extraHeaders, destination, out written);
    }

    /// <summary>
    /// Writes the ACK that the callee's 2xx to the INVITE needs where the caller has sent none, and a BYE is to follow. Allocates
    /// nothing.
    /// </summary>
    /// <param name="via">Our Via value, with a branch of its own: an ACK to a 2xx has no transaction.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The length of the written message.</param>
    /// <returns>False if it does not fit.</returns>
    public bool TryWriteAck(ReadOnlySpan<byte> via, Span<byte> destination, out int written) =>
        TryWrite(SipMethod.Ack, DialogSide.Callee, _inviteCSeq, via, default, destination, out written);

    // A Request-URI carries no header fields (§19.1.1, table 1).
    private static ReadOnlySpan<byte> AsRequestUri(ReadOnlySpan<byte> uri)
    {
        int question = SipUri.TryParse(uri, out SipUri parsed) && !parsed.Headers.IsEmpty ? uri.Length - parsed.Headers.Length - 1 : -1;
        return question < 0 ? uri : uri[..question];
    }

    private bool TryWrite(
        SipMethod method,
        DialogSide toward,
        uint cseqNumber,
        ReadOnlySpan<byte> via,
        ReadOnlySpan<byte> extraHeaders,
        Span<byte> destination,
        out int written)
    {
        ReadOnlySpan<byte> target = AsRequestUri(GetTarget(toward));
        ReadOnlySpan<byte> routes = GetRoutes(toward);
        ReadOnlySpan<byte> requestUri = target;
        byte[]? strictRoutes = null;
        if (TryTakeRoute(toward, out SipNameAddr first, out ReadOnlySpan<byte> others) && !IsLoose(first))
        {
            // A strict router expects itself in the Request-URI and the target at the end of the routes.
            requestUri = AsRequestUri(first.Uri);
            routes = JoinTarget(others, target, out strictRoutes);
        }

        ReadOnlySpan<byte> callerAddress = Get(Part.CallerAddress);
        ReadOnlySpan<byte> calleeAddress = Get(Part.CalleeAddress);
        if (toward == DialogSide.Callee && _lengths[(int)Part.CallerAddressAtCallee] > 0)
        {
            callerAddress = Get(Part.CallerAddressAtCallee);
        }

        RequestParts parts = new()
        {
            Method = method,
            RequestUri = requestUri,
            Via = via,
            Routes = routes,
            From = toward == DialogSide.Callee ? callerAddress : calleeAddress,
            To = toward == DialogSide.Callee ? calleeAddress : callerAddress,
            CallId = CallId,
            CSeqNumber = cseqNumber,
            ExtraHeaders = extraHeaders,
        };
        bool isWritten = SipRequests.TryWrite(parts, destination, out written);
        _buffers.Drop(ref strictRoutes);
        return isWritten;
    }

    private static bool IsLoose(in SipNameAddr route) =>
        SipUri.TryParse(route.Uri, out SipUri uri) && uri.TryGetParameter("lr"u8, out _);

    private bool TryTakeRoute(DialogSide toward, out SipNameAddr first, out ReadOnlySpan<byte> others)
    {
        others = GetRoutes(toward);
        first = default;
        return SipHeaderValues.TryTakeFirst(ref others, out ReadOnlySpan<byte> value) && SipNameAddr.TryParse(value, out first);
    }

    private ReadOnlySpan<byte> JoinTarget(ReadOnlySpan<byte> routes, ReadOnlySpan<byte> target, out byte[] buffer)
    {
        // Both come from a buffer of at most MaxLength together with other parts, longer than the three bytes added.
        buffer = _buffers.Rent(routes.Length + target.Length + 3);
        var writer = new SipWriter(buffer);
        if (!routes.IsEmpty)
        {
            writer.Append(routes);
            writer.Append((byte)',');
        }

        writer.Append((byte)'<');
        writer.Append(target);
        writer.Append((byte)'>');
        return buffer.AsSpan(0, writer.Written.Length);
    }
}
