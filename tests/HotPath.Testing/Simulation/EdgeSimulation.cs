using System.Globalization;
using HotPath.Billing;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>
/// A whole system without sockets and without waiting: phones, the edge's lane, its engine client and journal, engines and a disk, on one
/// clock and from one seed. Plays calls of every kind while the network, the engines, the disk and the edge itself fail, and checks what
/// always has to hold.
/// </summary>
public sealed class EdgeSimulation
{
    // Nobody hangs up some of the calls: the edge does.
    private static readonly TimeSpan s_maxCallDuration = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan s_settleTime = TimeSpan.FromMinutes(15);

    /// <summary>A call for help whose phones could not end it may last a day.</summary>
    private static readonly TimeSpan s_longestSettleTime = TimeSpan.FromHours(25);

    /// <summary>What is still to befall somebody when the last call has begun does so within this time.</summary>
    private static readonly TimeSpan s_troubleTime = TimeSpan.FromSeconds(60);

    /// <summary>What an engine may still debit after everybody else is done: it looks for the costs of a late CDR first.</summary>
    private static readonly TimeSpan s_lateDebit = TimeSpan.FromSeconds(13);

    private static readonly TimeSpan s_restartRetry = TimeSpan.FromSeconds(1);

    /// <summary>Small, so that a run fills several.</summary>
    private const int SegmentBytes = 132 * 1024;
    private const int LongestDownTimeMs = 12_000;

    /// <summary>Of <see cref="SimulatedWorld.ChanceFor"/>: what the first of two next hops does.</summary>
    private const uint FirstHops = 3;
    private const uint FullDisks = 4;

    private readonly SimulatedWorld _world;
    private readonly SimulatedEdge _edge;
    private readonly SimulatedEngines _engines;
    private readonly EngineWire _engineWire;
    private readonly SimulationMistakes _mistakes;
    private readonly Dictionary<string, SimulatedCall> _calls = [];
    private readonly Random _hops;
    private readonly List<EdgeDeath> _deaths = [];
    private readonly List<BrokenPromise> _broken = [];

    /// <summary>Sessions whose records died with their edge: nobody knows of them but their engine.</summary>
    private readonly HashSet<string> _forgotten = [];

    /// <summary>Draws what the disk does beside being full.</summary>
    private readonly Random _diskChance;

    private SimulatedDisk _disk = new();
    private SimulatedJournal _journal;
    private EngineClient? _client;

    /// <summary>A simulation that has not begun.</summary>
    /// <param name="seed">Everything follows from it.</param>
    /// <param name="plan">What the run is like; null: drawn from the seed.</param>
    /// <param name="mistakes">Mistakes made on the edge's behalf, to see whether they are noticed; null: none.</param>
    public EdgeSimulation(ulong seed, SimulationPlan? plan = null, SimulationMistakes? mistakes = null)
    {
        _world = new SimulatedWorld(seed);
        _hops = _world.ChanceFor(FirstHops);
        _diskChance = _world.ChanceFor(FullDisks);
        _mistakes = mistakes ?? new SimulationMistakes();
        Plan = plan ?? SimulationPlan.Draw(_world);
        _engines = Plan.ScriptedEngines == 0 ? new EmbeddedEngines(_world) : new ScriptedEngines(_world, Plan);
        _engines.Network.Wire = _engineWire = new EngineWire(_world, MayFollow);
        _disk.Died = Die;
        _journal = OpenJournal();
        _edge = new SimulatedEdge(
            _world,
            Connect(),
            callId => _calls[callId].Plan,
            _mistakes.Journal(_journal),
            options: SimulatedEdge.CreateOptions(
                _mistakes.Profile(Plan.Profile), Plan.ResumesCalls, s_maxCallDuration, _engines.Addresses, Plan.Level, _mistakes.Sessions(Plan.Sessions), Plan.HasSecondRoute),
            firstPlans: callId => _calls[callId].FirstPlan)
        {
            // What the dead process does last is of no account.
            IgnoresCrashes = true,
            Fault = _mistakes.Wire,
        };
        _edge.Network.Loss = Plan.Network.Loss;
        _edge.Network.Duplication = Plan.Network.Duplication;
        _edge.Network.Reordering = Plan.Network.Reordering;
        _edge.Network.MostDelayMs = Plan.Network.MostDelayMs;
        _edge.AlsoAdvance(() =>
        {
            long due = _client?.Advance() ?? -1;
            _client?.Flush();
            return due;
        });
        _edge.AlsoAdvance(_engines.Advance);
        _edge.Rules.HasRoom = () => _journal.HasRoom;
        Func<TimeSpan> longestFlush = _edge.Rules.LongestFlush;
        _edge.Rules.LongestFlush = () => _journal.IsHeldUp ? SimulatedJournal.LongestHoldUp : longestFlush();
        BeginClient();
    }

