using System.Runtime.CompilerServices;

namespace HotPath.Sip;

/// <summary>
/// What an edge between two user agents remembers of their dialog, so that it can forward requests inside it and end it by itself with a
/// BYE to each side (RFC 3261 §12, §16.6). Made and found by a <see cref="DialogTable"/>; one thread only. Its bytes live in one pooled
/// buffer; nothing is allocated in steady state.
/// </summary>
public sealed partial class Dialog : IHashedEntry
{
    private const int UsualLength = 512;

    private readonly SipBufferPool _buffers;
    private byte[]? _bytes;
    private PartLengths _lengths;
    private Side _caller;
    private Side _callee;
    private uint _inviteCSeq;
    private int _recordRoutesUpToUs;
    private ulong _keyHash;

    internal Dialog(SipBufferPool buffers) => _buffers = buffers;

    // The parts lie in the buffer in this order without gaps.
    private enum Part
    {
        CallId,
        CallerTag,
        CalleeTag,

        // From of the INVITE, and, only where it differs, of the INVITE as it was forwarded.
        CallerAddress,
        CallerAddressAtCallee,

        // To of the response.
        CalleeAddress,

        // These three pairs are indexed by side.
        CallerTarget,
        CalleeTarget,
        CallerRoutes,
        CalleeRoutes,
        CallerNextTarget,
        CalleeNextTarget,
        Count,
    }

    /// <summary>For the user: whatever the dialog belongs to.</summary>
    public object? Owner { get; set; }

    /// <summary>
    /// For the user: when, by the wall clock, the session ends unless it is refreshed (RFC 4028); <c>null</c>: it has no timer. Part of the
    /// record.
    /// </summary>
    public DateTimeOffset? SessionExpiry { get; set; }

    /// <summary>How far it has come.</summary>
    public DialogState State { get; private set; }

    /// <summary>The Call-ID.</summary>
    public ReadOnlySpan<byte> CallId => Get(Part.CallId);

    ulong IHashedEntry.KeyHash => _keyHash;

    /// <summary>The tag of a side: From tag of the caller's INVITE, To tag of the callee's response.</summary>
    public ReadOnlySpan<byte> GetTag(DialogSide side) => Get(Of(Part.CallerTag, side));

    /// <summary>The remote target of a side: the URI of its latest Contact that holds (§12.2).</summary>
    public ReadOnlySpan<byte> GetTarget(DialogSide side) => Get(Of(Part.CallerTarget, side));

    /// <summary>
    /// The route set from here toward a side, values joined by commas, nearest first; empty if there is none. Toward the caller the
    /// Record-Routes the INVITE arrived with; toward the callee those the response added above ours.
    /// </summary>
    public ReadOnlySpan<byte> GetRoutes(DialogSide side) => Get(Of(Part.CallerRoutes, side));

    /// <summary>The way packets travel between us and a side: that of its latest request that was accepted.</summary>
    public DialogLeg GetLeg(DialogSide side) => At(side).Leg;

    /// <summary>The highest CSeq number of a side's own requests, ACK and CANCEL not counted; null if it has sent none.</summary>
    public uint? GetHighestCSeq(DialogSide side) => At(side).HasSent ? At(side).HighestCSeq : null;

    /// <summary>The 2xx, with the same To tag, to the INVITE of an early dialog: it decides target and route set anew (§13.2.2.4).</summary>
    public void Confirm(in SipMessage response)
    {
        State = DialogState.Confirmed;
        TryReadResponse(response);
    }

    /// <summary>
    /// Every request that passes inside the dialog: keeps count of CSeq, and remembers a new Contact and a new way until it is accepted.
    /// </summary>
    /// <param name="from">The side that sent it.</param>
    /// <param name="request">The request, in the dialog.</param>
    /// <param name="leg">The way it came; without one, that of the side stays what it is.</param>
    public void NoteRequest(DialogSide from, in SipMessage request, in DialogLeg leg = default)
    {
        if (request.Method is SipMethod.Ack or SipMethod.Cancel)
        {
            return;
        }

        ref Side side = ref At(from);
        if (!side.HasSent || request.CSeqNumber > side.HighestCSeq)
        {
            side.HasSent = true;
            side.HighestCSeq = request.CSeqNumber;
            side.NextLeg = leg;
        }

        if (IsTargetRefresh(request.Method) && TryGetContact(request, out ReadOnlySpan<byte> contact))
        {
            Part nextTarget = Of(Part.CallerNextTarget, from);
            side.NextTargetCSeq = request.CSeqNumber;
            if (contact.SequenceEqual(GetTarget(from)) || !TrySet(nextTarget, contact))
            {
                TrySet(nextTarget, default);
            }
        }
    }

