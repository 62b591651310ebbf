using System.Net;

namespace HotPath.Sip.Tests;

/// <summary>
/// Guards: forwarded, a message is the same but for what a proxy must change (RFC 3261 §16.6, §16.7, RFC 3581), to the byte.
/// </summary>
public class SipForwardingTests
{
    private const string OurVia = "SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bKedge";

    [Fact]
    public void ChangesWhatAProxyMustChange()
    {
        string forwarded = Forward(Samples.Invite, new RequestEdits
        {
            Via = Text.Bytes(OurVia),
            Source = Udp("192.0.2.10", 1234),
            RecordRoute = "<sip:198.51.100.1;lr>"u8,
            RoutesToRemove = 1,
            RequestUri = "sip:1002@192.0.2.20"u8,
            RemovedHeaders = new SipHeaderSet(SipHeaderId.UserAgent, SipHeaderId.ProxyAuthorization),
            ExtraHeaders = "X-Added: yes\r\n"u8,
        });

        string expected = Samples.Invite.ReplaceLineEndings("\r\n")
            .Replace("INVITE sip:+4930123456@edge.example.net:5060;user=phone SIP/2.0\r\n",
                $"INVITE sip:1002@192.0.2.20 SIP/2.0\r\nVia: {OurVia}\r\nRecord-Route: <sip:198.51.100.1;lr>\r\n")
            .Replace(";branch=z9hG4bK-524287-1---a1b2c3d4e5f60718;rport",
                ";branch=z9hG4bK-524287-1---a1b2c3d4e5f60718;received=192.0.2.10;rport=1234")
            .Replace("Max-Forwards: 70", "Max-Forwards: 69")
            .Replace("Route: <sip:edge.example.net;lr>\r\n", "")
            .Replace("User-Agent: ExamplePhone 2.1.7\r\n", "")
            .Replace("Content-Length: 100\r\n", "Content-Length: 100\r\nX-Added: yes\r\n");
        Assert.Equal(expected, forwarded);
    }

    [Fact]
    public void ChangesNothingElse()
    {
        string forwarded = Forward(Samples.Folded, new RequestEdits { Via = Text.Bytes(OurVia) });
        string expected = Samples.Folded.ReplaceLineEndings("\r\n")
            .Replace("SIP/2.0\r\nv :", $"SIP/2.0\r\nVia: {OurVia}\r\nMax-Forwards: 70\r\nv :");
        Assert.Equal(expected, forwarded);
    }

    [Theory]
    [InlineData(0, "r1,r2,r3,r4")]
    [InlineData(1, "r2,r3,r4")]
    [InlineData(2, "r3,r4")]
    [InlineData(3, "r4")]
    [InlineData(4, "")]
    [InlineData(int.MaxValue, "")]
    public void TakesRoutesOffTheTop(int count, string left)
    {
        SipMessage forwarded = Text.Parse(Text.Bytes(
            Forward(Samples.Folded, new RequestEdits { Via = Text.Bytes(OurVia), RoutesToRemove = count })));
        List<string> routes = [];
        foreach (ReadOnlySpan<byte> value in forwarded.Values(SipHeaderId.Route))
        {
            Assert.True(SipNameAddr.TryParse(value, out SipNameAddr route) && SipUri.TryParse(route.Uri, out SipUri uri));
            SipUri.TryParse(route.Uri, out uri);
            routes.Add(Text.Of(uri.Host).Split('.')[0]);
        }

        Assert.Equal(left, string.Join(',', routes));
        Assert.Equal(count < 4, forwarded.Has(SipHeaderId.Route));
    }

    [Theory]
    [InlineData("SIP/2.0/UDP 192.0.2.10;branch=b", "SIP/2.0/UDP 192.0.2.10;branch=b")]
    [InlineData("SIP/2.0/UDP 192.0.2.10:9;branch=b;rport", "SIP/2.0/UDP 192.0.2.10:9;branch=b;received=192.0.2.10;rport=7000")]
    [InlineData("SIP/2.0/UDP 10.0.0.1;branch=b", "SIP/2.0/UDP 10.0.0.1;branch=b;received=192.0.2.10")]
    [InlineData("SIP/2.0/UDP phone.example.com", "SIP/2.0/UDP phone.example.com;received=192.0.2.10")]
    [InlineData("SIP/2.0/UDP 192.0.2.10;received=10.9.9.9;rport=1;x", "SIP/2.0/UDP 192.0.2.10;x;received=192.0.2.10;rport=7000")]
    [InlineData("SIP/2.0/UDP a ; branch = b , SIP/2.0/TCP c", "SIP/2.0/UDP a;branch=b;received=192.0.2.10, SIP/2.0/TCP c")]
    public void NotesWhereARequestCameFrom(string via, string stamped)
    {
        string request = Samples.Minimal(without: "Via", with: "Via: " + via);
        string forwarded = Forward(request, new RequestEdits { Via = Text.Bytes(OurVia), Source = Udp("192.0.2.10", 7000) });
        Assert.Contains($"\r\nVia: {stamped}\r\n", forwarded);
    }

