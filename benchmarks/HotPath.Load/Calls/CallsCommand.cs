using System.CommandLine;

namespace HotPath.Load;

/// <summary>What a charged call costs, how long its INVITE takes, and how many a second go well, with engines of several speeds.</summary>
internal static class CallsCommand
{
    /// <summary>What OpenSIPS 4.0 with its cgrates module reached, and what HotPath is to reach (design: Performance).</summary>
    private const string Reference = """
        For comparison, on two cores shared with callers, callees and engine:
        OpenSIPS 4.0, cgrates module, engine at once: 2,500 calls/s clean, 0.45 ms CPU, INVITE p50 0.93 ms and p99 3.7 ms at 500 calls/s, 27 kB
        OpenSIPS 4.0, cgrates module, engine 5 ms:      100 calls/s clean, 14 ms CPU, fails at 200 calls/s
        OpenSIPS 4.0, plain proxy, no charging:         0.15 ms CPU
        target:                                         5,000 calls/s clean, 0.15 ms CPU, p50 0.2 ms, p99 1 ms, 8 kB, whatever the engine takes
        """;

    public static Command Create()
    {
        Option<int[]> rates = NumberOption.List("--rate", "Calls per second.", 1, 100_000, 1_000);
        Option<int[]> delays = NumberOption.List("--delay", "How long the engine takes for each answer, milliseconds.", 0, 10_000, 0, 1, 5, 50);
        Option<double> seconds = NumberOption.Seconds("--seconds", "How long each rate is measured.", 10);
        Option<double> warmUp = NumberOption.Seconds("--warm-up", "How long each rate is kept up before. A transaction is remembered for 32 s, and until then memory grows.", 34);
        Option<int> talk = NumberOption.One("--hold", "From the answer of a call to its BYE, milliseconds.", 1, 60_000, 100);
        Option<int> held = NumberOption.One("--held", "How many calls are held at once to measure memory.", 1, 50_000, 10_000);
        Option<int> lanes = NumberOption.One("--lanes", "Lanes of the edge.", 1, 64, 1);
        Option<int> burst = NumberOption.One("--burst", "Before what is measured, make so many calls per second, more than the edge can serve; 0: do not.", 0, 100_000, 0);
        Option<double> burstSeconds = NumberOption.Seconds("--burst-seconds", "How long.", 5);
        var journal = new Option<bool>("--journal") { Description = "The edge keeps a journal." };
        var sipp = new Option<bool>("--sipp") { Description = "sipp calls (corpus/sipp/perf_*.xml), instead of this process." };
        var findMax = new Option<bool>("--find-max") { Description = "Look for the highest rate that goes without a failure or repetition, from the given one on." };
        var json = new Option<bool>("--json") { Description = "One JSON object per configuration instead of a table." };
        var command = new Command("calls", "Whole calls, authorised and accounted, through an edge and an engine in processes of their own.")
        {
            rates, delays, seconds, warmUp, talk, held, lanes, burst, burstSeconds, journal, sipp, findMax, json,
        };
        command.Validators.Add(parsed =>
        {
            if (parsed.GetValue(burst) > 0 && (parsed.GetValue(sipp) || parsed.GetValue(findMax)))
            {
                parsed.AddError("--burst goes neither with --sipp nor with --find-max");
            }
        });
        command.SetAction(parsed => Run(
            parsed.GetValue(delays)!,
            parsed.GetValue(rates)!,
            new CallsSetup(parsed.GetValue(lanes), parsed.GetValue(talk), parsed.GetValue(held), parsed.GetValue(journal), parsed.GetValue(sipp)),
            new Schedule(TimeSpan.FromSeconds(parsed.GetValue(warmUp)), TimeSpan.FromSeconds(parsed.GetValue(seconds)), parsed.GetValue(findMax), parsed.GetValue(burst) is > 0 and int perSecond ? new Burst(perSecond, TimeSpan.FromSeconds(parsed.GetValue(burstSeconds))) : null),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(int[] delays, int[] rates, CallsSetup setup, Schedule schedule, bool isJson)
    {
        if (setup.UsesSipp && !SippPhones.AreThere(out string problem))
        {
            Console.Error.WriteLine(problem);
            return 2;
        }

        if (!isJson)
        {
            Console.WriteLine(Reference);
            Console.WriteLine();
            Console.WriteLine(CallsMeasurement.TableHeading);
        }

        int failed = 0;
        foreach (int delayMs in delays)
        {
            using CallsRun run = CallsRun.Start(delayMs, setup);
            foreach (int rate in rates)
            {
                CallsMeasurement measurement = schedule.FindsMax ? FindMax(run, rate, schedule) : Measure(run, rate, schedule);
                Console.WriteLine(isJson ? measurement.ToJson() : measurement.ToTableRow());
                failed += measurement.FailedCalls;
            }
        }

        return failed == 0 ? 0 : 1;
    }

    private static CallsMeasurement Measure(CallsRun run, int rate, Schedule schedule)
    {
        run.Measure(rate, schedule.WarmUp);
        return schedule.Burst is { } burst ? run.MeasureAfter(burst, rate, schedule.Time) : run.Measure(rate, schedule.Time);
    }

    /// <summary>Doubles the rate while calls go clean, then halves the step until it is a sixteenth of the rate.</summary>
    private static CallsMeasurement FindMax(CallsRun run, int rate, Schedule schedule)
    {
        CallsMeasurement best = Measure(run, rate, schedule);
        int step = rate;
        for (bool isRising = best.IsClean; step * 16 > rate && best.IsClean;)
        {
            CallsMeasurement next = Measure(run, rate + step, schedule);
            if (next.IsClean)
            {
                best = next;
                rate += step;
                step = isRising ? rate : step / 2;
            }
            else
            {
                isRising = false;
                step /= 2;
            }
        }

        return best;
    }

    /// <summary>How each rate is played.</summary>
    private readonly record struct Schedule(TimeSpan WarmUp, TimeSpan Time, bool FindsMax, Burst? Burst);
}
