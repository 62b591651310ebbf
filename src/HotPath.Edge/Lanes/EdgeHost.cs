using System.Buffers.Binary;
using System.Security.Cryptography;
using HotPath.Billing;
using HotPath.Rpc;
using HotPath.Sip;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HotPath.Edge;

/// <summary>The edge cannot start. The message names the address or setting concerned and says what to do.</summary>
public sealed class EdgeStartException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// Runs a lane: one thread that owns the SIP and engine sockets, works inline on what it receives, and sends out together what a turn
/// produced (facts: io-costs.md).
/// </summary>
public sealed class EdgeHost : IAsyncDisposable
{
    private const int DatagramsPerTurn = 64;
    private const int MostFaultsInARow = 10;

    private static readonly TimeSpan s_drainTime = TimeSpan.FromSeconds(5);

    private readonly SocketLoop _loop = new();
    private readonly List<UdpListener> _listeners = [];
    private readonly EngineClient _engines;
    private readonly Lane _lane;
    private readonly Thread _thread;
    private readonly ILogger _log;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;

    private EdgeHost(EdgeOptions options, IJournalStore? journal, ILoggerFactory loggers)
    {
        _log = loggers.CreateLogger("Edge");
        try
        {
            foreach (ListenAddress address in options.Listen)
            {
                _listeners.Add(UdpListener.Bind(_listeners.Count, address.Address, address.Port));
            }
        }
        catch (SipTransportException error)
        {
            Close();
            throw new EdgeStartException(error.Message, error);
        }

        _engines = new EngineClient(options.Engine, new SocketEngineNetwork(_loop, options.Engine.BindAddress), TimeProvider.System, logger: loggers.CreateLogger("Engines"));
        Listeners = [.. _listeners.Select(listener => listener.LocalEndpoint)];
        _lane = new Lane(options, Listeners, new UdpSender(_listeners), _engines, TimeProvider.System, BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)), journal, _log);
        _engines.RequestHandler = _lane.EngineRequests;
        foreach (UdpListener listener in _listeners)
        {
            _loop.Add(listener.Socket, new ListenerHandler(listener, _lane));
        }

        _thread = new Thread(Run) { Name = "HotPath lane 0" };
    }

    /// <summary>Binds the listeners, begins to connect to the engines and serves calls.</summary>
    /// <exception cref="EdgeStartException">An address cannot be listened on. Nothing is left open.</exception>
    public static EdgeHost Start(EdgeOptions options, ILoggerFactory? loggers = null, IJournalStore? journal = null)
    {
        var host = new EdgeHost(options, journal, loggers ?? NullLoggerFactory.Instance);
        host._log.Serving(options.Charging.OriginHost, string.Join(", ", host.Listeners));
        host._thread.Start();
        return host;
    }

    /// <summary>The bound endpoints, in the order of the configuration.</summary>
    public IReadOnlyList<SipEndpoint> Listeners { get; }

    /// <summary>What was counted.</summary>
    public EdgeStatistics Statistics => _lane.Statistics;

    /// <summary>What was counted of charging.</summary>
    public BillingStatistics Billing => _lane.Billing;

    /// <summary>Completes when the edge has ended; with the exception if the lane failed.</summary>
    public Task Ended => _ended.Task;

    /// <summary>
    /// Takes no new calls, ends those that run, settles their sessions (for five seconds at most) and closes the sockets.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isStopping)
        {
            _isStopping = true;
            _loop.Post(new Nudge());
            await Task.Run(_thread.Join).ConfigureAwait(false);
        }
    }

    private void Run()
    {
        try
        {
            _engines.Start();
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
            Close();
        }
    }

    /// <summary>Does what is due, sends what the last turn produced, then waits for more.</summary>
    private void Turn(int mostWaitMs)
    {
        _lane.Advance();
        long engines = _engines.Advance();
        _engines.Flush();

        // Outcomes told by the engines may have armed timers of the lane, so it is asked last.
        long next = SocketLoop.Sooner(engines, _lane.NextDueInMs);
        _loop.RunOnce(next < 0 ? mostWaitMs : (int)Math.Min(next, mostWaitMs));
    }

    private void Drain()
    {
        _log.GoingDown(_lane.RunningCalls, _lane.UnsettledSessions);
        long deadline = Environment.TickCount64 + (long)s_drainTime.TotalMilliseconds;
        _lane.Drain();
        while (_lane.UnsettledSessions > 0 && Environment.TickCount64 < deadline)
        {
            Turn((int)Math.Max(1, deadline - Environment.TickCount64));
        }

        if (_lane.UnsettledSessions > 0)
        {
            _log.NotSettled(_lane.UnsettledSessions);
        }
    }

    private void Close()
    {
        _engines?.Dispose();
        foreach (UdpListener listener in _listeners)
        {
            listener.Dispose();
        }

        _loop.Dispose();
    }

    private sealed class UdpSender(IReadOnlyList<UdpListener> listeners) : ISipSender
    {
        public bool Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message) => listeners[listener].Send(destination, message);
    }

    private sealed class ListenerHandler(UdpListener listener, Lane lane) : ISocketHandler
    {
        public void OnReadable() => listener.Receive(lane, DatagramsPerTurn);

        public void OnWritable()
        {
        }
    }

    private sealed class Nudge : ILoopWork
    {
        public void Run()
        {
        }
    }
}
