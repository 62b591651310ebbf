using System.Text;
using HotPath.Billing;
using HotPath.Commands;
using HotPath.Rpc;
using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: a whole call through the edge, authorised, answered, charged, journalled and hung up, allocates nothing in steady state, in none
/// of its stages; nor does one that goes to another next hop, is refreshed and is ended by the edge.
/// </summary>
public sealed class CallAllocationTests : ISipSender, IRpcRequestSink, IJournalStore, IDisposable
{
    private static readonly SipEndpoint s_caller = CallBench.Caller;
    private static readonly EngineAddress s_engineAddress = new("engine.example", EngineAddress.DefaultPort);
    private static readonly CgrDuration s_grant = CgrDuration.FromSeconds(60);

    private readonly ManualTimeProvider _clock = new();
    private readonly InMemoryNetwork _network = new();
    private readonly EngineClient _engine;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hotpath-allocations-");
    private readonly SharedJournal _sharedJournal;
    private readonly IJournalStore _journal;
    private readonly Stage _laneLoop = new(), _engineLoop = new(), _journalWriter = new();
    private readonly SipMessageIndex _index = new();
    private readonly (SipEndpoint Source, byte[] Answer, int Length)[] _waiting = [.. Enumerable.Range(0, 8).Select(_ => (default(SipEndpoint), new byte[4_096], 0))];
    private readonly byte[] _invite = Template("INVITE", 1, "", "Supported: timer\r\n");
    private readonly byte[] _ack = Template("ACK", 1, ";tag=b", "");
    private readonly byte[] _update = Template("UPDATE", 2, ";tag=b", "");
    private readonly byte[] _bye = Template("BYE", 3, ";tag=b", "");
    private Lane _lane;
    private bool _isFirstHopBusy;
    private bool _isEdgeEnding;
    private int _waitingCount;
    private int _calls;

    public CallAllocationTests()
    {
        _network.Listen(s_engineAddress, link => new RpcServerLink(link, RpcPort.TwoWay, this));
        _engine = new EngineClient(new EngineClientOptions { Engines = [s_engineAddress] }, _network, _clock);

        // Opening the next segment allocates: this one holds all the calls of a test.
        _sharedJournal = SharedJournal.Open(_folder.FullName, new JournalOptions { SegmentBytes = 64 * 1024 * 1024 }, new JournalReplay());
        _journal = _sharedJournal.AddLane();
        _lane = MakeLane();
        _engine.Start();
        RunEngine();
    }

    /// <inheritdoc/>
    long IJournalStore.SafeSequence => _journal.SafeSequence;

    /// <inheritdoc/>
    bool IJournalStore.HasRoom => _journal.HasRoom;

    /// <inheritdoc/>
    bool IJournalStore.IsGrown(long neededBytes) => _journal.IsGrown(neededBytes);

    private int Refreshed { get; set; }

    private int Ended { get; set; }

    [Fact]
    public void A_call_that_the_caller_hangs_up_allocates_nothing_in_any_stage()
    {
        const int Calls = 10_000;
        PlayCalls(4_000);

        // The least of the rounds, as SteadyState does it.
        (long Lane, long Engine, long Journal) least = (long.MaxValue, long.MaxValue, long.MaxValue);
        for (int round = 0; round < SteadyState.Rounds; round++)
        {
            _laneLoop.Bytes = _engineLoop.Bytes = _journalWriter.Bytes = 0;
            PlayCalls(Calls);
            least = (Math.Min(least.Lane, _laneLoop.Bytes), Math.Min(least.Engine, _engineLoop.Bytes), Math.Min(least.Journal, _journalWriter.Bytes));
        }

        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{Calls} calls allocate: lane loop {least.Lane} B, engine reader loop {least.Engine} B, journal writer, in both, {least.Journal} B");
        Assert.Equal((0, 0, 0), least);
        Assert.Equal((_calls, _calls), (Ended, (int)_lane.Statistics.Answered));
        Assert.Equal((_calls, _calls), ((int)_lane.Billing.Initiated, (int)_lane.Billing.CdrsDelivered));
    }

    [Fact]
    public void A_call_by_another_next_hop_refreshed_and_ended_by_the_edge_allocates_nothing()
    {
        _isFirstHopBusy = true;
        _isEdgeEnding = true;
        PlayCalls(4_000);
        Assert.Equal(0, SteadyState.AllocatedBytes(() => PlayCalls(1_000)));
        Assert.Equal(_calls, Refreshed);
        Assert.Equal(_calls, _lane.Statistics.Rerouted);
        Assert.InRange(_lane.Statistics.EndedByEdge, _calls / 2, _calls);
    }

    [Fact]
    public void A_call_with_several_sessions_allocates_nothing()
    {
        _isFirstHopBusy = true;
        _lane = MakeLane(sessions:
        [
            new SessionConfig { Tag = "carrier", Account = "carrier-7" },
            new SessionConfig { Tag = "first", Route = "sip:198.51.100.2:5060" },
            new SessionConfig { Tag = "second", Route = "sip:198.51.100.3:5060" },
        ]);
        PlayCalls(2_500);
        Assert.Equal(0, SteadyState.AllocatedBytes(() => PlayCalls(1_000)));
        Assert.Equal((4 * _calls, 3 * _calls, 4 * _calls), (_lane.Billing.Granted, _lane.Billing.Terminated, _lane.Billing.CdrsDelivered));
    }

    [Fact]
    public void An_emergency_call_allocates_nothing()
    {
        _lane = MakeLane(["100*"]);
        PlayCalls(2_500);
        Assert.Equal(0, SteadyState.AllocatedBytes(() => PlayCalls(1_000)));
        Assert.Equal(_calls, _lane.Statistics.EmergencyCalls);
        Assert.Equal((0, _calls), (_lane.Billing.Granted, _lane.Billing.CdrsDelivered));
    }

