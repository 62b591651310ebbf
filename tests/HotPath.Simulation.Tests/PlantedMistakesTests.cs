using HotPath.Billing;
using HotPath.Commands;
using HotPath.Edge;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Simulation.Tests;

/// <summary>
/// Promise: the simulation sees. Each mistake that an edge could make with a call's charging is made on its behalf, at the seams between it
/// and its engines, its journal, its predecessor and the wire, and is noticed as what it is within a thousand seeds; without it, the same
/// runs break no promise.
/// </summary>
public sealed class PlantedMistakesTests(ITestOutputHelper output)
{
    private const ulong MostSeeds = 1000;
    private const int Calls = 25;

    /// <summary>Seeds whose runs are played without a mistake: as many as the mistakes take to be seen.</summary>
    private const ulong ControlSeeds = 10;

    /// <summary>Everything befalls one engine and the edge, but nothing the calls.</summary>
    private static readonly SimulationPlan s_troubled = new()
    {
        ScriptedEngines = 1,
        Profile = ProfileOf(),
        HasEngineTrouble = true,
        EngineFaultsPerMille = 15,
        DeathsPerMille = 60,
        SyncInterval = TimeSpan.FromSeconds(7),
    };

    private static readonly SimulationPlan s_quiet = new() { ScriptedEngines = 1, Profile = ProfileOf(), SyncInterval = TimeSpan.FromSeconds(7) };
    private static readonly SimulationPlan s_forgetful = s_quiet with { HasEngineTrouble = true, SyncInterval = TimeSpan.Zero };
    private static readonly SimulationPlan s_exempting = s_quiet with { ExemptPerMille = 300 };
    private static readonly SimulationPlan s_faulty = s_quiet with { EngineFaultsPerMille = 40, SyncInterval = TimeSpan.Zero };
    private static readonly SimulationPlan s_two = s_faulty with { ScriptedEngines = 2 };
    private static readonly SimulationPlan s_sharing = s_quiet with
    {
        ScriptedEngines = 2,
        EnginesReplicate = true,
        Profile = new() { OriginHost = "edge-1", EnginesReplicate = true },
        HasEngineTrouble = true,
        OrphanTime = TimeSpan.FromHours(1),
        SyncInterval = TimeSpan.Zero,
    };
    private static readonly SimulationPlan s_dying = s_quiet with { DeathsPerMille = 150, SyncInterval = TimeSpan.Zero };
    private static readonly SimulationPlan s_resuming = s_dying with { ResumesCalls = true };
    private static readonly SimulationPlan s_routing = s_quiet with
    {
        HasSecondRoute = true,
        Sessions = [Carrier("carrier-a", SimulatedEdge.FirstRoute), Carrier("carrier-b", SimulatedEdge.SecondRoute)],
    };
    private static readonly SimulationPlan s_full = s_dying with { HasFullDisk = true };
    private static readonly SimulationPlan s_power = s_troubled with { Level = JournalLevel.Power };

