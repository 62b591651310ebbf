using System.Diagnostics;
using HotPath.Testing;

namespace HotPath.Simulation.Tests;

/// <summary>
/// Promise: a whole edge with its engine, run from one seed on a network of any quality, with calls of every kind and ending, keeps the
/// rules of SIP on the wire and every promise of charging; and the same seed gives the same run to the byte, so that a failing one can be
/// replayed.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 250;
    private const int CallsPerSeed = 40;

    [Fact]
    public void Ten_thousand_calls_break_no_promise()
    {
        var clock = Stopwatch.StartNew();
        long messages = 0, answered = 0, dialogs = 0;
        List<string> broken = [];
        for (ulong seed = 1; seed <= Seeds && broken.Count == 0; seed++)
        {
            var simulation = new EdgeSimulation(seed);
            simulation.Play(CallsPerSeed);
            messages += simulation.MessagesDelivered;
            answered += simulation.AnsweredCalls;
            dialogs += simulation.Rules.Dialogs;
            broken.AddRange(simulation.BrokenPromises);
        }

        output.WriteLine($"{Seeds} seeds, {Seeds * CallsPerSeed} calls, {answered} answered, {dialogs} dialogs, {messages} messages, {clock.Elapsed.TotalSeconds:0.0} s");
        Assert.True(broken.Count == 0, $"Replay with: HotPath.Load sim --calls {CallsPerSeed} --trace --seed N\n{string.Join('\n', broken)}");
        Assert.InRange(answered, Seeds * CallsPerSeed / 4, Seeds * CallsPerSeed);
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        Assert.Equal(HashOf(7), HashOf(7));
        Assert.NotEqual(HashOf(7), HashOf(8));

        static string HashOf(ulong seed)
        {
            var simulation = new EdgeSimulation(seed, new NetworkConditions(Loss: 0.1, Duplication: 0.1, Reordering: 0.1));
            simulation.Play(20);
            return simulation.World.TraceHash;
        }
    }
}
