using HotPath.Commands;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HotPath.Rpc;

/// <summary>
/// The client of one or more engines: one multiplexed connection to each, failover between them, deadlines. It has neither threads
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
    private readonly Action? _wake;
    private readonly EngineConnection[] _engines;
    private readonly DeadlineWheel _wheel;
    private readonly double _msPerTimestamp;
    private RequestList _parked;
    private RequestList _finished;
    private int _upCount;
    private int _ownerThreadId;

    // What other threads send waits here for the owner; guarded by the lock.
    private readonly Lock _inboxLock = new();
    private RequestList _inbox;
    private int _inboxCount;
    private bool _isInboxClosed;

    /// <summary>A client that is not yet connected.</summary>
    /// <param name="options">Engines, limits, times.</param>
    /// <param name="network">How engines are reached.</param>
    /// <param name="time">The clock; by default the system's.</param>
    /// <param name="requests">Serves what engines ask; without it they get an error.</param>
    /// <param name="logger">Where to log.</param>
    /// <param name="wake">Called from any thread when the owner, asleep, should begin a turn.</param>
    /// <param name="random">Spreads reconnects; give a seeded one to a simulation.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public EngineClient(
        EngineClientOptions options,
        IEngineNetwork network,
        TimeProvider? time = null,
        IEngineRequestHandler? requests = null,
        ILogger? logger = null,
        Action? wake = null,
        Random? random = null)
    {
        options.Validate();
        _options = options;
        _time = time ?? TimeProvider.System;
        RequestHandler = requests;
        _wake = wake;
        _msPerTimestamp = 1000.0 / _time.TimestampFrequency;
        Network = network;
        Logger = logger ?? NullLogger.Instance;
        _wheel = new DeadlineWheel(NowMs);
        random ??= Random.Shared;
        _engines = new EngineConnection[options.Engines.Count];
        for (int i = 0; i < _engines.Length; i++)
        {
            _engines[i] = new EngineConnection(this, i, options, random);
        }

        Statistics = [.. _engines.Select(engine => engine.Statistics)];
    }

    /// <inheritdoc/>
    public bool IsAvailable => Volatile.Read(ref _upCount) > 0;

    /// <summary>Per engine, in the configured order, what it was asked and did, and its state.</summary>
    public IReadOnlyList<EngineStatistics> Statistics { get; }

    /// <summary>Serves what engines ask; without it they get an error. To be set before <see cref="Start"/>.</summary>
    public IEngineRequestHandler? RequestHandler { get; set; }

    /// <summary>Called on the owner's thread after an engine's state changed; must not block.</summary>
    public Action<EngineStateChange>? StateChanged { get; set; }

    internal IEngineNetwork Network { get; }

    internal ILogger Logger { get; }

    internal bool IsDisposed { get; private set; }

    internal CgrDialect Dialect => _options.Dialect;

    internal long NowMs => (long)(_time.GetTimestamp() * _msPerTimestamp);

    private bool IsOwner => _ownerThreadId == Environment.CurrentManagedThreadId;

    /// <summary>Begins to connect to every engine. The calling thread becomes the owner.</summary>
    public void Start()
    {
        _ownerThreadId = Environment.CurrentManagedThreadId;
        long nowMs = NowMs;
        foreach (EngineConnection engine in _engines)
        {
            engine.Connect(nowMs);
        }
    }

    /// <inheritdoc/>
    public void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(options.Engine, _engines.Length, nameof(options));
        PendingRequest request = PendingRequest<TCommand, TReply>.Rent(command, Dialect, options.Engine, handler, state);
        TimeSpan timeout = options.Deadline ?? (request.Repeat == RepeatClass.Safe ? _options.SafeTimeout : _options.CommandTimeout);
        request.DeadlineMs = NowMs + (long)timeout.TotalMilliseconds;
        if (IsOwner)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
            Submit(request);
        }
        else
        {
            Enqueue(request);
        }
    }

    /// <inheritdoc/>
    public ValueTask<RpcOutcome<TReply>> SendAsync<TCommand, TReply>(
        scoped in TCommand command, RpcRequestOptions options = default, CancellationToken cancellationToken = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>
    {
        ReplySource<TReply> source = ReplySource<TReply>.Rent();
        ValueTask<RpcOutcome<TReply>> task = source.Task;
        Send<TCommand, TReply>(command, source, 0, options);
        source.CancelWith(cancellationToken);
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
        foreach (EngineConnection engine in _engines)
        {
            engine.Advance(nowMs);
        }

        while (_wheel.TakeDue(nowMs) is { } request)
        {
            OnDue(request, nowMs);
        }

        RequestList finished = _finished.TakeAll();
        while (finished.Take() is { } request)
        {
            Deliver(request, request.Failure, default, null);
        }

        return _finished.IsEmpty ? NextDueInMs(nowMs) : 0;
    }

    /// <summary>Hands to the network what was written since the last call: all of a turn's requests together.</summary>
    public void Flush()
    {
        foreach (EngineConnection engine in _engines)
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
        RequestList unsent;
        lock (_inboxLock)
        {
            _isInboxClosed = true;
            unsent = _inbox.TakeAll();
        }

        foreach (EngineConnection engine in _engines)
        {
            engine.Close();
        }

        CancelAll(unsent);
        CancelAll(_parked.TakeAll());
        CancelAll(_finished.TakeAll());
    }

    /// <summary>Ends a request; its outcome is told in the next <see cref="Advance"/>.</summary>
    internal void Finish(PendingRequest request, RpcStatus status)
    {
        _wheel.Remove(request);
        request.Failure = status;
        _finished.Add(request);
    }

    /// <summary>Tells a request's outcome, which is in no table or list any more.</summary>
    internal RpcStatus Deliver(PendingRequest request, RpcStatus status, ReadOnlySpan<byte> result, string? error)
    {
        _wheel.Remove(request);
        int engine = Math.Max(request.Engine, 0);
        try
        {
            return request.Complete(status, result, error, Dialect);
        }
        catch (Exception failure)
        {
            // One caller's mistake must not cost the others their connection.
            _engines[engine].Log.HandlerFailed(failure, NowMs);
            return status;
        }
    }

    /// <summary>Has an engine's request served.</summary>
    internal void Serve(EngineConnection engine, ref EngineRequest request)
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

    /// <summary>Writes a request to this engine and sets its time.</summary>
    internal void Place(PendingRequest request, EngineConnection engine)
    {
        engine.Write(request);
        long dueMs = request.DeadlineMs;
        if (request.Repeat == RepeatClass.Safe && request.Sticky < 0)
        {
            dueMs = Math.Min(dueMs, NowMs + (long)_options.SafeAttemptTimeout.TotalMilliseconds);
        }

        _wheel.Set(request, dueMs);
    }

    /// <summary>The connection of a request in flight ended.</summary>
    internal void OnAttemptLost(PendingRequest request, EngineConnection engine, bool isUnwritten)
    {
        AttemptFailure failure = isUnwritten ? AttemptFailure.NotWritten : AttemptFailure.ConnectionLost;
        if (isUnwritten)
        {
            request.Tried &= ~(1UL << engine.Index);
            request.Engine = request.Tried == 0 ? -1 : request.Engine;
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

    /// <summary>An engine's state changed: what waited for it is decided anew.</summary>
    internal void SubmitParked()
    {
        RequestList parked = _parked.TakeAll();
        while (parked.Take() is { } request)
        {
            request.IsParked = false;
            Submit(request);
        }
    }

    internal void OnStateChanged(in EngineStateChange change, EngineState before)
    {
        if (before == EngineState.Up)
        {
            Volatile.Write(ref _upCount, _upCount - 1);
        }
        else if (change.State == EngineState.Up)
        {
            Volatile.Write(ref _upCount, _upCount + 1);
        }

        StateChanged?.Invoke(change);
    }

    /// <summary>Finds the request an engine: the first in order that is up and has not been asked, or one that is about to be.</summary>
    private void Submit(PendingRequest request)
    {
        bool isFull = false;
        bool isHopeful = false;
        int first = Math.Max(request.Sticky, 0);
        int last = request.Sticky < 0 ? _engines.Length - 1 : first;
        for (int i = first; i <= last; i++)
        {
            EngineConnection engine = _engines[i];
            if ((request.Tried & 1UL << i) != 0)
            {
                continue;
            }

            if (engine.State == EngineState.Up)
            {
                if (!engine.IsFull)
                {
                    Place(request, engine);
                    return;
                }

                isFull = true;
            }

            isHopeful |= engine.IsHopeful;
        }

        if (isFull)
        {
            Finish(request, RpcStatus.Overloaded);
        }
        else if (isHopeful)
        {
            request.IsParked = true;
            _parked.Add(request);
            _wheel.Set(request, request.DeadlineMs);
        }
        else
        {
            Finish(request, request.Failure);
        }
    }

    private void OnDue(PendingRequest request, long nowMs)
    {
        if (request.IsParked)
        {
            _parked.Remove(request);
            Deliver(request, request.Failure, default, null);
            return;
        }

        EngineConnection engine = _engines[request.Engine];
        if (!request.IsOverdue)
        {
            request.IsOverdue = true;
            request.Failure = RpcStatus.DeadlineExceeded;
            engine.OnUnanswered(nowMs);
        }

        if (nowMs >= request.DeadlineMs)
        {
            engine.GiveUp(request);
            Deliver(request, RpcStatus.DeadlineExceeded, default, null);
        }
        else if (RepeatPolicy.MayTryAnother(request.Repeat, AttemptFailure.Unanswered) && FindAnother(request) is { } other)
        {
            engine.GiveUp(request);
            engine.Statistics.CountMovedOn();
            Place(request, other);
        }
        else
        {
            // There is nobody else to ask: this engine may answer yet.
            _wheel.Set(request, request.DeadlineMs);
        }
    }

    private EngineConnection? FindAnother(PendingRequest request)
    {
        foreach (EngineConnection engine in _engines)
        {
            if (engine.State == EngineState.Up && !engine.IsFull && (request.Tried & 1UL << engine.Index) == 0)
            {
                return engine;
            }
        }

        return null;
    }

    private void Enqueue(PendingRequest request)
    {
        bool wake;
        lock (_inboxLock)
        {
            ObjectDisposedException.ThrowIf(_isInboxClosed, this);
            wake = _inbox.IsEmpty;
            _inbox.Add(request);
            if (++_inboxCount > _options.MaxInFlight)
            {
                request.Failure = RpcStatus.Overloaded;
            }
        }

        if (wake)
        {
            _wake?.Invoke();
        }
    }

    private void TakeInbox()
    {
        RequestList sent;
        lock (_inboxLock)
        {
            sent = _inbox.TakeAll();
            _inboxCount = 0;
        }

        while (sent.Take() is { } request)
        {
            if (request.Failure == RpcStatus.Overloaded)
            {
                Finish(request, RpcStatus.Overloaded);
            }
            else
            {
                Submit(request);
            }
        }
    }

    private long NextDueInMs(long nowMs)
    {
        long nextMs = _wheel.NextDueMs();
        foreach (EngineConnection engine in _engines)
        {
            if (engine.DueMs >= 0 && (nextMs < 0 || engine.DueMs < nextMs))
            {
                nextMs = engine.DueMs;
            }
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
