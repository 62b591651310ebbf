using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace HotPath.Cli.Tests;

/// <summary>A log entry is one line whatever it carries: what comes from the network can neither add lines nor move a terminal's cursor.</summary>
public sealed class LineLoggerTests
{
    [Fact]
    public void ControlCharactersAreWrittenAsText()
    {
        StringWriter writer = new();
        using LineLoggerFactory loggers = new(writer, LogLevel.Information, TimeProvider.System);

        loggers.CreateLogger("Edge").LogWarning("from {User}", "x\r\n00:00:00.000 error \u001b[2J");

        Assert.Matches(new Regex(@"^\d\d:\d\d:\d\d\.\d{3} warn  from x\\x0D\\x0A00:00:00\.000 error \\x1B\[2J\r?\n$"), writer.ToString());
    }

    [Fact]
    public void LessImportantEntriesAreLeftOut()
    {
        StringWriter writer = new();
        using LineLoggerFactory loggers = new(writer, LogLevel.Warning, TimeProvider.System);
        ILogger logger = loggers.CreateLogger("Edge");

        logger.LogInformation("quiet");
        logger.LogError(new InvalidOperationException("broken"), "loud");

        Assert.EndsWith($"error loud: InvalidOperationException: broken{Environment.NewLine}", writer.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("quiet", writer.ToString(), StringComparison.Ordinal);
    }
}
