using HotPath.Commands;

namespace HotPath.Rpc;

/// <summary>
/// One engine: its connection, the requests in flight on it, and whether it can be asked. Belongs to the thread that drives the
/// client.
/// </summary>
internal sealed class EngineConnection : IEngineLinkHandler, IAnswerSink, IReplyHandler<PongReply>
{
    /// <summary>So many unanswered requests in a row, and the engine is not asked any more until it answers a probe.</summary>
    private const int MaxUnansweredInRow = 5;

    /// <summary>So many unanswered probes in a row, and its connection is made anew.</summary>
    private const int MaxUnansweredProbes = 3;

    /// <summary>Most bytes that wait for an engine that asks and does not read its answers.</summary>
    private const int MaxPendingBytes = 16 * 1024 * 1024;

    private const int MaxMethodLength = 256;

    private readonly EngineClient _client;
    private readonly EngineClientOptions _options;
    private readonly RetryBackoff _backoff;
    private readonly RequestTable _table;
    private readonly OutputBuffer _output = new();
    private readonly ErrorTexts _errorTexts = new();
    private FrameReader _reader;
    private IEngineLink? _link;
    private long _dueMs = -1; // Of the next connect, the end of the present one, or the next probe, by state; -1: nothing is due.
    private long _connectStartedMs = long.MinValue / 2;
    private long _openedMs;
    private long _appended; // Bytes of this connection's stream, written and handed to the network.
    private long _sent;
    private int _unansweredInRow;
    private int _unansweredProbes;
    private bool _isProven; // A reply came over this connection.
    private bool _isSuspect; // It fell silent, and has not answered since, be it over another connection.
    private bool _isBlocked;

    public EngineConnection(EngineClient client, int index, EngineClientOptions options, Random random)
    {
        _client = client;
        _options = options;
        _backoff = new RetryBackoff(options, random);
        _table = new RequestTable(options.MaxInFlight);
        _reader = new FrameReader(options.MaxFrameBytes);
        Index = index;
        Address = options.Engines[index];
        Statistics = new EngineStatistics(Address);
        Log = new EngineLog(client.Logger, Address);
    }

    public int Index { get; }

    public EngineAddress Address { get; }

    public EngineStatistics Statistics { get; }

    public EngineLog Log { get; }

    public EngineState State { get; private set; }

    public bool IsFull => _table.IsFull;

    /// <summary>A connection is being made that there is reason to wait for: the first, or the one after a loss.</summary>
    public bool IsHopeful => State == EngineState.Connecting && _backoff.IsFresh;

    /// <summary>When <see cref="Advance"/> has something to do; -1: not on its own.</summary>
    public long DueMs => _dueMs;

    /// <summary>Begins to connect.</summary>
    public void Connect(long nowMs)
    {
        if (_client.IsDisposed)
        {
            return;
        }

        _reader.Reset();
        _appended = _sent = 0;
        _unansweredInRow = _unansweredProbes = 0;
        _isProven = _isBlocked = false;
        _connectStartedMs = nowMs;
        _dueMs = nowMs + (long)_options.ConnectTimeout.TotalMilliseconds;
        SetState(EngineState.Connecting, "");
        _link = _client.Network.Open(Address, this);
    }

    /// <summary>Does what is due.</summary>
    public void Advance(long nowMs)
    {
        if (_dueMs < 0 || nowMs < _dueMs)
        {
            return;
        }

        _dueMs = -1;
        switch (State)
        {
            case EngineState.Down:
                Connect(nowMs);
                break;
            case EngineState.Connecting:
                Abandon("no connection within the connect timeout");
                break;
            case EngineState.Silent:
                Probe(nowMs);
                break;
        }
    }

    /// <summary>Writes a request's present attempt. The engine must be up or silent, and not full.</summary>
    public void Write(PendingRequest request)
    {
        _table.Add(request);
        request.Engine = Index;
        request.Tried |= 1UL << Index;
        request.IsOverdue = false;
        request.StreamOffset = _appended;
        int before = _output.Length;
        EnvelopeWriter.WriteRequest(_output, request.GetMethod(_client.Dialect), request.Id, request.Parameters);
        _appended += _output.Length - before;
        Statistics.CountRequest();
        Statistics.InFlight = _table.Count;
    }

    /// <summary>The request is not waited for on this engine any more; a reply to it is late.</summary>
    public void GiveUp(PendingRequest request)
    {
        _table.Take(request.Id);
        Statistics.InFlight = _table.Count;
    }

