using System.Globalization;
using HotPath.Billing;
using HotPath.Commands;
using HotPath.Edge;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Simulation.Tests;

/// <summary>Four calls; the edge dies in the middle of one write and is started again.</summary>
internal sealed class CrashRun
{
    private const int DownTimeMs = 2_000;

    /// <summary>How long an edge that resumes calls does not know whether they still run.</summary>
    private const double DoubtS = 4.5;

    private static readonly Dictionary<string, CallPlan> s_plans = new()
    {
        ["caller-ends"] = new CallPlan(CallerHangsUpAfterMs: 3_000),
        ["callee-ends"] = new CallPlan(CalleeHangsUpAfterMs: 5_000),
        ["money-ends"] = new CallPlan(),
        ["missed"] = new CallPlan(RejectWith: 486),
    };

    private readonly SimulatedWorld _world = new(11);
    private readonly ScriptedEngine _engine;
    private readonly SimulatedEdge _edge;
    private SimulatedDisk _disk = new();
    private EngineClient _client;
    private readonly bool _resumes;
    private readonly string[] _tags;
    private readonly Action<SimulatedDisk>? _damage;
    private int _begun;

    /// <param name="dyingWrite">In the middle of which write of its journal the edge dies.</param>
    /// <param name="resumes">Calls go on after the restart.</param>
    /// <param name="tags">What each of a call's sessions has behind the Call-ID.</param>
    /// <param name="damage">What happens to the disk before the restart; <c>null</c>: nothing.</param>
    public CrashRun(int dyingWrite, bool resumes, string[] tags, Action<SimulatedDisk>? damage = null)
    {
        _resumes = resumes;
        _tags = tags;
        _damage = damage;

        // Between the records of two sessions the edge may die before it has sent anything: what an engine then does not know is settled
        // by its CDR where engines keep costs.
        bool keepsCosts = tags.Length > 1;
        _engine = new ScriptedEngine(_world.Clock) { Grant = CgrDuration.FromSeconds(12), OrphanTime = TimeSpan.FromHours(1), StoresSessionCosts = keepsCosts };
        _client = Connect();
        _disk.DyingWrite = dyingWrite + 1;
        EdgeOptions options = SimulatedEdge.CreateOptions(
            new ChargingProfile { OriginHost = "edge-1", EnginesStoreSessionCosts = keepsCosts },
            resumes,
            sessions:
            [
                .. tags.Where(tag => tag.Length > 0).Select(tag => new EdgeSessionOptions
                {
                    Profile = new ChargingProfile { OriginHost = "edge-1", Tag = tag[1..], RequestType = "*postpaid", EnginesStoreSessionCosts = keepsCosts },
                    Account = "carrier-7",
                }),
            ]);
        _edge = new SimulatedEdge(_world, _client, callId => s_plans[callId], OpenJournal(new JournalReplay()), options: options);
        Begin();
        _edge.AlsoAdvance(() =>
        {
            long due = _client.Advance();
            _client.Flush();
            return due;
        });
        _edge.AlsoAdvance(_engine.Advance);
    }

    /// <summary>Sessions that are parked in the end.</summary>
    public long Parked => _edge.Lane.Billing.Unresolved;

    /// <returns>False: all was over before the write that the edge should have died at.</returns>
    public bool Play()
    {
        foreach (string callId in s_plans.Keys)
        {
            _world.After(TimeSpan.FromMilliseconds(700 * ++_begun), () => _edge.Call(callId));
        }

        _edge.Run(TimeSpan.FromMilliseconds(600));
        RunUntilOver();
        bool died = _disk.HasDied;
        if (died)
        {
            _edge.Kill();
            _client.Dispose();
            _disk = _disk.AfterProcessDeath();
            _damage?.Invoke(_disk);
            _edge.Run(TimeSpan.FromMilliseconds(DownTimeMs));
            var replay = new JournalReplay();
            FileJournal journal = OpenJournal(replay);
            _client = Connect();
            _edge.Restart(_client, journal);
            Begin();
            _edge.Lane.Recover(replay, replay.Open);
            RunUntilOver();
        }

        return died;
    }

