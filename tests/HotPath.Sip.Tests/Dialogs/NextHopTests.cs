using System.Net;

namespace HotPath.Sip.Tests;

/// <summary>A URI leads to the transport, address and port that RFC 3263 and RFC 3261 §19.1.2 say, or it is said why it does not.</summary>
public sealed class NextHopTests
{
    [Theory]
    [InlineData("sip:192.0.2.1", SipTransportKind.Udp, "192.0.2.1", 5060)]
    [InlineData("sip:bob@192.0.2.1:5070", SipTransportKind.Udp, "192.0.2.1", 5070)]
    [InlineData("SIP:bob:secret@192.0.2.1;Transport=UDP;lr", SipTransportKind.Udp, "192.0.2.1", 5060)]
    [InlineData("sip:bob@192.0.2.1;transport=tcp", SipTransportKind.Tcp, "192.0.2.1", 5060)]
    [InlineData("sip:bob@192.0.2.1;transport=tls", SipTransportKind.Tls, "192.0.2.1", 5061)]
    [InlineData("sips:bob@192.0.2.1", SipTransportKind.Tls, "192.0.2.1", 5061)]
    [InlineData("sips:bob@192.0.2.1:5071;transport=tcp", SipTransportKind.Tls, "192.0.2.1", 5071)]
    [InlineData("sip:[2001:db8::1]", SipTransportKind.Udp, "2001:db8::1", 5060)]
    [InlineData("sip:bob@[2001:db8::1]:5070;lr", SipTransportKind.Udp, "2001:db8::1", 5070)]
    [InlineData("sip:example.com;maddr=192.0.2.9", SipTransportKind.Udp, "192.0.2.9", 5060)]
    [InlineData("sip:example.com:5080;maddr=[2001:db8::9]", SipTransportKind.Udp, "2001:db8::9", 5080)]
    public void A_URI_with_an_address_is_resolved(string uri, SipTransportKind transport, string address, int port)
    {
        Assert.Equal(NextHopResult.Resolved, NextHop.Resolve(System.Text.Encoding.ASCII.GetBytes(uri), out SipEndpoint endpoint));
        Assert.Equal(new SipEndpoint(transport, IPAddress.Parse(address), port), endpoint);
    }

    [Theory]
    [InlineData("sip:bob@example.com", NextHopResult.NeedsDns)]
    [InlineData("sip:bob@192.0.2.1;maddr=proxy.example.com", NextHopResult.NeedsDns)]
    [InlineData("sip:bob@192.0.2.256", NextHopResult.NeedsDns)]
    [InlineData("tel:+4930123456", NextHopResult.Unusable)]
    [InlineData("mailto:bob@example.com", NextHopResult.Unusable)]
    [InlineData("sip:bob@192.0.2.1;transport=ws", NextHopResult.Unusable)]
    [InlineData("sips:bob@192.0.2.1;transport=udp", NextHopResult.Unusable)]
    [InlineData("sip:bob@192.0.2.1:99999", NextHopResult.Unusable)]
    [InlineData("sip:", NextHopResult.Unusable)]
    [InlineData("*", NextHopResult.Unusable)]
    [InlineData("", NextHopResult.Unusable)]
    public void Anything_else_says_why_it_is_not(string uri, NextHopResult expected)
    {
        Assert.Equal(expected, NextHop.Resolve(System.Text.Encoding.ASCII.GetBytes(uri), out SipEndpoint endpoint));
        Assert.True(endpoint.IsEmpty);
    }
}
