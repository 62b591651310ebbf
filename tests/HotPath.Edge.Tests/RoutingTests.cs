using System.Net;
using System.Text;
using HotPath.Sip;

namespace HotPath.Edge.Tests;

/// <summary>Promise: a call goes to the configured route or to the address it names, and never back to the edge.</summary>
public sealed class RoutingTests
{
    private static readonly SipEndpoint s_v4 = new(SipTransportKind.Udp, IPAddress.Loopback, 5060);
    private static readonly SipEndpoint s_v6 = new(SipTransportKind.Udp, IPAddress.IPv6Loopback, 5060);

    [Theory]
    [InlineData("sip:1002@127.0.0.1:5060", "udp:192.0.2.10:5070", true)]
    [InlineData("sip:1002@127.0.0.1", "udp:192.0.2.10:5070", true)]
    [InlineData("sip:1002@198.51.100.7", "udp:192.0.2.10:5070", false)]
    [InlineData("sip:1002@example.org", "udp:192.0.2.10:5070", false)]
    [InlineData("tel:+4930123", "udp:192.0.2.10:5070", false)]
    public void With_a_route_everything_goes_there(string requestUri, string nextHop, bool rewrites)
    {
        Assert.True(WithRoute().TryRoute(Encoding.UTF8.GetBytes(requestUri), 0, out RouteDecision decision));
        Assert.Equal((nextHop, 0, rewrites), (decision.NextHop.ToString(), decision.Listener, decision.RewriteHost));
    }

    [Theory]
    [InlineData("sip:1002@198.51.100.7", "udp:198.51.100.7:5060", 0)]
    [InlineData("sip:1002@[2001:db8::7]:5070", "udp:[2001:db8::7]:5070", 1)]
    public void Without_a_route_the_named_address_is_used(string requestUri, string nextHop, int listener)
    {
        Assert.True(new Router([s_v4, s_v6], []).TryRoute(Encoding.UTF8.GetBytes(requestUri), 0, out RouteDecision decision));
        Assert.Equal((nextHop, listener), (decision.NextHop.ToString(), decision.Listener));
    }

    [Theory]
    [InlineData("sip:1002@127.0.0.1:5060")]
    [InlineData("sip:1002@example.org")]
    [InlineData("tel:+4930123")]
    public void Without_a_route_there_is_no_way_to_names_and_to_ourselves(string requestUri) =>
        Assert.False(new Router([s_v4], []).TryRoute(Encoding.UTF8.GetBytes(requestUri), 0, out _));

    [Fact]
    public void A_family_without_a_listener_is_no_way() =>
        Assert.False(new Router([s_v4], []).TryRoute("sip:1002@[2001:db8::7]"u8, 0, out _));

    [Fact]
    public void The_target_keeps_user_and_parameters()
    {
        Span<byte> target = stackalloc byte[128];
        Assert.True(WithRoute().TryWriteTarget("sip:+49%2030;phone-context=x@127.0.0.1;user=phone"u8, 0, target, out int written));
        Assert.Equal("sip:+49%2030;phone-context=x@192.0.2.10:5070;user=phone", Encoding.UTF8.GetString(target[..written]));
    }

    [Theory]
    [InlineData("sip:1001@example.org", "1001")]
    [InlineData("sip:%31001@example.org", "1001")]
    [InlineData("sip:10%zz1@example.org", "10%zz1")]
    [InlineData("tel:+4930123", "+4930123")]
    public void The_user_is_decoded(string uri, string user)
    {
        Assert.True(UserPart.TryDecode(Encoding.UTF8.GetBytes(uri), stackalloc byte[128], out ReadOnlySpan<byte> decoded));
        Assert.Equal(user, Encoding.UTF8.GetString(decoded));
    }

    private static Router WithRoute()
    {
        Assert.True(RouteTarget.TryParse("sip:192.0.2.10:5070", out RouteTarget? route, out _));
        return new Router([s_v4, s_v6], [route!]);
    }
}
