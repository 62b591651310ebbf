using System.Globalization;
using System.Text;
using HotPath.Sip;
using Spectre.Console;

namespace HotPath.Cli;

/// <summary>The demo for a person: what happens while it happens, then the CDRs as a table and a verdict.</summary>
internal sealed class DemoConsoleReport : IDemoReport
{
    /// <summary>Width where the output is no terminal.</summary>
    private const int FileWidth = 100;

    private readonly IAnsiConsole _console;

    public DemoConsoleReport(TextWriter output)
    {
        bool isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No });
        if (!isTerminal)
        {
            _console.Profile.Width = FileWidth;
        }
    }

    public void Started(string engine, string edge, string callee)
    {
        _console.MarkupLine("[bold]HotPath demo[/]: four calls on this machine, with real SIP and a real tariff");
        Line($"  engine   [cyan]{engine}[/]  tutorial tariff, in memory");
        Line($"  edge     [cyan]{edge}[/]  asks the engine about every call");
        Line($"  callee   [cyan]{callee}[/]  where the edge sends them");
    }

    public void StepBegins(int number, DemoStep step, string why)
    {
        _console.WriteLine();
        _console.Write(new Rule(Invariant($"[bold yellow]{number}. {step.Caller} → {step.Callee}: {step.Name}[/]")).LeftJustified().RuleStyle("grey"));
        _console.Write(new Padder(new Markup($"[grey]{Markup.Escape(why)}[/]"), new Padding(2, 0, 0, 0)));
    }

    public void Happened(DemoEvent noted) => Line($"  [grey]{noted.Seconds,6:0.00} s[/]  {Markup.Escape(noted.What)}");

    public void StepEnded(DemoStep step)
    {
        List<string> facts = [];
        if (step.Status is { } status and not 200)
        {
            facts.Add(Invariant($"refused with [bold]{Describe(status)}[/]"));
        }

        if (step.DurationSeconds is { } duration)
        {
            facts.Add(Invariant($"talked [bold]{duration:0.0} s[/]"));
        }

        if (step.Cost is { } cost)
        {
            facts.Add(Invariant($"cost [bold]{cost:0.####}[/]"));
        }

        facts.Add(step.BalanceBefore is { } before
            ? Invariant($"balance of {step.Caller} {before:0.####} → [bold]{step.BalanceAfter ?? before:0.####}[/]")
            : Invariant($"{step.Caller} has no account"));
        Line($"  {(step.AsExpected ? "[green]✓[/]" : "[red]✗[/]")} {string.Join(", ", facts)}");
        foreach (string problem in step.Problems)
        {
            Line($"    [red]{Markup.Escape(problem)}[/]");
        }
    }

    public void Cdrs(IReadOnlyList<DemoCdr> cdrs)
    {
        Table table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        table.AddColumns(
            new TableColumn("Run").NoWrap(),
            new TableColumn("From").NoWrap(),
            new TableColumn("To").NoWrap(),
            new TableColumn("Answered").NoWrap(),
            new TableColumn("Usage").NoWrap().RightAligned(),
            new TableColumn("Cost").NoWrap().RightAligned(),
            new TableColumn("Cause"));
        foreach (DemoCdr cdr in cdrs)
        {
            table.AddRow(
                new Text(cdr.RunId),
                new Text(cdr.Account),
                new Text(cdr.Destination),
                new Text(cdr.AnswerTime is { } answered ? Invariant($"{answered.ToLocalTime():HH:mm:ss}") : "no"),
                new Text(Invariant($"{cdr.UsageSeconds:0.###} s")),
                new Text(cdr.Cost < 0 ? "–" : Invariant($"{cdr.Cost:0.####}")),
                new Text(cdr.SipCode == 0 ? cdr.DisconnectCause : Describe(cdr.SipCode)));
        }

        _console.WriteLine();
        _console.Write(new Rule("[bold yellow]Call detail records[/]").LeftJustified().RuleStyle("grey"));
        _console.Write(table);
        Line($"  [grey]Each call has a CDR for each run of the tariff: *default is charged, *raw is kept as it came.[/]");
    }

    public void Finished(IReadOnlyList<DemoStep> steps, TimeSpan took)
    {
        int wrong = steps.Count(step => !step.AsExpected);
        _console.WriteLine();
        if (wrong == 0)
        {
            Line($"[green bold]All {steps.Count} calls went as expected[/], in {took.TotalSeconds:0.0} s.");
        }
        else
        {
            Line($"[red bold]{wrong} of {steps.Count} calls did not go as expected[/]; what differed stands under each.");
        }
    }

    private static string Describe(int status) => Invariant($"{status} {Encoding.ASCII.GetString(SipStatus.GetReasonPhrase(status))}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Line(FormattableString markup) => _console.MarkupLine(Invariant(markup));
}
