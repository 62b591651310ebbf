using HotPath.Commands;

namespace HotPath.Rpc;

/// <summary>
/// One of a client's connections to an engine, made again and again, and the requests in flight on it. Belongs to the thread that drives the
/// client.
/// </summary>
internal sealed class EngineConnection : IEngineLinkHandler, IAnswerSink
{
    /// <summary>
    /// An engine that asks while so many bytes wait for it does not read its answers. One answer may be longer: the list of all active
    /// sessions is what it is.
    /// </summary>
    private const int MaxPendingBytes = 16 * 1024 * 1024;

    private const int MaxMethodLength = 256;

    private readonly EngineClient _client;
    private readonly EnginePeer _peer;
    private readonly EngineClientOptions _options;
    private readonly RetryBackoff _backoff;
    private readonly RequestTable _table;
    private readonly OutputBuffer _output = new();
    private readonly ErrorTexts _errorTexts = new();
    private readonly HeldAnswers _held;
    private readonly ConnectionStatistics _statistics;
    private FrameReader _reader;
    private IEngineLink? _link;
    private long _dueMs = -1; // Of the next connect, or of the end of the present one; -1: nothing is due.
    private long _connectStartedMs = long.MinValue / 2;
    private long _openedMs;
    private long _appended; // Bytes of this connection's stream, written and handed to the network.
    private long _sent;
    private bool _isProven; // A reply came over this connection.
    private bool _isBlocked;

    public EngineConnection(EngineClient client, EnginePeer peer, ConnectionStatistics statistics, EngineClientOptions options, Random random)
    {
        _client = client;
        _peer = peer;
        _options = options;
        _statistics = statistics;
        _backoff = new RetryBackoff(options.Probe, random);

        // As many again as there may be authorisations: what charges is not refused for them.
        _table = new RequestTable(options.MaxInFlight * 2, options.LastRequestId);
        _reader = new FrameReader(options.MaxFrameBytes);
        _held = new HeldAnswers(this);
    }

    /// <summary>It stands.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>It is being made.</summary>
    public bool IsConnecting => _link is not null && !IsOpen;

    /// <summary>Tells it apart from every other connection of the client, earlier ones in its place included; 0: it never stood.</summary>
    public int Number { get; private set; }

    public bool IsFull => _table.IsFull;

    public bool IsOf(EnginePeer engine) => _peer == engine;

    public int InFlight => _table.Count;

    /// <summary>It is being made, and there is reason to wait for it.</summary>
    public bool IsHopeful => IsConnecting && _backoff.IsFresh;

    /// <summary>When <see cref="Advance"/> has something to do; -1: not on its own.</summary>
    public long DueMs => _dueMs;

    /// <summary>Connects if nothing is under way or planned, and it may.</summary>
    public void ConnectIfIdle(long nowMs)
    {
        if (_link is null && _dueMs < 0 && _peer.MayConnect(this))
        {
            ConnectAt(Math.Max(nowMs, _connectStartedMs + (long)_options.Probe.FirstPause.TotalMilliseconds), nowMs);
        }
    }

    /// <summary>Does what is due.</summary>
    public void Advance(long nowMs)
    {
        if (_dueMs < 0 || nowMs < _dueMs)
        {
            return;
        }

        _dueMs = -1;
        if (_link is not null)
        {
            Abandon("no connection within the connect timeout");
        }
        else if (_peer.MayConnect(this))
        {
            Connect(nowMs);
        }
    }

    /// <summary>Writes a request's present attempt. The connection must be open and not full.</summary>
    /// <param name="request">The request.</param>
    /// <param name="epoch">Of the engine's state.</param>
    public void Write(PendingRequest request, uint epoch)
    {
        _table.Add(request);
        request.Engine = _peer.Index;
        request.Carrier = this;
        request.Connection = Number;
        request.Epoch = epoch;
        request.Tried |= 1UL << _peer.Index;
        request.IsOverdue = false;
        request.Phase = RequestPhase.InFlight;
        request.StreamOffset = _appended;
        int before = _output.Length;
        EnvelopeWriter.WriteRequest(_output, request.GetMethod(_client.Dialect), request.Id, request.Parameters);
        _appended += _output.Length - before;
        _statistics.CountRequest();
        OnTaken(+1);
    }

    /// <summary>The request is not waited for any more; a reply to it is late.</summary>
    public void GiveUp(PendingRequest request)
    {
        _table.Take(request.Id);
        OnTaken(-1);
    }

