using System.CommandLine;
using Microsoft.Extensions.Logging;

namespace HotPath.Cli;

/// <summary>The option <c>--log-level</c>, the same for every command that runs until it is told to stop.</summary>
internal static class LogLevelOption
{
    private static readonly Dictionary<string, LogLevel> s_levels = new()
    {
        ["trace"] = LogLevel.Trace,
        ["debug"] = LogLevel.Debug,
        ["info"] = LogLevel.Information,
        ["warn"] = LogLevel.Warning,
        ["error"] = LogLevel.Error,
        ["none"] = LogLevel.None,
    };

    /// <summary>A new option, for one command. Its value is <c>null</c> where it is not given.</summary>
    public static Option<LogLevel?> Create() => new("--log-level")
    {
        Description = $"Least important entries that are logged to stderr: {string.Join(", ", s_levels.Keys)}. Default: info.",
        HelpName = "LEVEL",
        CustomParser = argument =>
        {
            string text = argument.Tokens[0].Value;
            if (s_levels.TryGetValue(text, out LogLevel level))
            {
                return level;
            }

            argument.AddError($"--log-level: '{text}' is not a level; write {string.Join(", ", s_levels.Keys.SkipLast(1))} or {s_levels.Keys.Last()}");
            return null;
        },
    };

    /// <summary>The level that was given, or the usual one.</summary>
    public static LogLevel OrDefault(LogLevel? given) => given ?? LogLevel.Information;
}
