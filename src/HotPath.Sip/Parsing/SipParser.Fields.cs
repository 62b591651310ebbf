using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HotPath.Sip;

public static partial class SipParser
{
    private const ulong Mandatory =
        (1UL << (int)SipHeaderId.To) | (1UL << (int)SipHeaderId.From) | (1UL << (int)SipHeaderId.CSeq)
        | (1UL << (int)SipHeaderId.CallId) | (1UL << (int)SipHeaderId.Via);

    private const ulong Single =
        (1UL << (int)SipHeaderId.To) | (1UL << (int)SipHeaderId.From) | (1UL << (int)SipHeaderId.CSeq)
        | (1UL << (int)SipHeaderId.CallId) | (1UL << (int)SipHeaderId.MaxForwards) | (1UL << (int)SipHeaderId.ContentLength)
        | (1UL << (int)SipHeaderId.ContentType) | (1UL << (int)SipHeaderId.Expires) | (1UL << (int)SipHeaderId.SessionExpires)
        | (1UL << (int)SipHeaderId.MinSE) | (1UL << (int)SipHeaderId.RAck) | (1UL << (int)SipHeaderId.RSeq)
        | (1UL << (int)SipHeaderId.Replaces) | (1UL << (int)SipHeaderId.ReferTo) | (1UL << (int)SipHeaderId.Event);

    /// <summary>
    /// Checks what routing, matching and dialogs stand on (RFC 3261 §16.3): the Request-URI, To, From, CSeq, Call-ID, the topmost Via,
    /// Contact, Max-Forwards and Content-Length, and notes their values in the index. A Content-Length smaller than what follows cuts the
    /// body, a larger one is an error (§18.3); without one the body runs to the end. All are read even after an error, so that as much as
    /// possible is there for an answer. Allocates nothing.
    /// </summary>
    /// <param name="message">The bytes that were indexed.</param>
    /// <param name="index">What <see cref="Index"/> found in them; <see cref="SipMessageIndex.IsIndexed"/> must be true.</param>
    /// <returns>The first error found, or none.</returns>
    /// <exception cref="ArgumentException">The message is not indexed.</exception>
    public static SipParseResult Check(ReadOnlySpan<byte> message, SipMessageIndex index)
    {
        if (!index.IsIndexed) throw new ArgumentException("Nothing is indexed.", nameof(index));

        SipMessage view = new(message, index);
        SipParseResult error = default;
        if (!IsRequestUri(view)) error = new SipParseResult(SipParseError.RequestUri, index.RequestUri.Start);
        else if ((index.Repeated & Single) != 0) error = FindRepeat(index);
        else if ((index.Present & Mandatory) != Mandatory) error = new SipParseResult(SipParseError.MissingHeader, index.HeadersEnd);

        if (!TryReadCSeq(view)) Refuse(ref error, index, SipHeaderId.CSeq, SipParseError.CSeq);
        else if (index.IsRequest && !view.CSeqMethodText.SequenceEqual(view.MethodText)) Refuse(ref error, index, SipHeaderId.CSeq, MismatchOf(index.Method));

        if (!IsCallId(view.CallId)) Refuse(ref error, index, SipHeaderId.CallId, SipParseError.CallId);
        if (!TryReadTag(view, SipHeaderId.From, out index.FromTag)) Refuse(ref error, index, SipHeaderId.From, SipParseError.From);
        if (!TryReadTag(view, SipHeaderId.To, out index.ToTag)) Refuse(ref error, index, SipHeaderId.To, SipParseError.To);
        if (!IsTopVia(view)) Refuse(ref error, index, SipHeaderId.Via, SipParseError.Via);
        if (!AreContacts(view)) Refuse(ref error, index, SipHeaderId.Contact, SipParseError.Contact);
        if (!TryReadMaxForwards(view)) Refuse(ref error, index, SipHeaderId.MaxForwards, SipParseError.MaxForwards);
        if (!TryReadContentLength(view)) Refuse(ref error, index, SipHeaderId.ContentLength, SipParseError.ContentLength);

        return error;
    }

    /// <summary>Notes an error if it is the first. A header field that is absent is an error of its own.</summary>
    private static void Refuse(ref SipParseResult error, SipMessageIndex index, SipHeaderId id, SipParseError reason)
    {
        if (error.IsOk) error = new SipParseResult(reason, index[index.First(id)].ValueStart);
    }

    private static SipParseResult FindRepeat(SipMessageIndex index)
    {
        ulong seen = 0;
        int i = 0;
        while ((seen & Single & (1UL << (int)index[i].Id)) == 0)
        {
            seen |= 1UL << (int)index[i++].Id;
        }

        return new SipParseResult(SipParseError.DuplicateHeader, index[i].NameStart);
    }

