using System.CommandLine;
using System.Diagnostics;
using HotPath.Testing;

namespace HotPath.Load;

/// <summary>Plays whole-system simulations, seed after seed, and tells which promise was broken with which seed.</summary>
internal static class SimCommand
{
    public static Command Create()
    {
        var seed = new Option<ulong>("--seed") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
        var seeds = new Option<int>("--seeds") { Description = "How many seeds.", DefaultValueFactory = _ => 1 };
        var calls = new Option<int>("--calls") { Description = "Calls per seed.", DefaultValueFactory = _ => 40 };
        var trace = new Option<bool>("--trace") { Description = "Print every message and journal record of the last seed." };
        var command = new Command("sim", "Whole edge, engine and phones in simulated time.") { seed, seeds, calls, trace };
        command.SetAction(parsed => Run(parsed.GetValue(seed), parsed.GetValue(seeds), parsed.GetValue(calls), parsed.GetValue(trace)));
        return command;
    }

    private static int Run(ulong first, int seeds, int calls, bool trace)
    {
        int broken = 0;
        var clock = Stopwatch.StartNew();
        for (ulong seed = first; seed < first + (ulong)seeds; seed++)
        {
            var simulation = new EdgeSimulation(seed);
            bool isLast = seed == first + (ulong)seeds - 1;
            simulation.World.Lines = trace && isLast ? [] : null;
            simulation.Play(calls);
            simulation.World.Lines?.ForEach(Console.WriteLine);
            foreach (string promise in simulation.BrokenPromises)
            {
                Console.WriteLine($"BROKEN {promise}");
            }

            broken += simulation.BrokenPromises.Count;
            if (isLast)
            {
                Console.WriteLine($"seed {seed}, {simulation.Conditions}, {simulation.Dialect}: {simulation.AnsweredCalls} of {calls} calls answered, trace {simulation.World.TraceHash}");
            }
        }

        Console.WriteLine($"{seeds} seeds, {seeds * (long)calls} calls, {broken} broken promises, {clock.Elapsed.TotalSeconds:0.0} s");
        return broken == 0 ? 0 : 1;
    }
}
