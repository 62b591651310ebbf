namespace HotPath.Cli.Tests;

/// <summary>Every command explains itself, with examples of what to write.</summary>
public sealed class HelpTests
{
    [Theory]
    [InlineData("", "demo", "edge", "engine", "parse")]
    [InlineData("--help", "demo", "edge", "engine", "parse")]
    [InlineData("demo --help", "--json")]
    [InlineData("edge --help", "--config", "udp:127.0.0.1:5060", "127.0.0.1:2014", "sip:192.0.2.10:5060", "--check", "--log-level")]
    [InlineData("engine --help", "127.0.0.1:2012", "127.0.0.1:2014", "--tariff", "5s", "--log-level")]
    [InlineData("parse --help", "<FILE>")]
    public void HelpNamesWhatCanBeWritten(string arguments, params string[] expected)
    {
        StringWriter output = new();
        StringWriter error = new();

        Assert.Equal(ExitCode.Success, CommandLine.Run(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), output, error));
        Assert.Equal("", error.ToString());
        Assert.All(expected, text => Assert.Contains(text, output.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void CheckSaysWhatTheOptionsMeanAndStartsNothing()
    {
        StringWriter output = new();
        string[] arguments = ["edge", "--check", "--listen", "udp:127.0.0.1:5099", "--engine", "127.0.0.1", "127.0.0.2:2015", "--route", "sip:127.0.0.1:5090"];

        Assert.Equal(ExitCode.Success, CommandLine.Run(arguments, output, TextWriter.Null));
        Assert.Equal("Good. SIP on udp:127.0.0.1:5099; calls go to sip:127.0.0.1:5090; charged by 127.0.0.1:2014, 127.0.0.2:2015", output.ToString().Split('\n')[0].TrimEnd());
        Assert.Contains("no journal", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void CheckNamesTheSessionsThatCallsHaveBesideTheirOwn()
    {
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """
                { "route": "sip:192.0.2.10", "engines": ["127.0.0.1"],
                  "sessions": [{ "tag": "carrier", "account": "c-7", "requestType": "*postpaid", "route": "sip:192.0.2.10" }, { "tag": "reseller" }] }
                """);
            StringWriter output = new();
            Assert.Equal(ExitCode.Success, CommandLine.Run(["edge", "--check", "--config", path], output, TextWriter.Null));
            Assert.Contains(
                "charged by 127.0.0.1:2014, and as carrier (*postpaid to c-7 by sip:192.0.2.10), and as reseller (*prepaid to the call's account)",
                output.ToString(),
                StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
