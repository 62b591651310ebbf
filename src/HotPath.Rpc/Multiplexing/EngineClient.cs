using System.Numerics;
using HotPath.Commands;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HotPath.Rpc;

/// <summary>
/// The client of one or more engines: multiplexed connections to each, failover between them, deadlines. It has neither threads
/// nor sockets of its own: its owner calls <see cref="Start"/>, then in every turn of its loop, last before it waits, <see cref="Advance"/>
/// and <see cref="Flush"/>, always on one thread, on which all callbacks come. Requests may be sent from any thread. Steady state
/// allocates nothing. To run it alone see <see cref="EngineClientHost"/>.
/// </summary>
public sealed class EngineClient : IEngineClient, IDisposable
{
    /// <summary>Most objects of a kind that are kept for reuse.</summary>
    internal const int MaxPooled = 16 * 1024;

    private readonly EngineClientOptions _options;
    private readonly TimeProvider _time;
    private readonly RequestInbox _inbox;
    private readonly EnginePeer[] _engines;
    private readonly EngineAvailability _availability;
    private readonly Random _random;
    private readonly int[] _outstanding;
    private readonly long[] _outcomes = new long[Enum.GetValues<RpcStatus>().Length];
    private readonly DeadlineWheel _wheel;
    private readonly double _msPerTimestamp;
    private RequestList _parked;
    private RequestList _finished;
    private bool _hasRoomAgain;
    private int _lastConnection;
    private int _upCount;
    private int _ownerThreadId;

    /// <summary>A client that is not yet connected.</summary>
    /// <param name="options">Engines, limits, times.</param>
    /// <param name="network">How engines are reached.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <param name="requests">Serves what engines ask; without it they get an error.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="wake">Called from any thread when the owner, asleep, should begin a turn.</param>
    /// <param name="random">Spreads reconnects; give a seeded one to a simulation.</param>
    /// <param name="availability">What is known of the engines, shared with other clients; by default this client's own.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or <paramref name="availability"/> is of other engines.</exception>
    public EngineClient(
        EngineClientOptions options,
        IEngineNetwork network,
        TimeProvider? time = null,
        IEngineRequestHandler? requests = null,
        ILogger? logger = null,
        Action? wake = null,
        Random? random = null,
        EngineAvailability? availability = null)
    {
        options.Validate();
        if (availability is not null && !availability.Engines.SequenceEqual(options.Engines))
        {
            throw new ArgumentException($"{nameof(availability)}: it is of other engines than the options.", nameof(availability));
        }

        _options = options;
        _time = time ?? TimeProvider.System;
        RequestHandler = requests;
        _inbox = new RequestInbox(this, wake, options.MaxInFlight);
        _msPerTimestamp = 1000.0 / _time.TimestampFrequency;
        Network = network;
        Logger = logger ?? NullLogger.Instance;
        _wheel = new DeadlineWheel(NowMs);
        _random = random ?? Random.Shared;
        _availability = availability ?? new EngineAvailability(options.Engines, options.Breaker);
        Number = _availability.Join(wake);
        Audit = new SessionAudit(this, options.SessionAuditInterval);
        _outstanding = new int[options.Engines.Count];
        _engines = [.. Enumerable.Range(0, options.Engines.Count).Select(i => new EnginePeer(this, i, options, _availability, _random))];

        Statistics = [.. _engines.Select(engine => engine.Statistics)];
        RpcMetrics.Add(this);
    }

    /// <inheritdoc/>
    public bool IsAvailable => Volatile.Read(ref _upCount) > 0;

    /// <summary>Per engine, in the configured order, what it was asked and did, and its state.</summary>
    public IReadOnlyList<EngineStatistics> Statistics { get; }

    /// <summary>The engines as they are now. From any thread.</summary>
    public EngineSnapshot GetSnapshot() => EngineSnapshot.Of(Statistics);

    /// <summary>Finds the sessions that an engine has forgotten, among those that it is told.</summary>
    public SessionAudit Audit { get; }

    /// <summary>Serves what engines ask; without it they get an error. To be set before <see cref="Start"/>.</summary>
    public IEngineRequestHandler? RequestHandler { get; set; }

    /// <summary>Called on the owner's thread after an engine's state changed; must not block.</summary>
    public Action<EngineStateChange>? StateChanged { get; set; }

    internal IEngineNetwork Network { get; }

    internal ILogger Logger { get; }

    internal bool IsDisposed { get; private set; }

    internal CgrDialect Dialect => _options.Dialect;

    /// <summary>Number among the clients that share what they know of the engines.</summary>
    internal int Number { get; }

    /// <summary>Requests that wait for an answer, by engine.</summary>
    internal Span<int> Outstanding => _outstanding;

