using System.Buffers.Binary;
using System.Security.Cryptography;
using HotPath.Billing;
using HotPath.Rpc;
using HotPath.Sip;
using Microsoft.Extensions.Logging;

namespace HotPath.Edge;

/// <summary>
/// Runs one lane: a thread that owns SIP and engine sockets of its own, works inline on what it receives, and sends out together what a
/// turn produced (facts: io-costs.md).
/// </summary>
internal sealed class LaneThread : ILoopWork, IDisposable
{
    /// <summary>What a turn has taken leaves only at its end, and what engines answer waits for it: the fewer, the shorter INVITEs take under load.</summary>
    private const int DatagramsPerTurn = 16;

    private const int MostFaultsInARow = 10;
    private const int InboxCapacity = 4096;
    private const int InboxReserved = 3072;

    private static readonly TimeSpan s_drainTime = TimeSpan.FromSeconds(5);

    private readonly SocketLoop _loop = new();
    private readonly IReadOnlyList<UdpListener> _listeners;
    private readonly EngineClient? _engines;
    private readonly LaneInbox _inbox;
    private readonly Thread _thread;
    private readonly ILogger _log;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private (JournalReplay Replay, IReadOnlyList<JournaledSession> Sessions)? _toRecover;
    private UdpListener? _receiving;
    private volatile bool _isStopping;

    /// <summary>A lane with its listeners, which become its own; does not run yet.</summary>
    public LaneThread(int index, EdgeOptions options, IReadOnlyList<UdpListener> listeners, EngineAvailability? availability, IJournalStore? journal, ILoggerFactory loggers, ICallHandler? handler)
    {
        _log = loggers.CreateLogger("Edge");
        _listeners = listeners;
        _inbox = new LaneInbox(InboxCapacity, InboxReserved, () => _loop.Post(this));
        if (availability is not null)
        {
            _engines = new EngineClient(
                options.Engine, new SocketEngineNetwork(_loop, options.Engine.BindAddress), TimeProvider.System, logger: loggers.CreateLogger("Engines"), wake: () => _loop.Post(this), availability: availability);
        }

        Index = index;
        ulong seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));
        Lane = new Lane(options, [.. listeners.Select(listener => listener.LocalEndpoint)], new UdpSender(listeners), (IEngineClient?)_engines ?? NoEngines.Instance, TimeProvider.System, seed, journal, _log, handler);
        Lane.Context.Wake = Lane.Sessions.Wake = Wake;
        if (options.ShedAfter > TimeSpan.Zero)
        {
            StandingQueue queue = new(options.ShedAfter);
            Lane.IsBehind = () => _receiving is { } listener ? queue.IsStanding(listener.GetWait(), Environment.TickCount64) || listener.IsFilling() : _inbox.IsBehind;
        }

        if (_engines is not null)
        {
            _engines.RequestHandler = Lane.EngineRequests;
        }

        _thread = new Thread(Run) { Name = $"HotPath lane {index}" };
    }

    /// <summary>Its number, from 0.</summary>
    public int Index { get; }

    public Lane Lane { get; }

    public LaneInbox Inbox => _inbox;

    /// <summary>Completes when the lane has ended; with the exception if it failed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Says what the lane finds when it starts.</summary>
    /// <param name="replay">What the journal came to.</param>
    /// <param name="sessions">Those of its open sessions that are this lane's.</param>
    public void ToRecover(JournalReplay replay, IReadOnlyList<JournaledSession> sessions) => _toRecover = (replay, sessions);

    /// <summary>Has the lane take a turn soon. May be called on any thread.</summary>
    public void Wake() => _loop.Post(this);

    /// <summary>Serves calls.</summary>
    /// <param name="router">What arrives on the lane's sockets goes here.</param>
    public void Start(LaneRouter router)
    {
        foreach (UdpListener listener in _listeners)
        {
            _loop.Add(listener.Socket, new ListenerHandler(this, listener, router));
        }

        Lane.Sessions.IsMetered = true;
        EdgeMetrics.Add(this);
        _thread.Start();
    }

    /// <summary>Has the lane settle and end; <see cref="Join"/> waits for it.</summary>
    public void Stop()
    {
        _isStopping = true;
        _loop.Post(this);
    }

    public void Join() => _thread.Join();

    /// <summary>Closes the sockets of a lane that was never started.</summary>
    public void Dispose()
    {
        EdgeMetrics.Remove(this);
        Lane.Sessions.IsMetered = false;
        _engines?.Dispose();
        foreach (UdpListener listener in _listeners)
        {
            listener.Dispose();
        }

        _loop.Dispose();
    }

    /// <summary>What was posted: the inbox has something, or the turn that follows has.</summary>
    void ILoopWork.Run() => _inbox.TakeAll(Lane);

    /// <summary>What arrived on a listener; while it is handled, the listener says whether the lane is behind.</summary>
    private void Receive(UdpListener listener, LaneRouter router)
    {
        _receiving = listener;
        try
        {
            listener.Receive(router, DatagramsPerTurn);
        }
        finally
        {
            _receiving = null;
        }
    }

    private void Run()
    {
        SynchronizationContext.SetSynchronizationContext(Lane.Context);
        try
        {
            _engines?.Start();
            if (_toRecover is { } found)
            {
                // Before the first turn: no engine's request has been read yet.
                Lane.Recover(found.Replay, found.Sessions);
                _toRecover = null;
            }

            for (int faults = 0; !_isStopping;)
            {
                try
                {
                    Turn(mostWaitMs: int.MaxValue);
                    faults = 0;
                }
                catch (Exception error) when (++faults < MostFaultsInARow)
                {
                    // A mistake in the handling of one event must not end all the other calls.
                    _log.TurnFailed(error);
                }
            }

            Drain();
            _ended.SetResult();
        }
        catch (Exception error)
        {
            _log.LaneFailed(error);
            _ended.SetException(error);
        }
        finally
        {
            Dispose();
        }
    }

    /// <summary>Does what is due, sends what the last turn produced, then waits for more.</summary>
    private void Turn(int mostWaitMs)
    {
        Lane.Advance();
        long engines = -1;
        if (_engines is not null)
        {
            engines = _engines.Advance();
            _engines.Flush();
        }

        // Outcomes told by the engines may have armed timers of the lane, so it is asked last.
        long next = SocketLoop.Sooner(engines, Lane.NextDueInMs);
        _loop.RunOnce(next < 0 ? mostWaitMs : (int)Math.Min(next, mostWaitMs));
    }

    private void Drain()
    {
        _log.GoingDown(Lane.RunningCalls, Lane.UnsettledSessions);
        long deadline = Environment.TickCount64 + (long)s_drainTime.TotalMilliseconds;
        Lane.Drain();
        while (Lane.UnsettledSessions > 0 && Environment.TickCount64 < deadline)
        {
            Turn((int)Math.Max(1, deadline - Environment.TickCount64));
        }

        if (Lane.UnsettledSessions > 0)
        {
            _log.NotSettled(Lane.UnsettledSessions);
            Lane.Sessions.ReportUnsettled();
        }
    }

    private sealed class UdpSender(IReadOnlyList<UdpListener> listeners) : ISipSender
    {
        public bool Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message) => listeners[listener].Send(destination, message);
    }

    private sealed class ListenerHandler(LaneThread thread, UdpListener listener, LaneRouter router) : ISocketHandler
    {
        public void OnReadable() => thread.Receive(listener, router);

        public void OnWritable()
        {
        }
    }
}