    /// <summary>The promises that were broken, each with the call it was broken to.</summary>
    public IReadOnlyList<BrokenPromise> BrokenPromises => _broken;

    public SimulatedWorld World => _world;

    /// <summary>What the run is like.</summary>
    public SimulationPlan Plan { get; }

    public WireRules Rules => _edge.Rules;

    public int AnsweredCalls => _edge.Caller.Experiences.Values.Count(experience => experience.Answered);

    public long MessagesDelivered => _edge.Network.Delivered;

    /// <summary>How often the edge died.</summary>
    public int Deaths => _deaths.Count;

    /// <summary>Answered dialogs that were charged as they should be, when the run is over.</summary>
    public int Charged { get; private set; }

    /// <summary>Calls whose answer and whose edge's death fell together.</summary>
    public int Lost { get; private set; }

    /// <summary>Sessions that were parked.</summary>
    public int Parked => ParkedBecause.Count;

    /// <summary>Why each of them was.</summary>
    public IReadOnlyCollection<string> ParkedBecause { get; private set; } = [];

    /// <summary>Sessions that their engine ended by itself.</summary>
    public int EndedByEngine { get; private set; }

    /// <summary>Plays calls that begin one after the other, then waits until all are settled, and checks.</summary>
    public void Play(int calls)
    {
        _edge.Run(TimeSpan.FromSeconds(1));
        for (int i = 0; i < calls; i++)
        {
            string callId = string.Create(CultureInfo.InvariantCulture, $"{_world.Seed}-{i}");
            (string account, string number) = _engines.DrawCall();
            SimulatedCall call = SimulatedCall.Draw(_world.Chance, account, number, Plan.ExemptPerMille);
            call = Plan.HasHastyCallees ? call.WithHaste() : call;
            call = Plan.HasSecondRoute ? call.WithFirstHop(_hops) : call;
            _calls.Add(callId, call);
            _edge.Call(callId, call.Account, call.Number);
            MakeTrouble();
            _edge.Run(TimeSpan.FromMilliseconds(_world.Chance.Next(2_000)));
        }

        _disk.DyingWrite = int.MaxValue;
        _engines.Heal();
        _edge.Run(s_troubleTime);
        if (!_edge.RunUntil(IsOver, s_settleTime) && _calls.Values.Any(call => call.Class == CallClass.Emergency))
        {
            _edge.RunUntil(IsOver, s_longestSettleTime);
        }

        _edge.Run(s_lateDebit);
        _edge.RunUntil(IsOver, s_settleTime);
        Check();
    }

    private bool IsOver() =>
        !_edge.IsDead && _edge.Lane.CallCount == 0 && _edge.Lane.UnsettledSessions == 0 && _edge.Leftovers == 0;

    private void MakeTrouble()
    {
        Random chance = _world.Chance;
        if (Plan.Network.HasPartitions && chance.Next(10) == 0)
        {
            _world.CountFault("partition");
            _edge.Cut(callerSide: chance.Next(2) == 0, TimeSpan.FromMilliseconds(chance.Next(100, 40_000)));
        }

        if (Plan.HasEngineTrouble && chance.Next(10) == 0)
        {
            _world.Between(0, 30_000, _engines.MakeTrouble);
        }

        if (chance.Next(1_000) < Plan.DeathsPerMille && !_edge.IsDead)
        {
            if (chance.Next(2) == 0)
            {
                // In the middle of one of the next writes.
                _disk.DyingWrite = _disk.Writes + chance.Next(12);
            }
            else
            {
                _world.Between(0, 2_000, Die);
            }
        }

        if (Plan.HasFullDisk && chance.Next(20) == 0 && _disk.FreeBytes > 0)
        {
            _world.CountFault("diskFull");
            _world.Trace("the disk is full");
            long free = _disk.FreeBytes;
            bool isFull = true;
            _disk.FreeBytes = 0;
            _world.Between(1_000, 60_000, () =>
            {
                _world.Trace("the disk has room");
                _disk.FreeBytes += free;
                _disk.IsBroken = isFull = false;
            });
            // An edge that dies then has forgotten sessions, and the embedded engine does not end those by itself.
            if (_diskChance.Next(3) == 0 && Plan.ScriptedEngines > 0)
            {
                // It takes nothing any more, as when the reserve is used up, or was promised by storage that does not have it.
                _world.After(TimeSpan.FromMilliseconds(_diskChance.Next(10_000)), () =>
                {
                    _world.Trace("the disk takes nothing while it is full");
                    _disk.IsBroken = isFull;
                });
            }
        }

        if (Plan.HasClockSteps && chance.Next(20) == 0)
        {
            _world.CountFault("clockStep");
            _world.Clock.SetUtcNow(_world.Clock.GetUtcNow().AddMilliseconds(chance.Next(-5_000, 5_000)));
        }
    }

