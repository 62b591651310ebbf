using System.Buffers.Binary;

namespace HotPath.Sip;

/// <summary>
/// The transaction layer of one lane (RFC 3261 §17, §9, §18.2.2; RFC 6026): tells new messages from repeated ones, repeats what got no
/// answer, and ends what stays unanswered. Does no I/O and reads no clock of its own. One thread only; allocates nothing in steady
/// state, and bytes from the network never make it throw.
/// </summary>
/// <remarks>Its timers are those of unreliable transports, which RFC 3261 shortens, but does not need, on reliable ones.</remarks>
public sealed class TransactionLayer
{
    private const int DefaultPort = 5060;

    private readonly TransactionLimits _limits;
    private readonly ProbingTable<ServerTransaction> _servers = new();
    private readonly Stack<ServerTransaction> _freeServers = new();
    private readonly Dictionary<UInt128, ServerTransaction> _mergeable = [];
    private readonly List<ClientTransaction> _clients = [];
    private readonly Stack<ClientTransaction> _freeClients = new();
    private readonly SipMessageIndex _index = new();
    private readonly byte[] _key = new byte[ServerKey.MaxLength];
    private readonly byte[] _scratch = new byte[SipBufferPool.MaxLength];
    private readonly byte[] _overloadHeaders;
    private readonly byte[] _ownBranchStart;
    private readonly ulong _seed;

    /// <summary>A layer without transactions.</summary>
    /// <param name="sender">Sends the messages.</param>
    /// <param name="wheel">The lane's timers.</param>
    /// <param name="user">Is told what happens.</param>
    /// <param name="buffers">The lane's buffers.</param>
    /// <param name="seed">Makes this layer's branches and tags differ from those of every other layer and of earlier runs: random, and
    /// secret, but in simulations.</param>
    /// <param name="timers">Timer values, the RFCs' if null.</param>
    /// <param name="limits">Bounds, the defaults if null.</param>
    public TransactionLayer(
        ISipSender sender,
        TimerWheel wheel,
        ITransactionUser user,
        SipBufferPool buffers,
        ulong seed,
        SipTimers? timers = null,
        TransactionLimits? limits = null)
    {
        Sender = sender;
        Wheel = wheel;
        User = user;
        Buffers = buffers;
        Timers = timers ?? SipTimers.Default;
        _limits = limits ?? TransactionLimits.Default;
        _seed = seed;
        Nonce = (uint)KeyHash.Compute("branch"u8, seed);
        Span<byte> branch = stackalloc byte[ClientBranch.Length];
        ClientBranch.Write(branch, Nonce, generation: 0, slot: 0, loopMark: 0);
        _ownBranchStart = branch[..ClientBranch.SharedLength].ToArray();
        _overloadHeaders = System.Text.Encoding.ASCII.GetBytes($"Retry-After: {_limits.RetryAfterSeconds}\r\n");
    }

    /// <summary>What was counted.</summary>
    public TransactionCounters Counters { get; } = new();

    /// <summary>Server transactions not yet terminated.</summary>
    public int ServerCount => _servers.Count;

    /// <summary>Client transactions not yet terminated, CANCELs of the layer included.</summary>
    public int ClientCount => _clients.Count - _freeClients.Count;

    internal ISipSender Sender { get; }

    internal TimerWheel Wheel { get; }

    internal ITransactionUser User { get; }

    internal SipBufferPool Buffers { get; }

    internal SipTimers Timers { get; }

    internal uint Nonce { get; }

    /// <summary>Takes a message that arrived, after it was parsed without error.</summary>
    /// <param name="listener">Index of the listener it arrived on.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="message">The message; read during the call only.</param>
    public void OnMessage(int listener, in SipEndpoint source, in SipMessage message)
    {
        SipVia via = message.TopVia;
        if (via.Host.IsEmpty)
        {
            Counters.Malformed++;
        }
        else if (message.IsRequest)
        {
            OnRequest(listener, source, message, via);
        }
        else
        {
            OnResponse(message, via);
        }
    }

