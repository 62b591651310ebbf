using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace HotPath.Charging.Tests;

/// <summary>The engine serves real sockets, starts whole or not at all, and ends its connections when it ends.</summary>
public sealed class EngineHostTests
{
    private static readonly EngineOptions s_freePorts = new()
    {
        JsonListen = new IPEndPoint(IPAddress.Loopback, 0),
        BirpcListen = new IPEndPoint(IPAddress.Loopback, 0),
        DebitInterval = TimeSpan.FromMilliseconds(100),
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_ports_answer_and_the_two_way_port_asks()
    {
        using EngineHost host = EngineHost.Start(s_freePorts);
        using TcpClient json = await Connect(host.JsonEndPoint!);
        Assert.Equal("Pong", (await Ask(json, """{"method":"SessionSv1.Ping","params":[{}],"id":1}""")).GetProperty("result").GetString());
        await host.SetMoneyAsync("cgrates.org", "low", "b", 0.02m);

        using TcpClient birpc = await Connect(host.BirpcEndPoint!);
        string start = DateTimeOffset.UtcNow.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        JsonElement granted = await Ask(birpc, """{"method":"SessionSv1.InitiateSession","params":[{"InitSession":true,"Event":{"OriginID":"c1","Account":"low","Subject":"1001","Destination":"1003","RequestType":"*prepaid","AnswerTime":"START"}}],"id":3}""".Replace("START", start, StringComparison.Ordinal));
        Assert.Equal(10_800_000_000_000, granted.GetProperty("result").GetProperty("MaxUsage").GetInt64());
        Assert.Equal(1, await host.CountOpenSessionsAsync());

        JsonElement request = await Read(birpc);
        Assert.Equal("SessionSv1.DisconnectSession", request.GetProperty("method").GetString());
        await Write(birpc, $$"""{"id":{{request.GetProperty("id").GetInt32()}},"result":"OK","error":null}""");
        await Ask(birpc, """{"method":"SessionSv1.TerminateSession","params":[{"TerminateSession":true,"Event":{"OriginID":"c1","Account":"low","Usage":"2s"}}],"id":4}""");
        await Ask(birpc, """{"method":"SessionSv1.ProcessCDR","params":[{"Event":{"OriginID":"c1","Account":"low","Usage":"2s"}}],"id":5}""");
        Assert.Equal(0, (await host.FindAccountAsync("cgrates.org", "low"))!.Money);
        Assert.Null(await host.FindAccountAsync("cgrates.org", "nobody"));
        Assert.Equal(["*default", "*raw"], (await host.GetCdrsAsync()).Select(cdr => cdr.RunId).Order());
    }

    [Fact]
    public async Task Connections_end_with_the_engine()
    {
        EngineHost host = EngineHost.Start(s_freePorts);
        using TcpClient client = await Connect(host.JsonEndPoint!);
        await Ask(client, """{"method":"SessionSv1.Ping","params":[{}],"id":1}""");
        host.Dispose();
        Assert.Equal(0, await client.GetStream().ReadAsync(new byte[16], Cancellation));
        await Assert.ThrowsAsync<ObjectDisposedException>(host.GetCdrsAsync);
    }

    [Fact]
    public void A_port_in_use_is_a_clear_error()
    {
        using EngineHost host = EngineHost.Start(s_freePorts);
        IOException exception = Assert.Throws<IOException>(() => EngineHost.Start(s_freePorts with { BirpcListen = host.JsonEndPoint }));
        Assert.Contains(host.JsonEndPoint!.ToString(), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tariff_with_mistakes_does_not_start() =>
        Assert.Throws<TariffException>(() => EngineHost.Start(s_freePorts with { TariffFolder = "no-such-folder" }));

    private static async Task<TcpClient> Connect(IPEndPoint endPoint)
    {
        TcpClient client = new();
        await client.ConnectAsync(endPoint, Cancellation);
        return client;
    }

    private static async Task<JsonElement> Ask(TcpClient client, string request)
    {
        await Write(client, request);
        return await Read(client);
    }

    private static async Task Write(TcpClient client, string text) => await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), Cancellation);

    private static async Task<JsonElement> Read(TcpClient client)
    {
        using StreamReader reader = new(client.GetStream(), leaveOpen: true);
        string? line = await reader.ReadLineAsync(Cancellation);
        using JsonDocument document = JsonDocument.Parse(line!);
        return document.RootElement.Clone();
    }
}