    [Fact]
    public void NotesAnIPv6SourceWithoutBrackets()
    {
        string request = Samples.Minimal(without: "Via", with: "Via: SIP/2.0/UDP [2001:db8::5]:5060;rport;branch=b");
        string forwarded = Forward(request, new RequestEdits { Via = Text.Bytes(OurVia), Source = Udp("2001:db8:0:0:0:0:0:5", 5060) });
        Assert.Contains("\r\nVia: SIP/2.0/UDP [2001:db8::5]:5060;branch=b;received=2001:db8::5;rport=5060\r\n", forwarded);
    }

    [Theory]
    [InlineData("Max-Forwards: 255", "Max-Forwards: 254")]
    [InlineData("max-forwards:  1", "Max-Forwards: 0")]
    [InlineData("Max-Forwards: 0", "Max-Forwards: 0")]
    [InlineData("X: none", "Max-Forwards: 70")]
    public void CountsHopsDown(string header, string forwarded) =>
        Assert.Contains($"\r\n{forwarded}\r\n", Forward(Samples.Minimal(with: header), new RequestEdits { Via = Text.Bytes(OurVia) }));

    [Fact]
    public void SendsNoBytesBeyondTheBody() =>
        Assert.EndsWith("\r\n\r\nabc", Forward(
            Samples.Minimal(with: "Content-Length: 3") + "abcGARBAGE", new RequestEdits { Via = Text.Bytes(OurVia) }));

    [Fact]
    public void TakesItsViaOffAResponse()
    {
        SipMessage response = Text.Parse(Samples.Ringing);
        byte[] destination = new byte[2000];
        Assert.True(SipForwarding.TryWriteResponse(response, destination, out int written));
        Assert.Equal(
            Samples.Ringing.ReplaceLineEndings("\r\n").Replace("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKedge, ", ""),
            Text.Of(destination.AsSpan(0, written)));

        SipMessage last = Text.Parse(destination[..written]);
        Assert.True(SipForwarding.TryWriteResponse(last, destination.AsSpan(1000), out written));
        Assert.DoesNotContain("Via", Text.Of(destination.AsSpan(1000, written)));
    }

    /// <summary>Too small a destination is an answer, at every size, and nothing is written beyond it.</summary>
    [Fact]
    public void SaysWhenItDoesNotFit()
    {
        SipMessage message = Text.Parse(Samples.Invite);
        RequestEdits edits = new() { Via = Text.Bytes(OurVia), Source = Udp("192.0.2.10", 7000), RoutesToRemove = 1 };
        byte[] destination = new byte[4000];
        Assert.True(SipForwarding.TryWriteRequest(message, edits, destination, out int needed));
        for (int length = 0; length < needed; length++)
        {
            destination.AsSpan().Fill(0xEE);
            Assert.False(SipForwarding.TryWriteRequest(message, edits, destination.AsSpan(0, length), out int written));
            Assert.Equal(0, written);
            Assert.False(destination.AsSpan(length).ContainsAnyExcept((byte)0xEE));
        }

        Assert.True(SipForwarding.TryWriteRequest(message, edits, destination.AsSpan(0, needed), out _));
    }

    private static SipEndpoint Udp(string address, int port) => new(SipTransportKind.Udp, IPAddress.Parse(address), port);

    private static string Forward(string request, RequestEdits edits)
    {
        SipMessage message = Text.Parse(request);
        byte[] destination = new byte[4000];
        Assert.True(SipForwarding.TryWriteRequest(message, edits, destination, out int written));
        Assert.True(SipParser.Parse(destination.AsSpan(0, written), new SipMessageIndex()).IsOk);
        return Text.Of(destination.AsSpan(0, written));
    }
}
