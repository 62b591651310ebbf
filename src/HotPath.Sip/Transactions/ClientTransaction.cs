namespace HotPath.Sip;

/// <summary>
/// A request that the user sends, and what comes back (RFC 3261 §17.1, RFC 6026). Lives from
/// <see cref="TransactionLayer.CreateClient(SipMethod)"/> to <see cref="ITransactionUser.OnTerminated(ClientTransaction)"/>; the object is
/// then reused for another request. Used on the lane's thread only; allocates nothing in steady state.
/// </summary>
public sealed class ClientTransaction : ITimerHandler
{
    private readonly TransactionLayer _layer;
    private readonly byte[] _branch = new byte[ClientBranch.Length];
    private byte[]? _request;
    private int _requestLength;
    private byte[]? _cancelHeaders;
    private int _cancelHeadersLength;
    private TimerHandle _repeat;
    private TimerHandle _lifetime;
    private ClientTransaction? _cancel;
    private ClientTransaction? _cancels;
    private bool _isTimeoutReported;

    internal ClientTransaction(TransactionLayer layer, int slot)
    {
        _layer = layer;
        Slot = slot;
    }

    /// <summary>For the user: whatever the request belongs to.</summary>
    public object? Owner { get; set; }

    /// <summary>Where the transaction is; <see cref="TransactionState.Terminated"/> before <see cref="Start"/>.</summary>
    public TransactionState State { get; internal set; }

    /// <summary>The method; <see cref="SipMethod.Unknown"/> for an extension method.</summary>
    public SipMethod Method { get; private set; }

    /// <summary>The branch that the topmost Via of the request has to carry: unique, and how the response finds its way back.</summary>
    public ReadOnlySpan<byte> Branch => _branch;

    /// <summary>Index of the listener the request leaves from.</summary>
    public int Listener { get; private set; }

    /// <summary>Where the request goes.</summary>
    public SipEndpoint Destination { get; private set; }

    /// <summary>
    /// The request as sent. Kept until the final response has been reported, so that <see cref="ITransactionUser.OnResponse"/> can
    /// still read it with the first final response; empty afterwards.
    /// </summary>
    public ReadOnlySpan<byte> Request => _request.AsSpan(0, _requestLength);

    internal int Slot { get; }

    internal uint Generation { get; private set; }

    /// <summary>The slot is given to a user or to a CANCEL, started or not.</summary>
    internal bool IsInUse { get; private set; }

    internal bool IsCancelWanted { get; set; }

    /// <summary>This is the CANCEL for an INVITE: the layer's own, of which the user hears nothing.</summary>
    internal bool IsLayersCancel => _cancels is not null;

    internal ClientTransaction? PendingCancel => _cancel;

    internal int RepeatMs { get; private set; }

    internal SipTimers Timers => _layer.Timers;

    internal TransactionCounters Counters => _layer.Counters;

    /// <summary>Sends the request and begins to wait. Once only.</summary>
    /// <param name="listener">Index of the listener to send from.</param>
    /// <param name="destination">Next hop.</param>
    /// <param name="request">The whole request, its topmost Via carrying <see cref="Branch"/>; copied.</param>
    /// <exception cref="InvalidOperationException">It was started before, or given up.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The request is longer than a message may be.</exception>
    public void Start(int listener, in SipEndpoint destination, ReadOnlySpan<byte> request)
    {
        if (!IsInUse || State != TransactionState.Terminated)
        {
            throw new InvalidOperationException("The transaction was started before or is over.");
        }

        Listener = listener;
        Destination = destination;
        _requestLength = _layer.Buffers.Keep(ref _request, request);
        if (Method == SipMethod.Invite)
        {
            InviteClientMachine.Begin(this);
        }
        else
        {
            NonInviteClientMachine.Begin(this);
        }
    }

    /// <summary>
    /// Cancels an INVITE (RFC 3261 §9.1): the layer sends CANCEL as soon as a provisional response has come. What follows is a rejection
    /// (as a rule 487), a 2xx that crossed it, or a timeout after 64·T1. Without effect once a final response has come, and for other
    /// methods.
    /// </summary>
    /// <param name="extraHeaders">Whole header lines for the CANCEL, each with its CRLF, such as Reason (RFC 3326); copied.</param>
    public void Cancel(ReadOnlySpan<byte> extraHeaders = default)
    {
        if (Method == SipMethod.Invite)
        {
            if (!IsCancelWanted && !extraHeaders.IsEmpty)
            {
                _cancelHeadersLength = _layer.Buffers.Keep(ref _cancelHeaders, extraHeaders);
            }

            Step(TransactionEvent.Cancel, default);
        }
    }

    /// <summary>
    /// Ends the transaction now, started or not, without a word to either side or to the user. For one that cannot be started after all.
    /// </summary>
    public void Abandon()
    {
        if (IsInUse)
        {
            Release();
        }
    }

