using HotPath.Billing;
using HotPath.Commands;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Simulation.Tests;

/// <summary>
/// Promise: on a disk so full that even the reserve of the journal is used up by the calls that run, new calls get 503 and calls for help
/// pass; each running call ends in time and is charged once; no record is lost unless the process dies, and then no call is charged twice.
/// </summary>
public sealed class FullDiskTests : IDisposable
{
    private const int Calls = 400;
    private const int SegmentBytes = 132 * 1024;
    private static readonly TimeSpan s_grant = TimeSpan.FromSeconds(12);

    private readonly SimulatedWorld _world = new(5);
    private readonly SimulatedDisk _disk = new() { FreeBytes = 2 * SegmentBytes };
    private readonly ScriptedEngine _engine;
    private readonly SimulatedEngineNetwork _network;
    private readonly SimulatedEdge _edge;
    private FileJournal _journal;
    private EngineClient _client;

    public FullDiskTests()
    {
        _engine = new ScriptedEngine(_world.Clock) { Grant = CgrDuration.FromSeconds(12), OrphanTime = TimeSpan.FromHours(1) };
        _network = new SimulatedEngineNetwork(_world);
        _network.Listen(new EngineAddress("engine", 2014), _engine.Accept);
        _client = Connect();
        _journal = Open(new JournalReplay());

        // They ring while there is room, and are answered when there is hardly any.
        _edge = new SimulatedEdge(_world, _client, callId => new CallPlan(RingMs: 6_000, CallerHangsUpAfterMs: callId.EndsWith('0') ? 5_000 : 0), _journal);
        _edge.AlsoAdvance(() =>
        {
            long due = _client.Advance();
            _client.Flush();
            return due;
        });
        _edge.AlsoAdvance(_engine.Advance);
        Begin();
        _edge.Run(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Running_calls_end_in_time_and_are_charged_once_and_every_record_is_written_when_there_is_room()
    {
        PlayUntilTheReserveIsUsedUp();
        _edge.Call("late");
        _edge.Call("help", number: SimulatedEdge.EmergencyNumber);
        _edge.Run(TimeSpan.FromSeconds(20));
        Assert.Equal((503, false), (_edge.Caller.Experiences["late"].Status, _edge.Callee.Experiences.ContainsKey("late")));
        Assert.True(_edge.Callee.Experiences["help"].Answered);
        _edge.Run(TimeSpan.FromSeconds(20));
        for (int i = 0; i < Calls; i++)
        {
            CallExperience callee = _edge.Callee.Experiences[$"call-{i}"];
            double lived = (callee.EndedAt - callee.AnsweredAt)!.Value.TotalSeconds;
            Assert.InRange(lived, 5, s_grant.TotalSeconds + 1);
            Assert.InRange(Billed(i), lived - 1, lived + 1);
            Assert.Equal(1, CountCdrs(i));
        }

        Assert.Equal((0L, 1), (_edge.Lane.Billing.Unresolved, _edge.Lane.UnsettledSessions));
        Assert.False(_journal.HasRoom);

        _disk.FreeBytes = long.MaxValue / 2;
        _edge.Run(TimeSpan.FromSeconds(2));
        Assert.True(_journal.HasRoom);
        _edge.Call("later");
        _edge.Run(TimeSpan.FromSeconds(30));
        Assert.True(_edge.Callee.Experiences["later"].Answered);
        var replay = new JournalReplay();
        JournalSummary found = JournalReader.Read(_disk, replay.Visit);
        Assert.Equal((0, 1L, found.LastSequence), (found.Damages.Count, found.FirstSequence, found.Records));
        Assert.Equal("help", Assert.Single(replay.Open).OriginId);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(14)]
    public void An_edge_that_dies_with_records_that_no_disk_took_charges_no_call_twice(int seconds)
    {
        PlayUntilTheReserveIsUsedUp();
        _edge.Run(TimeSpan.FromSeconds(seconds));
        _edge.Kill();
        _client.Dispose();
        _disk.FreeBytes = long.MaxValue / 2;
        var replay = new JournalReplay();
        _journal = Open(replay);
        _client = Connect();
        _edge.Restart(_client, _journal);
        Begin();
        _edge.Lane.Recover(replay, replay.Open);
        _edge.Run(TimeSpan.FromSeconds(90));
        for (int i = 0; i < Calls; i++)
        {
            CallExperience callee = _edge.Callee.Experiences[$"call-{i}"];
            double lived = ((callee.EndedAt ?? _world.Elapsed) - callee.AnsweredAt)!.Value.TotalSeconds;
            Assert.True(Billed(i) <= lived + 1 && CountCdrs(i) <= 1, $"call-{i}: {Billed(i)} s and {CountCdrs(i)} CDRs for {lived} s");
        }

        Assert.Equal(0, _edge.Lane.UnsettledSessions);
        var after = new JournalReplay();
        JournalReader.Read(_disk, after.Visit);
        Assert.Empty(after.Open);
    }

    public void Dispose() => _client.Dispose();

    private void PlayUntilTheReserveIsUsedUp()
    {
        for (int i = 0; i < Calls; i++)
        {
            _edge.Call($"call-{i}");
            _edge.Run(TimeSpan.FromMilliseconds(10));
        }

        Assert.True(_journal.HasRoom);
        Assert.True(_edge.RunUntil(() => _edge.Lane.Billing.EffectsBeforeSafe > 0, TimeSpan.FromSeconds(30)));
        Assert.True(_edge.RunUntil(() => _edge.Callee.Experiences.Values.All(call => call.Answered), TimeSpan.FromSeconds(5)));
    }

    private double Billed(int call) => _engine.Charged($"call-{call}", "edge-1").Nanoseconds / 1e9;

    private int CountCdrs(int call) => _engine.Cdrs.Count(cdr => cdr.Contains($"\"call-{call}\"", StringComparison.Ordinal));

    private FileJournal Open(JournalReplay replay) => FileJournal.Open(_disk, new JournalOptions { SegmentBytes = SegmentBytes }, replay.Visit, out _);

    private EngineClient Connect() => new(new EngineClientOptions { Engines = [new EngineAddress("engine", 2014)] }, _network, _world.Clock, random: new Random(1));

    private void Begin()
    {
        _client.RequestHandler = _edge.Lane.EngineRequests;
        _client.Start();
    }
}