    /// <summary>
    /// Every response that passes inside the dialog: a 2xx to re-INVITE or UPDATE makes the Contacts of both sides their targets, a
    /// rejection leaves them as they were (§12.2.1.2, §12.2.2). A 2xx to a side's latest request makes the way it came the side's: who
    /// only repeats, or invents, a request moves nothing.
    /// </summary>
    /// <param name="from">The side that sent it.</param>
    /// <param name="response">The response, in the dialog.</param>
    public void NoteResponse(DialogSide from, in SipMessage response)
    {
        DialogSide requester = Other(from);
        ref Side side = ref At(requester);
        if (response.StatusCode is >= 200 and < 300 && response.CSeqNumber == side.HighestCSeq && !side.NextLeg.Endpoint.IsEmpty)
        {
            side.Leg = side.NextLeg;
            side.NextLeg = default;
        }

        if (!IsTargetRefresh(response.CSeqMethod) || response.StatusCode < 200 || response.CSeqNumber <= side.RefreshCSeq)
        {
            // A repeated 2xx does not bring its Contacts back over newer ones.
            return;
        }

        Part nextTarget = Of(Part.CallerNextTarget, requester);
        bool hasNextTarget = _lengths[(int)nextTarget] > 0 && response.CSeqNumber == side.NextTargetCSeq;
        if (response.StatusCode < 300)
        {
            side.RefreshCSeq = response.CSeqNumber;
            if (hasNextTarget)
            {
                Move(nextTarget, Of(Part.CallerTarget, requester));
            }

            if (TryGetContact(response, out ReadOnlySpan<byte> contact))
            {
                TrySet(Of(Part.CallerTarget, from), contact);
            }
        }
        else if (hasNextTarget)
        {
            TrySet(nextTarget, default);
        }
    }

    /// <returns>False if the dialog is larger than a buffer.</returns>
    internal bool TryOpen(
        in SipMessage inviteReceived,
        in SipMessage inviteForwarded,
        in SipMessage response,
        DialogLeg caller,
        DialogLeg callee,
        ulong keyHash)
    {
        Begin(response, caller, callee, keyHash, inviteReceived.CSeqNumber);
        _recordRoutesUpToUs = CountRecordRoutes(inviteForwarded);
        ReadOnlySpan<byte> from = inviteReceived.Find(SipHeaderId.From);
        ReadOnlySpan<byte> fromForwarded = inviteForwarded.Find(SipHeaderId.From);
        return TrySet(Part.CallId, inviteReceived.CallId)
            && TrySet(Part.CallerTag, inviteReceived.FromTag)
            && TrySet(Part.CallerAddress, from)
            && TrySet(Part.CallerAddressAtCallee, fromForwarded.SequenceEqual(from) ? default : fromForwarded)
            && TrySet(Part.CallerTarget, TryGetContact(inviteReceived, out ReadOnlySpan<byte> contact) ? contact : inviteReceived.From.Uri)
            && TrySet(Part.CalleeTarget, inviteForwarded.RequestUri)
            && TrySetCallerRoutes(inviteReceived)
            && TrySet(Part.CalleeTag, response.ToTag)
            && TryReadResponse(response);
    }

    /// <returns>False if the dialog is larger than a buffer.</returns>
    internal bool TryOpenFork(Dialog sibling, in SipMessage response, DialogLeg callee, ulong keyHash)
    {
        Begin(response, sibling._caller.Leg, callee, keyHash, sibling._inviteCSeq);
        _recordRoutesUpToUs = sibling._recordRoutesUpToUs;
        for (Part part = 0; part < Part.CallerNextTarget; part++)
        {
            TrySet(part, sibling.Get(part));
        }

        return TrySet(Part.CalleeTag, response.ToTag) && TryReadResponse(response);
    }

    internal void Close()
    {
        State = DialogState.Closed;
        Owner = null;
        SessionExpiry = null;
        _lengths = default;
        _buffers.Drop(ref _bytes);
    }

    private static DialogSide Other(DialogSide side) => side == DialogSide.Caller ? DialogSide.Callee : DialogSide.Caller;

    private static Part Of(Part callerPart, DialogSide side) => callerPart + (int)side;

    private static bool IsTargetRefresh(SipMethod method) => method is SipMethod.Invite or SipMethod.Update;

    private static bool TryGetContact(in SipMessage message, out ReadOnlySpan<byte> uri)
    {
        SipHeaderValues contacts = message.Values(SipHeaderId.Contact);
        SipNameAddr contact = default;
        bool found = contacts.MoveNext() && SipNameAddr.TryParse(contacts.Current, out contact);
        uri = contact.Uri;
        return found;
    }

    private static int CountRecordRoutes(in SipMessage message)
    {
        int count = 0;
        foreach (ReadOnlySpan<byte> _ in message.Values(SipHeaderId.RecordRoute))
        {
            count++;
        }

        return count;
    }

    private void Begin(in SipMessage response, DialogLeg caller, DialogLeg callee, ulong keyHash, uint inviteCSeq)
    {
        _bytes = _buffers.Rent(UsualLength);
        _keyHash = keyHash;
        _inviteCSeq = inviteCSeq;
        _caller = new Side { Leg = caller, HasSent = true, HighestCSeq = inviteCSeq, RefreshCSeq = inviteCSeq };
        _callee = new Side { Leg = callee, RefreshCSeq = -1 };
        State = response.StatusCode < 200 ? DialogState.Early : DialogState.Confirmed;
    }

