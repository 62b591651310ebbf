using System.Net;
using HotPath.Charging;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: the sample that uses the client alone asks a real engine, and says in words what came of it.</summary>
public sealed class SampleTests
{
    private static readonly EngineOptions s_freePort = new() { JsonListen = null, BirpcListen = new IPEndPoint(IPAddress.Loopback, 0) };

    [Fact]
    public async Task An_account_with_money_is_told_its_time()
    {
        using EngineHost engine = EngineHost.Start(s_freePort);
        ProgramRun run = await RunAsync($"{engine.BirpcEndPoint}");

        // How long depends on the time of day, as the tariff does.
        Assert.Matches(@"^may run \d+s\n$", run.Output);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task An_account_that_does_not_exist_is_told_so()
    {
        using EngineHost engine = EngineHost.Start(s_freePort);
        ProgramRun run = await RunAsync($"{engine.BirpcEndPoint}", "nobody");
        Assert.Equal(new ProgramRun(1, "not known: EngineError RALS_ERROR:ACCOUNT_NOT_FOUND\n", ""), run);
    }

    [Fact]
    public async Task An_engine_that_is_not_there_is_an_answer_too()
    {
        string address;
        using (EngineHost engine = EngineHost.Start(s_freePort))
        {
            address = $"{engine.BirpcEndPoint}";
        }

        Assert.Equal(new ProgramRun(1, "not known: NoEngine connection refused\n", ""), await RunAsync(address));
    }

    [Fact]
    public async Task An_engine_whose_certificate_nobody_vouches_for_is_not_asked()
    {
        using TestAuthority authority = new();
        using SocketLoop loop = new();
        using RpcListener listener = new(
            loop, new IPEndPoint(IPAddress.Loopback, 0), RpcPort.TwoWay, new ScriptedEngine(), tls: new() { ServerCertificate = authority.Issue("127.0.0.1") });
        Task<ProgramRun> running = RunAsync($"tls://{listener.EndPoint}");
        while (!running.IsCompleted)
        {
            loop.RunOnce(10);
        }

        ProgramRun run = await running;
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("not known: NoEngine TLS handshake failed: its certificate, issued by CN=Test Authority, is not trusted", run.Output, StringComparison.Ordinal);
    }

    private static Task<ProgramRun> RunAsync(params IEnumerable<string> arguments) => ProgramRun.OfAsync("rpc-client.dll", arguments);
}
