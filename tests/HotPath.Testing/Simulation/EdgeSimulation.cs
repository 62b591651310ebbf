using System.Globalization;
using HotPath.Billing;
using HotPath.Charging;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>
/// A whole system without sockets and without waiting: phones, the edge's lane, its engine client and the embedded engine, on one clock
/// and from one seed. Plays calls of every kind and checks what always has to hold.
/// </summary>
public sealed class EdgeSimulation
{
    // Nobody hangs up some of the calls: the edge does.
    private static readonly TimeSpan s_maxCallDuration = TimeSpan.FromSeconds(90);
    /// <summary>A session whose connection was cut may end on the engine so long before the edge learns it: an audit interval and a second.</summary>
    private const double AuditSeconds = 6;

    /// <summary>And so long before it may send a BYE to a caller that acknowledges nothing.</summary>
    private const double NoAckSeconds = 32;

    private static readonly TimeSpan s_settleTime = TimeSpan.FromMinutes(15);

    private readonly SimulatedWorld _world;
    private readonly SimulatedEdge _edge;
    private readonly ChargingEngine _engine;
    private readonly SimulatedEngineNetwork _engineNetwork;
    private readonly Dictionary<string, CallPlan> _plans = [];
    private readonly List<string> _broken = [];

    /// <summary>A simulation that has not begun.</summary>
    /// <param name="seed">Everything follows from it.</param>
    /// <param name="conditions">The network between the phones and the edge; null: drawn from the seed.</param>
    public EdgeSimulation(ulong seed, NetworkConditions? conditions = null)
    {
        _world = new SimulatedWorld(seed);
        Conditions = conditions ?? NetworkConditions.Draw(_world.Chance);
        Dialect = _world.Chance.Next(4) == 0 ? CgrDialect.PreRc8 : CgrDialect.Current;
        _engine = new ChargingEngine(new EngineOptions(), TariffLoader.LoadTutorial(), _world.Clock);
        _engineNetwork = new SimulatedEngineNetwork(_world, link => new RpcServerLink(link, RpcPort.TwoWay, _engine.Requests));
        var client = new EngineClient(
            new EngineClientOptions { Engines = [new EngineAddress("engine", 2014)], Dialect = Dialect }, _engineNetwork, _world.Clock, random: new Random((int)seed));
        var journal = new TracingStore(_world);
        _edge = new SimulatedEdge(_world, client, callId => _plans[callId], journal, s_maxCallDuration, enginesStoreSessionCosts: true);
        _edge.Network.Loss = Conditions.Loss;
        _edge.Network.Duplication = Conditions.Duplication;
        _edge.Network.Reordering = Conditions.Reordering;
        _edge.Network.MostDelayMs = Conditions.MostDelayMs;
        client.RequestHandler = _edge.Lane.EngineRequests;
        _edge.AlsoAdvance(() =>
        {
            long due = client.Advance();
            client.Flush();
            return due;
        });
        _edge.AlsoAdvance(_engine.Advance);
        client.Start();
    }

    /// <summary>The promises that were broken, each with the call it was broken to.</summary>
    public IReadOnlyList<string> BrokenPromises => _broken;

    public SimulatedWorld World => _world;

    public NetworkConditions Conditions { get; }

    /// <summary>What the edge and its engine speak: drawn from the seed.</summary>
    public CgrDialect Dialect { get; }

    public WireRules Rules => _edge.Rules;

    /// <summary>A mistake to be made with everything the edge sends.</summary>
    public WireFault? Fault
    {
        get => _edge.Fault;
        set => _edge.Fault = value;
    }

    public int AnsweredCalls => _edge.Caller.Experiences.Values.Count(experience => experience.Answered);

    public long MessagesDelivered => _edge.Network.Delivered;

    /// <summary>Plays calls that begin one after the other, then waits until all are settled, and checks.</summary>
    public void Play(int calls)
    {
        _edge.Run(TimeSpan.FromSeconds(1));
        for (int i = 0; i < calls; i++)
        {
            string callId = string.Create(CultureInfo.InvariantCulture, $"{_world.Seed}-{i}");
            CallPlan plan = DrawPlan(out string account, out string number);
            _plans.Add(callId, plan);
            _edge.Call(callId, account, number);
            if (Conditions.HasPartitions && _world.Chance.Next(10) == 0)
            {
                _edge.Cut(callerSide: _world.Chance.Next(2) == 0, TimeSpan.FromMilliseconds(_world.Chance.Next(100, 40_000)));
            }

            if (_world.Chance.Next(10) == 0)
            {
                _world.Between(0, 30_000, _engineNetwork.Cut);
            }

            _edge.Run(TimeSpan.FromMilliseconds(_world.Chance.Next(2_000)));
        }

        _edge.RunUntil(() => _edge.Lane.CallCount == 0 && _edge.Lane.UnsettledSessions == 0 && _edge.Leftovers == 0, s_settleTime);
        Check();
    }

    private CallPlan DrawPlan(out string account, out string number)
    {
        Random chance = _world.Chance;
        account = chance.Next(8) switch { 0 => "1002", 1 => "1003", 2 => "nobody", _ => "1001" };
        number = account == "1001" ? chance.Next(3) == 0 ? "1003" : "1002" : "1001";
        return CallPlans.Draw(chance, number);
    }