    bool ISipSender.Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message)
    {
        if (!message.StartsWith("SIP/2.0"u8) && !message.StartsWith("ACK"u8))
        {
            Answer(destination, message);
        }

        return true;
    }

    /// <summary>The engine grants and accepts everything.</summary>
    void IRpcRequestSink.OnRequest(RpcServerLink link, in RpcRequest request)
    {
        if (request.Method.SequenceEqual("SessionSv1.AuthorizeEvent"u8))
        {
            link.Reply(request.Id, new AuthorizeReply { MaxUsage = s_grant }, CgrDialect.Current);
        }
        else if (request.Method.SequenceEqual("SessionSv1.InitiateSession"u8))
        {
            link.Reply(request.Id, new InitiateReply { MaxUsage = s_grant }, CgrDialect.Current);
        }
        else
        {
            link.Reply(request.Id, "\"OK\""u8);
        }
    }

    void IRpcRequestSink.OnClosed(RpcServerLink link, string reason)
    {
    }

    long IJournalStore.Append(ReadOnlySpan<byte> record)
    {
        _journalWriter.Enter();
        long sequence = _journal.Append(record);
        _journalWriter.Leave();
        return sequence;
    }

    void IJournalStore.Maintain() => _journal.Maintain();

    void IJournalStore.Release(long sequence) => _journal.Release(sequence);

    public void Dispose()
    {
        _engine.Dispose();
        _sharedJournal.Dispose();
        _folder.Delete(recursive: true);
    }

    /// <summary>Both phones answer every request as soon as the edge has done with its turn.</summary>
    private void Answer(in SipEndpoint source, ReadOnlySpan<byte> request)
    {
        Assert.True(SipParser.Parse(request, _index).IsOk);
        var message = new SipMessage(request, _index);
        bool isBusy = _isFirstHopBusy && message.Method == SipMethod.Invite && source == CallBench.Callee;
        Refreshed += message.Method == SipMethod.Update ? 1 : 0;
        Ended += message.Method == SipMethod.Bye ? 1 : 0;
        var parts = new ResponseParts
        {
            StatusCode = isBusy ? 503 : 200,
            ToTag = "b"u8,
            CopyRecordRoute = true,
            ExtraHeaders = "Contact: <sip:1002@198.51.100.2>\r\n"u8,
        };
        ref (SipEndpoint Source, byte[] Answer, int Length) waiting = ref _waiting[_waitingCount++];
        waiting.Source = source;
        Assert.True(SipResponses.TryWrite(message, parts, waiting.Answer, out waiting.Length));
    }

    private Lane MakeLane(List<string>? emergency = null, List<SessionConfig>? sessions = null)
    {
        EdgeConfigFile file = new()
        {
            Name = "edge-1",
            Route = "sip:198.51.100.2:5060",
            FallbackRoutes = ["sip:198.51.100.3:5060"],
            Emergency = emergency,
            Sessions = sessions,
        };
        Lane lane = new(file.ToOptions("test"), [CallBench.Edge], this, _engine, _clock, seed: 3, journal: this);
        _engine.RequestHandler = lane.EngineRequests;
        return lane;
    }

    private void DeliverAnswers()
    {
        RunEngine();
        while (_waitingCount > 0)
        {
            for (int i = 0; i < _waitingCount; i++)
            {
                _laneLoop.Enter();
                _lane.OnMessage(0, _waiting[i].Source, _waiting[i].Answer.AsSpan(0, _waiting[i].Length));
                _laneLoop.Leave();
            }

            _waitingCount = 0;
            RunEngine();
        }
    }

    private void RunEngine()
    {
        _engineLoop.Enter();
        do
        {
            _engine.Advance();
            _engine.Flush();
        }
        while (_network.Pump());
        _engineLoop.Leave();
    }

    private void PlayCalls(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Receive(_invite);
            Receive(_ack);
            if (_isEdgeEnding)
            {
                Receive(_update);
            }
            else
            {
                Receive(_bye);
            }

            _calls++;
            _clock.AdvanceMs(20);
            _laneLoop.Enter();
            _lane.Advance();
            _laneLoop.Leave();
            DeliverAnswers();
        }
    }

    private void Receive(byte[] message)
    {
        Number(message, "branch=z9hG4bK"u8);
        Number(message, "Call-ID: "u8);
        _laneLoop.Enter();
        _lane.OnMessage(0, s_caller, message);
        _laneLoop.Leave();
        DeliverAnswers();
    }

    private void Number(byte[] message, ReadOnlySpan<byte> after) =>
        _calls.TryFormat(message.AsSpan(message.AsSpan().IndexOf(after) + after.Length, 7), out _, "D7");

    private static byte[] Template(string method, int cseq, string toTag, string extra) => Encoding.UTF8.GetBytes(
        $"{method} sip:1002@203.0.113.9 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bK0000000{method}\r\nMax-Forwards: 70\r\n"
        + $"From: <sip:1001@203.0.113.9>;tag=a\r\nTo: <sip:1002@203.0.113.9>{toTag}\r\nCall-ID: 0000000\r\nCSeq: {cseq} {method}\r\n"
        + $"Contact: <sip:1001@192.0.2.1:5070>\r\n{extra}Content-Length: 0\r\n\r\n");

    /// <summary>What was allocated between entering and leaving a part of the way, each time.</summary>
    private sealed class Stage
    {
        private long _before;

        public long Bytes { get; set; }

        public void Enter() => _before = GC.GetAllocatedBytesForCurrentThread();

        public void Leave() => Bytes += GC.GetAllocatedBytesForCurrentThread() - _before;
    }
}
