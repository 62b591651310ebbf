namespace HotPath.Sip.Tests;

/// <summary>Messages that several tests share: good ones, and ones with exactly one thing wrong.</summary>
internal static class Samples
{
    /// <summary>An INVITE as a phone sends it: 15 header lines, a body.</summary>
    public const string Invite = """
        INVITE sip:+4930123456@edge.example.net:5060;user=phone SIP/2.0
        Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-524287-1---a1b2c3d4e5f60718;rport
        Max-Forwards: 70
        Route: <sip:edge.example.net;lr>
        Contact: <sip:1001@192.0.2.10:5060;transport=udp>
        To: <sip:+4930123456@edge.example.net;user=phone>
        From: "Alice Example" <sip:1001@edge.example.net>;tag=9fxced76sl
        Call-ID: 3848276298220188511@192.0.2.10
        CSeq: 314159 INVITE
        Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK
        Content-Type: application/sdp
        Supported: replaces, timer, 100rel
        User-Agent: ExamplePhone 2.1.7
        P-Asserted-Identity: <sip:1001@edge.example.net>
        Session-Expires: 1800;refresher=uac
        Content-Length: 100

        v=0
        o=- 13374 13374 IN IP4 192.0.2.10
        s=-
        c=IN IP4 192.0.2.10
        t=0 0
        m=audio 49170 RTP/AVP 8 0

        """;

    /// <summary>Everything the grammar allows to be written otherwise: compact names, folds, lists, blanks around separators.</summary>
    public const string Folded = """
        INVITE sip:1002@192.0.2.20 SIP/2.0
        v : SIP / 2.0 / UDP
          first.example.com : 5061 ; branch = z9hG4bKone
         ;rport , SIP/2.0/TCP second.example.com;branch=z9hG4bKtwo
        VIA: SIP/2.0/UDP [2001:db8::9]:5060;branch=z9hG4bKthree
        f:"A \"quoted\", name"
          <sip:1001@example.com;transport=udp?subject=a%2cb> ;tag = from1
        t: sip:1002@example.com
        i: folded.1@example.com
        CSEQ: 7
         INVITE
        Record-Route: <sip:p2.example.com;lr>, <sip:p1.example.com;lr>
        Route: <sip:r1.example.com;lr> ,
           <sip:r2.example.com;lr>,<sip:r3.example.com;lr>
        Route: <sip:r4.example.com;lr>
        m: <sip:1001@192.0.2.10>;q=0.5, "B, C" <sip:1001@192.0.2.11>
        X-Unheard-Of:  one
          two
        l: 0


        """;

    public const string Ringing = """
        SIP/2.0 180 Ringing
        Via: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKedge, SIP/2.0/UDP 192.0.2.10;branch=z9hG4bKua;received=192.0.2.99
        From: <sip:1001@example.com>;tag=a
        To: <sip:1002@example.com>;tag=b
        Call-ID: ringing@example.com
        CSeq: 1 INVITE
        Contact: <sip:1002@192.0.2.20>
        Content-Length: 0


        """;

    /// <summary>Lines of the smallest good request, keyed by what a test may want to leave out or replace.</summary>
    public static string Minimal(string startLine = "OPTIONS sip:a@example.com SIP/2.0", string without = "", string with = "")
    {
        string[] lines =
        [
            "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
            "From: <sip:b@example.com>;tag=1",
            "To: <sip:a@example.com>",
            "Call-ID: minimal@example.com",
            "CSeq: 1 OPTIONS",
        ];
        IEnumerable<string> kept = lines.Where(line => without.Length == 0 || !line.StartsWith(without + ":", StringComparison.Ordinal));
        return string.Join("\r\n", [startLine, .. kept, .. with.Length > 0 ? new[] { with } : [], "", ""]);
    }
}