    public void Check(string when, ref int settled, ref int lost)
    {
        CheckIsOver(when);
        Assert.True(_edge.Lane.Billing.Unresolved == 0, $"{when}: {_edge.Lane.Billing.Unresolved} sessions are unresolved");
        Assert.True(!_engine.Sessions.Any(), $"{when}: the engine still has {string.Join(", ", _engine.Sessions)}");
        foreach ((string callId, string originId) in s_plans.Keys.SelectMany(callId => _tags.Select(tag => (callId, callId + tag))))
        {
            int cdrs = CdrsOf(originId).Count();
            Assert.True(cdrs <= 1, $"{when}: {originId} has {cdrs} CDRs");
            if (_edge.Callee.Experiences.GetValueOrDefault(callId) is not { AnsweredAt: { } answeredAt } callee)
            {
                continue;
            }

            lost += 1 - cdrs;
            settled += cdrs;
            double lived = ((callee.EndedAt ?? _world.Elapsed) - answeredAt).TotalSeconds;
            double billed = _engine.Charged(originId, "edge-1").Nanoseconds / 1e9;

            // Nobody pays for what nobody saw: what ends soon after the restart may have ended before.
            Assert.True(
                cdrs == 0 ? billed == 0 : billed <= lived + 1 && billed >= lived - 2 - (DownTimeMs / 1e3) - (_resumes ? DoubtS : 0) && billed <= 12,
                string.Create(CultureInfo.InvariantCulture, $"{when}: {originId} is billed {billed} s and ran {lived} s"));
        }
    }

    /// <summary>Where records were lost: nothing is owed any more, and nobody is charged twice or for more than was lived through.</summary>
    public void CheckAfterDamage(string when)
    {
        CheckIsOver(when);
        foreach (string callId in s_plans.Keys)
        {
            int cdrs = CdrsOf(callId).Count();
            double billed = _engine.Charged(callId, "edge-1").Nanoseconds / 1e9;
            CallExperience? callee = _edge.Callee.Experiences.GetValueOrDefault(callId);
            double lived = callee?.AnsweredAt is { } answeredAt ? ((callee.EndedAt ?? _world.Elapsed) - answeredAt).TotalSeconds : -1;
            Assert.True(cdrs <= 1, $"{when}: {callId} has {cdrs} CDRs\n{Records()}");
            Assert.True(billed <= lived + 1 && billed <= 12, string.Create(CultureInfo.InvariantCulture, $"{when}: {callId} is billed {billed} s and ran {lived} s\n{Records()}"));
        }

        var replay = new JournalReplay();
        JournalReader.Read(_disk, replay.Visit);
        Assert.True(!replay.Open.Any(), $"{when}: the journal still owes something\n{Records()}");
    }

    private void CheckIsOver(string when) =>
        Assert.True(IsOver(), $"{when}: {_edge.Lane.UnsettledSessions} sessions and {_edge.Lane.CallCount} calls are left\n{Records()}");

    private IEnumerable<string> CdrsOf(string originId) => _engine.Cdrs.Where(cdr => cdr.Contains($"\"{originId}\"", StringComparison.Ordinal));

    private void RunUntilOver()
    {
        try
        {
            _edge.RunUntil(() => _disk.HasDied || (_world.Elapsed > TimeSpan.FromSeconds(5) && IsOver()), TimeSpan.FromMinutes(2));
        }
        catch (SimulatedCrashException)
        {
            // The mistake that the dead process makes last.
        }
    }

    /// <summary>The journal, for whoever has to find out what went wrong.</summary>
    private string Records()
    {
        var lines = new List<string>();
        JournalReader.Read(_disk, (sequence, record) =>
        {
            JournalEntry entry = JournalEntry.Read(sequence, record)!;
            lines.Add($"{entry.Time:mm:ss.fff} {sequence} {entry.Kind} {entry.Number} {entry.Session?.OriginId}");
        });
        return string.Join('\n', lines.Where(line => !line.Contains("Heartbeat", StringComparison.Ordinal)));
    }

    private bool IsOver() => _edge.Lane.UnsettledSessions == 0 && _edge.Lane.CallCount == 0;

    private FileJournal OpenJournal(JournalReplay replay) =>
        FileJournal.Open(_disk, new JournalOptions { SegmentBytes = 256 * 1024 }, replay.Visit, out _);

    private EngineClient Connect()
    {
        EngineAddress address = new("engine", 2014);
        SimulatedEngineNetwork network = new(_world);
        network.Listen(address, _engine.Accept);
        return new EngineClient(new EngineClientOptions { Engines = [address] }, network, _world.Clock, random: new Random(1));
    }

    private void Begin()
    {
        _client.RequestHandler = _edge.Lane.EngineRequests;
        _client.Start();
    }
}
