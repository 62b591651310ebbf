using System.Net;

namespace HotPath.Sip.Tests;

/// <summary>Guards: responses made here carry what RFC 3261 §8.2.6 says, no more.</summary>
public class SipResponsesTests
{
    private static readonly SipEndpoint s_source = new(SipTransportKind.Udp, IPAddress.Parse("192.0.2.10"), 5062);

    [Fact]
    public void WritesARejection() => Assert.Equal(
        Text.Of(Text.Message("""
            SIP/2.0 403 Forbidden
            Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-524287-1---a1b2c3d4e5f60718;received=192.0.2.10;rport=5062
            From: "Alice Example" <sip:1001@edge.example.net>;tag=9fxced76sl
            To: <sip:+4930123456@edge.example.net;user=phone>;tag=ours
            Call-ID: 3848276298220188511@192.0.2.10
            CSeq: 314159 INVITE
            Warning: 399 edge "no"
            Content-Length: 0


            """)),
        Respond(Samples.Invite, new ResponseParts
        {
            StatusCode = 403,
            ToTag = "ours"u8,
            Source = s_source,
            ExtraHeaders = "Warning: 399 edge \"no\"\r\n"u8,
        }));

    [Fact]
    public void AddsNoTagToA100AndCopiesItsTimestamp()
    {
        string response = Respond(
            Samples.Minimal(with: "Timestamp: 54\r\nRecord-Route: <sip:p;lr>"), new ResponseParts { StatusCode = 100, ToTag = "ours"u8 });
        Assert.StartsWith("SIP/2.0 100 Trying\r\n", response);
        Assert.Contains("\r\nTimestamp: 54\r\n", response);
        Assert.Contains("\r\nTo: <sip:a@example.com>\r\n", response);
        Assert.DoesNotContain("Record-Route", response);
    }

    [Fact]
    public void KeepsATagThatIsThere()
    {
        string request = Samples.Minimal(without: "To", with: "To: <sip:a@example.com>;tag=theirs");
        Assert.Contains("\r\nTo: <sip:a@example.com>;tag=theirs\r\n", Respond(request, new ResponseParts { StatusCode = 200, ToTag = "ours"u8 }));
    }

    [Fact]
    public void CopiesEveryViaInOrderAndRecordRouteIfAsked()
    {
        SipMessage response = Text.Parse(Text.Bytes(
            Respond(Samples.Folded, new ResponseParts { StatusCode = 200, ReasonPhrase = "Fine"u8, CopyRecordRoute = true, ToTag = "t"u8 })));
        Assert.Equal("Fine", Text.Of(response.ReasonPhrase));
        Assert.Equal("t", Text.Of(response.ToTag));
        Assert.Equal(7u, response.CSeqNumber);

        int vias = 0;
        foreach (ReadOnlySpan<byte> value in response.Values(SipHeaderId.Via))
        {
            Assert.True(SipVia.TryParse(value, out SipVia via));
            Assert.Equal(new[] { "z9hG4bKone", "z9hG4bKtwo", "z9hG4bKthree" }[vias++], Text.Of(via.Branch));
        }

        Assert.Equal(3, vias);
        Assert.Equal("<sip:p2.example.com;lr>, <sip:p1.example.com;lr>", Text.Of(response.Find(SipHeaderId.RecordRoute)));
    }

    [Fact]
    public void AnswersNoAckAndNoResponse()
    {
        byte[] destination = new byte[1000];
        string ack = Samples.Minimal("ACK sip:a@example.com SIP/2.0", without: "CSeq", with: "CSeq: 1 ACK");
        Assert.False(SipResponses.TryWrite(Text.Parse(ack), new ResponseParts { StatusCode = 400 }, destination, out int written));
        Assert.Equal(0, written);
        Assert.False(SipResponses.TryWrite(Text.Parse(Samples.Ringing), new ResponseParts { StatusCode = 400 }, destination, out _));
    }

    [Fact]
    public void SaysWhenItDoesNotFit()
    {
        ResponseParts parts = new() { StatusCode = 486, ToTag = "ours"u8, Source = s_source };
        int needed = Respond(Samples.Invite, parts).Length;
        byte[] destination = new byte[needed];
        Assert.True(SipResponses.TryWrite(Text.Parse(Samples.Invite), parts, destination, out _));
        Assert.False(SipResponses.TryWrite(Text.Parse(Samples.Invite), parts, destination.AsSpan(1), out _));
    }

    [Fact]
    public void EveryStatusHasAReasonPhrase()
    {
        for (int code = 100; code < 700; code++)
        {
            Assert.False(SipStatus.GetReasonPhrase(code).IsEmpty);
        }

        Assert.Equal("Payment Required", Text.Of(SipStatus.GetReasonPhrase(402)));
    }

    private static string Respond(string request, ResponseParts parts)
    {
        byte[] destination = new byte[4000];
        Assert.True(SipResponses.TryWrite(Text.Parse(request), parts, destination, out int written));
        Assert.True(SipParser.Parse(destination.AsSpan(0, written), new SipMessageIndex()).IsOk);
        return Text.Of(destination.AsSpan(0, written));
    }
}
