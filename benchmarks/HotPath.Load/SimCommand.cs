using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Load;

/// <summary>Plays whole-system simulations, seed after seed, and tells which promise was broken with which seed.</summary>
internal static class SimCommand
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    public static Command Create()
    {
        var seed = new Option<ulong>("--seed") { Description = "The first seed.", DefaultValueFactory = _ => 1 };
        Option<int> seeds = NumberOption.One("--seeds", "How many seeds.", 1, int.MaxValue, 1);
        Option<int> calls = NumberOption.One("--calls", "Calls per seed.", 1, 10_000, 40);
        var trace = new Option<bool>("--trace") { Description = "Print every message and journal record of the last seed." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object; broken promises go to standard error." };
        var command = new Command("sim", "Whole edge, engines, disk and phones in simulated time, with faults; exit code 1 if a promise was broken.") { seed, seeds, calls, trace, json };
        command.SetAction(parsed => Run(parsed.GetValue(seed), parsed.GetValue(seeds), parsed.GetValue(calls), parsed.GetValue(trace), parsed.GetValue(json)));
        return command;
    }

    private static int Run(ulong first, int seeds, int calls, bool trace, bool json)
    {
        var clock = Stopwatch.StartNew();
        var faults = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var parkedBecause = new SortedDictionary<string, long>(StringComparer.Ordinal);
        int broken = 0, crashes = 0, answered = 0, charged = 0, lost = 0, parked = 0, endedByEngine = 0;
        ulong last = first + (ulong)seeds - 1;
        for (ulong seed = first; seed <= last; seed++)
        {
            var simulation = new EdgeSimulation(seed);
            simulation.World.Lines = trace && seed == last ? [] : null;
            simulation.Play(calls);
            simulation.World.Lines?.ForEach(Console.WriteLine);
            foreach (BrokenPromise promise in simulation.BrokenPromises)
            {
                (json ? Console.Error : Console.Out).WriteLine($"BROKEN seed {seed}: {promise}");
            }

            foreach ((string kind, long count) in simulation.World.Faults)
            {
                faults[kind] = faults.GetValueOrDefault(kind) + count;
            }

            foreach (string reason in simulation.ParkedBecause)
            {
                parkedBecause[reason] = parkedBecause.GetValueOrDefault(reason) + 1;
            }

            broken += simulation.BrokenPromises.Count;
            crashes += simulation.Deaths;
            answered += simulation.AnsweredCalls;
            charged += simulation.Charged;
            lost += simulation.Lost;
            parked += simulation.Parked;
            endedByEngine += simulation.EndedByEngine;
            if (seed == last && !json)
            {
                Console.WriteLine($"seed {seed}: {simulation.Plan}, trace {simulation.World.TraceHash}");
            }
        }

        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { seeds, calls = seeds * (long)calls, answered, charged, lost, parked, parkedBecause, endedByEngine, faults, crashes, brokenPromises = broken }, s_json));
        }
        else
        {
            Console.WriteLine(string.Join(", ", faults.Select(fault => $"{fault.Value} {fault.Key}")));
            Console.WriteLine(
                $"{seeds} seeds, {seeds * (long)calls} calls, {answered} answered, {charged} charged, {endedByEngine} ended by their engine, {parked} parked, {lost} lost in {crashes} crashes, "
                + $"{broken} broken promises, {clock.Elapsed.TotalSeconds:0.0} s");
        }

        return broken == 0 ? 0 : 1;
    }
}
