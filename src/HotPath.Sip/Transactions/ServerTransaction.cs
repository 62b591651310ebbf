namespace HotPath.Sip;

/// <summary>
/// A request that arrived, and what was answered to it (RFC 3261 §17.2, RFC 6026). Lives from
/// <see cref="ITransactionUser.OnRequest"/> to <see cref="ITransactionUser.OnTerminated(ServerTransaction)"/>; the object is then reused
/// for another request. Used on the lane's thread only; allocates nothing in steady state.
/// </summary>
public sealed class ServerTransaction : ITimerHandler, IHashedEntry
{
    private readonly TransactionLayer _layer;
    private byte[]? _key;
    private int _keyLength;
    private ulong _keyHash;
    private byte[]? _request;
    private int _requestLength;
    private byte[]? _response;
    private int _responseLength;
    private TimerHandle _repeat;
    private TimerHandle _lifetime;
    private TimerHandle _guard;

    internal ServerTransaction(TransactionLayer layer) => _layer = layer;

    /// <summary>For the user: whatever the request belongs to.</summary>
    public object? Owner { get; set; }

    /// <summary>Where the transaction is.</summary>
    public TransactionState State { get; internal set; }

    /// <summary>The method; <see cref="SipMethod.Unknown"/> for an extension method.</summary>
    public SipMethod Method { get; private set; }

    /// <summary>Index of the listener the request arrived on; responses leave from there.</summary>
    public int Listener { get; private set; }

    /// <summary>Where the request came from.</summary>
    public SipEndpoint Source { get; private set; }

    /// <summary>Where responses go: the source's address, and its port if the client asked for that with <c>rport</c>, else the port of
    /// its Via (RFC 3261 §18.2.2, RFC 3581 §4).</summary>
    public SipEndpoint ResponseDestination { get; private set; }

    /// <summary>The status of the last response sent, 0 if none was.</summary>
    public int StatusCode { get; private set; }

    /// <summary>The INVITE as it arrived, kept until a final response is sent; empty then, and always empty for other methods.</summary>
    public ReadOnlySpan<byte> Request => _request.AsSpan(0, _requestLength);

    internal ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    ulong IHashedEntry.KeyHash => _keyHash;

    /// <summary>
    /// The request has been forwarded from here before, and has come back to go another way (a spiral, RFC 3261 §6). Its dialog, if it
    /// makes one, has the identifiers of that earlier one.
    /// </summary>
    public bool IsSpiral { get; private set; }

    /// <summary>What an INVITE that came by another way would share with this one; 0 for one that cannot be merged with.</summary>
    internal UInt128 MergeKey { get; private set; }

    internal int RepeatMs { get; private set; }

    internal SipTimers Timers => _layer.Timers;

    internal TransactionCounters Counters => _layer.Counters;

    /// <summary>
    /// Sends a response and keeps it for as long as the request may be repeated. After a final response only more 2xx to an INVITE are
    /// sent.
    /// </summary>
    /// <param name="response">The whole response; copied.</param>
    /// <returns>False if the transaction's state does not allow this response any more: nothing was sent.</returns>
    /// <exception cref="ArgumentException">These bytes do not begin as a SIP response, or are longer than a message may be.</exception>
    public bool Respond(ReadOnlySpan<byte> response)
    {
        int statusCode = StatusLine.ReadStatusCode(response);
        if (statusCode == 0 || response.Length > SipBufferPool.MaxLength)
        {
            throw new ArgumentException("Not a SIP response.", nameof(response));
        }

        return Step(StatusLine.EventOf(statusCode), response);
    }

    /// <summary>Sends 100 Trying, unless a response was sent already. Does nothing for methods other than INVITE.</summary>
    /// <param name="request">The request of this transaction.</param>
    public void RespondTrying(in SipMessage request)
    {
        if (Method == SipMethod.Invite && State == TransactionState.Proceeding && StatusCode == 0)
        {
            Step(TransactionEvent.Trying, _layer.WriteTrying(request, Source));
        }
    }

    /// <summary>Ends the transaction without a response, now. The user is not told.</summary>
    public void Abandon()
    {
        if (State != TransactionState.Terminated)
        {
            Release();
        }
    }

    void ITimerHandler.OnTimer(int kind, long state) => Step((TransactionEvent)kind, default);

    internal void Begin(in SipMessage request, int listener, in SipEndpoint source, in SipEndpoint destination, in ServerKey key, bool isSpiral, UInt128 mergeKey)
    {
        Method = request.Method;
        Listener = listener;
        Source = source;
        ResponseDestination = destination;
        StatusCode = 0;
        _keyHash = key.KeyHash;
        IsSpiral = isSpiral;
        MergeKey = mergeKey;
        _keyLength = _layer.Buffers.Keep(ref _key, key.Bytes);
        if (Method == SipMethod.Invite)
        {
            _requestLength = _layer.Buffers.Keep(ref _request, request.Bytes);
            InviteServerMachine.Begin(this);
        }
        else
        {
            NonInviteServerMachine.Begin(this);
        }
    }

    internal bool Step(TransactionEvent happened, ReadOnlySpan<byte> response) =>
        Method == SipMethod.Invite
            ? InviteServerMachine.Step(this, happened, response)
            : NonInviteServerMachine.Step(this, happened, response);

    internal void Send(ReadOnlySpan<byte> response)
    {
        StatusCode = StatusLine.ReadStatusCode(response);
        _layer.Sender.Send(Listener, ResponseDestination, response);
    }

    internal void SendAndKeep(ReadOnlySpan<byte> response)
    {
        _responseLength = _layer.Buffers.Keep(ref _response, response);
        Send(response);
    }

    internal void Repeat()
    {
        if (_responseLength > 0)
        {
            Counters.Retransmissions++;
            _layer.Sender.Send(Listener, ResponseDestination, _response.AsSpan(0, _responseLength));
        }
    }

    internal void SendTryingFromRequest()
    {
        if (_layer.TryParseKept(Request, out SipMessage request))
        {
            RespondTrying(request);
        }
    }

    internal void ArmRepeat(TransactionEvent timer, int delayMs)
    {
        RepeatMs = delayMs;
        Arm(ref _repeat, timer, delayMs);
    }

    internal void ArmLifetime(TransactionEvent timer, long delayMs) => Arm(ref _lifetime, timer, delayMs);

    internal void ArmGuard(TransactionEvent timer, long delayMs) => Arm(ref _guard, timer, delayMs);

    internal void DisarmRepeat() => _layer.Wheel.Cancel(_repeat);

    internal void DisarmGuard() => _layer.Wheel.Cancel(_guard);

    internal void ReleaseRequest() => _requestLength = _layer.Buffers.Drop(ref _request);

    internal void ReleaseBuffers()
    {
        ReleaseRequest();
        _responseLength = _layer.Buffers.Drop(ref _response);
    }

    internal void Terminate()
    {
        State = TransactionState.Terminated;
        _layer.User.OnTerminated(this);
        Release();
    }

    private void Release()
    {
        State = TransactionState.Terminated;
        _layer.Wheel.Cancel(_repeat);
        _layer.Wheel.Cancel(_lifetime);
        _layer.Wheel.Cancel(_guard);
        ReleaseBuffers();
        _layer.Forget(this);
        _keyLength = _layer.Buffers.Drop(ref _key);
        Owner = null;
    }

    private void Arm(ref TimerHandle timer, TransactionEvent kind, long delayMs)
    {
        _layer.Wheel.Cancel(timer);
        timer = _layer.Wheel.Arm(delayMs, this, (int)kind);
    }
}
