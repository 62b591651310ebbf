using HotPath.Commands;

namespace HotPath.Rpc;

/// <summary>
/// One engine as one client sees it: its connections, and this client's part in what all clients know of it
/// (<see cref="EngineAvailability"/>). Belongs to the thread that drives the client.
/// </summary>
internal sealed class EnginePeer : IReplyHandler<PongReply>
{
    private readonly EngineClient _client;
    private readonly EngineClientOptions _options;
    private readonly EngineAvailability _availability;
    private readonly EngineConnection[] _connections;
    private readonly RetryBackoff _pingBackoff;
    private EngineConnection? _pinged; // The connection that the ping under way went over.
    private long _pingDueMs = -1;
    private int _unansweredPings;
    private uint _seenEpoch;
    private bool _isProber;

    public EnginePeer(EngineClient client, int index, EngineClientOptions options, EngineAvailability availability, Random random)
    {
        _client = client;
        _options = options;
        _availability = availability;
        _pingBackoff = new RetryBackoff(options.Probe, random);
        Index = index;
        Address = availability.Engines[index];
        Log = new EngineLog(client.Logger, Address);
        MetricsTag = new(RpcMetrics.EngineTag, Address.ToString());
        ConnectionStatistics[] statistics = [.. Enumerable.Range(0, options.MaxConnections).Select(_ => new ConnectionStatistics())];
        Statistics = new EngineStatistics(Address, statistics);
        _connections = [.. statistics.Select(own => new EngineConnection(client, this, own, options, random))];
    }

    public int Index { get; }

    public EngineAddress Address { get; }

    public EngineStatistics Statistics { get; }

    public EngineLog Log { get; }

    public KeyValuePair<string, object?> MetricsTag { get; }

    /// <summary>What the client's owner sees.</summary>
    public EngineState State { get; private set; }

    /// <summary>Requests that wait for its answer, over all connections.</summary>
    public int InFlight { get; private set; }

    /// <summary>A connection is being made that there is reason to wait for: the first, or the one after a loss.</summary>
    public bool IsHopeful => Array.Exists(_connections, static connection => connection.IsHopeful);

    /// <summary>What all clients know of it.</summary>
    public EngineStateWord Word => _availability.Read(Index);

    /// <summary>It is up, and a connection to it is open: only for lack of room is a request not taken.</summary>
    public bool IsUp => State == EngineState.Up && Word.Status == EngineStatus.Up;

    /// <summary>When <see cref="Advance"/> has something to do; -1: not on its own.</summary>
    public long DueMs
    {
        get
        {
            long dueMs = _pingDueMs;
            foreach (EngineConnection connection in _connections)
            {
                dueMs = SocketLoop.Sooner(dueMs, connection.DueMs);
            }

            return dueMs;
        }
    }

    /// <summary>Begins to connect, as far as that is this client's business now.</summary>
    public void Start(long nowMs)
    {
        _seenEpoch = Word.Epoch;
        ConnectAll(nowMs);
        Observe(nowMs);
    }

    /// <summary>Does what is due.</summary>
    public void Advance(long nowMs)
    {
        Observe(nowMs);
        foreach (EngineConnection connection in _connections)
        {
            connection.Advance(nowMs);
        }

        if (_pingDueMs >= 0 && nowMs >= _pingDueMs)
        {
            _pingDueMs = -1;
            Ping(nowMs);
        }
    }

    /// <summary>Acts on what has become of the engine, be it through this client or another one.</summary>
    /// <param name="nowMs">The client's clock.</param>
    /// <param name="reason">Why, if this client knows it.</param>
    public void Observe(long nowMs, string? reason = null)
    {
        if (_client.IsDisposed)
        {
            return;
        }

        EngineStateWord word = Word;
        if (word.IsOut && word.Prober == 0)
        {
            word = Apply(EngineEvent.TakeProbe);
        }

        bool isProber = word.Prober == _client.Number;
        if (word.Epoch == _seenEpoch && isProber == _isProber)
        {
            return;
        }

        _seenEpoch = word.Epoch;
        _isProber = isProber;
        _unansweredPings = 0;
        _pingDueMs = isProber && word.Status == EngineStatus.Silent ? nowMs + PingPauseMs() : -1;
        Refresh(reason ?? word.Status switch
        {
            EngineStatus.Silent => $"{_availability.MaxUnansweredInRow} requests in a row went unanswered",
            EngineStatus.Up => "it answers again",
            _ => "it cannot be connected to",
        });
        ConnectAll(nowMs);
        if (word.Status == EngineStatus.Silent)
        {
            MoveOn();
        }
        else if (word.Status == EngineStatus.Up)
        {
            _client.SubmitParked();
        }
    }