    private static readonly Dictionary<string, Mistake> s_mistakes = new()
    {
        ["the answer is not journalled"] = new(ChargingPromise.RecordBeforeEffect, s_quiet, Journal(leftOut: kind => kind == JournalRecordKind.Answered)),
        ["the end is not journalled"] = new(ChargingPromise.RecordBeforeEffect, s_quiet, Journal(leftOut: kind => kind == JournalRecordKind.Ended)),
        ["a record is written behind its effect"] = new(ChargingPromise.RecordBeforeEffect, s_quiet, new() { Journal = journal => new MistakenJournal(journal, isLate: true) }),
        ["an effect does not wait for the flush"] = new(ChargingPromise.RecordBeforeEffect, s_power, new() { Journal = journal => new MistakenJournal(journal, isHasty: true) }),
        ["no heartbeat is written"] = new(ChargingPromise.ChargedAsLived, s_dying, Journal(leftOut: kind => kind == JournalRecordKind.Heartbeat)),
        ["EXISTS is taken for a refusal"] = new(ChargingPromise.NothingLost, s_faulty, Outcomes<InitiateReply>(outcome =>
            outcome.Error == "EXISTS" ? new(RpcStatus.EngineError, default, "SERVER_ERROR", outcome.Engine) : outcome)),
        ["the engine is answered behind Terminate"] = new(ChargingPromise.EngineAnsweredFirst, s_troubled, new() { Network = network => new MistakenNetwork(network, MistakenNetwork.AnswerLast) }),
        ["an active session is left out"] = new(ChargingPromise.EnginesKnowOurSessions, s_quiet, new() { Network = network => new MistakenNetwork(network, MistakenNetwork.LeaveOutSession) }),
        ["Terminate is repeated blind"] = new(ChargingPromise.ChargedOnce, s_faulty, Outcomes<OkReply>(NeverWritten, typeof(TerminateSession))),
        ["the answer to the query is not believed"] = new(ChargingPromise.ChargedOnce, s_faulty, new() { Engines = engines => new UnbelievedQuery(engines) }),
        ["a late CDR is sent"] = new(ChargingPromise.ChargedOnce, s_faulty, new() { Profile = _ => ProfileOf(storesCosts: true) }),
        ["a CDR is swallowed"] = new(ChargingPromise.OneCdr, s_quiet, new() { Engines = engines => new SwallowedCommands(engines, cdrs: true) }),
        ["the CDR of a missed call is swallowed"] = new(ChargingPromise.MissedCallRecorded, s_quiet, new() { Engines = engines => new SwallowedCommands(engines, missedCdrs: true) }),
        ["Terminate is swallowed"] = new(ChargingPromise.ChargedAsLived, s_quiet, new() { Engines = engines => new SwallowedCommands(engines, terminates: true) }),
        ["Initiate is repeated on another engine"] = new(ChargingPromise.Settled, s_two, new() { Engines = engines => new WrongEngine(engines) }),
        ["the orphan check is skipped"] = new(ChargingPromise.Settled, s_sharing, new() { Engines = engines => new SkippedOrphans(engines) }),
        ["the grant is ignored"] = new(ChargingPromise.WithinGrant, s_quiet, Grants(_ => CgrDuration.Unlimited)),
        ["the grant is counted from a later moment"] = new(ChargingPromise.WithinGrant, s_quiet, Grants(grant =>
            grant is { IsUnlimited: false, Nanoseconds: > 0 } granted ? new CgrDuration(granted.Nanoseconds + 2_000_000_000) : grant)),
        ["a refused call goes out"] = new(ChargingPromise.RefusedCallsDoNotRing, s_quiet, Outcomes<AuthorizeReply>(outcome =>
            outcome.IsOk ? outcome : new(RpcStatus.Ok, new AuthorizeReply { MaxUsage = CgrDuration.Unlimited }, null, outcome.Engine))),
        ["a call is taken although the journal has no room"] = new(ChargingPromise.RefusedCallsDoNotRing, s_full, new() { Journal = journal => new MistakenJournal(journal, isGreedy: true) }),
        ["a call goes on whose session is lost"] = new(ChargingPromise.EndedWhenLost, s_forgetful, new() { Profile = _ => ProfileOf(onLost: LostSessionPolicy.Settle) }),
        ["a call for help is recorded like any other"] = new(ChargingPromise.ExemptCallsPass, s_exempting, new() { Engines = engines => new UnmarkedCdrs(engines) }),
        ["the session of a next hop that did not answer is charged"] = new(ChargingPromise.BoundToItsNextHop, s_routing, Routes(_ => null)),
        ["the session of the next hop that answered is not charged"] = new(ChargingPromise.NothingLost, s_routing, Routes(route =>
            route == SimulatedEdge.FirstRoute ? SimulatedEdge.SecondRoute : SimulatedEdge.FirstRoute)),
        ["BYE goes to one side only"] = new(ChargingPromise.BothSidesHear, s_quiet, new() { Wire = new WireFault("BYE sip:caller", bye => IsOwn(bye) ? [] : [bye]) }),
        ["a second too many is charged"] = new(ChargingPromise.ChargedOnce, s_quiet, new() { Engines = engines => new MistakenTimes(engines, CgrDuration.FromSeconds(1)) }),
        ["AnswerTime is SetupTime"] = new(ChargingPromise.CdrTellsTheCall, s_quiet, new() { Engines = engines => new MistakenTimes(engines, CgrDuration.Zero, answeredAtSetup: true) }),
        ["recovery forgets a session"] = new(ChargingPromise.NothingLost, s_resuming, new() { Recover = open => open.Where((_, index) => index % 3 != 1) }),
    };

