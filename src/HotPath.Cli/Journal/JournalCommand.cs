using System.CommandLine;
using System.Globalization;
using HotPath.Billing;

namespace HotPath.Cli;

/// <summary>
/// <c>hotpath journal</c>: what is in an edge's journal, and the end of what it cannot settle by itself. All but <c>resolve</c> only read, and
/// the edge may be running.
/// </summary>
internal sealed class JournalCommand : Command
{
    private readonly Argument<string> _folder = new("FOLDER") { Description = "The journal's folder, or a copy of it." };

    private readonly Option<bool> _json = new("--json") { Description = "A JSON object per line." };

    public JournalCommand()
        : base("journal", "Look into an edge's journal.")
    {
        Add("show", "Every record, in order.", Show);
        Add("verify", "Whether the journal is whole; exit code 1 if it is not, but for the cut at the end that a crash leaves.", Verify);
        Add("unresolved", "Sessions that were parked because what an engine did with them cannot be known; exit code 1 if there are any.", Unresolved);
        Add("replay", "What an edge that starts with this journal finds: the sessions that it settles or goes on with.", Replay);
        AddResolve();
    }

    private void AddResolve()
    {
        Argument<long[]> numbers = new("NUMBER") { Description = "Numbers of parked sessions, as 'unresolved' shows them.", Arity = ArgumentArity.OneOrMore };
        Option<string> outcome = new("--as") { Description = "What became of them: charged, or not-charged.", HelpName = "OUTCOME", Required = true };
        Option<string> note = new("--note") { Description = "Who says so, and why.", HelpName = "TEXT", DefaultValueFactory = _ => "" };
        outcome.AcceptOnlyFromAmong("charged", "not-charged");
        Command command = new("resolve", "Write down what became of parked sessions, so that they are not listed any more. The edge must not be running.")
        {
            _folder, numbers, outcome, note, _json,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(_folder);
            ParkedOutcome found = parsed.GetRequiredValue(outcome) == "charged" ? ParkedOutcome.Charged : ParkedOutcome.NotCharged;
            try
            {
                IReadOnlyList<JournaledSession> resolved = ParkedSessions.Resolve(path, parsed.GetRequiredValue(numbers), found, parsed.GetRequiredValue(note));
                new JournalReport(parsed.InvocationConfiguration.Output, parsed.GetValue(_json)).Sessions(resolved, "");
                return ExitCode.Success;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
            {
                throw new UsageException($"journal {path}: {failure.Message.ReplaceLineEndings(" ")}");
            }
        });
        Subcommands.Add(command);
    }

    private void Add(string name, string description, Func<JournalFolder, JournalReport, int> run)
    {
        Command command = new(name, description) { _folder, _json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(_folder);
            try
            {
                using JournalFolder folder = JournalFolder.Inspect(path);
                return run(folder, new JournalReport(parsed.InvocationConfiguration.Output, parsed.GetValue(_json)));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"journal {path}: {failure.Message}");
            }
        });
        Subcommands.Add(command);
    }

    private static int Show(JournalFolder folder, JournalReport report)
    {
        JournalReader.Read(folder, (sequence, record) => report.Record(sequence, JournalEntry.Read(sequence, record)));
        return ExitCode.Success;
    }

    private static int Verify(JournalFolder folder, JournalReport report)
    {
        (JournalSummary summary, JournalReplay replay) = ReplayAll(folder);
        report.Summary(summary, replay);
        bool isWhole = replay.NotUnderstood == 0 && summary.Damages.All(damage => damage.Kind == JournalDamageKind.Cut);
        return isWhole ? ExitCode.Success : ExitCode.Failure;
    }

    private static int Unresolved(JournalFolder folder, JournalReport report)
    {
        JournaledSession[] sessions = [.. ReplayAll(folder).Replay.Unresolved];
        report.Sessions(sessions, "no session is unresolved");
        return sessions.Length == 0 ? ExitCode.Success : ExitCode.Failure;
    }

    private static int Replay(JournalFolder folder, JournalReport report)
    {
        JournalReplay replay = ReplayAll(folder).Replay;
        string lastSeen = replay.LastSeen == default ? "never" : replay.LastSeen.ToString("O", CultureInfo.InvariantCulture);
        report.Sessions([.. replay.Open], $"nothing is owed; last sign of life: {lastSeen}");
        return ExitCode.Success;
    }

    private static (JournalSummary Summary, JournalReplay Replay) ReplayAll(JournalFolder folder)
    {
        JournalReplay replay = new();
        return (JournalReader.Read(folder, replay.Visit), replay);
    }
}