    /// <summary>
    /// A connection may be made now: the engine is in order as far as is known, or this client is the one that finds out, with its first
    /// connection.
    /// </summary>
    public bool MayConnect(EngineConnection connection)
    {
        EngineStateWord word = Word;
        return !_client.IsDisposed && (!word.IsOut || (word.Prober == _client.Number && connection == _connections[0]));
    }

    /// <summary>The request would be taken now.</summary>
    public bool HasRoom(PendingRequest request) =>
        request.Repeat == RepeatClass.Safe && request.Bound == 0 ? InFlight < _options.MaxInFlight : FindConnection(request.Bound) is not null;

    /// <summary>A command that charges, and is bound to no connection, would be taken now.</summary>
    public bool HasRoomToCharge => FindConnection(bound: 0) is not null;

    /// <summary>Writes a request to the connection with the fewest in flight. There must be room.</summary>
    public void Write(PendingRequest request) => FindConnection(request.Bound)!.Write(request, Word.Epoch);

    public void CountInFlight(int change)
    {
        InFlight += change;
        _client.Outstanding[Index] = InFlight;
    }

    /// <summary>A request's time has passed. Several in a row take the engine out; <see cref="Observe"/> follows.</summary>
    public void OnUnanswered(PendingRequest request)
    {
        Statistics.CountDeadlineExceeded();
        uint before = Word.Epoch;
        EngineStateWord word = Apply(EngineEvent.Unanswered, request.Epoch);
        if (word.Status == EngineStatus.Silent && word.Epoch != before)
        {
            // Its connections stay: an engine ends the sessions of one that goes away, and this one may only be slow.
            Statistics.CountSilence();
        }
    }

    /// <summary>A reply came in time.</summary>
    /// <param name="isPong">It proves only that the engine lives, not that calls are answered: the next pause still is a longer one.</param>
    public void OnAnswered(bool isPong)
    {
        if (!isPong)
        {
            _pingBackoff.Succeeded();
        }

        if (Word is { Unanswered: 0, Status: EngineStatus.Up })
        {
            return;
        }

        Apply(EngineEvent.Answered);
        Observe(_client.NowMs);
    }

    public void OnOpened(long nowMs)
    {
        Apply(EngineEvent.Opened);
        Observe(nowMs, "connected");
        if (Word.Status != EngineStatus.Silent)
        {
            Refresh("connected");
            _client.SubmitParked();
            return;
        }

        // Connecting proves nothing: the ping comes before any call does.
        if (_isProber)
        {
            _pingDueMs = nowMs;
        }

        Refresh("connected again, but it has not answered yet");
    }

    /// <summary>A connection ended, or could not be made.</summary>
    /// <returns>The engine did not keep silent before.</returns>
    public bool OnLost(bool wasOpen)
    {
        if (!wasOpen)
        {
            Statistics.CountConnectFailure();
        }

        return Apply(wasOpen ? EngineEvent.Closed : EngineEvent.ConnectFailed).Status != EngineStatus.Silent;
    }

    /// <summary>Hands what was written to the network.</summary>
    public void Flush()
    {
        foreach (EngineConnection connection in _connections)
        {
            connection.Flush();
        }
    }