    /// <summary>
    /// A transaction for a request of our own that is about to be written with its <see cref="ClientTransaction.Branch"/>, then sent with
    /// <see cref="ClientTransaction.Start"/>, or given up with <see cref="ClientTransaction.Abandon"/>.
    /// </summary>
    /// <param name="method">The request's method; not ACK, which has no transaction, nor CANCEL, which
    /// <see cref="ClientTransaction.Cancel"/> sends.</param>
    /// <returns>Null if <see cref="TransactionLimits"/> is reached.</returns>
    public ClientTransaction? CreateClient(SipMethod method) => CreateClient(method, loopMark: 0);

    /// <summary>
    /// A transaction for a request that is forwarded: as <see cref="CreateClient(SipMethod)"/>, with a branch by which the request is
    /// known if it comes back as it was.
    /// </summary>
    /// <param name="request">The request as it arrived.</param>
    /// <returns>Null if <see cref="TransactionLimits"/> is reached.</returns>
    public ClientTransaction? CreateClient(in SipMessage request) => CreateClient(request.Method, LoopMarkOf(request));

    private ClientTransaction? CreateClient(SipMethod method, uint loopMark)
    {
        if (method is SipMethod.Ack or SipMethod.Cancel)
        {
            throw new ArgumentOutOfRangeException(nameof(method), method, "ACK and CANCEL are not begun by users.");
        }

        int room = _limits.ClientTransactions - (method == SipMethod.Invite ? _limits.Reserved : 0);
        if (ClientCount >= room)
        {
            Counters.Refused++;
            return null;
        }

        return TakeClient(method, loopMark);
    }

    // At most one for each INVITE, so the INVITEs' limit bounds these.
    internal ClientTransaction CreateCancel() => TakeClient(SipMethod.Cancel, loopMark: 0);

    internal void Forget(ServerTransaction transaction)
    {
        _servers.Remove(transaction);
        if (_mergeable.TryGetValue(transaction.MergeKey, out ServerTransaction? mergeable) && mergeable == transaction)
        {
            _mergeable.Remove(transaction.MergeKey);
        }

        _freeServers.Push(transaction);
    }

    internal void Forget(ClientTransaction transaction) => _freeClients.Push(transaction);

    internal bool TryParseKept(ReadOnlySpan<byte> bytes, out SipMessage message)
    {
        message = new SipMessage(bytes, _index);
        return SipParser.Parse(bytes, _index, SipLimits.Forwarded).IsOk;
    }

    internal ReadOnlySpan<byte> WriteTrying(in SipMessage request, in SipEndpoint source) =>
        WriteResponse(request, new ResponseParts { StatusCode = 100, Source = source });

    internal ReadOnlySpan<byte> WriteAck(ReadOnlySpan<byte> invite, in SipMessage rejection) =>
        TryParseKept(invite, out SipMessage message) && SipRequests.TryWriteAck(message, rejection, _scratch, out int written)
            ? _scratch.AsSpan(0, written)
            : default;

    internal ReadOnlySpan<byte> WriteCancel(ReadOnlySpan<byte> invite, ReadOnlySpan<byte> extraHeaders) =>
        TryParseKept(invite, out SipMessage message) && SipRequests.TryWriteCancel(message, _scratch, out int written, extraHeaders)
            ? _scratch.AsSpan(0, written)
            : default;

    private void OnRequest(int listener, in SipEndpoint source, in SipMessage request, in SipVia via)
    {
        ServerKey key = ServerKey.Of(request, via, _key, _seed);
        ServerTransaction? known = _servers.Find(key);
        switch (request.Method)
        {
            case SipMethod.Ack:
                OnAck(known, listener, source, request);
                break;
            case SipMethod.Cancel:
                OnCancel(known, listener, source, request, via, key.KeyHash);
                break;
            default:
                OnOtherRequest(known, listener, source, request, via, key);
                break;
        }
    }