    // The callee's half. Without a Contact, which only a provisional response may lack, the target stays what it was.
    private bool TryReadResponse(in SipMessage response) =>
        TrySet(Part.CalleeAddress, response.Find(SipHeaderId.To))
        && (!TryGetContact(response, out ReadOnlySpan<byte> contact) || TrySet(Part.CalleeTarget, contact))
        && TrySetCalleeRoutes(response);

    // The proxies between the caller and us, the nearest on top: the order in which a request toward the caller meets them.
    private bool TrySetCallerRoutes(in SipMessage invite)
    {
        SipHeaderValues recordRoutes = invite.Values(SipHeaderId.RecordRoute);
        if (!TryReserve(Part.CallerRoutes, JoinedLength(recordRoutes, int.MaxValue), out Span<byte> routes))
        {
            return false;
        }

        foreach (ReadOnlySpan<byte> route in recordRoutes)
        {
            route.CopyTo(routes);
            routes = routes[route.Length..];
            if (!routes.IsEmpty)
            {
                routes[0] = (byte)',';
                routes = routes[1..];
            }
        }

        return true;
    }

    // The proxies between us and the callee stand above ours, the farthest on top; the route set is the reverse, so it is filled from
    // its end.
    private bool TrySetCalleeRoutes(in SipMessage response)
    {
        SipHeaderValues recordRoutes = response.Values(SipHeaderId.RecordRoute);
        int added = CountRecordRoutes(response) - _recordRoutesUpToUs;
        if (!TryReserve(Part.CalleeRoutes, JoinedLength(recordRoutes, added), out Span<byte> routes))
        {
            return false;
        }

        foreach (ReadOnlySpan<byte> route in recordRoutes)
        {
            if (added-- <= 0)
            {
                break;
            }

            route.CopyTo(routes[^route.Length..]);
            routes = routes[..^route.Length];
            if (!routes.IsEmpty)
            {
                routes[^1] = (byte)',';
                routes = routes[..^1];
            }
        }

        return true;
    }

    private static int JoinedLength(SipHeaderValues values, int count)
    {
        int length = 0;
        foreach (ReadOnlySpan<byte> value in values)
        {
            if (count-- <= 0)
            {
                break;
            }

            length += (length == 0 ? 0 : 1) + value.Length;
        }

        return length;
    }

    private ref Side At(DialogSide side) => ref side == DialogSide.Caller ? ref _caller : ref _callee;

    private ReadOnlySpan<byte> Get(Part part) => _bytes.AsSpan(OffsetOf(part), _lengths[(int)part]);

    private bool TrySet(Part part, ReadOnlySpan<byte> value)
    {
        bool fits = TryReserve(part, value.Length, out Span<byte> bytes);
        if (fits)
        {
            value.CopyTo(bytes);
        }

        return fits;
    }

    // What leaves one part makes room for it in another, so this always fits.
    private void Move(Part from, Part to)
    {
        int length = _lengths[(int)from];
        byte[] value = _buffers.Rent(length);
        Get(from).CopyTo(value);
        TrySet(from, default);
        TrySet(to, value.AsSpan(0, length));
        _buffers.Return(value);
    }

    // Gives a part another length, moving those behind it, and its bytes for writing. False, and nothing changed, if the dialog would
    // become larger than a buffer.
    private bool TryReserve(Part part, int length, out Span<byte> bytes)
    {
        int start = OffsetOf(part);
        int end = start + _lengths[(int)part];
        int total = OffsetOf(Part.Count);
        int newTotal = start + length + (total - end);
        if (newTotal > SipBufferPool.MaxLength || length > ushort.MaxValue)
        {
            bytes = default;
            return false;
        }

        if (newTotal > _bytes!.Length)
        {
            byte[] larger = _buffers.Rent(newTotal);
            _bytes.AsSpan(0, total).CopyTo(larger);
            _buffers.Return(_bytes);
            _bytes = larger;
        }

        _bytes.AsSpan(end, total - end).CopyTo(_bytes.AsSpan(start + length));
        _lengths[(int)part] = (ushort)length;
        bytes = _bytes.AsSpan(start, length);
        return true;
    }

    private int OffsetOf(Part part)
    {
        int offset = 0;
        for (int i = 0; i < (int)part; i++)
        {
            offset += _lengths[i];
        }

        return offset;
    }

    private struct Side
    {
        public DialogLeg Leg;

        // The way of the side's latest request, until that is accepted.
        public DialogLeg NextLeg;

        // Of the side's own requests.
        public uint HighestCSeq;
        public bool HasSent;

        // The side's last INVITE or UPDATE that was accepted, -1 for none, and the last that brought a new Contact.
        public long RefreshCSeq;
        public uint NextTargetCSeq;
    }

    [InlineArray((int)Part.Count)]
    private struct PartLengths
    {
        private ushort _first;
    }
}