    void ITimerHandler.OnTimer(int kind, long state) => Step((TransactionEvent)kind, default);

    internal void Begin(SipMethod method, uint loopMark)
    {
        IsInUse = true;
        Method = method;
        Generation++;
        IsCancelWanted = false;
        _isTimeoutReported = false;
        ClientBranch.Write(_branch, _layer.Nonce, Generation, Slot, loopMark);
    }

    internal void Step(TransactionEvent happened, in SipMessage response)
    {
        if (Method == SipMethod.Invite)
        {
            InviteClientMachine.Step(this, happened, response);
        }
        else
        {
            NonInviteClientMachine.Step(this, happened, response);
        }
    }

    internal void SendRequest()
    {
        if (!_layer.Sender.Send(Listener, Destination, Request))
        {
            // Told in a turn of its own: the user may be in the midst of starting this very request.
            ArmLifetime(TransactionEvent.TransportError, 0);
        }
    }

    internal void Repeat()
    {
        Counters.Retransmissions++;
        SendRequest();
    }

    /// <summary>Acknowledges a rejection. From here on the ACK is what <see cref="Repeat"/> sends (RFC 3261 §17.1.1.3).</summary>
    internal void SendAck(in SipMessage rejection)
    {
        ReadOnlySpan<byte> ack = _layer.WriteAck(Request, rejection);
        _requestLength = _layer.Buffers.Keep(ref _request, ack);
        SendRequest();
    }

    /// <summary>Sends CANCEL in a transaction of its own that shares this one's branch (RFC 3261 §9.1).</summary>
    internal void SendCancel()
    {
        ReadOnlySpan<byte> bytes = _layer.WriteCancel(Request, _cancelHeaders.AsSpan(0, _cancelHeadersLength));
        ClientTransaction cancel = _layer.CreateCancel();
        cancel._cancels = this;
        _cancel = cancel;
        cancel.Start(Listener, Destination, bytes);
    }

    internal void Report(in SipMessage response)
    {
        if (!IsLayersCancel && (!_isTimeoutReported || response.StatusCode is >= 200 and < 300))
        {
            _layer.User.OnResponse(this, response);
        }
    }

    internal void ReportAndReleaseRequest(in SipMessage response)
    {
        uint generation = Generation;
        Report(response);

        // The user may have given the transaction up, and its object may already serve another request.
        if (Generation == generation && IsInUse)
        {
            _requestLength = _layer.Buffers.Drop(ref _request);
        }
    }

    internal void ReportTimeout()
    {
        if (!IsLayersCancel && !_isTimeoutReported)
        {
            _isTimeoutReported = true;
            Counters.Timeouts++;
            _layer.User.OnTimeout(this);
        }
    }

    internal void ReportTimeoutAndTerminate()
    {
        uint generation = Generation;
        ReportTimeout();
        TerminateIfStill(generation);
    }

    internal void ReportTransportErrorAndTerminate()
    {
        uint generation = Generation;
        if (!IsLayersCancel && !_isTimeoutReported)
        {
            Counters.TransportErrors++;
            _layer.User.OnTransportError(this);
        }

        TerminateIfStill(generation);
    }

    internal void ArmRepeat(TransactionEvent timer, int delayMs)
    {
        RepeatMs = delayMs;
        Arm(ref _repeat, timer, delayMs);
    }

    internal void ArmLifetime(TransactionEvent timer, long delayMs) => Arm(ref _lifetime, timer, delayMs);

    internal void DisarmRepeat() => _layer.Wheel.Cancel(_repeat);

    internal void Terminate()
    {
        State = TransactionState.Terminated;
        IsInUse = false;
        if (!IsLayersCancel)
        {
            _layer.User.OnTerminated(this);
        }

        Release();
    }

    private void TerminateIfStill(uint generation)
    {
        if (Generation == generation && IsInUse)
        {
            Terminate();
        }
    }

    private void Release()
    {
        State = TransactionState.Terminated;
        IsInUse = false;
        _layer.Wheel.Cancel(_repeat);
        _layer.Wheel.Cancel(_lifetime);
        _requestLength = _layer.Buffers.Drop(ref _request);
        _cancelHeadersLength = _layer.Buffers.Drop(ref _cancelHeaders);
        Owner = null;

        // A CANCEL has no purpose beyond its INVITE.
        _cancel?.Release();
        if (_cancels is not null)
        {
            _cancels._cancel = null;
            _cancels = null;
        }

        _layer.Forget(this);
    }

    private void Arm(ref TimerHandle timer, TransactionEvent kind, long delayMs)
    {
        _layer.Wheel.Cancel(timer);
        timer = _layer.Wheel.Arm(delayMs, this, (int)kind);
    }
}
