using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace HotPath.Cli.Tests;

/// <summary>The edge and the engine say where they listen, do their work there, and end cleanly when they are told to.</summary>
public sealed partial class ServingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheEdgeAnswersSipAndEndsOnSigterm()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using HotPathProcess edge = HotPathProcess.Start("edge", "--listen", "udp:127.0.0.1:0", "--route", "sip:127.0.0.1:9", "--log-level", "warn");
        string started = await edge.ReadLineAsync(Cancellation);
        IPEndPoint address = IPEndPoint.Parse(UdpAddress().Match(started).Groups[1].Value);
        Assert.Contains("embedded", started, StringComparison.Ordinal);

        using Socket line = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        line.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await line.SendToAsync(Bye((IPEndPoint)line.LocalEndPoint!), address, Cancellation);
        byte[] answer = new byte[4096];
        int length = await line.ReceiveAsync(answer.AsMemory(), Cancellation);
        Assert.StartsWith("SIP/2.0 481 ", Encoding.UTF8.GetString(answer, 0, length), StringComparison.Ordinal);

        edge.SendTerminate();
        Assert.Equal((ExitCode.Success, "", ""), await edge.EndAsync(Cancellation));
    }

    [Fact]
    public async Task TheEngineAnswersRequestsAndEndsOnSigterm()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        using HotPathProcess engine = HotPathProcess.Start("engine", "--json", "127.0.0.1:0", "--birpc", "127.0.0.1:0", "--log-level", "warn");
        MatchCollection addresses = TcpAddress().Matches(await engine.ReadLineAsync(Cancellation));
        Assert.Equal(2, addresses.Count);

        foreach (Match address in addresses)
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPEndPoint.Parse(address.Groups[1].Value), Cancellation);
            await client.GetStream().WriteAsync("""{"method":"SessionSv1.Ping","params":[{}],"id":7}"""u8.ToArray(), Cancellation);
            using StreamReader reader = new(client.GetStream());
            Assert.Equal("""{"id":7,"result":"Pong","error":null}""", await reader.ReadLineAsync(Cancellation));
        }

        engine.SendTerminate();
        Assert.Equal((ExitCode.Success, "", ""), await engine.EndAsync(Cancellation));
    }

    private static byte[] Bye(IPEndPoint from) => Encoding.UTF8.GetBytes(
        $"""
        BYE sip:1002@127.0.0.1 SIP/2.0
        Via: SIP/2.0/UDP {from};branch=z9hG4bK1
        Max-Forwards: 70
        From: <sip:1001@127.0.0.1>;tag=a
        To: <sip:1002@127.0.0.1>;tag=b
        Call-ID: {Guid.NewGuid()}
        CSeq: 2 BYE
        Content-Length: 0


        """.ReplaceLineEndings("\r\n"));

    [GeneratedRegex(@"udp:(127\.0\.0\.1:\d+)")]
    private static partial Regex UdpAddress();

    [GeneratedRegex(@"tcp:(127\.0\.0\.1:\d+)")]
    private static partial Regex TcpAddress();
}
