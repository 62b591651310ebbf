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
    private static readonly TimeSpan s_settleTime = TimeSpan.FromMinutes(5);

    private readonly SimulatedWorld _world;
    private readonly SimulatedEdge _edge;
    private readonly ChargingEngine _engine;
    private readonly Dictionary<string, CallPlan> _plans = [];
    private readonly List<string> _broken = [];

    public EdgeSimulation(ulong seed, double loss = 0, double duplication = 0, CgrDialect dialect = CgrDialect.Current)
    {
        _world = new SimulatedWorld(seed);
        _engine = new ChargingEngine(new EngineOptions(), TariffLoader.LoadTutorial(), _world.Clock);
        var network = new SimulatedEngineNetwork(_world, link => new RpcServerLink(link, RpcPort.TwoWay, _engine.Requests));
        var client = new EngineClient(
            new EngineClientOptions { Engines = [new EngineAddress("engine", 2014)], Dialect = dialect }, network, _world.Clock, random: new Random((int)seed));
        var journal = new TracingStore(_world);
        _edge = new SimulatedEdge(_world, client, callId => _plans[callId], journal);
        _edge.Network.Loss = loss;
        _edge.Network.Duplication = duplication;
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
            _edge.Run(TimeSpan.FromMilliseconds(_world.Chance.Next(2_000)));
        }

        _edge.RunUntil(() => _edge.Lane.CallCount == 0 && _edge.Lane.UnsettledSessions == 0, s_settleTime);
        Check();
    }

    private CallPlan DrawPlan(out string account, out string number)
    {
        Random chance = _world.Chance;
        account = chance.Next(5) switch { 0 => "1002", 1 => "1003", 2 => "nobody", _ => "1001" };
        number = account == "1001" ? chance.Next(3) == 0 ? "1003" : "1002" : "1001";
        var plan = new CallPlan(RingMs: chance.Next(50, 4_000));
        return chance.Next(6) switch
        {
            0 => plan with { RejectWith = chance.Next(2) == 0 ? 486 : 603 },
            1 => plan with { CancelAfterMs = chance.Next(1, 5_000), CallerHangsUpAfterMs = 2_000 },
            2 => plan with { CalleeHangsUpAfterMs = chance.Next(1, 20_000) },
            3 when number == "1003" => plan,
            _ => plan with { CallerHangsUpAfterMs = chance.Next(1, 20_000) },
        };
    }

    private void Check()
    {
        Promise(_edge.Lane.CallCount == 0, "every call is forgotten in the end", $"{_edge.Lane.CallCount} calls");
        Promise(_edge.Lane.RunningCalls == 0, "no call is counted as running when all are over", $"{_edge.Lane.RunningCalls} calls");
        Promise(_edge.Lane.UnsettledSessions == 0, "every session is settled", $"{_edge.Lane.UnsettledSessions} sessions");
        Promise(_engine.OpenSessionCount == 0, "no session stays open on the engine", $"{_engine.OpenSessionCount} sessions");
        Promise(_edge.Lane.Billing.Unresolved == 0, "nothing is left unresolved", $"{_edge.Lane.Billing.Unresolved} sessions");
        CheckMoney();
        ILookup<string, CallDetailRecord> cdrs = _engine.Cdrs.Where(cdr => cdr.RunId == "*default").ToLookup(cdr => cdr.OriginId);
        foreach ((string callId, CallExperience caller) in _edge.Caller.Experiences)
        {
            CallExperience? callee = _edge.Callee.Experiences.GetValueOrDefault(callId);
            bool isRefused = caller.Status is 403 or 503;
            int records = cdrs[callId].Count();
            Promise(!isRefused || callee is null, "a refused call never rings", callId);
            Promise(isRefused ? records == 0 : records == 1, "every call that was not refused has one CDR, and only that", $"{callId}: {records}, status {caller.Status}");
            if (callee is not { Answered: true } || records != 1)
            {
                continue;
            }

            CallDetailRecord cdr = cdrs[callId].First();
            double lived = ((callee.EndedAt ?? caller.EndedAt ?? _world.Elapsed) - callee.AnsweredAt!.Value).TotalSeconds;
            double billed = cdr.Usage.Nanoseconds / 1e9;
            Promise(caller.GotBye || caller.SentBye, "both sides of an answered call hear that it ended", callId);
            Promise(callee.GotBye || callee.SentBye, "both sides of an answered call hear that it ended", callId);
            Promise(Math.Abs(billed - lived) <= 2.5 || _edge.Network.Loss > 0, "what is billed is what was lived through", $"{callId}: {billed} s billed, {lived:0.000} s lived");
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
    }
}