    internal long NowMs => (long)(_time.GetTimestamp() * _msPerTimestamp);

    private bool IsOwner => _ownerThreadId == Environment.CurrentManagedThreadId;

    /// <summary>Requests that ended like this.</summary>
    internal long CountOf(RpcStatus status) => Volatile.Read(ref _outcomes[(int)status]);

    /// <summary>Begins to connect to every engine. The calling thread becomes the owner.</summary>
    public void Start()
    {
        _ownerThreadId = Environment.CurrentManagedThreadId;
        long nowMs = NowMs;
        foreach (EnginePeer engine in _engines)
        {
            engine.Start(nowMs);
        }
    }

    /// <inheritdoc/>
    public bool IsConnectionOpen(int connection)
    {
        foreach (EnginePeer engine in _engines)
        {
            if (engine.IsOpen(connection))
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public int Choose(int except = -1)
    {
        ulong candidates = 0, others = 0;
        foreach (EnginePeer engine in _engines)
        {
            ulong bit = engine.Index == except ? 0 : 1UL << engine.Index;
            candidates |= engine is { IsUp: true, HasRoomToCharge: true } ? bit : 0;
            others |= engine.IsUp || engine.IsHopeful ? bit : 0;
        }

        return candidates != 0 ? ChooseAmong(candidates)
            : others != 0 ? BitOperations.TrailingZeroCount(others)
            : -1;
    }

    /// <inheritdoc/>
    public void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> =>
        Hand(Encode(command, handler, state, options));

    /// <inheritdoc/>
    public ValueTask<RpcOutcome<TReply>> SendAsync<TCommand, TReply>(
        scoped in TCommand command, RpcRequestOptions options = default, CancellationToken cancellationToken = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>
    {
        ReplySource<TReply> source = ReplySource<TReply>.Rent();
        ValueTask<RpcOutcome<TReply>> task = source.Task;
        PendingRequest request = Encode(command, source, 0, options);
        Cancellation cancellation = new(request, request.Generation);
        Hand(request);
        source.CancelWith(this, cancellation, cancellationToken);
        return task;
    }

    /// <summary>
    /// Does what is due: takes what other threads sent, connects, ends what waited too long, and tells outcomes. Follow it with
    /// <see cref="Flush"/>.
    /// </summary>
    /// <returns>In how many milliseconds there is something to do again; -1: not before something arrives.</returns>
    public long Advance()
    {
        _ownerThreadId = Environment.CurrentManagedThreadId;
        TakeInbox();
        long nowMs = NowMs;
        foreach (EnginePeer engine in _engines)
        {
            engine.Advance(nowMs);
        }

        while (_wheel.TakeDue(nowMs) is { } request)
        {
            OnDue(request, nowMs);
        }

        foreach (EnginePeer engine in _engines)
        {
            engine.Observe(nowMs);
        }

        if (_hasRoomAgain)
        {
            SubmitParked();
        }

        long auditDueMs = Audit.Advance(nowMs);
        RequestList finished = _finished.TakeAll();
        while (finished.Take() is { } request)
        {
            Deliver(request, request.Failure, default, null);
        }

        return _finished.IsEmpty ? NextDueInMs(nowMs, auditDueMs) : 0;
    }

    /// <summary>Hands to the network what was written since the last call: all of a turn's requests together.</summary>
    public void Flush()
    {
        foreach (EnginePeer engine in _engines)
        {
            engine.Flush();
        }
    }

    /// <summary>Closes the connections. What is under way ends with <see cref="RpcStatus.Canceled"/>, here and now. Only on the owner's thread.</summary>
    public void Dispose()
    {
        if (IsDisposed)
        {
            return;
        }

        IsDisposed = true;
        RequestList unsent = _inbox.Close();
        foreach (EnginePeer engine in _engines)
        {
            engine.Close();
        }

        _availability.Leave(Number);
        RpcMetrics.Remove(this);
        CancelAll(unsent);
        CancelAll(_parked.TakeAll());
        CancelAll(_finished.TakeAll());
    }

    /// <summary>Gives a request up on behalf of its caller, if it is not over by then. From any thread.</summary>
    internal void Cancel(Cancellation cancellation) => _inbox.Add(cancellation);

    /// <summary>Gives a request up that is not over.</summary>
    internal void GiveUp(PendingRequest request)
    {
        switch (request.Phase)
        {
            case RequestPhase.New:
                // It is in the inbox, and about to be taken over.
                request.Failure = RpcStatus.Canceled;
                break;
            case RequestPhase.Parked:
                _parked.Remove(request);
                Finish(request, RpcStatus.Canceled);
                break;
            case RequestPhase.InFlight:
                request.Carrier!.GiveUp(request);
                Finish(request, RpcStatus.Canceled);
                break;
        }
    }

    internal int NextConnectionNumber() => _lastConnection = _lastConnection == int.MaxValue ? 1 : _lastConnection + 1;

    /// <summary>Ends a request; its outcome is told in the next <see cref="Advance"/>.</summary>
    internal void Finish(PendingRequest request, RpcStatus status)
    {
        _wheel.Remove(request);
        request.Failure = status;
        request.Phase = RequestPhase.Finished;
        _finished.Add(request);
    }

    /// <summary>Tells a request's outcome, which is in no table or list any more.</summary>
    internal RpcStatus Deliver(PendingRequest request, RpcStatus status, ReadOnlySpan<byte> result, string? error)
    {
        _wheel.Remove(request);
        int engine = Math.Max(request.Engine, 0);
        try
        {
            status = request.Complete(status, result, error, Dialect);
        }
        catch (Exception failure)
        {
            // One caller's mistake must not cost the others their connection.
            _engines[engine].Log.HandlerFailed(failure, NowMs);
        }

        _outcomes[(int)status]++;
        return status;
    }

    /// <summary>Records how long the answer to a request took, if somebody wants to know.</summary>
    internal void RecordLatency(PendingRequest request, EnginePeer engine)
    {
        if (request.SentTimestamp >= 0)
        {
            RpcMetrics.Latency.Record(_time.GetElapsedTime(request.SentTimestamp).TotalSeconds, engine.MetricsTag);
        }
    }

    /// <summary>Has an engine's request served.</summary>
    internal void Serve(EnginePeer engine, ref EngineRequest request)
    {
        try
        {
            RequestHandler?.OnRequest(ref request);
        }
        catch (Exception failure)
        {
            engine.Log.HandlerFailed(failure, NowMs);
        }
    }

    /// <summary>The engine to ask, by the order policy, among those that are up, have room and were not asked; null: there is none.</summary>
    internal EnginePeer? Choose(PendingRequest request)
    {
        ulong candidates = 0;
        bool takesFirst = _options.Order.TakesFirst;
        foreach (EnginePeer engine in _engines)
        {
            if (IsMeant(request, engine.Index) && engine.IsUp && engine.HasRoom(request))
            {
                if (takesFirst)
                {
                    return engine;
                }

                candidates |= 1UL << engine.Index;
            }
        }

        return candidates == 0 ? null : _engines[ChooseAmong(candidates)];
    }

    /// <summary>Writes a request to this engine and sets its time.</summary>
    internal void Place(PendingRequest request, EnginePeer engine)
    {
        engine.Write(request);
        request.SentTimestamp = RpcMetrics.Latency.Enabled ? _time.GetTimestamp() : -1;
        long dueMs = request.DeadlineMs;
        if (request.Repeat == RepeatClass.Safe && request.Sticky < 0)
        {
            dueMs = Math.Min(dueMs, NowMs + (long)_options.SafeAttemptTimeout.TotalMilliseconds);
        }

        _wheel.Set(request, dueMs);
    }

    /// <summary>The connection of a request in flight ended.</summary>
    internal void OnAttemptLost(PendingRequest request, EnginePeer engine, bool isUnwritten)
    {
        AttemptFailure failure = isUnwritten ? AttemptFailure.NotWritten : AttemptFailure.ConnectionLost;
        if (isUnwritten)
        {
            request.Tried &= ~(1UL << engine.Index);
            request.Engine = request.Tried == 0 ? -1 : request.Engine;
            request.Connection = 0;
        }
        else
        {
            engine.Statistics.CountLost();
            request.Failure = RpcStatus.ConnectionLost;
        }

        if (RepeatPolicy.MayTryAnother(request.Repeat, failure))
        {
            engine.Statistics.CountMovedOn();
            Submit(request);
        }
        else
        {
            Finish(request, RpcStatus.ConnectionLost);
        }
    }

    /// <summary>The engine of a request in flight has fallen silent: if another may be asked, it is.</summary>
    internal void MoveOn(PendingRequest request, EnginePeer from)
    {
        if (RepeatPolicy.MayTryAnother(request.Repeat, AttemptFailure.Unanswered) && Choose(request) is { } other)
        {
            request.Carrier!.GiveUp(request);
            from.Statistics.CountMovedOn();
            Place(request, other);
        }
    }

    /// <summary>An engine's state changed, or there is room again: what waited is decided anew.</summary>
    internal void SubmitParked()
    {
        _hasRoomAgain = false;
        RequestList parked = _parked.TakeAll();
        while (parked.Take() is { } request)
        {
            Submit(request);
        }
    }

    /// <summary>An engine has room again, and may be what a request waits for.</summary>
    internal void OnRoom() => _hasRoomAgain |= !_parked.IsEmpty;

    internal void OnStateChanged(in EngineStateChange change, EngineState before)
    {
        if (before == EngineState.Up)
        {
            Volatile.Write(ref _upCount, _upCount - 1);
        }
        else if (change.State == EngineState.Up)
        {
            Volatile.Write(ref _upCount, _upCount + 1);
            Audit.OnEngineUp(NowMs);
        }

        StateChanged?.Invoke(change);
    }

    private PendingRequest Encode<TCommand, TReply>(
        scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(options.Engine, _engines.Length, nameof(options));
        PendingRequest request = PendingRequest<TCommand, TReply>.Rent(command, Dialect, options, handler, state);
        TimeSpan timeout = options.Deadline ?? (request.Repeat == RepeatClass.Safe ? _options.SafeTimeout : _options.CommandTimeout);
        request.DeadlineMs = NowMs + (long)timeout.TotalMilliseconds;
        return request;
    }

    private void Hand(PendingRequest request)
    {
        if (IsOwner)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            Submit(request);
        }
        else
        {
            _inbox.Add(request);
        }
    }

    /// <summary>Finds the request an engine, or has it wait: for one that is about to be up or, if it is not to be refused, for room.</summary>
    private void Submit(PendingRequest request)
    {
        if (Choose(request) is { } chosen)
        {
            Place(request, chosen);
            return;
        }

        if (request.Bound != 0 && !IsConnectionOpen(request.Bound))
        {
            Finish(request, request.Failure);
            return;
        }

        bool isFull = false;
        bool isHopeful = false;
        foreach (EnginePeer engine in _engines)
        {
            if (IsMeant(request, engine.Index))
            {
                isFull |= engine.IsUp;
                isHopeful |= engine.IsHopeful;
            }
        }

        if (isFull && request.Repeat == RepeatClass.Safe)
        {
            Finish(request, RpcStatus.Overloaded);
        }
        else if (isFull || isHopeful)
        {
            request.Failure = isFull ? RpcStatus.Overloaded : request.Failure;
            request.Phase = RequestPhase.Parked;
            _parked.Add(request);
            _wheel.Set(request, request.DeadlineMs);
        }
        else
        {
            Finish(request, request.Failure);
        }
    }

    /// <param name="candidates">One bit for each engine that may be chosen; at least one is set.</param>
    private int ChooseAmong(ulong candidates)
    {
        int chosen = _options.Order.Choose(candidates, _outstanding, _random);
        return (candidates >> chosen & 1) != 0 && (uint)chosen < (uint)_engines.Length ? chosen : BitOperations.TrailingZeroCount(candidates);
    }

    private static bool IsMeant(PendingRequest request, int engine) =>
        (request.Tried & 1UL << engine) == 0 && (request.Sticky < 0 || request.Sticky == engine);

    private void OnDue(PendingRequest request, long nowMs)
    {
        if (request.Phase == RequestPhase.Parked)
        {
            _parked.Remove(request);
            Deliver(request, request.Failure, default, null);
            return;
        }

        EnginePeer engine = _engines[request.Engine];
        if (!request.IsOverdue)
        {
            request.IsOverdue = true;
            request.Failure = RpcStatus.DeadlineExceeded;
            engine.OnUnanswered(request);
        }

        if (nowMs >= request.DeadlineMs)
        {
            request.Carrier!.GiveUp(request);
            Deliver(request, RpcStatus.DeadlineExceeded, default, null);
            return;
        }

        MoveOn(request, engine);
        if (request.Carrier!.IsOf(engine))
        {
            // There is nobody else to ask: this engine may answer yet.
            _wheel.Set(request, request.DeadlineMs);
        }
    }

    private void TakeInbox()
    {
        RequestList sent = _inbox.TakeAll();
        while (sent.Take() is { } request)
        {
            if (request.Failure is RpcStatus.Overloaded or RpcStatus.Canceled)
            {
                Finish(request, request.Failure);
            }
            else
            {
                Submit(request);
            }
        }
    }

    private long NextDueInMs(long nowMs, long auditDueMs)
    {
        long nextMs = SocketLoop.Sooner(_wheel.NextDueMs(), auditDueMs);
        foreach (EnginePeer engine in _engines)
        {
            nextMs = SocketLoop.Sooner(nextMs, engine.DueMs);
        }

        return nextMs < 0 ? -1 : Math.Max(nextMs - nowMs, 0);
    }

    private void CancelAll(RequestList requests)
    {
        while (requests.Take() is { } request)
        {
            Deliver(request, RpcStatus.Canceled, default, null);
        }
    }
}