    /// <summary>The process is gone, or with it the machine; another one begins a while later.</summary>
    private void Die()
    {
        if (_edge.IsDead)
        {
            return;
        }

        bool isPowerLoss = Plan.Level == JournalLevel.Power && _world.Chance.Next(2) == 0;
        _world.CountFault(_disk.HasDied ? "tornWrite" : "processDeath");
        _world.Trace("the edge dies");
        var death = new EdgeDeath(_world.Elapsed, _journal.UnsafeSince ?? _world.Elapsed, _journal.UnsafeSessions);
        _edge.Kill(death.RecordedTo);
        _journal.Die();
        _client = null;
        _engines.Network.Abandon();
        _engineWire.OnDeath();
        _deaths.Add(death);
        if (isPowerLoss)
        {
            _world.CountFault("powerLoss");
            _disk = _disk.AfterPowerLoss(_world.Chance);
        }
        else
        {
            _disk = _disk.AfterProcessDeath();
        }

        _disk.Died = Die;
        _world.Between(100, LongestDownTimeMs, Restart);
    }

    private void Restart()
    {
        try
        {
            _journal = OpenJournal();
        }
        catch (IOException)
        {
            // Not even a segment to begin with fits on the disk. Whoever looks after the edge tries again.
            _world.After(s_restartRetry, Restart);
            return;
        }

        _world.Trace("the edge begins");
        _deaths[^1].RestartedAt = _world.Elapsed;
        _forgotten.UnionWith(_deaths[^1].Unrecorded.Except(_journal.Replay.Open.Select(session => session.OriginId)));
        _edge.Restart(Connect(), _mistakes.Journal(_journal));
        _edge.Lane.Recover(_journal.Replay, _mistakes.Recover(_journal.Replay.Open));
        BeginClient();
    }

    private SimulatedJournal OpenJournal() => new(_world, _disk, new JournalOptions { Level = Plan.Level, SegmentBytes = SegmentBytes });

    /// <summary>What a command rests on is safe; or the disk did not take it for so long that the command goes ahead, and is counted.</summary>
    private bool MayFollow(string originId, bool isEnd) =>
        _journal.IsSafe(originId, isEnd) || (_journal.IsOverdue(originId, isEnd) && _edge.Lane.Billing.EffectsBeforeSafe > 0);

    private IEngineClient Connect()
    {
        _client = new EngineClient(
            new EngineClientOptions { Engines = _engines.Addresses, Dialect = Plan.Dialect }, _mistakes.Network(_engines.Network), _world.Clock, random: new Random(_world.Chance.Next()));
        return _mistakes.Engines(_client);
    }

    private void BeginClient()
    {
        _client!.RequestHandler = _edge.Lane.EngineRequests;
        _client.Start();
    }