    public static TheoryData<string, ChargingPromise> Mistakes => new(s_mistakes.Select(mistake => (mistake.Key, mistake.Value.Promise)));

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_is_noticed(string mistake, ChargingPromise promise)
    {
        Mistake planted = s_mistakes[mistake];
        for (ulong seed = 1; seed <= MostSeeds; seed++)
        {
            var simulation = new EdgeSimulation(seed, planted.Plan, planted.Made);
            simulation.Play(Calls);
            if (simulation.BrokenPromises.FirstOrDefault(broken => broken.Promise == promise.ToString()) is { } seen)
            {
                output.WriteLine($"{mistake}: seed {seed}: {seen}");
                return;
            }
        }

        Assert.Fail($"{mistake}: no run of {MostSeeds} breaks the promise {promise}");
    }

    [Fact]
    public void Without_a_mistake_nothing_is_noticed()
    {
        foreach (SimulationPlan plan in s_mistakes.Values.Select(mistake => mistake.Plan).Distinct())
        {
            for (ulong seed = 1; seed <= ControlSeeds; seed++)
            {
                var simulation = new EdgeSimulation(seed, plan);
                simulation.Play(Calls);
                Assert.Empty(simulation.BrokenPromises);
            }
        }
    }

    private static ChargingProfile ProfileOf(bool storesCosts = false, LostSessionPolicy onLost = LostSessionPolicy.End) =>
        new() { OriginHost = "edge-1", EnginesStoreSessionCosts = storesCosts, OnLostByEngine = onLost };

    private static EdgeSessionOptions Carrier(string tag, RouteTarget route) =>
        new() { Profile = new() { OriginHost = "edge-1", Tag = tag, RequestType = "*postpaid" }, Account = "a3600000.3600000", Route = route };

    private static SimulationMistakes Routes(Func<RouteTarget, RouteTarget?> change) =>
        new() { Sessions = sessions => [.. sessions.Select(session => SimulationPlan.Bind(session, change(session.Route!)))] };

    private static SimulationMistakes Journal(Func<JournalRecordKind, bool> leftOut) => new() { Journal = journal => new MistakenJournal(journal, leftOut) };

    private static SimulationMistakes Outcomes<TReply>(Func<RpcOutcome<TReply>, RpcOutcome<TReply>> change, Type? command = null)
        where TReply : struct => new() { Engines = engines => new MistakenOutcomes<TReply>(engines, change, command) };

    private static SimulationMistakes Grants(Func<CgrDuration?, CgrDuration?> change) => new()
    {
        Engines = engines => new MistakenOutcomes<AuthorizeReply>(
            new MistakenOutcomes<InitiateReply>(engines, outcome => outcome.IsOk ? outcome with { Reply = new InitiateReply { MaxUsage = change(outcome.Reply.MaxUsage) } } : outcome),
            outcome => outcome.IsOk && outcome.Reply.MaxUsage is { Nanoseconds: not 0 } ? outcome with { Reply = new AuthorizeReply { MaxUsage = change(outcome.Reply.MaxUsage) } } : outcome),
    };

    private static RpcOutcome<OkReply> NeverWritten(RpcOutcome<OkReply> outcome) =>
        outcome.MayHaveExecuted ? new RpcOutcome<OkReply>(RpcStatus.NoEngine, default, null, -1) : outcome;

    private static bool IsOwn(string request) => request.Split("\r\n").Count(line => line.StartsWith("Via:", StringComparison.Ordinal)) == 1;

    /// <param name="Promise">What must be seen broken.</param>
    /// <param name="Plan">The runs it is made in.</param>
    /// <param name="Made">The mistake.</param>
    private sealed record Mistake(ChargingPromise Promise, SimulationPlan Plan, SimulationMistakes Made);
}
