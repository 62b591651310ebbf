using System.Globalization;
using HotPath.Billing;
using HotPath.Commands;
using HotPath.Edge;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Simulation.Tests;

/// <summary>
/// Promise: whenever the edge dies, at whatever write of its journal, the next one settles what the last one owed: each answered call
/// that was written down has one Initiate, is charged once for the time it was seen to run, and has one CDR; so has each session of a call
/// that has several.
/// </summary>
public sealed class RecoveryTests(ITestOutputHelper output)
{
    private const int DownTimeMs = 2_000;

    /// <summary>How long an edge that resumes calls does not know whether they still run.</summary>
    private const double DoubtS = 4.5;

    [Theory]
    [InlineData(false, "")]
    [InlineData(true, "")]
    [InlineData(false, "", "|carrier")]
    [InlineData(true, "", "|carrier")]
    public void Dying_at_any_write_neither_loses_nor_doubles_a_charge(bool resumes, params string[] tags)
    {
        int crashes = 0, settled = 0, lost = 0;
        for (int write = 0; ; write++)
        {
            var run = new CrashRun(write, resumes, tags);
            if (!run.Play())
            {
                break;
            }

            crashes++;
            run.Check($"death at write {write}, {(resumes ? "resuming" : "ending")}", ref settled, ref lost);
        }

        output.WriteLine($"{crashes} crashes, {settled} sessions settled, {lost} lost between their answer and its record");
        Assert.InRange(crashes, 20, 200 * tags.Length);
        Assert.True(lost <= crashes, $"{lost} sessions were lost in {crashes} crashes");
    }

    /// <summary>Four calls; the edge dies in the middle of one write and is started again.</summary>
    private sealed class CrashRun
    {
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
        private int _begun;

        public CrashRun(int dyingWrite, bool resumes, string[] tags)
        {
            _resumes = resumes;
            _tags = tags;

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
            Assert.True(IsOver(), $"{when}: {_edge.Lane.UnsettledSessions} sessions and {_edge.Lane.CallCount} calls are left\n{Records()}");
            Assert.True(_edge.Lane.Billing.Unresolved == 0, $"{when}: {_edge.Lane.Billing.Unresolved} sessions are unresolved");
            Assert.True(!_engine.Sessions.Any(), $"{when}: the engine still has {string.Join(", ", _engine.Sessions)}");
            foreach ((string callId, string originId) in s_plans.Keys.SelectMany(callId => _tags.Select(tag => (callId, callId + tag))))
            {
                int cdrs = _engine.Cdrs.Count(cdr => cdr.Contains($"\"{originId}\"", StringComparison.Ordinal));
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
}
