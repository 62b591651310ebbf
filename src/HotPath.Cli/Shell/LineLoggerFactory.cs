using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace HotPath.Cli;

/// <summary>
/// Logs for people: one line for each entry, <c>12:00:01.250 warn  engine 127.0.0.1:2014 is away</c>. Control characters, which may come
/// from the network, are written as <c>\xNN</c>, so that an entry is always one line. Safe for any thread.
/// </summary>
internal sealed class LineLoggerFactory(TextWriter writer, LogLevel least, TimeProvider clock) : ILoggerFactory, ILogger
{
    private readonly Lock _oneAtATime = new();

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("Everything is logged to one writer.");

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= least && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        StringBuilder line = new();
        line.Append(CultureInfo.InvariantCulture, $"{clock.GetLocalNow():HH:mm:ss.fff} {Name(logLevel)} ");
        AppendPrintable(line, formatter(state, exception));
        if (exception is not null)
        {
            AppendPrintable(line.Append(": "), least <= LogLevel.Debug ? exception.ToString() : $"{exception.GetType().Name}: {exception.Message}");
        }

        lock (_oneAtATime)
        {
            writer.WriteLine(line);
            writer.Flush();
        }
    }

    public void Dispose()
    {
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Trace => "trace",
        LogLevel.Debug => "debug",
        LogLevel.Information => "info ",
        LogLevel.Warning => "warn ",
        LogLevel.Error => "error",
        _ => "fatal",
    };

    private static void AppendPrintable(StringBuilder line, string text)
    {
        foreach (char c in text)
        {
            if (char.IsControl(c))
            {
                line.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:X2}");
            }
            else
            {
                line.Append(c);
            }
        }
    }
}
