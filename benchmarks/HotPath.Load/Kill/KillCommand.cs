using System.CommandLine;
using System.Text.Json;

namespace HotPath.Load;

/// <summary>Kills edge and engine under load, and says what became of every call.</summary>
internal static class KillCommand
{
    public static Command Create()
    {
        Option<double> seconds = NumberOption.Seconds("--seconds", "How long calls begin.", 30);
        Option<int> rate = NumberOption.One("--rate", "Calls per second.", 1, 1000, 30);
        Option<int> kills = NumberOption.One("--kills", "How often the edge, the engine or both are killed.", 0, 10_000, 8);
        Option<int[]> lanes = NumberOption.List("--lanes", "Lanes of the edge, from start to start, over and over.", 1, 64, 1);
        var seed = new Option<ulong>("--seed") { Description = "What calls, moments and victims follow from.", DefaultValueFactory = _ => 1 };
        var resume = new Option<string>("--resume") { Description = "What becomes of calls that ran: bye, or resume.", DefaultValueFactory = _ => "bye" };
        var storesCosts = new Option<bool>("--stores-session-costs") { Description = "The engine keeps the costs of ended sessions, and the edge knows it." };
        var level = new Option<string?>("--level") { Description = "Of the journal: process, or power. Without it, the seed says." };
        var sessions = new Option<int?>("--sessions") { Description = "Billing sessions of a call: 1 or 2. Without it, the seed says." };
        var json = new Option<bool>("--json") { Description = "Print one object." };
        resume.AcceptOnlyFromAmong("bye", "resume");
        level.AcceptOnlyFromAmong("process", "power");
        sessions.AcceptOnlyFromAmong("1", "2");
        var command = new Command("kill", "Kills edge and engine with SIGKILL under load, starts them again, and reconciles every call with the engine's books.")
        {
            seconds, rate, kills, lanes, seed, resume, storesCosts, level, sessions, json,
        };
        command.SetAction(parsed => Run(
            new KillSetup(
                parsed.GetValue(seed),
                parsed.GetValue(seconds),
                parsed.GetValue(rate),
                parsed.GetValue(kills),
                parsed.GetValue(lanes)!,
                parsed.GetValue(resume) == "resume",
                parsed.GetValue(storesCosts),
                parsed.GetValue(level) ?? KillPlans.LevelOf(parsed.GetValue(seed)),
                parsed.GetValue(sessions) ?? KillPlans.SessionsOf(parsed.GetValue(seed))),
            parsed.GetValue(json)));
        return command;
    }

    private static int Run(KillSetup setup, bool asJson)
    {
        using var run = new KillRun(setup);
        Reconciliation reconciled = run.Play();
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                seed = setup.Seed,
                resume = setup.ResumesCalls ? "resume" : "bye",
                level = setup.Level,
                kills = setup.Kills,
                calls = reconciled.Calls,
                sessions = reconciled.Calls * setup.Sessions,
                outcomes = Enum.GetValues<CallOutcome>().ToDictionary(
                    outcome => JsonNamingPolicy.CamelCase.ConvertName(outcome.ToString()), outcome => reconciled.Counts.GetValueOrDefault(outcome)),
                unexplained = reconciled.Unexplained.Count,
            }));
        }
        else
        {
            Console.WriteLine($"{reconciled.Calls} calls, {setup.Sessions} sessions each, journal level {setup.Level}");
            foreach (Outage outage in reconciled.Outages)
            {
                Console.WriteLine($"{(outage.IsEdge ? "edge" : "engine"),8} away for {outage.ServingMs - outage.KilledMs} ms");
            }

            foreach (CallOutcome outcome in Enum.GetValues<CallOutcome>())
            {
                Console.WriteLine($"{reconciled.Counts.GetValueOrDefault(outcome),8} {outcome}");
            }
        }

        reconciled.Unexplained.ForEach(Console.Error.WriteLine);
        return reconciled.Unexplained.Count == 0 ? 0 : 1;
    }
}