    /// <summary>An attempt's time has passed. Several in a row take the engine out.</summary>
    public void OnUnanswered(long nowMs)
    {
        Statistics.CountDeadlineExceeded();
        if (++_unansweredInRow >= MaxUnansweredInRow && State == EngineState.Up)
        {
            // The connection stays: an engine ends the sessions of one that goes away, and this one may only be slow.
            _isSuspect = true;
            Statistics.CountSilence();
            _dueMs = nowMs + _backoff.Failed();
            SetState(EngineState.Silent, $"{MaxUnansweredInRow} requests in a row went unanswered");
        }
    }

    /// <summary>Hands what was written to the network.</summary>
    public void Flush()
    {
        if (_output.Length == 0 || _isBlocked || _link is null)
        {
            return;
        }

        int taken = _link.Send(_output.Pending);
        _sent += taken;
        _output.Consume(taken);
        _isBlocked = _output.Length > 0;
    }

    /// <summary>Ends the connection for good; every request on it ends with <see cref="RpcStatus.Canceled"/>.</summary>
    public void Close()
    {
        _link?.Close();
        _link = null;
        _dueMs = -1;
        int cursor = 0;
        while (_table.TakeAny(ref cursor) is { } request)
        {
            _client.Finish(request, RpcStatus.Canceled);
        }

        Statistics.InFlight = 0;
        SetState(EngineState.Down, "the client was closed", isNews: false);
        _output.Release();
    }

    void IEngineLinkHandler.OnOpened()
    {
        Statistics.CountConnect();
        _openedMs = _client.NowMs;
        if (_isSuspect)
        {
            // Connecting proves nothing: the probe comes before any call does.
            _dueMs = _openedMs;
            SetState(EngineState.Silent, "connected again, but it has not answered yet");
            return;
        }

        _dueMs = -1;
        SetState(EngineState.Up, "connected");
        _client.SubmitParked();
    }

    void IEngineLinkHandler.OnReceived(ReadOnlySpan<byte> bytes)
    {
        IEngineLink? link = _link;
        while (_reader.TryRead(ref bytes, out ReadOnlySpan<byte> frame))
        {
            OnFrame(RpcFrame.Read(frame));
            if (_output.Length > MaxPendingBytes)
            {
                Abandon("it does not read what it is sent");
            }

            if (_link != link)
            {
                // This stream has ended: a handler closed the client, or the engine broke the rules.
                return;
            }
        }

        if (_reader.Fault is { } fault)
        {
            OnBroken(fault);
        }
    }

    void IEngineLinkHandler.OnWritable()
    {
        _isBlocked = false;
        Flush();
    }

    void IEngineLinkHandler.OnClosed(string reason) => OnLost(reason);

    void IAnswerSink.WriteAnswer(ReadOnlySpan<byte> id, ReadOnlySpan<byte> resultJson, ReadOnlySpan<byte> errorText)
    {
        // Two-way JSON: a request whose id is absent or null gets no answer (facts: wire/README.md).
        if (_link is null || id.IsEmpty || id.SequenceEqual("null"u8))
        {
            return;
        }

        int before = _output.Length;
        if (resultJson.IsEmpty)
        {
            EnvelopeWriter.WriteErrorAnswer(_output, id, errorText);
        }
        else
        {
            EnvelopeWriter.WriteAnswer(_output, id, resultJson);
        }

        _appended += _output.Length - before;
    }

    void IReplyHandler<PongReply>.OnReply(long state, in RpcOutcome<PongReply> outcome)
    {
        if (State != EngineState.Silent || outcome.Status != RpcStatus.DeadlineExceeded)
        {
            // Any reply has brought the engine back already, and a lost connection is being made anew.
            return;
        }

        if (++_unansweredProbes >= MaxUnansweredProbes)
        {
            Abandon("no answer to any probe");
        }
        else
        {
            _dueMs = _client.NowMs + _backoff.Failed();
        }
    }

    private void OnFrame(in RpcFrame frame)
    {
        switch (frame.Kind)
        {
            case RpcFrameKind.Invalid:
                OnBroken("a frame that is not JSON");
                break;
            case RpcFrameKind.Request:
                OnRequest(frame);
                break;
            case RpcFrameKind.Reply:
                OnReply(frame);
                break;
        }
    }

