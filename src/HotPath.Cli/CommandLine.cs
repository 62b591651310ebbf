using System.CommandLine;
using System.CommandLine.Invocation;

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
        RootCommand root = new("HotPath charges phone calls in real time: it stands where SIP calls enter, asks a charging engine whether each may run and for how long, and ends it when the money is gone.");
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            // The library's own report is the whole help text around the line that matters.
            error.WriteLine($"hotpath: {parsed.Errors[0].Message.ReplaceLineEndings(" ")} Try {Path(parsed)} --help.");
            return ExitCode.Usage;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false });
        }
        catch (UsageException mistake)
        {
            error.WriteLine($"hotpath: {mistake.Message}");
            return ExitCode.Usage;
        }
    }

    private static string Path(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "hotpath" : $"hotpath {parsed.CommandResult.Command.Name}";
}
