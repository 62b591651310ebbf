namespace HotPath.Sip;

/// <summary>
/// Copies messages on as a proxy does: unknown header fields, order, spelling, folds and bodies stay as they are. Nothing allocates;
/// false means that the destination is too small.
/// </summary>
public static class SipForwarding
{
    private const uint InitialMaxForwards = 70;

    /// <summary>Writes a received request as it goes to the next hop.</summary>
    /// <param name="request">A request that <see cref="SipParser.Parse"/> accepted.</param>
    /// <param name="edits">What changes.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The length of the written message.</param>
    public static bool TryWriteRequest(in SipMessage request, in RequestEdits edits, Span<byte> destination, out int written)
    {
        SipWriter writer = new(destination);
        writer.Append(request.MethodText);
        writer.Append((byte)' ');
        writer.Append(edits.RequestUri.IsEmpty ? request.RequestUri : edits.RequestUri);
        writer.Append(" SIP/2.0\r\n"u8);
        writer.AppendHeader(SipHeaderId.Via, edits.Via);
        if (!edits.RecordRoute.IsEmpty) writer.AppendHeader(SipHeaderId.RecordRoute, edits.RecordRoute);
        if (request.MaxForwards < 0) AppendMaxForwards(ref writer, InitialMaxForwards);

        int routesToRemove = edits.RoutesToRemove;
        bool isTopVia = !edits.Source.IsEmpty;
        for (int i = 0; i < request.HeaderCount; i++)
        {
            SipHeader header = request.GetHeader(i);
            switch (header.Id)
            {
                case SipHeaderId.Via when isTopVia:
                    ViaStamp.AppendLine(ref writer, header, edits.Source);
                    isTopVia = false;
                    break;
                case SipHeaderId.Route when routesToRemove > 0:
                    AppendWithoutFirst(ref writer, header, ref routesToRemove);
                    break;
                case SipHeaderId.MaxForwards:
                    AppendMaxForwards(ref writer, (uint)Math.Max(request.MaxForwards - 1, 0));
                    break;
                default:
                    if (!edits.RemovedHeaders.Contains(header.Id)) writer.Append(header.Line);
                    break;
            }
        }

        writer.Append(edits.ExtraHeaders);
        writer.AppendLineBreak();
        writer.Append(request.Body);
        return writer.TryFinish(out written);
    }

    /// <summary>Writes a received response as it goes back: without its topmost Via value, ours.</summary>
    /// <param name="response">A response that <see cref="SipParser.Parse"/> accepted.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The length of the written message.</param>
    /// <param name="extraHeaders">Whole header lines, each with its CRLF, to add below the others.</param>
    public static bool TryWriteResponse(
        in SipMessage response, Span<byte> destination, out int written, ReadOnlySpan<byte> extraHeaders = default)
    {
        SipWriter writer = new(destination);
        writer.Append(response.Bytes[response.Index.MessageStart..response.Index.HeadersStart]);
        int viasToRemove = 1;
        for (int i = 0; i < response.HeaderCount; i++)
        {
            SipHeader header = response.GetHeader(i);
            if (header.Id == SipHeaderId.Via && viasToRemove > 0) AppendWithoutFirst(ref writer, header, ref viasToRemove);
            else writer.Append(header.Line);
        }

        writer.Append(extraHeaders);
        writer.AppendLineBreak();
        writer.Append(response.Body);
        return writer.TryFinish(out written);
    }

    private static void AppendMaxForwards(ref SipWriter writer, uint hops)
    {
        writer.AppendName(SipHeaderId.MaxForwards);
        writer.AppendNumber(hops);
        writer.AppendLineBreak();
    }

    /// <summary>Writes a list header without its first <paramref name="count"/> values, or no line if none is left.</summary>
    private static void AppendWithoutFirst(ref SipWriter writer, in SipHeader header, ref int count)
    {
        ReadOnlySpan<byte> rest = header.Value;
        while (count > 0 && SipHeaderValues.TryTakeFirst(ref rest, out _))
        {
            count--;
        }

        // What is left may be nothing but commas and white space.
        ReadOnlySpan<byte> kept = rest;
        if (!SipHeaderValues.TryTakeFirst(ref kept, out _)) return;

        writer.Append(header.Name);
        writer.Append(": "u8);
        writer.Append(SipText.Trim(rest));
        writer.AppendLineBreak();
    }
}
