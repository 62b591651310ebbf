using System.CommandLine;
using System.Diagnostics;
using HotPath.Sip.Fuzz;

Option<double> seconds = new("--seconds") { Description = "How long to run; 0: until stopped.", DefaultValueFactory = _ => 0 };
Option<int> seed = new("--seed") { Description = "Where to begin; another seed makes other messages.", DefaultValueFactory = _ => Environment.TickCount };
Option<long> from = new("--from") { Description = "The first round: with the seed of a failure, its round makes the same message again." };
RootCommand command = new("Feeds the SIP parser and writers with broken messages until something breaks.") { seconds, seed, from };
command.SetAction(parsed => Run(parsed.GetValue(seed), parsed.GetValue(from), parsed.GetValue(seconds)));
return command.Parse(args).Invoke();

static int Run(int seed, long from, double seconds)
{
    using SipFuzzer fuzzer = new(seed);
    Stopwatch time = Stopwatch.StartNew();
    long round = from;
    for (long told = 0; seconds == 0 || time.Elapsed.TotalSeconds < seconds; round++)
    {
        try
        {
            fuzzer.RunRound(round);
        }
        catch (Exception failure)
        {
            Console.WriteLine($"seed {seed}, round {round}: {failure}\n\n{fuzzer.Describe()}");
            return 1;
        }

        // A read beyond the message ends the process: what was told last says where to begin again.
        if (time.ElapsedMilliseconds >= told)
        {
            Console.WriteLine($"seed {seed}, round {round}: {fuzzer.Accepted} accepted, longest {fuzzer.LongestMs:F1} ms");
            told = time.ElapsedMilliseconds + 1000;
        }
    }

    Console.WriteLine($"seed {seed}: {round - from} messages, {fuzzer.Accepted} accepted, longest {fuzzer.LongestMs:F1} ms, nothing broke");
    return 0;
}