    private void OnReply(in RpcFrame frame)
    {
        if (!frame.TryGetId(out int id) || _table.Take(id) is not { } request)
        {
            if (id > 0 && _table.WasGivenOut(id))
            {
                Statistics.CountLateReply();
            }
            else
            {
                Statistics.CountUnknownReply();
                Log.UnknownReply(_client.NowMs);
            }

            return;
        }

        Statistics.InFlight = _table.Count;
        Statistics.CountReply();
        _isProven = true;
        _isSuspect = false;
        _unansweredInRow = 0;
        if (State == EngineState.Silent)
        {
            _unansweredProbes = 0;
            _dueMs = -1;
            SetState(EngineState.Up, "it answers again");
            _client.SubmitParked();
        }

        if (request is not PendingRequest<Ping, PongReply>)
        {
            // Answering a ping is not yet proof that calls are answered: only that ends the growth of the pauses.
            _backoff.Succeeded();
        }

        RpcStatus status;
        if (frame.HasError)
        {
            Statistics.CountError();
            _client.Deliver(request, RpcStatus.EngineError, default, _errorTexts.Get(frame.Error));
            return;
        }

        status = frame.HasResult
            ? _client.Deliver(request, RpcStatus.Ok, frame.Result, null)
            : _client.Deliver(request, RpcStatus.InvalidReply, default, "neither a result nor an error");
        if (status == RpcStatus.InvalidReply)
        {
            Statistics.CountInvalidReply();
        }
    }

    private void OnRequest(in RpcFrame frame)
    {
        Statistics.CountEngineRequest();
        ReadOnlySpan<byte> method = frame.Method[1..^1];
        Span<byte> unescaped = stackalloc byte[MaxMethodLength];
        if (method.Length <= MaxMethodLength && method.Contains((byte)'\\'))
        {
            unescaped = unescaped[..JsonText.Unescape(method, unescaped)];
            Serve(new EngineRequest(Index, unescaped, frame.FirstParameter, frame.Id, this));
            return;
        }

        Serve(new EngineRequest(Index, method, frame.FirstParameter, frame.Id, this));
    }

    private void Serve(EngineRequest request)
    {
        _client.Serve(this, ref request);
        if (!request.IsAnswered)
        {
            request.ReplyError("Unknown Method"u8);
        }
    }

    private void Probe(long nowMs)
    {
        if (!_table.IsFull)
        {
            PendingRequest probe = PendingRequest<Ping, PongReply>.Rent(default, _client.Dialect, Index, this, 0);
            probe.DeadlineMs = nowMs + (long)_options.SafeAttemptTimeout.TotalMilliseconds;
            _client.Place(probe, this);
        }
        else
        {
            _dueMs = nowMs + _backoff.Failed();
        }
    }

    private void OnBroken(string reason)
    {
        Statistics.CountBrokenStream();
        Abandon(reason);
    }

    private void Abandon(string reason)
    {
        _link?.Close();
        OnLost(reason);
    }

    private void OnLost(string reason)
    {
        long nowMs = _client.NowMs;
        long sent = _sent;
        bool wasOpen = State is EngineState.Up or EngineState.Silent;
        _link = null;
        _output.Consume(_output.Length);

        // An engine that takes connections only to drop them is one that fails.
        bool isSound = wasOpen && State == EngineState.Up && (_isProven || nowMs - _openedMs >= _options.ConnectTimeout.TotalMilliseconds);
        if (!wasOpen)
        {
            Statistics.CountConnectFailure();
        }

        long firstRetryMs = (long)_options.FirstRetry.TotalMilliseconds;
        long nextMs = isSound ? Math.Max(nowMs, _connectStartedMs + firstRetryMs) : nowMs + _backoff.Failed();
        SetState(EngineState.Down, reason);
        _dueMs = nextMs;
        if (nextMs <= nowMs)
        {
            Connect(nowMs);
        }

        int cursor = 0;
        RequestList lost = default;
        while (_table.TakeAny(ref cursor) is { } request)
        {
            lost.Add(request);
        }

        Statistics.InFlight = 0;
        while (lost.Take() is { } request)
        {
            _client.OnAttemptLost(request, this, request.StreamOffset >= sent);
        }

        _client.SubmitParked();
    }

    /// <param name="state">The new state.</param>
    /// <param name="reason">Why, in words.</param>
    /// <param name="isNews">It is worth a line in the log; not so what our own side asked for.</param>
    private void SetState(EngineState state, string reason, bool isNews = true)
    {
        EngineState before = State;
        if (before == state)
        {
            return;
        }

        State = state;
        Statistics.State = state;
        if (isNews)
        {
            Log.StateChanged(state, reason, _client.NowMs);
        }

        _client.OnStateChanged(new EngineStateChange(Index, Address, state, reason), before);
    }
}