    /// <summary>This connection is open.</summary>
    public bool IsOpen(int number)
    {
        // Asked for every session that ends: a lambda over the number would be an object each time.
        foreach (EngineConnection connection in _connections)
        {
            if (connection.IsOpen && connection.Number == number)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Ends the connections for good; every request on them ends with <see cref="RpcStatus.Canceled"/>.</summary>
    public void Close()
    {
        _pingDueMs = -1;
        foreach (EngineConnection connection in _connections)
        {
            connection.Close();
        }

        SetState(EngineState.Down, "the client was closed", isNews: false);
    }

    /// <summary>Finds what the owner sees from what is known, and tells it if that has changed.</summary>
    public void Refresh(string reason)
    {
        bool isConnecting = false;
        foreach (EngineConnection connection in _connections)
        {
            if (connection.IsOpen)
            {
                SetState(Word.Status == EngineStatus.Silent ? EngineState.Silent : EngineState.Up, reason);
                return;
            }

            isConnecting |= connection.IsConnecting;
        }

        SetState(isConnecting ? EngineState.Connecting : EngineState.Down, reason);
    }

    void IReplyHandler<PongReply>.OnReply(long state, in RpcOutcome<PongReply> outcome)
    {
        // Any reply has brought the engine back already.
        if (!_isProber || Word.Status != EngineStatus.Silent)
        {
            return;
        }

        if (outcome.Status == RpcStatus.DeadlineExceeded && ++_unansweredPings >= _options.Probe.PingsBeforeReconnect)
        {
            _unansweredPings = 0;
            _pinged?.Abandon("no answer to any probe");
        }

        // With none open, the connection that is being made comes first.
        if (Array.Exists(_connections, static connection => connection.IsOpen))
        {
            _pingDueMs = _client.NowMs + PingPauseMs();
        }
    }

    /// <summary>
    /// The pause before the next ping. While there are sessions that engines may have forgotten, whose calls run on, it is no longer than the
    /// interval of the questions for them.
    /// </summary>
    private long PingPauseMs()
    {
        long pauseMs = _pingBackoff.Failed();
        return _client.Audit.OrphanCount > 0 ? Math.Min(pauseMs, (long)_options.SessionAuditInterval.TotalMilliseconds) : pauseMs;
    }

    private EngineStateWord Apply(EngineEvent happened, uint epoch = 0) => _availability.Apply(Index, happened, _client.Number, epoch);

    private void ConnectAll(long nowMs)
    {
        foreach (EngineConnection connection in _connections)
        {
            connection.ConnectIfIdle(nowMs);
        }
    }

    private void Ping(long nowMs)
    {
        _pinged = FindConnection(bound: 0);
        if (_pinged is not null)
        {
            PendingRequest ping = PendingRequest<Ping, PongReply>.Rent(default, _client.Dialect, new RpcRequestOptions(Engine: Index), this, 0);
            ping.DeadlineMs = nowMs + (long)_options.SafeAttemptTimeout.TotalMilliseconds;
            _client.Place(ping, this);
        }
        else if (Array.Exists(_connections, static connection => connection.IsOpen))
        {
            _pingDueMs = nowMs + PingPauseMs();
        }
    }

    /// <summary>Requests that may be asked elsewhere do not wait for their time on an engine that has fallen silent.</summary>
    private void MoveOn()
    {
        foreach (EngineConnection connection in _connections)
        {
            connection.MoveOn();
        }
    }

    /// <param name="bound">The number of the only connection that will do; 0: any, the one with the fewest requests in flight.</param>
    private EngineConnection? FindConnection(int bound)
    {
        EngineConnection? best = null;
        foreach (EngineConnection connection in _connections)
        {
            if (connection is { IsOpen: true, IsFull: false } && (bound == 0 || connection.Number == bound)
                && (best is null || connection.InFlight < best.InFlight))
            {
                best = connection;
            }
        }

        return best;
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
        if (isNews && state is (EngineState.Down or EngineState.Silent))
        {
            Statistics.LastFailure = reason;
        }

        if (isNews)
        {
            Log.StateChanged(state, reason, _client.NowMs);
        }

        _client.OnStateChanged(new EngineStateChange(Index, Address, state, state == EngineState.Connecting ? "" : reason), before);
    }
}
