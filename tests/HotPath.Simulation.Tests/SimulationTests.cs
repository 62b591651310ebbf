using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Simulation.Tests;

/// <summary>
/// Promise: a whole edge with its engine, run from one seed, keeps every promise of charging; and the same seed gives the same run to the
/// byte, so that a failing one can be replayed.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int CallsPerRun = 40;

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 0, 0)]
    [InlineData(3, 0.1, 0)]
    [InlineData(4, 0.2, 0.1)]
    [InlineData(5, 0.05, 0.3)]
    [InlineData(6, 0, 0, CgrDialect.PreRc8)]
    [InlineData(7, 0.1, 0.1, CgrDialect.PreRc8)]
    public void No_promise_is_broken(ulong seed, double loss, double duplication, CgrDialect dialect = CgrDialect.Current)
    {
        var simulation = new EdgeSimulation(seed, loss, duplication, dialect);
        simulation.Play(CallsPerRun);
        output.WriteLine($"seed {seed}: {simulation.AnsweredCalls} of {CallsPerRun} calls answered, {simulation.MessagesDelivered} messages, "
            + $"{simulation.World.Elapsed.TotalSeconds:0} s simulated, trace of {simulation.World.TraceLength} events {simulation.World.TraceHash}");
        Assert.Empty(simulation.BrokenPromises);
        Assert.InRange(simulation.AnsweredCalls, 5, CallsPerRun);
    }

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        Assert.Equal(HashOf(7), HashOf(7));
        Assert.NotEqual(HashOf(7), HashOf(8));

        static string HashOf(ulong seed)
        {
            var simulation = new EdgeSimulation(seed, loss: 0.1, duplication: 0.1);
            simulation.Play(10);
            return simulation.World.TraceHash;
        }
    }
}
