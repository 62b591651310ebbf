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
        var options = new EdgeOptions
        {
            Listen = [new ListenAddress(Sip.SipTransportKind.Udp, IPAddress.Loopback, 0)],
            Engine = new EngineClientOptions { Engines = [] },
            Charging = new ChargingProfile { OriginHost = "edge-1" },
            IsCharging = false,
            Lanes = lanes,
        };
        await using EdgeHost edge = EdgeHost.Start(options);
        var endpoint = edge.Listeners[0].ToIPEndPoint();

        // One socket: the system brings all of it to one lane.
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        HashSet<string> answered = [];
        for (int i = 0; i < Calls; i++)
        {
            string request = $"OPTIONS sip:{endpoint} SIP/2.0\r\nVia: SIP/2.0/UDP {client.Client.LocalEndPoint};branch=z9hG4bK{i};rport\r\nMax-Forwards: 70\r\n"
                + $"From: <sip:a@b>;tag=1\r\nTo: <sip:{endpoint}>\r\nCall-ID: call-{i}\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
            await client.SendAsync(Encoding.ASCII.GetBytes(request), endpoint, TestContext.Current.CancellationToken);
            UdpReceiveResult result = await client.ReceiveAsync(TestContext.Current.CancellationToken);
            string response = Encoding.ASCII.GetString(result.Buffer);
            Assert.Equal(endpoint, result.RemoteEndPoint);
            Assert.StartsWith("SIP/2.0 200", response, StringComparison.Ordinal);
            Assert.True(answered.Add(response.Split("\r\n").First(line => line.StartsWith("Call-ID", StringComparison.Ordinal))));
        }

        Assert.Equal(Calls, edge.Statistics.Sum(lane => lane.Received));
        Assert.All(edge.Statistics, lane => Assert.InRange(lane.Received, 1, Calls));
        Assert.Equal(0, edge.Refused);
    }
}
