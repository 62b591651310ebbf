using HotPath.Billing;
using HotPath.Rpc;
using HotPath.Sip;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HotPath.Edge;

/// <summary>
/// Everything that belongs to a share of the calls: their transactions, dialogs, charging sessions and timers. One thread calls it, so
/// nothing in it is locked. It sees the network, the engines, the clock and the disk through interfaces only: <c>EdgeHost</c> drives
/// it with real ones, the simulator with its own.
/// </summary>
public sealed partial class Lane : ISipReceiver
{
    private readonly SipMessageIndex _arriving = new();
    private readonly SipMessageIndex _kept = new();
    private readonly SipMessageIndex _forwarded = new();
    private readonly TimeProvider _time;
    private readonly long _epoch;
    private readonly IReadOnlyList<SipEndpoint> _listeners;
    private readonly KeyedTag _tags;
    private readonly FlowToken _flows;
    private readonly Stack<Call> _freeCalls = new();
    private readonly Stack<Relay> _freeRelays = new();
    private readonly HashSet<Call> _calls = [];
    private readonly MalformedLog _malformed;
    private readonly SipBufferPool _buffers = new();
    private bool _isDraining;

    /// <summary>A lane.</summary>
    /// <param name="options">What the edge was told.</param>
    /// <param name="listeners">The bound local endpoints, in the order of their indexes.</param>
    /// <param name="sender">Where messages leave.</param>
    /// <param name="engines">Where commands go; its requests come to <see cref="EngineRequests"/>.</param>
    /// <param name="time">The clock.</param>
    /// <param name="seed">Makes branches and tags differ from those of other lanes and earlier runs: random but in simulations.</param>
    /// <param name="journal">Where answers and ends are written before they take effect; <c>null</c>: nowhere.</param>
    /// <param name="logger">Where what an operator must know is told.</param>
    /// <param name="handler">Decides about calls before they are authorised; <c>null</c>: the configuration alone does.</param>
    public Lane(
        EdgeOptions options,
        IReadOnlyList<SipEndpoint> listeners,
        ISipSender sender,
        IEngineClient engines,
        TimeProvider time,
        ulong seed,
        IJournalStore? journal = null,
        ILogger? logger = null,
        ICallHandler? handler = null)
    {
        Engines = engines;
        Handler = handler;
        Options = options;
        Log = logger ?? NullLogger.Instance;
        _listeners = listeners;
        _time = time;
        _epoch = time.GetTimestamp();
        _tags = new KeyedTag(options.SecretKey);
        _flows = new FlowToken(options.SecretKey);
        EarlyByes = new EarlyByes(_tags);
        _malformed = new MalformedLog(Log);
        Router = new Router(listeners, options.Routes, options.NatFlow, options.EmergencyRoute);
        Routes = new RouteHealth(Router.RouteCount);
        SessionProposal = (uint)options.SessionExpires.TotalSeconds;
        Timers = new TimerWheel(NowMs);
        Sender = sender;
        Dialogs = new DialogTable(_buffers, seed);
        _ownAcks = seed;
        Transactions = new TransactionLayer(sender, Timers, this, _buffers, seed);
        Sessions = new ChargingSessions(engines, time, journal, Log) { EngineNames = [.. options.Engine.Engines.Select(engine => engine.ToString())] };
    }

    /// <summary>What was counted.</summary>
    public EdgeStatistics Statistics { get; } = new();

    /// <summary>What was counted of charging.</summary>
    public BillingStatistics Billing => Sessions.Statistics;

    /// <summary>Serves the requests of engines.</summary>
    public IEngineRequestHandler EngineRequests => Sessions;

    /// <summary>Calls in any state, those that only wait for stragglers included.</summary>
    public int CallCount => _calls.Count;

    /// <summary>Calls that are not over.</summary>
    public int RunningCalls { get; internal set; }

    internal EdgeOptions Options { get; }

    internal ICallHandler? Handler { get; }

    internal IEngineClient Engines { get; }

    internal LaneContext Context { get; } = new();

    internal ILogger Log { get; }

    internal Router Router { get; }

    internal RouteHealth Routes { get; }

    /// <summary>
    /// The lane does not keep up with what arrives: whoever brings it messages says so of the one that is handled. Asked only where that
    /// begins something new.
    /// </summary>
    internal Func<bool> IsBehind { get; set; } = static () => false;

    /// <summary>The session interval proposed where a requester proposes none, seconds; 0: none.</summary>
    internal uint SessionProposal { get; }

    internal TimerWheel Timers { get; }

    internal TransactionLayer Transactions { get; }

    internal ChargingSessions Sessions { get; }

    internal DialogTable Dialogs { get; }

    internal EarlyByes EarlyByes { get; }

    internal ISipSender Sender { get; }

    /// <summary>Where messages are written before they are sent; good until the next message is written.</summary>
    internal byte[] Output { get; } = new byte[SipLimits.Default.MaxMessageLength];

    /// <summary>The wall clock.</summary>
    internal DateTimeOffset UtcNow => _time.GetUtcNow();

    private long NowMs => (long)_time.GetElapsedTime(_epoch).TotalMilliseconds;

