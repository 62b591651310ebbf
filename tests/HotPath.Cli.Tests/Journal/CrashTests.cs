using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using HotPath.Testing;

namespace HotPath.Cli.Tests;

/// <summary>
/// Promise: an edge that is killed in the middle of a call loses nothing: the next one ends the call for both sides, and the engine is
/// told the end and gets the CDR, each once. The journal can be looked into at every moment.
/// </summary>
public sealed partial class CrashTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("hotpath-journal-").FullName;
    private readonly ScriptedEngineHost _engine = new(new ScriptedEngine { OrphanTime = TimeSpan.FromHours(1) });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("process")]
    [InlineData("power")]
    public async Task AKilledEdgeOwesNothingOnceItRunsAgain(string level)
    {
        await using Phone caller = new("1001");
        await using Phone callee = new("1002");
        PhoneCall outgoing, incoming;
        int port;
        using (HotPathProcess edge = Start(0, callee.LocalEndpoint, level))
        {
            port = await ReadPortAsync(edge);
            outgoing = caller.Dial("1002", new IPEndPoint(IPAddress.Loopback, port));
            incoming = await callee.NextCallAsync(Cancellation).AsTask().WaitAsync(s_patience, Cancellation);
            incoming.Answer();
            Assert.Equal(200, await outgoing.Outcome.WaitAsync(s_patience, Cancellation));
            await UntilAsync(() => Run("replay").Output.Contains("initiated\":true", StringComparison.Ordinal), "the journal knows of the session");
        }

        Assert.Contains("\"stage\":\"Answered\"", Run("replay").Output, StringComparison.Ordinal);
        using (HotPathProcess edge = Start(port, callee.LocalEndpoint, level))
        {
            Assert.Equal(port, await ReadPortAsync(edge));
            Assert.True((await outgoing.Ended.WaitAsync(s_patience, Cancellation)).ByTheOtherSide);
            Assert.True((await incoming.Ended.WaitAsync(s_patience, Cancellation)).ByTheOtherSide);
            await UntilAsync(() => Run("replay").Output.Length == 0, "everything is settled");
        }

        string[] methods = _engine.Invoke(engine => engine.Requests.Select(request => request.Method).ToArray());
        Assert.Single(methods, "SessionSv1.InitiateSession");
        Assert.Single(methods, "SessionSv1.TerminateSession");
        using JsonDocument cdr = JsonDocument.Parse(Assert.Single(_engine.Invoke(engine => engine.Cdrs.ToArray())));
        JsonElement fields = cdr.RootElement.GetProperty("Event");
        Assert.Equal("Edge Restart", fields.GetProperty("DisconnectCause").GetString());
        Assert.True(fields.GetProperty("EndEstimated").GetBoolean());

        Assert.Equal(ExitCode.Success, Run("verify").Code);
        Assert.Equal((ExitCode.Success, ""), Run("unresolved"));
        string[] kinds = [.. Run("show").Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("kind").GetString()!)
            .Where(kind => kind != "Heartbeat")];
        Assert.Equal(["Answered", "Accepted", "Ended", "Terminated", "Closed"], kinds);
    }

    [Fact]
    public void AFolderThatIsNotThereIsAMistake()
    {
        StringWriter error = new();
        Assert.Equal(ExitCode.Usage, CommandLine.Run(["journal", "verify", Path.Combine(_folder, "nowhere")], TextWriter.Null, error));
        Assert.Contains("nowhere", error.ToString(), StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private HotPathProcess Start(int port, IPEndPoint callee, string level)
    {
        string config = Path.Combine(_folder, "hotpath.json");
        File.WriteAllText(config, $$"""
            {
              "name": "edge-1",
              "listen": ["udp:127.0.0.1:{{port}}"],
              "route": "sip:{{callee}}",
              "engines": ["{{_engine.Address}}"],
              "journal": { "folder": {{JsonSerializer.Serialize(Journal)}}, "level": "{{level}}" }
            }
            """);
        return HotPathProcess.Start("edge", "--config", config, "--log-level", "warn");
    }

    private string Journal => Path.Combine(_folder, "journal");

    private (int Code, string Output) Run(string command)
    {
        StringWriter output = new();
        int code = CommandLine.Run(["journal", command, Journal, "--json"], output, TextWriter.Null);
        return (code, output.ToString());
    }

    private static async Task<int> ReadPortAsync(HotPathProcess edge) =>
        IPEndPoint.Parse(UdpAddress().Match(await edge.ReadLineAsync(Cancellation)).Groups[1].Value).Port;

    private static async Task UntilAsync(Func<bool> condition, string what)
    {
        // Another process changes the journal: nothing else tells of it.
        using PeriodicTimer tick = new(TimeSpan.FromMilliseconds(20));
        for (long deadline = Environment.TickCount64 + (long)s_patience.TotalMilliseconds; !condition();)
        {
            Assert.True(Environment.TickCount64 < deadline, $"{what}: not so within {s_patience.TotalSeconds:0} s");
            await tick.WaitForNextTickAsync(Cancellation);
        }
    }

    [GeneratedRegex(@"udp:(127\.0\.0\.1:\d+)")]
    private static partial Regex UdpAddress();
}
