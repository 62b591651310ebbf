using System.Net;
using System.Text;

namespace HotPath.Sip.Tests;

/// <summary>A dialog table, and a call through proxies on both sides: caller, P1, us, P2, P3, callee.</summary>
internal sealed class DialogBench
{
    public const string P1 = "Record-Route: <sip:192.0.2.11;lr>\r\n";
    public const string Us = "Record-Route: <sip:203.0.113.9;lr>\r\n";
    public const string P2 = "Record-Route: <sip:198.51.100.12;lr>\r\n";
    public const string P3 = "Record-Route: <sip:198.51.100.13:5080;lr>\r\n";

    public static readonly DialogLeg CallerLeg = new(1, new SipEndpoint(SipTransportKind.Udp, IPAddress.Parse("192.0.2.11"), 5060), new SipEndpoint(SipTransportKind.Udp, IPAddress.Parse("10.0.0.11"), 5061));
    public static readonly DialogLeg CalleeLeg = new(2, new SipEndpoint(SipTransportKind.Udp, IPAddress.Parse("198.51.100.12"), 5060));

    public SipBufferPool Buffers { get; } = new();

    public DialogTable Table { get; }

    public DialogBench(int capacity = 100) => Table = new DialogTable(Buffers, seed: 42, capacity);

    public static string Invite(
        string recordRoutes,
        string contact = "Contact: <sip:alice@192.0.2.1:5070>\r\n",
        string from = "\"Alice\" <sip:alice@example.com>;tag=a1",
        string callId = "call-1",
        int cseq = 10) =>
        "INVITE sip:bob@198.51.100.50 SIP/2.0\r\n" +
        "Via: SIP/2.0/UDP 192.0.2.11;branch=z9hG4bKp1\r\n" +
        recordRoutes +
        $"From: {from}\r\n" +
        "To: <sip:bob@example.com>\r\n" +
        $"Call-ID: {callId}\r\n" +
        $"CSeq: {cseq} INVITE\r\n" +
        contact +
        "Max-Forwards: 70\r\n" +
        "Content-Length: 0\r\n\r\n";

    public static string Response(
        int status,
        string recordRoutes,
        string contact = "Contact: <sip:bob@198.51.100.2>\r\n",
        string toTag = "b1",
        string callId = "call-1",
        string cseq = "10 INVITE",
        string fromTag = "a1",
        string from = "\"Alice\" <sip:alice@example.com>") =>
        $"SIP/2.0 {status} Text\r\n" +
        "Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKus\r\n" +
        recordRoutes +
        $"From: {from};tag={fromTag}\r\n" +
        $"To: <sip:bob@example.com>;tag={toTag}\r\n" +
        $"Call-ID: {callId}\r\n" +
        $"CSeq: {cseq}\r\n" +
        contact +
        "Content-Length: 0\r\n\r\n";

    /// <summary>A request inside the dialog.</summary>
    public static string Request(DialogSide from, string method, int cseq, string contact = "", string callId = "call-1", string toTag = "b1") =>
        $"{method} sip:x@203.0.113.9 SIP/2.0\r\n" +
        "Via: SIP/2.0/UDP 192.0.2.11;branch=z9hG4bKr\r\n" +
        (from == DialogSide.Caller
            ? $"From: <sip:alice@example.com>;tag=a1\r\nTo: <sip:bob@example.com>;tag={toTag}\r\n"
            : $"From: <sip:bob@example.com>;tag={toTag}\r\nTo: <sip:alice@example.com>;tag=a1\r\n") +
        $"Call-ID: {callId}\r\n" +
        $"CSeq: {cseq} {method}\r\n" +
        contact +
        "Max-Forwards: 70\r\n" +
        "Content-Length: 0\r\n\r\n";

    public Dialog? Open(string inviteReceived, string inviteForwarded, string response) =>
        Table.Open(Parse(inviteReceived), Parse(inviteForwarded), Parse(response), CallerLeg, CalleeLeg);

    /// <summary>The call through all proxies, answered.</summary>
    public Dialog OpenUsual() => Open(Invite(P1), Invite(Us + P1), Response(200, P3 + P2 + Us + P1))!;

    public static SipMessage Parse(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        var index = new SipMessageIndex();
        SipParseResult result = SipParser.Parse(bytes, index);
        Assert.True(result.IsOk, $"{result} in {text}");
        return new SipMessage(bytes, index);
    }

    public static string Bye(Dialog dialog, DialogSide toward, string extraHeaders = "", uint cseqStep = 1)
    {
        byte[] buffer = new byte[4_096];
        Assert.True(dialog.TryWriteBye(
            toward, "SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKbye"u8, Encoding.UTF8.GetBytes(extraHeaders), buffer, out int written, cseqStep));
        return Encoding.UTF8.GetString(buffer, 0, written);
    }

    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