    /// <summary>Requests that another engine may be asked, and that has room, leave this one.</summary>
    public void MoveOn()
    {
        int cursor = 0;
        while (_table.Next(ref cursor) is { } request)
        {
            _client.MoveOn(request, _peer);
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
        _statistics.CountSent(taken);
        _output.Consume(taken);
        _isBlocked = _output.Length > 0;
    }

    /// <summary>Ends the connection for good; every request on it ends with <see cref="RpcStatus.Canceled"/>.</summary>
    public void Close()
    {
        _link?.Close();
        _dueMs = -1;
        if (EndStream())
        {
            _peer.OnLost(wasOpen: true);
        }

        int cursor = 0;
        while (_table.TakeAny(ref cursor) is { } request)
        {
            OnTaken(-1);
            _client.Finish(request, RpcStatus.Canceled);
        }

        _output.Release();
    }

    /// <summary>Closes it, and makes it anew when its time comes.</summary>
    public void Abandon(string reason)
    {
        _link?.Close();
        OnLost(reason);
    }

    void IEngineLinkHandler.OnOpened()
    {
        _openedMs = _client.NowMs;
        _dueMs = -1;
        IsOpen = _statistics.IsOpen = true;
        Number = _client.NextConnectionNumber();
        _statistics.CountConnect();
        _client.Audit.OnOpened(Number);
        _peer.OnOpened(_openedMs);
    }

    void IEngineLinkHandler.OnReceived(ReadOnlySpan<byte> bytes)
    {
        IEngineLink? link = _link;
        _statistics.CountReceived(bytes.Length);
        while (_reader.TryRead(ref bytes, out ReadOnlySpan<byte> frame))
        {
            OnFrame(RpcFrame.Read(frame));
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

    bool IAnswerSink.TryHold(ReadOnlySpan<byte> id, out DeferredAnswer answer) => _held.TryHold(id, out answer);

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
                _peer.Statistics.CountLateReply();
            }
            else
            {
                _peer.Statistics.CountUnknownReply();
                _peer.Log.UnknownReply(_client.NowMs);
            }

            return;
        }

        OnTaken(-1);
        _statistics.CountReply();
        _client.RecordLatency(request, _peer);
        _isProven = true;
        bool isPong = request is PendingRequest<Ping, PongReply>;
        if (!isPong)
        {
            _backoff.Succeeded();
        }

        _peer.OnAnswered(isPong);
        if (frame.HasError)
        {
            _peer.Statistics.CountError();
            _client.Deliver(request, RpcStatus.EngineError, default, _errorTexts.Get(frame.Error));
            return;
        }

        RpcStatus status = frame.HasResult
            ? _client.Deliver(request, RpcStatus.Ok, frame.Result, null)
            : _client.Deliver(request, RpcStatus.InvalidReply, default, "neither a result nor an error");
        if (status == RpcStatus.InvalidReply)
        {
            _peer.Statistics.CountInvalidReply();
        }
    }

    private void OnRequest(in RpcFrame frame)
    {
        _peer.Statistics.CountEngineRequest();
        if (_output.Length > MaxPendingBytes)
        {
            Abandon("it asks and does not read its answers");
            return;
        }

        ReadOnlySpan<byte> method = frame.Method[1..^1];
        Span<byte> unescaped = stackalloc byte[MaxMethodLength];
        if (method.Length <= MaxMethodLength && method.Contains((byte)'\\'))
        {
            unescaped = unescaped[..JsonText.Unescape(method, unescaped)];
            Serve(new EngineRequest(_peer.Index, unescaped, frame.FirstParameter, frame.Id, this));
            return;
        }

        Serve(new EngineRequest(_peer.Index, method, frame.FirstParameter, frame.Id, this));
    }

    private void Serve(EngineRequest request)
    {
        _client.Serve(_peer, ref request);
        if (!request.IsAnswered)
        {
            request.ReplyError("Unknown Method"u8);
        }
    }

    private void OnBroken(string reason)
    {
        _peer.Statistics.CountBrokenStream();
        Abandon(reason);
    }

    private void ConnectAt(long dueMs, long nowMs)
    {
        _dueMs = dueMs;
        Advance(nowMs);
    }

    private void Connect(long nowMs)
    {
        _reader.Reset();
        _appended = _sent = 0;
        _isProven = _isBlocked = false;
        _connectStartedMs = nowMs;
        _dueMs = nowMs + (long)_options.ConnectTimeout.TotalMilliseconds;
        _link = _client.Network.Open(_peer.Address, this);
        _peer.Refresh("");
    }

    private void OnLost(string reason)
    {
        long nowMs = _client.NowMs;
        long sent = _sent;
        bool wasOpen = EndStream();
        _output.Consume(_output.Length);

        // An engine that takes connections only to drop them is one that fails.
        bool isSound = _peer.OnLost(wasOpen) && wasOpen && (_isProven || nowMs - _openedMs >= _options.ConnectTimeout.TotalMilliseconds);
        long dueMs = isSound
            ? Math.Max(nowMs, _connectStartedMs + (long)_options.Probe.FirstPause.TotalMilliseconds)
            : nowMs + _backoff.Failed();
        _dueMs = dueMs;
        _peer.Refresh(reason);
        _peer.Observe(nowMs, reason);
        if (_client.IsDisposed)
        {
            return;
        }

        Advance(nowMs);
        int cursor = 0;
        RequestList lost = default;
        while (_table.TakeAny(ref cursor) is { } request)
        {
            OnTaken(-1);
            lost.Add(request);
        }

        while (lost.Take() is { } request)
        {
            _client.OnAttemptLost(request, _peer, request.StreamOffset >= sent);
        }

        _client.SubmitParked();
    }

    /// <summary>There is no link any more.</summary>
    /// <returns>It was open.</returns>
    private bool EndStream()
    {
        bool wasOpen = IsOpen;
        _link = null;
        _held.Clear();
        IsOpen = _statistics.IsOpen = false;
        if (wasOpen)
        {
            _client.Audit.OnClosed(Number);
        }

        return wasOpen;
    }

    private void OnTaken(int change)
    {
        _statistics.InFlight = _table.Count;
        _peer.CountInFlight(change);
        if (change < 0)
        {
            _client.OnRoom();
        }
    }
}