    /// <summary>
    /// An absolute URI. Header fields have no place in it (RFC 3261 §19.1.1): forwarding them would act on what somebody put in a link.
    /// </summary>
    private static bool IsRequestUri(SipMessage message) =>
        !message.IsRequest
        || SipUri.IsUsual(message.Bytes, message.Index.RequestUri.Start, message.Index.RequestUri.Length)
        || IsRareRequestUri(message);

    // Views are large, and a method that has one among its locals clears it even where it is not needed.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsRareRequestUri(SipMessage message) => SipUri.TryParse(message.RequestUri, out SipUri uri) && uri.Headers.IsEmpty;

    /// <summary>CSeq names another method than the request line (RFC 3261 §8.1.1.5).</summary>
    private static SipParseError MismatchOf(SipMethod method) => method == SipMethod.Unknown ? SipParseError.UnknownMethod : SipParseError.CSeq;

    private static bool TryReadCSeq(SipMessage message)
    {
        if (!SipText.TryParseCSeq(message.Find(SipHeaderId.CSeq), out uint number, out SipMethod method, out ReadOnlySpan<byte> text)) return false;

        SipMessageIndex index = message.Index;
        index.CSeqNumber = number;
        index.CSeqMethod = method;
        index.CSeqMethodText = RangeOf(message, text);
        return true;
    }

    private static bool IsCallId(ReadOnlySpan<byte> value) => !value.IsEmpty && !value.ContainsAny(SipText.WhiteSpace);

    private static bool TryReadTag(SipMessage message, SipHeaderId id, out SipMessageIndex.Range32 tag)
    {
        bool parsed = message.TryGetNameAddr(id, out SipNameAddr address);
        tag = RangeOf(message, address.Tag);
        return parsed;
    }

    private static bool IsTopVia(SipMessage message)
    {
        SipMessageIndex index = message.Index;
        int first = index.First(SipHeaderId.Via);
        return first >= 0
            && (SipVia.IsUsual(message.Bytes, index[first].ValueStart, index[first].ValueEnd) || IsRareVia(message));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsRareVia(SipMessage message) => message.TryGetTopVia(out _);

    /// <summary>Every Contact is an address; <c>*</c> is one to REGISTER (RFC 3261 §10.2.2).</summary>
    private static bool AreContacts(SipMessage message)
    {
        SipMessageIndex index = message.Index;
        int first = index.First(SipHeaderId.Contact);
        if (first < 0) return true;

        bool isOne = (index.Repeated & (1UL << (int)SipHeaderId.Contact)) == 0;
        return (isOne && SipNameAddr.TryParseUsual(message.Bytes, index[first].ValueStart, index[first].ValueEnd, out _)) || AreRareContacts(message);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool AreRareContacts(SipMessage message)
    {
        foreach (ReadOnlySpan<byte> contact in message.Values(SipHeaderId.Contact))
        {
            bool isWildcard = contact is [(byte)'*'] && message.CSeqMethod == SipMethod.Register;
            if (!isWildcard && !SipNameAddr.TryParse(contact, out _)) return false;
        }

        return true;
    }

    /// <summary>More than 255 hops is read as 255: a number too large is no reason to refuse a call (RFC 4475 §3.1.2.4).</summary>
    private static bool TryReadMaxForwards(SipMessage message)
    {
        if (!message.Has(SipHeaderId.MaxForwards)) return true;

        ReadOnlySpan<byte> value = message.Find(SipHeaderId.MaxForwards);
        bool fits = SipText.TryParseNumber(value, out uint hops);
        if (!fits && (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9'))) return false;

        message.Index.MaxForwards = fits ? (int)Math.Min(hops, 255) : 255;
        return true;
    }

    private static bool TryReadContentLength(SipMessage message)
    {
        if (!message.Has(SipHeaderId.ContentLength)) return true;

        SipMessageIndex index = message.Index;
        bool fits = SipText.TryParseNumber(message.Find(SipHeaderId.ContentLength), out uint length)
            && length <= (uint)(index.BodyEnd - index.BodyStart);
        if (fits)
        {
            index.ContentLength = (int)length;
            index.BodyEnd = index.BodyStart + (int)length;
        }

        return fits;
    }

    private static SipMessageIndex.Range32 RangeOf(SipMessage message, ReadOnlySpan<byte> part) =>
        part.IsEmpty
            ? default
            : new SipMessageIndex.Range32(
                (int)Unsafe.ByteOffset(in MemoryMarshal.GetReference(message.Bytes), in MemoryMarshal.GetReference(part)), part.Length);
}
