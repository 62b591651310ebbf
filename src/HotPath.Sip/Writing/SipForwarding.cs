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

        // Lines that stay are copied in runs, up to the next one that changes.
        int routesToRemove = edits.RoutesToRemove;
        SipHeaderSet changing = edits.RemovedHeaders.With(SipHeaderId.MaxForwards);
        if (!edits.Source.IsEmpty) changing = changing.With(SipHeaderId.Via);
        if (routesToRemove > 0) changing = changing.With(SipHeaderId.Route);

        int copied = request.Index.HeadersStart;
        for (int i = 0; i < request.HeaderCount; i++)
        {
            ref readonly SipMessageIndex.Entry entry = ref request.Index[i];
            if (!changing.Contains(entry.Id)) continue;

            SipHeader header = request.GetHeader(i);
            writer.Append(request.Bytes[copied..entry.NameStart]);
            copied = entry.NameStart + header.Line.Length;
            switch (header.Id)
            {
                case SipHeaderId.Via:
                    ViaStamp.AppendLine(ref writer, header, edits.Source);
                    changing = changing.Without(SipHeaderId.Via);
                    break;
                case SipHeaderId.Route:
                    AppendWithoutFirst(ref writer, header, ref routesToRemove);
                    if (routesToRemove == 0) changing = changing.Without(SipHeaderId.Route);
                    break;
                case SipHeaderId.MaxForwards:
                    AppendMaxForwards(ref writer, (uint)Math.Max(request.MaxForwards - 1, 0));
                    break;
            }
        }

        writer.Append(request.Bytes[copied..request.Index.HeadersEnd]);
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
        int viasToRemove = 1;
        int copied = response.Index.MessageStart;
        for (int i = response.Index.First(SipHeaderId.Via); i >= 0 && viasToRemove > 0; i = response.Index.Next(i, SipHeaderId.Via))
        {
            SipHeader header = response.GetHeader(i);
            int start = response.Index[i].NameStart;
            writer.Append(response.Bytes[copied..start]);
            copied = start + header.Line.Length;
            AppendWithoutFirst(ref writer, header, ref viasToRemove);
        }

        writer.Append(response.Bytes[copied..response.Index.HeadersEnd]);
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
