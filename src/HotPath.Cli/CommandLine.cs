using System.CommandLine;
using System.CommandLine.Invocation;
using HotPath.Charging;
using HotPath.Edge;

namespace HotPath.Cli;

/// <summary>The <c>hotpath</c> command: which commands there are, and what a mistake gets (one line on stderr and exit code 2).</summary>
internal static class CommandLine
{
    /// <summary>Runs one command to its end.</summary>
    /// <param name="args">What was typed after <c>hotpath</c>.</param>
    /// <param name="output">Results.</param>
    /// <param name="error">Mistakes and logs.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static int Run(IReadOnlyList<string> args, TextWriter output, TextWriter error)
    {
        RootCommand root = new("HotPath charges phone calls in real time: it asks a charging engine whether a call may run and for how long, and ends it when the money is gone.")
        {
            new DemoCommand(), new EdgeCommand(), new EngineCommand(), new JournalCommand(), Parse(),
        };
        root.SetAction(_ => root.Parse("--help").Invoke(new InvocationConfiguration { Output = output }));
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            // The library's own report buries the line that matters in the whole help text.
            string command = parsed.CommandResult.Command is RootCommand ? "hotpath" : $"hotpath {parsed.CommandResult.Command.Name}";
            error.WriteLine($"{command}: {parsed.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.', ' ')}; see {command} --help");
            return ExitCode.Usage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (TariffException tariff)
        {
            foreach (TariffError mistake in tariff.Errors)
            {
                error.WriteLine($"hotpath: {mistake}");
            }

            return ExitCode.Usage;
        }
        catch (Exception mistake) when (mistake is UsageException or EdgeConfigException or EdgeStartException)
        {
            error.WriteLine($"hotpath: {mistake.Message}");
            return ExitCode.Usage;
        }
    }

    private static Command Parse()
    {
        Argument<string[]> files = new("FILE")
        {
            Description = "Files with one SIP message each, as it was on the wire.",
            Arity = ArgumentArity.OneOrMore,
        };
        Command command = new("parse", "Show what the SIP parser makes of each file, a JSON object per line.") { files };
        command.SetAction(parsed => ParseCommand.Run(parsed.GetRequiredValue(files), parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error));
        return command;
    }
}