    private void Check()
    {
        var replay = new JournalReplay();
        JournalReader.Read(_disk, replay.Visit);
        HashSet<string> parked = [.. replay.Unresolved.Select(session => session.OriginId)];
        Promise(IsOver(), ChargingPromise.Settled,
            $"{_edge.Lane.CallCount} calls, {_edge.Lane.UnsettledSessions} sessions, {_edge.Leftovers} transactions, dialogs and timers are left");
        Promise(_edge.Lane.RunningCalls == 0, ChargingPromise.Settled, $"{_edge.Lane.RunningCalls} calls are counted as running");
        Promise(!replay.Open.Any(), ChargingPromise.Settled, "the journal still owes something");
        string[] open = [.. _engines.OpenSessions.Except(parked).Except(_forgotten)];
        Promise(open.Length == 0, ChargingPromise.Settled, $"open on an engine: {string.Join(", ", open)}");
        foreach (JournaledSession session in replay.Unresolved)
        {
            Promise(CanPark(session), ChargingPromise.ParkedForAReason, $"{session.OriginId}: {session.Detail}");
        }

        foreach (string originId in _engines.Unnamed)
        {
            Promise(false, ChargingPromise.EnginesKnowOurSessions, $"{originId} was left out of the active sessions");
        }

        _edge.Rules.Finish();
        _broken.AddRange(_edge.Rules.Violations.Select(violation => new BrokenPromise(violation.Rule.ToString(), violation.ToString())));
        _broken.AddRange(_engineWire.Broken);
        _broken.AddRange(_engines.Broken);
        var rules = new ChargingRules(Plan, _engines, _edge.Rules, _deaths, parked, _forgotten, s_maxCallDuration);
        foreach ((string callId, CallExperience caller) in _edge.Caller.Experiences)
        {
            SimulatedCall call = _calls[callId];
            CallExperience?[] callees = [.. _edge.Callees.Select(callee => callee.Experiences.GetValueOrDefault(callId))];
            rules.Check(callId, call, caller, callees);
            CheckPhones(callId, call, caller, [.. callees.OfType<CallExperience>().Where(callee => callee.Answered)]);
        }

        _broken.AddRange(rules.Broken);
        (Charged, Lost, EndedByEngine) = (rules.Charged, rules.Lost, rules.EndedByEngine);
        ParkedBecause = [.. replay.Unresolved.Select(session => session.Detail)];
    }

    /// <summary>
    /// The phones of an answered call hear that it is over, and what the engine charged is what they lived through. A caller that the BYE of a
    /// hasty callee reaches before the 2xx knows nothing of the dialog, and goes on.
    /// </summary>
    private void CheckPhones(string callId, SimulatedCall call, CallExperience caller, CallExperience[] answered)
    {
        CallPlan plan = call.Plan;
        if (answered.Length == 0 || plan.EndsInSilence || !Plan.Network.LetsRepeatsThrough || Deaths > 0 || _edge.Rules.IsAnsweredTooLate(callId))
        {
            return;
        }

        Promise((!caller.Answered || caller.EndedAt is not null || plan.IsCalleeHasty) && answered.All(callee => callee.EndedAt is not null), ChargingPromise.BothSidesHear, callId);
        bool isSimple = call.Class == CallClass.Charged && plan is { RedirectTo: null, ChallengeWith: 0, SecondAnswerAfterMs: 0 };
        if (isSimple && answered is [CallExperience callee] && Plan.Network.IsClean && !Plan.IsTroubled && !(Plan.Profile is { RequestType: "*postpaid", Cdr: false }))
        {
            double lived = ((callee.EndedAt ?? _world.Elapsed) - callee.AnsweredAt!.Value).TotalSeconds;
            double charged = _engines.Charges.Where(charge => charge.OriginId == callId).Sum(charge => charge.Seconds);
            Promise(Math.Abs(charged - lived) <= 2.5 || plan.CallerNeverAcknowledges || lived < 2, ChargingPromise.ChargedAsLived, $"{callId}: {charged} s charged, {lived:0.000} s lived");
        }
    }

    /// <summary>
    /// A command repeated, or late, could charge this session twice; or it is not known that an engine charged it, and no CDR is wanted that
    /// would; or what an edge had written of it died with that edge. Else an edge that dies knows which engine to ask, and has asked.
    /// </summary>
    private bool CanPark(JournaledSession session) =>
        (session.CallClass == CallClass.Charged && session.Engine >= 0 && Plan is { IsTroubled: true, ScriptedEngines: > 0 }
        && session.Profile is { RequestType: "*prepaid" } and ({ EnginesStoreSessionCosts: false } or { Cdr: false }))
        || _deaths.Exists(death => death.Unrecorded.Contains(session.OriginId));

    private void Promise(bool holds, ChargingPromise promise, string detail)
    {
        if (!holds)
        {
            _broken.Add(new BrokenPromise(promise.ToString(), detail));
        }
    }
}
