using System.Text;
using HotPath.Billing;
using HotPath.Rpc;
using HotPath.Sip;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HotPath.Edge;

/// <summary>The edge cannot start. The message names the address or setting concerned and says what to do.</summary>
public sealed class EdgeStartException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A running edge: one or more lanes, each a thread with SIP and engine sockets of its own. Calls are spread over them by a hash of their
/// Call-ID; where the system delivers a message to another lane's socket, that lane hands it over.
/// </summary>
public sealed class EdgeHost : IAsyncDisposable
{
    private readonly List<LaneThread> _lanes = [];
    private readonly SharedJournal? _journal;
    private bool _isStopping;

    private EdgeHost(EdgeOptions options, ILoggerFactory loggers, ICallHandler? handler)
    {
        // Before anything else: an engine that connects asks for the sessions that are open.
        JournalReplay replay = new();
        _journal = options is { IsCharging: true, Journal: { } journal } ? OpenJournal(journal, replay, loggers) : null;
        ILookup<int, JournaledSession> found = replay.Open.ToLookup(session => LaneOf(session, options.Lanes));
        EngineAvailability? availability = options.IsCharging ? new EngineAvailability(options.Engine.Engines) : null;
        try
        {
            for (int i = 0; i < options.Lanes; i++)
            {
                _lanes.Add(new LaneThread(i, options, BindAll(options), availability, _journal?.AddLane(), loggers, handler));
            }
        }
        catch (SipTransportException error)
        {
            _lanes.ForEach(lane => lane.Dispose());
            _journal?.Dispose();
            throw new EdgeStartException(error.Message, error);
        }

        Statistics = [.. _lanes.Select(lane => lane.Lane.Statistics)];
        Billing = [.. _lanes.Select(lane => lane.Lane.Billing)];
        Ended = Task.WhenAll(_lanes.Select(lane => lane.Ended));
        LaneInbox[] inboxes = [.. _lanes.Select(lane => lane.Inbox)];
        ChargingSessions.ShareIdentities([.. _lanes.Select(lane => lane.Lane.Sessions)]);
        _journal?.Flushed = () => _lanes.ForEach(lane => lane.Wake());
        for (int i = 0; i < _lanes.Count; i++)
        {
            _lanes[i].ToRecover(replay, [.. found[i]]);
        }

        for (int i = 0; i < _lanes.Count; i++)
        {
            _lanes[i].Start(new LaneRouter(i, _lanes[i].Lane, inboxes));
        }
    }

    /// <summary>Replays the journal, binds the listeners, begins to connect to the engines and serves calls.</summary>
    /// <param name="options">What the edge is told.</param>
    /// <param name="loggers">Where what an operator must know is told.</param>
    /// <param name="handler">Decides about calls before they are authorised; <c>null</c>: the configuration alone does.</param>
    /// <exception cref="EdgeStartException">An address cannot be listened on, or the journal not be opened. Nothing is left open.</exception>
    public static EdgeHost Start(EdgeOptions options, ILoggerFactory? loggers = null, ICallHandler? handler = null)
    {
        loggers ??= NullLoggerFactory.Instance;
        var host = new EdgeHost(options, loggers, handler);
        loggers.CreateLogger("Edge").Serving(options.Charging.OriginHost, string.Join(", ", host.Listeners), options.Lanes);
        return host;
    }

    /// <summary>The bound endpoints, in the order of the configuration.</summary>
    public IReadOnlyList<SipEndpoint> Listeners { get; private set; } = [];

    /// <summary>What was counted, by lane.</summary>
    public IReadOnlyList<EdgeStatistics> Statistics { get; }

    /// <summary>What was counted of charging, by lane.</summary>
    public IReadOnlyList<BillingStatistics> Billing { get; }

    /// <summary>Messages that found no place in the inbox of the lane they belong to.</summary>
    public long Refused => _lanes.Sum(lane => lane.Inbox.Refused);

    /// <summary>Completes when the edge has ended; with the exception if a lane failed.</summary>
    public Task Ended { get; }

    /// <summary>
    /// Takes no new calls, ends those that run, settles their sessions (for five seconds at most) and closes the sockets.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isStopping)
        {
            _isStopping = true;
            _lanes.ForEach(lane => lane.Stop());
            await Task.Run(() => _lanes.ForEach(lane => lane.Join())).ConfigureAwait(false);
            _journal?.Dispose();
        }
    }

    private static SharedJournal OpenJournal(EdgeJournalOptions options, JournalReplay replay, ILoggerFactory loggers)
    {
        try
        {
            return SharedJournal.Open(options.Folder, new JournalOptions { Level = options.Level }, replay, loggers.CreateLogger("Journal"));
        }
        catch (IOException error)
        {
            throw new EdgeStartException($"journal {options.Folder}: {error.Message}", error);
        }
    }

    /// <summary>The lane that the messages of a session's call arrive at.</summary>
    private static int LaneOf(JournaledSession session, int lanes)
    {
        ReadOnlySpan<byte> callId = CallRecord.CallIdOf(session);
        return LaneRouter.LaneOf(callId.IsEmpty ? Encoding.UTF8.GetBytes(session.OriginId) : callId, lanes);
    }

    /// <summary>The listeners of one lane. Lanes after the first get the ports that it got.</summary>
    private List<UdpListener> BindAll(EdgeOptions options)
    {
        List<UdpListener> listeners = [];
        try
        {
            foreach (ListenAddress address in options.Listen)
            {
                int port = Listeners.Count > 0 ? Listeners[listeners.Count].Port : address.Port;
                listeners.Add(UdpListener.Bind(listeners.Count, address.Address, port, isShared: options.Lanes > 1));
            }
        }
        catch (SipTransportException)
        {
            listeners.ForEach(listener => listener.Dispose());
            throw;
        }

        Listeners = [.. listeners.Select(listener => listener.LocalEndpoint)];
        return listeners;
    }
}
