using System.Diagnostics;
using System.Net;
using System.Text.Json;
using HotPath.Charging;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: the program that links the core charges a call on a real engine; killed in the middle of one, it owes nothing once it runs
/// again: the engine is told the end and gets the CDR, each once.
/// </summary>
public sealed class SampleTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_call_is_charged_until_somebody_hangs_up()
    {
        using EngineHost engine = EngineHost.Start(new EngineOptions { JsonListen = null, BirpcListen = new IPEndPoint(IPAddress.Loopback, 0) });
        using Process program = Start($"{engine.BirpcEndPoint}");
        Assert.Matches(@"^may run \d+s$", await ReadLineAsync(program));
        Assert.Matches(@"^answered: Ok, may run \d+s; Enter hangs up$", await ReadLineAsync(program));
        program.StandardInput.WriteLine();
        Assert.Matches(@"^ended: Downstream BYE; CdrDelivered, charged for \d+s$", await ReadLineAsync(program));
        Assert.Equal(0, await EndAsync(program));
    }

    [Fact]
    public async Task An_account_that_does_not_exist_is_refused()
    {
        using EngineHost engine = EngineHost.Start(new EngineOptions { JsonListen = null, BirpcListen = new IPEndPoint(IPAddress.Loopback, 0) });
        using Process program = Start($"{engine.BirpcEndPoint}", "nobody");
        Assert.Equal("refused: Refused RALS_ERROR:ACCOUNT_NOT_FOUND", await ReadLineAsync(program));
        Assert.Equal(1, await EndAsync(program));
    }

    [Fact]
    public async Task Killed_in_a_call_it_owes_nothing_once_it_runs_again()
    {
        string folder = Directory.CreateTempSubdirectory("hotpath-sample-").FullName;
        using ScriptedEngineHost engine = new(new ScriptedEngine { OrphanTime = TimeSpan.FromHours(1) });
        try
        {
            using (Process killed = Start($"{engine.Address}", "1001", folder))
            {
                await ReadLineAsync(killed);
                Assert.StartsWith("answered: Ok", await ReadLineAsync(killed));
                killed.Kill();
                await killed.WaitForExitAsync(Cancellation);
            }

            using Process program = Start($"{engine.Address}", "1001", folder);
            using PeriodicTimer tick = new(TimeSpan.FromMilliseconds(20));
            for (long deadline = Environment.TickCount64 + (long)s_patience.TotalMilliseconds; engine.Invoke(it => it.Cdrs.Count) == 0;)
            {
                // Another process settles the call: nothing else tells of it.
                Assert.True(Environment.TickCount64 < deadline, "the killed call got no CDR");
                await tick.WaitForNextTickAsync(Cancellation);
            }

            program.StandardInput.WriteLine();
            Assert.Equal(0, await EndAsync(program));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        (string Method, string OriginId)[] requests = engine.Invoke(it => it.Requests
            .Where(request => request.Parameters.Contains("\"OriginID\"", StringComparison.Ordinal))
            .Select(request => (request.Method, Field(request.Parameters, "OriginID"))).ToArray());
        string first = requests[0].OriginId;
        string[] ofFirst = [.. requests.Where(request => request.OriginId == first).Select(request => request.Method)];
        Assert.Equal(["SessionSv1.AuthorizeEvent", "SessionSv1.InitiateSession", "SessionSv1.TerminateSession", "SessionSv1.ProcessCDR"], ofFirst);
        string cdr = engine.Invoke(it => it.Cdrs[0]);
        Assert.Equal((first, "Edge Restart", "True"), (Field(cdr, "OriginID"), Field(cdr, "DisconnectCause"), Field(cdr, "EndEstimated")));
    }

    private static string Field(string parameters, string name)
    {
        using JsonDocument json = JsonDocument.Parse(parameters);
        return json.RootElement.GetProperty("Event").GetProperty(name).ToString();
    }

    private static Process Start(params IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "link-the-core.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    private static async Task<string> ReadLineAsync(Process program) =>
        await program.StandardOutput.ReadLineAsync(Cancellation).AsTask().WaitAsync(s_patience, Cancellation)
        ?? throw new InvalidOperationException($"the program ended: {await program.StandardError.ReadToEndAsync(Cancellation)}");

    private static async Task<int> EndAsync(Process program)
    {
        await program.WaitForExitAsync(Cancellation).WaitAsync(s_patience, Cancellation);
        return program.ExitCode;
    }
}
