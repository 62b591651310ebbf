namespace HotPath.Sip.Tests;

/// <summary>Guards: CANCEL, ACK and in-dialog requests are what RFC 3261 §9.1, §17.1.1.3 and §12.2.1.1 say, to the byte.</summary>
public class SipRequestsTests
{
    [Fact]
    public void WritesTheCancelOfAnInvite()
    {
        byte[] destination = new byte[2000];
        Assert.True(SipRequests.TryWriteCancel(
            Text.Parse(Samples.Folded), destination, out int written, "Reason: SIP;cause=480\r\n"u8));
        Assert.Equal(
            Text.Of(Text.Message("""
                CANCEL sip:1002@192.0.2.20 SIP/2.0
                Via: SIP / 2.0 / UDP
                  first.example.com : 5061 ; branch = z9hG4bKone
                 ;rport
                Max-Forwards: 70
                Route: <sip:r1.example.com;lr> ,
                   <sip:r2.example.com;lr>,<sip:r3.example.com;lr>
                Route: <sip:r4.example.com;lr>
                From: "A \"quoted\", name"
                  <sip:1001@example.com;transport=udp?subject=a%2cb> ;tag = from1
                To: sip:1002@example.com
                Call-ID: folded.1@example.com
                CSeq: 7 CANCEL
                Reason: SIP;cause=480
                Content-Length: 0


                """)),
            Text.Of(destination.AsSpan(0, written)));
        Assert.Equal(SipMethod.Cancel, Text.Parse(destination[..written]).Method);
    }

    [Fact]
    public void WritesTheAckOfARejection()
    {
        SipMessage busy = Text.Parse(Samples.Minimal(
            "SIP/2.0 486 Busy Here", without: "To", with: "To: <sip:+4930123456@edge.example.net>;tag=busy"));
        byte[] destination = new byte[2000];
        Assert.True(SipRequests.TryWriteAck(Text.Parse(Samples.Invite), busy, destination, out int written));
        Assert.Equal(
            Text.Of(Text.Message("""
                ACK sip:+4930123456@edge.example.net:5060;user=phone SIP/2.0
                Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-524287-1---a1b2c3d4e5f60718;rport
                Max-Forwards: 70
                Route: <sip:edge.example.net;lr>
                From: "Alice Example" <sip:1001@edge.example.net>;tag=9fxced76sl
                To: <sip:+4930123456@edge.example.net>;tag=busy
                Call-ID: 3848276298220188511@192.0.2.10
                CSeq: 314159 ACK
                Content-Length: 0


                """)),
            Text.Of(destination.AsSpan(0, written)));
    }

    [Fact]
    public void WritesAByeFromTheMiddle()
    {
        RequestParts parts = new()
        {
            Method = SipMethod.Bye,
            RequestUri = "sip:1001@192.0.2.10:5060"u8,
            Via = "SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKbye"u8,
            Routes = "<sip:p1.example.com;lr>, <sip:p2.example.com;lr>"u8,
            From = "<sip:1002@example.com>;tag=b"u8,
            To = "<sip:1001@example.com>;tag=a"u8,
            CallId = "call@example.com"u8,
            CSeqNumber = 2147483647,
            ExtraHeaders = "Reason: Q.850;cause=16\r\n"u8,
        };
        byte[] destination = new byte[1000];
        Assert.True(SipRequests.TryWrite(parts, destination, out int written));
        Assert.Equal(
            Text.Of(Text.Message("""
                BYE sip:1001@192.0.2.10:5060 SIP/2.0
                Via: SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKbye
                Max-Forwards: 70
                Route: <sip:p1.example.com;lr>, <sip:p2.example.com;lr>
                From: <sip:1002@example.com>;tag=b
                To: <sip:1001@example.com>;tag=a
                Call-ID: call@example.com
                CSeq: 2147483647 BYE
                Reason: Q.850;cause=16
                Content-Length: 0


                """)),
            Text.Of(destination.AsSpan(0, written)));
        Assert.Equal(SipMethod.Bye, Text.Parse(destination[..written]).CSeqMethod);
        Assert.False(SipRequests.TryWrite(parts, destination.AsSpan(0, written - 1), out written));
        Assert.Equal(0, written);
    }
}
