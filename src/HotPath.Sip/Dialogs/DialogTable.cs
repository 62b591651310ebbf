namespace HotPath.Sip;

/// <summary>
/// The dialogs of one lane, found by Call-ID and both tags whichever side a message comes from (RFC 3261 §12). One thread only;
/// allocates only while there are more dialogs than ever before.
/// </summary>
/// <param name="buffers">The lane's buffers.</param>
/// <param name="seed">Random and secret, but in simulations: keeps strangers from choosing Call-IDs that collide.</param>
/// <param name="capacity">The most dialogs at once.</param>
public sealed class DialogTable(SipBufferPool buffers, ulong seed, int capacity = 200_000)
{
    private readonly ProbingTable<Dialog> _dialogs = new();
    private readonly Stack<Dialog> _free = new();

    /// <summary>Dialogs that are open.</summary>
    public int Count => _dialogs.Count;

    /// <summary>Opens the dialog that a response to an INVITE makes: early by a provisional with a To tag, confirmed by a 2xx.</summary>
    /// <param name="inviteReceived">The INVITE as it arrived from the caller.</param>
    /// <param name="inviteForwarded">The INVITE as it was sent on, with our Record-Routes.</param>
    /// <param name="response">The response as it arrived from the callee.</param>
    /// <param name="caller">The way the INVITE came.</param>
    /// <param name="callee">The way the INVITE went.</param>
    /// <returns>Null if this dialog is already open, the table is full, or the messages hold more than 64 KiB of what a dialog has to
    /// remember.</returns>
    public Dialog? Open(
        in SipMessage inviteReceived, in SipMessage inviteForwarded, in SipMessage response, DialogLeg caller, DialogLeg callee)
    {
        Key key = KeyOf(inviteReceived.CallId, inviteReceived.FromTag, response.ToTag);
        return TakeFor(key) is Dialog dialog
            ? Keep(dialog, dialog.TryOpen(inviteReceived, inviteForwarded, response, caller, callee, key.KeyHash))
            : null;
    }

    /// <summary>Opens the dialog that a response from another branch of a forked INVITE makes: what concerns the caller is the same.</summary>
    /// <param name="sibling">A dialog that the same INVITE made.</param>
    /// <param name="response">The response as it arrived from the callee.</param>
    /// <param name="callee">The way the INVITE went.</param>
    /// <returns>Null for the same reasons as with <see cref="Open"/>.</returns>
    public Dialog? OpenFork(Dialog sibling, in SipMessage response, DialogLeg callee)
    {
        Key key = KeyOf(sibling.CallId, sibling.GetTag(DialogSide.Caller), response.ToTag);
        return TakeFor(key) is Dialog dialog ? Keep(dialog, dialog.TryOpenFork(sibling, response, callee, key.KeyHash)) : null;
    }

    /// <summary>
    /// Opens a dialog again from what <see cref="Dialog.TryWriteRecord"/> wrote, as it was, in this process or an earlier one. An early
    /// one cannot be confirmed any more, because what its 2xx would add to the routes can no longer be told.
    /// </summary>
    /// <param name="record">The record, no more and no less.</param>
    /// <returns>Null if these bytes are no whole record, this dialog is already open, or the table is full.</returns>
    public Dialog? Restore(ReadOnlySpan<byte> record)
    {
        Dialog dialog = Take();
        if (!dialog.TryReadRecord(record))
        {
            Return(dialog);
            return null;
        }

        Key key = KeyOf(dialog.CallId, dialog.GetTag(DialogSide.Caller), dialog.GetTag(DialogSide.Callee));
        dialog.SetKeyHash(key.KeyHash);
        return Keep(dialog, CanOpen(key));
    }

    /// <summary>Finds the dialog a message belongs to.</summary>
    /// <param name="message">A request, or a response.</param>
    /// <param name="requester">The side that sent the request; for a response, the side whose request it answers.</param>
    /// <returns>Null if there is none.</returns>
    public Dialog? Find(in SipMessage message, out DialogSide requester)
    {
        Dialog? dialog = _dialogs.Find(KeyOf(message.CallId, message.FromTag, message.ToTag));
        requester = dialog is null || dialog.GetTag(DialogSide.Caller).SequenceEqual(message.FromTag)
            ? DialogSide.Caller
            : DialogSide.Callee;
        return dialog;
    }

    /// <summary>Forgets a dialog. Its object is reused after this call.</summary>
    public void Close(Dialog dialog)
    {
        if (dialog.State != DialogState.Closed)
        {
            _dialogs.Remove(dialog);
            Return(dialog);
        }
    }

    private bool CanOpen(in Key key) => Count < capacity && _dialogs.Find(key) is null;

    private Dialog? TakeFor(in Key key) => CanOpen(key) ? Take() : null;

    private Dialog Take() => _free.TryPop(out Dialog? dialog) ? dialog : new Dialog(buffers);

    private Dialog? Keep(Dialog dialog, bool isOpen)
    {
        if (!isOpen)
        {
            Return(dialog);
            return null;
        }

        _dialogs.Add(dialog);
        return dialog;
    }

    private void Return(Dialog dialog)
    {
        dialog.Close();
        _free.Push(dialog);
    }

    private Key KeyOf(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> fromTag, ReadOnlySpan<byte> toTag)
    {
        // A sum, so that both directions have the same hash.
        ulong keyHash = KeyHash.Compute(callId, seed) ^ (KeyHash.Compute(fromTag, ~seed) + KeyHash.Compute(toTag, ~seed));
        return new Key { CallId = callId, FromTag = fromTag, ToTag = toTag, KeyHash = keyHash };
    }

    private readonly ref struct Key : IProbe<Dialog>
    {
        public ReadOnlySpan<byte> CallId { get; init; }

        public ReadOnlySpan<byte> FromTag { get; init; }

        public ReadOnlySpan<byte> ToTag { get; init; }

        public ulong KeyHash { get; init; }

        public bool Matches(Dialog entry)
        {
            ReadOnlySpan<byte> caller = entry.GetTag(DialogSide.Caller);
            ReadOnlySpan<byte> callee = entry.GetTag(DialogSide.Callee);
            return entry.CallId.SequenceEqual(CallId)
                && ((caller.SequenceEqual(FromTag) && callee.SequenceEqual(ToTag))
                    || (caller.SequenceEqual(ToTag) && callee.SequenceEqual(FromTag)));
        }
    }
}