    private void OnOtherRequest(
        ServerTransaction? known,
        int listener,
        in SipEndpoint source,
        in SipMessage request,
        in SipVia via,
        in ServerKey key)
    {
        if (known is not null)
        {
            Counters.RequestsAbsorbed++;
            known.Step(TransactionEvent.Request, default);
        }
        else if (HasLooped(request, out bool isSpiral))
        {
            Counters.Loops++;
            Respond(listener, source, request, via, 482, key.KeyHash, default);
        }
        else if (IsMerged(request, isSpiral, out UInt128 mergeKey))
        {
            Counters.Merged++;
            Respond(listener, source, request, via, 482, key.KeyHash, default);
        }
        else if (HasRoomFor(request))
        {
            if (!_freeServers.TryPop(out ServerTransaction? transaction))
            {
                transaction = new ServerTransaction(this);
            }

            transaction.Begin(request, listener, source, ResponseDestination(source, via), key, isSpiral, mergeKey);
            _servers.Add(transaction);
            if (mergeKey != 0)
            {
                _mergeable[mergeKey] = transaction;
            }

            User.OnRequest(transaction, request);
        }
        else
        {
            Refuse(listener, source, request, via, key.KeyHash);
        }
    }

    /// <summary>
    /// The request has been here before, and would go the same way again. If only its way has changed since, it is a spiral: another
    /// request in all but its identifiers (RFC 3261 §16.3 step 4).
    /// </summary>
    private bool HasLooped(in SipMessage request, out bool isSpiral)
    {
        isSpiral = false;
        foreach (ReadOnlySpan<byte> value in request.Values(SipHeaderId.Via))
        {
            // Hardly any request has been here: one glance at each Via is all they cost.
            if (value.IndexOf(_ownBranchStart) >= 0
                && SipVia.TryParse(value, out SipVia via) && ClientBranch.TryRead(via.Branch, Nonce, out _, out uint loopMark))
            {
                isSpiral = true;
                if (loopMark == LoopMarkOf(request))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>
    /// An INVITE outside a dialog whose From tag, Call-ID and CSeq are those of one that is not yet answered, or was accepted: a proxy
    /// before us has forked it, and both branches led here. A call is neither made nor charged twice. After a rejection it may be tried
    /// again (RFC 3263 §4.3).
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="isSpiral">It has been here itself, so that the other one is its own past.</param>
    /// <param name="mergeKey">What the next such one would share with it, 0 if nothing merges with it.</param>
    private bool IsMerged(in SipMessage request, bool isSpiral, out UInt128 mergeKey)
    {
        mergeKey = 0;
        if (isSpiral || request.Method != SipMethod.Invite || !request.ToTag.IsEmpty)
        {
            return false;
        }

        ulong upper = KeyHash.Compute(request.CallId, _seed + request.CSeqNumber);
        ulong lower = KeyHash.Compute(request.FromTag, ~_seed ^ upper);
        mergeKey = new UInt128(upper, lower);
        return _mergeable.TryGetValue(mergeKey, out ServerTransaction? other)
            && other.State is TransactionState.Proceeding or TransactionState.Accepted;
    }

    /// <summary>A hash of what decides where a request goes; not of its Vias, which change with every round (RFC 5393 §4.2.1).</summary>
    private uint LoopMarkOf(in SipMessage request)
    {
        ulong hash = KeyHash.Compute(request.CallId, _seed + request.CSeqNumber);
        hash = KeyHash.Compute(request.FromTag, hash);
        hash = KeyHash.Compute(request.ToTag, hash);
        hash = KeyHash.Compute(request.RequestUri, hash);
        foreach (ReadOnlySpan<byte> route in request.Values(SipHeaderId.Route))
        {
            hash = KeyHash.Compute(route, hash);
        }

        return (uint)(hash ^ (hash >> 32));
    }

    private void OnAck(ServerTransaction? invite, int listener, in SipEndpoint source, in SipMessage ack)
    {
        // The ACK to a 2xx is a transaction of its own with its own branch. Clients of RFC 2543, and some others, use the INVITE's.
        if (invite is null || invite.State == TransactionState.Accepted)
        {
            User.OnAck(ack, listener, source);
        }
        else
        {
            invite.Step(TransactionEvent.Ack, default);
        }
    }

    private void OnCancel(
        ServerTransaction? invite, int listener, in SipEndpoint source, in SipMessage cancel, in SipVia via, ulong keyHash)
    {
        // CANCEL is answered without a transaction: every repeat gets the same answer, and its effect does not add up.
        if (invite is null)
        {
            Counters.StrayCancels++;
            Respond(listener, source, cancel, via, 481, keyHash, default);
            return;
        }

        Respond(listener, source, cancel, via, 200, keyHash, default);
        if (invite.State == TransactionState.Proceeding)
        {
            User.OnCancel(invite, cancel);
        }
    }

    private void OnResponse(in SipMessage response, in SipVia via)
    {
        if (!ClientBranch.TryRead(via.Branch, Nonce, out int slot, out _)
            || (uint)slot >= (uint)_clients.Count
            || _clients[slot] is not { State: not TransactionState.Terminated } transaction
            || !transaction.Branch.SequenceEqual(via.Branch))
        {
            Counters.StrayResponses++;
            return;
        }

        if (transaction.Method == SipMethod.Invite && response.CSeqMethod == SipMethod.Cancel)
        {
            transaction = transaction.PendingCancel;
        }

        if (transaction is null || transaction.Method != response.CSeqMethod)
        {
            Counters.StrayResponses++;
            return;
        }

        transaction.Step(StatusLine.EventOf(response.StatusCode), response);
    }

    private bool HasRoomFor(in SipMessage request)
    {
        int room = _limits.ServerTransactions - ServerCount;
        return !request.ToTag.IsEmpty ? room > 0
            : room > _limits.Reserved ? !User.Sheds(request)
            : room > _limits.Reserved / 2 && User.IsUrgent(request);
    }

    private void Refuse(int listener, in SipEndpoint source, in SipMessage request, in SipVia via, ulong keyHash)
    {
        Counters.Refused++;

        // A request inside a dialog is dropped: its sender repeats it, and by then there may be room.
        if (request.ToTag.IsEmpty)
        {
            Respond(listener, source, request, via, 503, keyHash, _overloadHeaders);
        }
    }

    // A response without a transaction. Its tag follows from the request, so that the answer to a repeat is the same (§8.2.7).
    private void Respond(
        int listener,
        in SipEndpoint source,
        in SipMessage request,
        in SipVia via,
        int statusCode,
        ulong keyHash,
        ReadOnlySpan<byte> extraHeaders)
    {
        Span<byte> tag = stackalloc byte[2 * sizeof(ulong)];
        Span<byte> tagBits = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(tagBits, keyHash);
        BinaryPrimitives.WriteUInt64BigEndian(tagBits, KeyHash.Compute(tagBits, ~_seed));
        Convert.TryToHexStringLower(tagBits, tag, out _);
        ReadOnlySpan<byte> response = WriteResponse(
            request,
            new ResponseParts { StatusCode = statusCode, ToTag = tag, Source = source, ExtraHeaders = extraHeaders });
        if (!response.IsEmpty)
        {
            Sender.Send(listener, ResponseDestination(source, via), response);
        }
    }

    private ReadOnlySpan<byte> WriteResponse(in SipMessage request, scoped in ResponseParts parts) =>
        SipResponses.TryWrite(request, parts, _scratch, out int written) ? _scratch.AsSpan(0, written) : default;

    /// <summary>
    /// Always to the address the request came from, which is what <c>received</c> would say. <c>maddr</c> is not followed: anybody could
    /// aim our responses at others with it.
    /// </summary>
    private static SipEndpoint ResponseDestination(in SipEndpoint source, in SipVia via) =>
        via.RPort != SipVia.NoRPort || source.Transport != SipTransportKind.Udp
            ? source
            : new SipEndpoint(source.Transport, source.AddressBits, (ushort)(via.Port == 0 ? DefaultPort : via.Port));

    private ClientTransaction TakeClient(SipMethod method, uint loopMark)
    {
        if (!_freeClients.TryPop(out ClientTransaction? transaction))
        {
            transaction = new ClientTransaction(this, _clients.Count);
            _clients.Add(transaction);
        }

        transaction.Begin(method, loopMark);
        return transaction;
    }
}
