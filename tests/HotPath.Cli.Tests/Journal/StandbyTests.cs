using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using HotPath.Billing;
using HotPath.Testing;

namespace HotPath.Cli.Tests;

/// <summary>
/// Promise: another edge takes a dead one's calls over on a copy of its journal, as a later owner, and leaves the original as it was; and no
/// folder ever has two owners.
/// </summary>
public sealed partial class StandbyTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("hotpath-standby-").FullName;
    private readonly ScriptedEngineHost _engine = new(new ScriptedEngine { OrphanTime = TimeSpan.FromHours(1) });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AStandbyGoesOnWithTheCallsOfACopy()
    {
        await using Phone caller = new("1001");
        await using Phone callee = new("1002");
        PhoneCall outgoing, incoming;
        IPEndPoint address;
        using (HotPathProcess edge = Start("journal", 0, callee.LocalEndpoint))
        {
            address = await ReadAddressAsync(edge);
            outgoing = caller.Dial("1002", address);
            incoming = await callee.NextCallAsync(Cancellation).AsTask().WaitAsync(s_patience, Cancellation);
            incoming.Answer();
            Assert.Equal(200, await outgoing.Outcome.WaitAsync(s_patience, Cancellation));
            await UntilAsync(() => Replay("journal").Replay.Open.Any(session => session.IsInitiated), "the journal knows of the session");

            using HotPathProcess second = Start("journal", 0, callee.LocalEndpoint);
            (int exitCode, _, string error) = await second.EndAsync(Cancellation);
            Assert.Equal(ExitCode.Usage, exitCode);
            Assert.Contains("belongs to another process", error, StringComparison.Ordinal);
        }

        Copy("journal", "copy");
        (JournalSummary before, _) = Replay("journal");
        using (HotPathProcess standby = Start("copy", address.Port, callee.LocalEndpoint))
        {
            Assert.Equal(address, await ReadAddressAsync(standby));
            Assert.Equal(200, await outgoing.HangUpAsync().WaitAsync(s_patience, Cancellation));
            Assert.True((await incoming.Ended.WaitAsync(s_patience, Cancellation)).ByTheOtherSide);
            await UntilAsync(() => !Replay("copy").Replay.Open.Any(), "everything is settled");
        }

        string[] methods = _engine.Invoke(engine => engine.Requests.Select(request => request.Method).ToArray());
        Assert.Single(methods, "SessionSv1.InitiateSession");
        Assert.Single(methods, "SessionSv1.TerminateSession");
        Assert.Single(_engine.Invoke(engine => engine.Cdrs.ToArray()));

        (JournalSummary after, JournalReplay original) = Replay("journal");
        Assert.Equal((before.Epoch, before.Records), (after.Epoch, after.Records));
        Assert.Single(original.Open);
        Assert.Equal(before.Epoch + 1, Replay("copy").Summary.Epoch);
    }

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private HotPathProcess Start(string journal, int port, IPEndPoint callee)
    {
        string config = Path.Combine(_folder, $"{journal}.json");
        File.WriteAllText(config, $$"""
            {
              "name": "edge-1",
              "listen": ["udp:127.0.0.1:{{port}}"],
              "route": "sip:{{callee}}",
              "secret": "the same on both machines",
              "engines": ["{{_engine.Address}}"],
              "journal": { "folder": {{JsonSerializer.Serialize(Path.Combine(_folder, journal))}}, "onResume": "resume" }
            }
            """);
        return HotPathProcess.Start("edge", "--config", config, "--log-level", "warn");
    }

    private void Copy(string from, string to)
    {
        string target = Directory.CreateDirectory(Path.Combine(_folder, to)).FullName;
        foreach (string file in Directory.EnumerateFiles(Path.Combine(_folder, from), "*.journal"))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }

    private (JournalSummary Summary, JournalReplay Replay) Replay(string journal)
    {
        JournalReplay replay = new();
        using JournalFolder folder = JournalFolder.Inspect(Path.Combine(_folder, journal));
        return (JournalReader.Read(folder, replay.Visit), replay);
    }

    private static async Task<IPEndPoint> ReadAddressAsync(HotPathProcess edge) =>
        IPEndPoint.Parse(UdpAddress().Match(await edge.ReadLineAsync(Cancellation)).Groups[1].Value);

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
