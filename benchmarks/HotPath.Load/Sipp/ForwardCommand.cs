using System.CommandLine;

namespace HotPath.Load;

/// <summary>What a call costs that is only forwarded: made by sipp, through an edge that charges nothing.</summary>
internal static class ForwardCommand
{
    /// <summary>OpenSIPS 4.0 as a plain proxy, milliseconds of CPU per call (design: Performance).</summary>
    private const double OpenSipsCpuMs = 0.15;

    private const int TalkMs = 100;

    public static Command Create()
    {
        var rates = new Option<int[]>("--rates") { Description = "Calls per second.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [250, 500, 1000] };
        var lanes = new Option<int[]>("--lanes") { Description = "Lanes of the edge.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [1] };
        var seconds = new Option<int>("--seconds") { Description = "How long each rate is measured.", DefaultValueFactory = _ => 10 };
        var callers = new Option<int>("--callers") { Description = "How many sipp processes call, each from a port of its own.", DefaultValueFactory = _ => 1 };
        var command = new Command("forward", "Calls by sipp (corpus/sipp/perf_*.xml) through an edge that charges nothing.") { rates, lanes, seconds, callers };
        command.SetAction(parsed => Run(parsed.GetValue(rates)!, parsed.GetValue(lanes)!, parsed.GetValue(seconds), parsed.GetValue(callers)));
        return command;
    }

    private static int Run(int[] rates, int[] lanes, int seconds, int callers)
    {
        if (!SippPhones.AreThere(out string problem))
        {
            Console.Error.WriteLine(problem);
            return 2;
        }

        Console.WriteLine($"CPU per call of INVITE/100/180/200/ACK/BYE/200; OpenSIPS 4.0 as a plain proxy: {OpenSipsCpuMs} ms");
        Console.WriteLine("| lanes | callers | calls/s | calls | failed | edge CPU ms | ratio to OpenSIPS | caller CPU ms | callee CPU ms |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        int failed = 0;
        foreach (int laneCount in lanes)
        {
            foreach (int rate in rates)
            {
                using var phones = new SippPhones(callers);
                using var edge = new EdgeProcess("--route", phones.CalleeRoute, "--lanes", $"{laneCount}");

                // The first calls pay for compilation and for buffers.
                phones.Call(edge.Address, rate, Math.Max(rate * 3, 2_000), TalkMs);
                TimeSpan before = edge.ReadUsage().Cpu;
                CallsOutcome result = phones.Call(edge.Address, rate, rate * seconds, TalkMs);
                double edgeCpuMs = (edge.ReadUsage().Cpu - before).TotalMilliseconds / result.Calls;
                failed += result.Failed;
                Console.WriteLine($"| {laneCount} | {callers} | {rate} | {result.Calls} | {result.Failed} | {edgeCpuMs:0.000} | {edgeCpuMs / OpenSipsCpuMs:0.00} | {result.CallerCpu.TotalMilliseconds / result.Calls:0.000} | {result.CalleeCpu.TotalMilliseconds / result.Calls:0.000} |");
            }
        }

        return failed == 0 ? 0 : 1;
    }
}
