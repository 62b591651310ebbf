using System.Text.Json;
using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>
/// A client and two engines of which everything goes wrong that can, drawn from one seed, on a manual clock and a network in memory. It
/// notes how every request ended, and complains of what may never happen.
/// </summary>
internal sealed class UnreliableWorld
    : IReplyHandler<AuthorizeReply>, IReplyHandler<InitiateReply>, IReplyHandler<OkReply>, IEngineRequestHandler, IDisposable
{
    /// <summary>How late an outcome may be told after its deadline.</summary>
    private const long LatenessMs = 50;

    private static readonly EngineAddress[] s_addresses = [new("a.example", 2014), new("b.example", 2014)];

    private readonly EngineClientOptions _options;
    private readonly Random _chance;
    private readonly ManualTimeProvider _time = new();
    private readonly InMemoryNetwork _network = new();
    private readonly ConnectLog _connects;
    private readonly ScriptedEngine[] _engines;
    private readonly EngineClient _client;
    private readonly List<Sent> _sent = [];
    private readonly PriorityQueue<Action, long> _plans = new();
    private readonly List<string> _complaints = [];

    /// <param name="seed">What happens.</param>
    /// <param name="lastRequestId">The id before the first.</param>
    public UnreliableWorld(int seed, int lastRequestId = 0)
    {
        _options = new EngineClientOptions { Engines = s_addresses, RetryTimeout = TimeSpan.FromSeconds(5), LastRequestId = lastRequestId };
        _chance = new Random(seed);
        _connects = new ConnectLog(_network, _time);
        _engines = [.. s_addresses.Select((_, index) => new ScriptedEngine(_time)
        {
            Grant = CgrDuration.FromSeconds(long.MaxValue),
            Faults = EngineFaults.OfEveryKind(seed + index, perMille: 2, longestDelay: TimeSpan.FromSeconds(3))
                .Add(10, _ => ScriptedAnswer.Silence)
                .Add(10, _ => ScriptedAnswer.WithRequestBehind)
                .Add(10, chance => ScriptedAnswer.Late(TimeSpan.FromSeconds(3 * chance.NextDouble()))),
            Latency = EngineLatency.Exponential(TimeSpan.FromMilliseconds(3), seed + index),
        })];
        ComeBack(0);
        ComeBack(1);
        _client = new EngineClient(_options, _connects, _time, this, random: new Random(seed));
        _client.Start();
        Settle();
    }

    private enum Kind
    {
        Authorize,
        Initiate,
        Terminate,
        Record,
    }

    private long NowMs => (long)_time.Elapsed.TotalMilliseconds;

    /// <summary>So many turns of requests and misfortunes.</summary>
    public void Run(int turns)
    {
        for (int turn = 0; turn < turns; turn++)
        {
            for (int i = _chance.Next(4); i >= 0; i--)
            {
                Send((Kind)_chance.Next(4), _chance.Next(4) == 0 ? _chance.Next(2) : -1);
            }

            Suffer(_chance.Next(2));
            Pass(_chance.Next(1, 25));
        }
    }

    /// <summary>Nothing goes wrong any more. After a while everything must be well.</summary>
    public void Recover()
    {
        _network.SegmentLength = _network.WindowLength = int.MaxValue;
        foreach (ScriptedEngine engine in _engines)
        {
            engine.Faults = null;
        }

        Pass(60_000);
        for (int engine = 0; engine < _engines.Length; engine++)
        {
            Send(Kind.Authorize, engine);
            Pass(1000);
            Expect(_sent[^1].Status == RpcStatus.Ok, $"engine {engine} is well, but a request to it ended with {_sent[^1].Status}");
        }
    }

    /// <summary>What happened that may not; nothing, if all is well.</summary>
    public IReadOnlyList<string> Judge()
    {
        Dictionary<string, int> reached = _engines.SelectMany(engine => engine.Requests).Where(request => request.Method != "SessionSv1.Ping")
            .CountBy(request => JsonDocument.Parse(request.Parameters).RootElement.GetProperty("Event").GetProperty("OriginID").GetString()!)
            .ToDictionary();
        for (int i = 0; i < _sent.Count; i++)
        {
            Sent sent = _sent[i];
            int seen = reached.GetValueOrDefault(OriginId(i));
            Expect(sent.Outcomes == 1, $"{sent.Kind} {i} ended {sent.Outcomes} times");
            Expect(sent.Kind == Kind.Authorize || seen <= 1, $"{sent.Kind} {i} reached engines {seen} times");
            Expect(sent.Status != RpcStatus.NoEngine || seen == 0, $"{sent.Kind} {i} found no engine, and reached one");
            Expect(sent.Status != RpcStatus.Ok || seen >= 1, $"{sent.Kind} {i} was answered, and reached nobody");
        }

        for (int engine = 0; engine < _engines.Length; engine++)
        {
            // The first pause, shortened by its jitter.
            TimeSpan pause = _connects.ShortestPause(s_addresses[engine]);
            Expect(pause >= _options.Probe.FirstPause * (1 - _options.Probe.Jitter), $"engine {engine} was connected to again after {pause.TotalMilliseconds} ms");
            Expect(_engines[engine].Asked.Waiting == 0, $"{_engines[engine].Asked.Waiting} requests of engine {engine} were never answered");
        }

        // Otherwise this proves little.
        Expect(_sent.Count(sent => sent.Status == RpcStatus.Ok) > _sent.Count / 3, "hardly anything was answered");
        Expect(_sent.Count(sent => sent.Status is RpcStatus.DeadlineExceeded or RpcStatus.ConnectionLost) > _sent.Count / 100, "hardly anything went wrong");
        Expect(_engines.Sum(engine => engine.Asked.Answered) > 0, "no engine asked for anything");
        return _complaints;
    }

    public override string ToString() =>
        string.Join(", ", _sent.GroupBy(sent => sent.Status).OrderBy(group => group.Key).Select(group => $"{group.Count()} {group.Key}"));

    public void Dispose() => _client.Dispose();

    void IReplyHandler<AuthorizeReply>.OnReply(long state, in RpcOutcome<AuthorizeReply> outcome) => OnEnd(state, outcome.Status, outcome.Error, outcome.Reply.MaxUsage);

    void IReplyHandler<InitiateReply>.OnReply(long state, in RpcOutcome<InitiateReply> outcome) => OnEnd(state, outcome.Status, outcome.Error, outcome.Reply.MaxUsage);

    void IReplyHandler<OkReply>.OnReply(long state, in RpcOutcome<OkReply> outcome) => OnEnd(state, outcome.Status, outcome.Error, null);

    void IEngineRequestHandler.OnRequest(ref EngineRequest request) => request.Reply("[]"u8);

    private static string OriginId(int index) => $"call-{index}";

    /// <summary>The token of a request is the time it asks for, which its own reply grants.</summary>
    private void Send(Kind kind, int engine)
    {
        int index = _sent.Count;
        CgrDuration token = CgrDuration.FromSeconds(index + 1);
        string originId = OriginId(index);
        _sent.Add(new Sent(kind, NowMs));
        switch (kind)
        {
            case Kind.Authorize:
                _client.Send<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { OriginId = originId, Usage = token }, this, index, new(null, engine));
                break;
            case Kind.Initiate:
                _client.Send<InitiateSession, InitiateReply>(new InitiateSession { OriginId = originId, Usage = token }, this, index, new(null, engine));
                break;
            case Kind.Terminate:
                _client.Send<TerminateSession, OkReply>(new TerminateSession { OriginId = originId, Usage = token }, this, index, new(null, engine));
                break;
            default:
                _client.Send<ProcessCdr, OkReply>(new ProcessCdr { OriginId = originId }, this, index, new(null, engine));
                break;
        }
    }

    private void OnEnd(long index, RpcStatus status, string? error, CgrDuration? granted)
    {
        Sent sent = _sent[(int)index];
        sent.Outcomes++;
        sent.Status = status;
        long dueMs = sent.SentMs + (long)(sent.Kind == Kind.Authorize ? _options.SafeTimeout : _options.CommandTimeout).TotalMilliseconds;
        Expect(NowMs <= dueMs + LatenessMs, $"{sent.Kind} {index} ended {NowMs - dueMs} ms after its deadline");
        Expect(
            status is not (RpcStatus.EngineError or RpcStatus.InvalidReply or RpcStatus.Overloaded or RpcStatus.Canceled),
            $"{sent.Kind} {index} ended with {status} {error}");
        Expect(granted is not { } grant || status != RpcStatus.Ok || grant == CgrDuration.FromSeconds(index + 1), $"{sent.Kind} {index} got the grant {granted}");
    }

    private void Suffer(int engine)
    {
        long untilMs = NowMs + _chance.Next(100, 4000);
        switch (_chance.Next(800))
        {
            case 0:
                _network.Cut(s_addresses[engine]);
                break;
            case 1:
                _network.Refuse(s_addresses[engine]);
                _network.Cut(s_addresses[engine]);
                _plans.Enqueue(() => ComeBack(engine), untilMs);
                break;
            case 2:
                _network.Swallow(s_addresses[engine]);
                _network.Cut(s_addresses[engine]);
                _plans.Enqueue(() => ComeBack(engine), untilMs);
                break;
            case 3:
                _engines[engine].IsSilent = true;
                _plans.Enqueue(() => _engines[engine].IsSilent = false, untilMs);
                break;
            case 4:
                _network.SegmentLength = _chance.Next(1, 100);
                break;
            case 5:
                _network.WindowLength = _chance.Next(1, 1000);
                break;
            case 6:
                _network.SegmentLength = _network.WindowLength = int.MaxValue;
                break;
        }
    }

    private void ComeBack(int engine) => _network.Listen(s_addresses[engine], _engines[engine].Accept);

    private void Pass(long timeMs)
    {
        for (long left = timeMs; left > 0;)
        {
            long stepMs = left;
            foreach (long dueMs in (ReadOnlySpan<long>)[_client.Advance(), _engines[0].Advance(), _engines[1].Advance(), NextPlanInMs()])
            {
                stepMs = dueMs < 0 ? stepMs : Math.Clamp(dueMs, 1, stepMs);
            }

            _time.AdvanceMs(stepMs);
            left -= stepMs;
            Settle();
        }
    }

    private long NextPlanInMs() => _plans.TryPeek(out _, out long dueMs) ? dueMs - NowMs : -1;

    private void Settle()
    {
        while (_plans.TryPeek(out Action? plan, out long dueMs) && dueMs <= NowMs)
        {
            _plans.Dequeue();
            plan();
        }

        Turns.Settle(_client, _network, _engines);
    }

    private void Expect(bool isSo, string complaint)
    {
        if (!isSo)
        {
            _complaints.Add(complaint);
        }
    }

    private sealed class Sent(Kind kind, long sentMs)
    {
        public Kind Kind { get; } = kind;

        public long SentMs { get; } = sentMs;

        public RpcStatus Status { get; set; }

        public int Outcomes { get; set; }
    }
}