    private void Check()
    {
        Promise(_edge.Lane.CallCount == 0, "every call is forgotten in the end", $"{_edge.Lane.CallCount} calls");
        Promise(_edge.Lane.RunningCalls == 0, "no call is counted as running when all are over", $"{_edge.Lane.RunningCalls} calls");
        Promise(_edge.Lane.UnsettledSessions == 0, "every session is settled", $"{_edge.Lane.UnsettledSessions} sessions");
        Promise(_engine.OpenSessionCount == 0, "no session stays open on the engine", $"{_engine.OpenSessionCount} sessions");
        Promise(_edge.Lane.Billing.Unresolved == 0, "nothing is left unresolved", $"{_edge.Lane.Billing.Unresolved} sessions");
        Promise(_edge.Leftovers == 0, "no transaction, dialog or timer is left behind", $"{_edge.Leftovers}");
        _edge.Rules.Finish();
        _broken.AddRange(_edge.Rules.Violations.Select(violation => $"seed {_world.Seed}: {violation}"));
        CheckMoney();
        ILookup<string, CallDetailRecord> cdrs = _engine.Cdrs.Where(cdr => cdr.RunId == "*default").ToLookup(cdr => cdr.OriginId.Split(';')[0]);
        foreach ((string callId, CallExperience caller) in _edge.Caller.Experiences)
        {
            CheckCall(callId, _plans[callId], caller, _edge.Callee.Experiences.GetValueOrDefault(callId), [.. cdrs[callId]]);
        }
    }

    private void CheckCall(string callId, CallPlan plan, CallExperience caller, CallExperience? callee, CallDetailRecord[] records)
    {
        bool isRefused = caller.Status is 403 or 503;
        bool isSimple = plan is { RedirectTo: null, ChallengeWith: 0, SecondAnswerAfterMs: 0 };
        Promise(!isRefused || !isSimple || callee is null, "a refused call never rings", callId);

        // A caller that is dead, challenged or cut off may never hear that it is refused, or never ask again; a redirected or twice
        // answered call is two for charging.
        bool mayNotHear = plan.CallerDiesAfterMs > 0 || plan.ChallengeWith > 0 || (caller.Status == 0 && Conditions.HasPartitions);
        int least = isRefused || mayNotHear || !_edge.Rules.HasSeen(callId) ? 0 : 1;
        int most = isRefused && isSimple ? 0 : plan.RedirectTo is not null || plan.SecondAnswerAfterMs > 0 ? 2 : 1;
        Promise(records.Length >= least && records.Length <= most, "every call that was not refused has one CDR, and only that", $"{callId}: {records.Length}, status {caller.Status}");
        if (callee is not { Answered: true } || plan.EndsInSilence || !Conditions.LetsRepeatsThrough)
        {
            return;
        }

        Promise(!caller.Answered || caller.EndedAt is not null, "both sides of an answered call hear that it ended", callId);
        Promise(callee.EndedAt is not null, "both sides of an answered call hear that it ended", callId);
        if (isSimple && Conditions.IsClean && records.Length == 1)
        {
            double lived = ((callee.EndedAt ?? caller.EndedAt ?? _world.Elapsed) - callee.AnsweredAt!.Value).TotalSeconds;
            double billed = records[0].Usage.Nanoseconds / 1e9;
            double unnoticed = _engineNetwork.Cuts == 0 ? 0 : plan.CallerNeverAcknowledges ? NoAckSeconds : AuditSeconds;
            Promise(billed - lived <= 2.5 && lived - billed <= 2.5 + unnoticed, "what is billed is what was lived through", $"{callId}: {billed} s billed, {lived:0.000} s lived");
        }
    }

    /// <summary>What left the accounts is what the CDRs say, no more and no less.</summary>
    private void CheckMoney()
    {
        foreach (string account in (ReadOnlySpan<string>)["1001", "1002", "1003"])
        {
            AccountSnapshot snapshot = _engine.FindAccount("cgrates.org", account)!;
            decimal debited = snapshot.Balances.Sum(balance => balance.InitialValue - balance.Value);
            decimal recorded = _engine.Cdrs.Where(cdr => cdr.RunId == "*default" && cdr.Account == account).Sum(cdr => Math.Max(0, cdr.Cost));
            Promise(Math.Abs(debited - recorded) < 0.0001m, "what is debited is what is recorded", $"account {account}: {debited} debited, {recorded} recorded");
        }
    }

    private void Promise(bool holds, string promise, string detail)
    {
        if (!holds)
        {
            _broken.Add($"seed {_world.Seed}: {promise}: {detail}");
        }
    }

    /// <summary>Puts the journal's records into the trace, so that their order against the messages is part of its hash.</summary>
    private sealed class TracingStore(SimulatedWorld world) : IJournalStore
    {
        public long SafeSequence { get; private set; }

        public bool HasRoom => true;

        public long Append(ReadOnlySpan<byte> record)
        {
            world.Trace($"journal {Convert.ToHexStringLower(record)}");
            return ++SafeSequence;
        }

        public void Maintain()
        {
        }

        public bool IsGrown => false;

        public void Release(long sequence)
        {
        }
    }
}