    /// <inheritdoc/>
    public void OnMessage(int listener, in SipEndpoint source, ReadOnlySpan<byte> message)
    {
        SipParseResult parsed = SipParser.Parse(message, _arriving, Options.SipLimits);
        OnParsed(listener, source, new SipMessage(message, _arriving), parsed);
    }

    /// <summary>Takes a message that is parsed already.</summary>
    internal void OnParsed(int listener, in SipEndpoint source, in SipMessage view, SipParseResult parsed)
    {
        Timers.Advance(NowMs);
        if (parsed.IsOk)
        {
            Statistics.Received++;
            Transactions.OnMessage(listener, source, view);
        }
        else if (parsed.Error != SipParseError.Empty)
        {
            OnMalformed(listener, source, view, parsed);
        }
    }

    /// <summary>Runs what is due.</summary>
    public void Advance()
    {
        Timers.Advance(NowMs);
        Sessions.Advance();
        Context.RunPosted();
    }

    /// <summary>Milliseconds until <see cref="Advance"/> has something to do; -1 if nothing is due at all.</summary>
    public long NextDueInMs
    {
        get
        {
            if (Context.HasWork)
            {
                return 0;
            }

            long timers = Timers.NextDueMs == long.MaxValue ? -1 : Math.Max(0, Timers.NextDueMs - NowMs);
            return SocketLoop.Sooner(timers, Sessions.NextDueInMs);
        }
    }

    /// <summary>Takes no new calls any more, but for emergency calls, and ends those that run; they are gone from <see cref="CallCount"/> when they are settled.</summary>
    public void Drain()
    {
        _isDraining = true;
        foreach (Call call in _calls.ToArray())
        {
            call.Shutdown();
        }
    }

    /// <summary>
    /// Takes over what the journal of an earlier edge says: identities that are used, sessions to which something is owed, calls that
    /// ran. To be called before anything else happens in the lane.
    /// </summary>
    /// <param name="replay">What the journal came to.</param>
    /// <param name="sessions">Its open sessions, or those of them that are this lane's.</param>
    public void Recover(JournalReplay replay, IEnumerable<JournaledSession> sessions)
    {
        Sessions.Take(replay);
        foreach (List<JournaledSession> ofOneCall in CallRecord.GroupByCall(sessions.Where(session => !Sessions.TryRestoreOrphan(session))))
        {
            TakeCall().Recover(ofOneCall, replay.LastSeen);
        }
    }

    /// <summary>Calls whose session is not settled yet.</summary>
    public int UnsettledSessions => Sessions.Count;

    internal void Release(Call call)
    {
        _calls.Remove(call);
        _freeCalls.Push(call);
    }

    internal void Release(Relay relay) => _freeRelays.Push(relay);

    /// <summary>Parses a request that a transaction has kept. Good until the next call.</summary>
    internal bool TryReadKept(ReadOnlySpan<byte> request, out SipMessage message)
    {
        message = new SipMessage(request, _kept);
        return SipParser.Parse(request, _kept, SipLimits.Forwarded).IsOk;
    }

    /// <summary>Parses the INVITE as it was forwarded, beside the one that was received. Good until the next call.</summary>
    internal bool TryReadForwarded(ReadOnlySpan<byte> request, out SipMessage message)
    {
        message = new SipMessage(request, _forwarded);
        return SipParser.Parse(request, _forwarded, SipLimits.Forwarded).IsOk;
    }

    /// <summary>Answers a request with a response of our own.</summary>
    internal void Respond(ServerTransaction transaction, in SipMessage request, int status, ReadOnlySpan<byte> extraHeaders = default)
    {
        Span<byte> tag = stackalloc byte[KeyedTag.Length];
        _tags.Write(request.CallId, tag);
        var parts = new ResponseParts { StatusCode = status, ToTag = tag, Source = transaction.Source, ExtraHeaders = extraHeaders };
        if (SipResponses.TryWrite(request, parts, Output, out int written))
        {
            transaction.Respond(Output.AsSpan(0, written));
        }
        else
        {
            transaction.Abandon();
        }
    }

    /// <summary>Answers a request for which there is no room anywhere, without remembering it.</summary>
    internal void RefuseForOverload(int listener, in SipEndpoint source, in SipMessage request)
    {
        Statistics.ShedInbox++;
        var parts = new ResponseParts { StatusCode = 503, ToTag = "overload"u8, Source = source, ExtraHeaders = "Retry-After: 5\r\n"u8 };
        if (SipResponses.TryWrite(request, parts, Output, out int written))
        {
            Sender.Send(listener, source, Output.AsSpan(0, written));
        }
    }

    private void OnMalformed(int listener, in SipEndpoint source, in SipMessage message, SipParseResult parsed)
    {
        Statistics.Malformed++;
        _malformed.Report(source, parsed);
        if (parsed.StatusCode == 0 || !SipResponses.CanAnswer(message))
        {
            return;
        }

        var parts = new ResponseParts { StatusCode = parsed.StatusCode, ToTag = "malformed"u8, Source = source };
        if (SipResponses.TryWrite(message, parts, Output, out int written))
        {
            Sender.Send(listener, source, Output.AsSpan(0, written));
        }
    }
}
