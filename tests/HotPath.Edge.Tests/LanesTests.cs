using System.Net;
using System.Net.Sockets;
using System.Text;
using HotPath.Billing;
using HotPath.Rpc;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: an edge with several lanes serves every call on the lane its Call-ID belongs to, whichever socket the system chose for the
/// message, and answers from the address that was asked.
/// </summary>
public sealed class LanesTests
{
    private const int Calls = 100;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Every_request_is_answered_by_the_lane_of_its_call(int lanes)
    {
        Assert.SkipUnless(lanes == 1 || OperatingSystem.IsLinux(), "Several lanes need Linux.");
        await using EdgeHost edge = Start(lanes, shedAfter: TimeSpan.Zero);
        var endpoint = edge.Listeners[0].ToIPEndPoint();

        // One socket: the system brings all of it to one lane.
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        HashSet<string> answered = [];
        for (int i = 0; i < Calls; i++)
        {
            string response = await AskAsync(client, endpoint, i);
            Assert.StartsWith("SIP/2.0 200", response, StringComparison.Ordinal);
            Assert.True(answered.Add(response.Split("\r\n").First(line => line.StartsWith("Call-ID", StringComparison.Ordinal))));
        }

        Assert.Equal(Calls, edge.Statistics.Sum(lane => lane.Received));
        Assert.All(edge.Statistics, lane => Assert.InRange(lane.Received, 1, Calls));
        Assert.Equal(0, edge.Refused);
    }

    /// <summary>Nothing waits for less than no time, so each of these lanes is behind, whichever received the message.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task What_has_waited_too_long_is_shed_by_the_lane_of_its_call_but_not_what_is_inside_a_dialog(int lanes)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux tells how long a datagram has waited; other systems do not.");
        await using EdgeHost edge = Start(lanes, shedAfter: TimeSpan.FromTicks(1));
        var endpoint = edge.Listeners[0].ToIPEndPoint();
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        for (int i = 0; i < Calls; i++)
        {
            Assert.Contains("\r\nRetry-After: ", await AskAsync(client, endpoint, i), StringComparison.Ordinal);
            Assert.StartsWith("SIP/2.0 481", await AskAsync(client, endpoint, i, toTag: ";tag=2"), StringComparison.Ordinal);
        }

        Assert.Equal((Calls, 0), (edge.Statistics.Sum(lane => lane.ShedBehind), edge.Refused));
        Assert.All(edge.Statistics, lane => Assert.InRange(lane.ShedBehind, 1, Calls));
    }

    private static EdgeHost Start(int lanes, TimeSpan shedAfter) => EdgeHost.Start(new EdgeOptions
    {
        Listen = [new ListenAddress(Sip.SipTransportKind.Udp, IPAddress.Loopback, 0)],
        Engine = new EngineClientOptions { Engines = [] },
        Charging = new ChargingProfile { OriginHost = "edge-1" },
        IsCharging = false,
        Lanes = lanes,
        ShedAfter = shedAfter,
    });

    /// <summary>Asks the edge for its options, and gives its answer.</summary>
    private static async Task<string> AskAsync(UdpClient client, IPEndPoint edge, int call, string toTag = "")
    {
        string request = $"OPTIONS sip:{edge} SIP/2.0\r\nVia: SIP/2.0/UDP {client.Client.LocalEndPoint};branch=z9hG4bK{call}{toTag.Length};rport\r\nMax-Forwards: 70\r\n"
            + $"From: <sip:a@b>;tag=1\r\nTo: <sip:{edge}>{toTag}\r\nCall-ID: call-{call}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
        await client.SendAsync(Encoding.ASCII.GetBytes(request), edge, TestContext.Current.CancellationToken);
        UdpReceiveResult result = await client.ReceiveAsync(TestContext.Current.CancellationToken);
        Assert.Equal(edge, result.RemoteEndPoint);
        return Encoding.ASCII.GetString(result.Buffer);
    }
}
