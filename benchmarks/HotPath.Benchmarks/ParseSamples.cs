using System.Text;

namespace HotPath.Benchmarks;

/// <summary>The messages that the parser's benchmarks share.</summary>
internal static class ParseSamples
{
    private const string Body = "v=0\r\no=- 13374 13374 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\nm=audio 49170 RTP/AVP 8\r\n";

    private static readonly string[] s_usual =
    [
        "Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-524287-1---a1b2c3d4e5f60718;rport",
        "To: <sip:+4930123456@edge.example.net;user=phone>",
        "From: \"Alice\" <sip:1001@edge.example.net>;tag=9fxced76sl",
        "Call-ID: 3848276298220188511@192.0.2.10",
        "CSeq: 314159 INVITE",
        "Max-Forwards: 70",
        "Route: <sip:edge.example.net;lr>",
        "Contact: <sip:1001@192.0.2.10:5060;transport=udp>",
        "Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK",
        "Content-Type: application/sdp",
        "Supported: replaces, timer, 100rel",
        "User-Agent: ExamplePhone 2.1.7",
        "P-Asserted-Identity: <sip:1001@edge.example.net>",
        "Session-Expires: 1800;refresher=uac",
        $"Content-Length: {Body.Length}",
    ];

    /// <summary>
    /// An INVITE with that many header lines: 5 are those that every request has, 15 those of a phone's, 780 bytes long; beyond those
    /// come lines that nobody knows.
    /// </summary>
    public static byte[] Invite(int headerCount, string cseqMethod = "INVITE")
    {
        IEnumerable<string> lines = s_usual
            .Concat(Enumerable.Range(0, headerCount).Select(i => $"X-Carrier-Detail: {i:D4} of a trunk in Berlin"))
            .Take(headerCount)
            .Select(line => line.Replace("314159 INVITE", $"314159 {cseqMethod}"));
        return Encoding.ASCII.GetBytes(string.Join("\r\n", ["INVITE sip:+4930123456@edge.example.net;user=phone SIP/2.0", .. lines, "", ""]) + Body);
    }

    /// <summary>A final response to that INVITE on its way back through two proxies.</summary>
    public static byte[] Answer() => Encoding.ASCII.GetBytes($"""
        SIP/2.0 200 OK
        Via: SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK0123456789abcdef
        {s_usual[0]};received=192.0.2.10
        Record-Route: <sip:198.51.100.1:5060;lr;hp=0123456789abcdef>
        {s_usual[1]};tag=8a7b6c5d
        {s_usual[2]}
        {s_usual[3]}
        {s_usual[4]}
        Contact: <sip:1002@192.0.2.20:5060;transport=udp>
        Content-Type: application/sdp
        Content-Length: {Body.Length}


        """.ReplaceLineEndings("\r\n") + Body);

    /// <summary>An HTTP request with the same line lengths, names of the same lengths, and the same body length.</summary>
    public static byte[] HttpTwin(byte[] invite)
    {
        string[] lines = Encoding.ASCII.GetString(invite).Split("\r\n\r\n")[0].Split("\r\n");
        StringBuilder http = new();
        http.Append($"POST /{new string('p', lines[0].Length - "POST / HTTP/1.1".Length)} HTTP/1.1\r\n");
        foreach (string line in lines[1..])
        {
            int colon = line.IndexOf(':');
            http.Append($"{new string('x', colon)}{line[colon..]}\r\n");
        }

        http.Append("\r\n");
        return Encoding.ASCII.GetBytes(http.ToString().PadRight(invite.Length, 'b'));
    }
}
