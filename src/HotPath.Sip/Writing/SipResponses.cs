namespace HotPath.Sip;

/// <summary>Makes responses to requests.</summary>
public static class SipResponses
{
    /// <summary>
    /// Writes a response without a body: the request's Via, From, To, Call-ID and CSeq, and what <paramref name="parts"/> adds. A 100
    /// copies Timestamp too. Allocates nothing.
    /// </summary>
    /// <param name="request">
    /// A request that was parsed, or one that was refused but whose index is complete (<see cref="SipMessageIndex.IsIndexed"/>).
    /// </param>
    /// <param name="parts">Code, phrase, tag and extra lines.</param>
    /// <param name="destination">Where to write.</param>
    /// <param name="written">The length of the written message.</param>
    /// <returns>False if it does not fit, or if the request cannot be answered (<see cref="CanAnswer"/>).</returns>
    public static bool TryWrite(in SipMessage request, in ResponseParts parts, Span<byte> destination, out int written)
    {
        written = 0;
        if (!CanAnswer(request)) return false;

        SipWriter writer = new(destination);
        writer.Append("SIP/2.0 "u8);
        writer.AppendNumber((uint)parts.StatusCode);
        writer.Append((byte)' ');
        writer.Append(parts.ReasonPhrase.IsEmpty ? SipStatus.GetReasonPhrase(parts.StatusCode) : parts.ReasonPhrase);
        writer.AppendLineBreak();

        bool isTopVia = !parts.Source.IsEmpty;
        for (int i = 0; i < request.HeaderCount; i++)
        {
            SipHeader header = request.GetHeader(i);
            switch (header.Id)
            {
                case SipHeaderId.Via when isTopVia:
                    ViaStamp.AppendLine(ref writer, header, parts.Source);
                    isTopVia = false;
                    break;
                case SipHeaderId.Via:
                case SipHeaderId.RecordRoute when parts.CopyRecordRoute:
                case SipHeaderId.Timestamp when parts.StatusCode == 100:
                    writer.Append(header.Line);
                    break;
            }
        }

        AppendCopy(ref writer, request, SipHeaderId.From);
        if (request.Has(SipHeaderId.To)) AppendTo(ref writer, request, parts);

        AppendCopy(ref writer, request, SipHeaderId.CallId);
        AppendCopy(ref writer, request, SipHeaderId.CSeq);
        writer.Append(parts.ExtraHeaders);
        writer.Append("Content-Length: 0\r\n\r\n"u8);
        return writer.TryFinish(out written);
    }

    /// <summary>
    /// Whether a request can be answered: it is one, no ACK, and has a Via. True for many requests that the parser refused, so that their
    /// senders learn why; of one that lacks From, To, Call-ID or CSeq the answer lacks them too (RFC 4475 §3.3.1).
    /// </summary>
    public static bool CanAnswer(in SipMessage request) =>
        request.Index.IsIndexed && request.IsRequest && request.Method != SipMethod.Ack && request.Has(SipHeaderId.Via);

    private static void AppendCopy(ref SipWriter writer, in SipMessage request, SipHeaderId id)
    {
        if (request.Has(id)) writer.AppendHeader(id, request.Find(id));
    }

    private static void AppendTo(ref SipWriter writer, in SipMessage request, in ResponseParts parts)
    {
        writer.AppendName(SipHeaderId.To);
        writer.Append(request.Find(SipHeaderId.To));
        if (parts.StatusCode > 100 && !parts.ToTag.IsEmpty && request.ToTag.IsEmpty)
        {
            writer.Append(";tag="u8);
            writer.Append(parts.ToTag);
        }

        writer.AppendLineBreak();
    }
}
