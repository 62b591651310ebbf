using System.Diagnostics;
using HotPath.Testing;

namespace HotPath.Simulation.Tests;

/// <summary>
/// Promise: whatever befalls the network, the engines, the disk and the edge itself, a whole edge run from one seed, with calls of every
/// kind and ending, keeps the rules of SIP on the wire and every promise of charging; and the same seed gives the same run to the byte,
/// so that a failing one can be replayed.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 150;
    private const int CallsPerSeed = 40;

    [Fact]
    public void Six_thousand_calls_break_no_promise()
    {
        var clock = Stopwatch.StartNew();
        long messages = 0;
        int answered = 0, charged = 0, deaths = 0, lost = 0, parked = 0, endedByEngine = 0;
        List<string> broken = [];
        for (ulong seed = 1; seed <= Seeds && broken.Count == 0; seed++)
        {
            var simulation = new EdgeSimulation(seed);
            simulation.Play(CallsPerSeed);
            messages += simulation.MessagesDelivered;
            answered += simulation.AnsweredCalls;
            charged += simulation.Charged;
            deaths += simulation.Deaths;
            lost += simulation.Lost;
            parked += simulation.Parked;
            endedByEngine += simulation.EndedByEngine;
            broken.AddRange(simulation.BrokenPromises.Select(promise => $"seed {seed}: {promise}"));
        }

        output.WriteLine(
            $"{Seeds} seeds, {Seeds * CallsPerSeed} calls, {answered} answered, {charged} charged, {endedByEngine} ended by their engine, {parked} parked, {lost} lost in {deaths} deaths, "
            + $"{messages} messages, {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.True(broken.Count == 0, $"Replay with: HotPath.Load sim --calls {CallsPerSeed} --trace --seed N\n{string.Join('\n', broken)}");
        Assert.InRange(charged, Seeds * CallsPerSeed / 4, Seeds * CallsPerSeed);
        Assert.InRange(deaths, Seeds / 2, Seeds * CallsPerSeed);
        Assert.InRange(lost, 0, 2 * deaths);
    }

    /// <summary>RFC 3261 §15 forbids it, but whose callee is gone before its answer came by is not to pay for talking to nobody.</summary>
    [Fact]
    public void Callees_that_hang_up_before_the_ACK_break_none_either()
    {
        SimulationPlan plan = new() { Network = new NetworkConditions(Loss: 0.2), HasHastyCallees = true };
        Assert.All(Enumerable.Range(1, 20), seed =>
        {
            var simulation = new EdgeSimulation((ulong)seed, plan);
            simulation.Play(CallsPerSeed);
            Assert.Empty(simulation.BrokenPromises);
        });
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        Assert.Equal(HashOf(7), HashOf(7));
        Assert.NotEqual(HashOf(7), HashOf(8));

        static string HashOf(ulong seed)
        {
            var simulation = new EdgeSimulation(seed, new SimulationPlan
            {
                Network = new NetworkConditions(Loss: 0.1, Duplication: 0.1, Reordering: 0.1),
                ScriptedEngines = 2,
                DeathsPerMille = 200,
                HasEngineTrouble = true,
                EngineFaultsPerMille = 10,
            });
            simulation.Play(20);
            Assert.True(simulation.Deaths > 0, $"nothing is shown of an edge that dies by seed {seed}");
            return simulation.World.TraceHash;
        }
    }
}
