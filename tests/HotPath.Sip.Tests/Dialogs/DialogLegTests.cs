using System.Net;

namespace HotPath.Sip.Tests;

/// <summary>
/// Promise: an address that lies behind an address translator is told from one that can be reached, by what the Via says and by what the
/// address means, so that packets take the way that leads there.
/// </summary>
public sealed class DialogLegTests
{
    [Theory]

    // What a Via, beside the source, says of the way.
    [InlineData("192.168.1.20:5062;rport", "203.0.113.5:40000", "192.168.1.20:5062", true)]
    [InlineData("192.168.1.20:5062;rport", "203.0.113.5:40000", "192.168.1.20:5070", true)]
    [InlineData("198.18.5.5;rport", "203.0.113.5:40000", "198.18.5.5:5060", true)]
    [InlineData("198.18.5.5", "203.0.113.5:40000", "198.18.5.5:5060", true)]
    [InlineData("198.18.5.5;rport", "203.0.113.5:40000", "198.18.5.6:5060", false)]
    [InlineData("192.168.1.20;rport", "10.0.0.7:40000", "192.168.1.20:5060", true)]
    [InlineData("192.168.1.20;rport", "10.0.0.7:40000", "192.168.1.21:5060", false)]

    // Only the port is translated, or the sender listens on another one than it sends from.
    [InlineData("203.0.113.5:5060;rport", "203.0.113.5:40000", "203.0.113.5:5060", true)]
    [InlineData("203.0.113.5:5060;rport", "203.0.113.5:40000", "203.0.113.5:5080", false)]
    [InlineData("203.0.113.5:5060", "203.0.113.5:40000", "203.0.113.5:5060", false)]
    [InlineData("203.0.113.5:5060;rport", "203.0.113.5:5060", "203.0.113.5:5080", false)]

    // What an address means by itself.
    [InlineData("gw.example.org", "203.0.113.5:5060", "127.0.0.1:5060", true)]
    [InlineData("gw.example.org", "203.0.113.5:5060", "0.0.0.0:5060", true)]
    [InlineData("gw.example.org", "203.0.113.5:5060", "169.254.3.3:5060", true)]
    [InlineData("gw.example.org", "203.0.113.5:5060", "10.255.0.1:5060", true)]
    [InlineData("gw.example.org", "203.0.113.5:5060", "172.31.0.1:5060", true)]
    [InlineData("gw.example.org", "203.0.113.5:5060", "172.32.0.1:5060", false)]
    [InlineData("gw.example.org", "203.0.113.5:5060", "100.127.0.1:5060", true)]
    [InlineData("gw.example.org", "203.0.113.5:5060", "100.128.0.1:5060", false)]
    [InlineData("gw.example.org", "10.0.0.7:5060", "192.168.1.20:5060", false)]
    [InlineData("gw.example.org", "127.0.0.1:5060", "192.168.1.20:5060", false)]
    [InlineData("gw.example.org", "[2001:db8::5]:5060", "[fd12::1]:5060", true)]
    [InlineData("gw.example.org", "[2001:db8::5]:5060", "[fe80::1]:5060", true)]
    [InlineData("gw.example.org", "[2001:db8::5]:5060", "[::1]:5060", true)]
    [InlineData("gw.example.org", "[2001:db8::5]:5060", "192.168.1.20:5060", true)]
    [InlineData("gw.example.org", "[fd12::5]:5060", "[2001:db8::1]:5060", false)]
    public void Addresses_behind_a_translator_are_hidden(string via, string source, string named, bool hidden)
    {
        TransactionBench bench = new();
        bench.Receive(Endpoint(source), Invite(via));
        Assert.Equal(hidden, DialogLeg.Of(bench.Server!, DialogBench.Parse(Invite(via))).Hides(Endpoint(named)));
    }

    private static string Invite(string via) => DialogBench.Invite("").Replace("192.0.2.11;branch", $"{via};branch");

    private static SipEndpoint Endpoint(string text)
    {
        IPEndPoint endpoint = IPEndPoint.Parse(text);
        return new SipEndpoint(SipTransportKind.Udp, endpoint.Address, endpoint.Port);
    }
}
