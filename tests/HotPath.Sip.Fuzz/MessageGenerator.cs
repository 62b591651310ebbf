using System.Text;

namespace HotPath.Sip.Fuzz;

/// <summary>
/// Makes messages that are good by RFC 3261 §25, in all the ways they may be written: long and compact names in any case, folds, white
/// space, lists in one line or several, escapes, quotes, IPv6, methods, header fields and parameters that nobody knows.
/// </summary>
/// <param name="random">Decides.</param>
public sealed class MessageGenerator(Random random)
{
    private static readonly string[] s_methods = ["INVITE", "BYE", "OPTIONS", "REGISTER", "PRACK", "UPDATE", "NEWMETHOD", "RE%47IST%45R", "x-!%*_+`'~"];
    private static readonly string[] s_users = ["1001", "+4930123456", "%61lice", "a;b=c", "1_unusual.~(to-be!sure)&isn't+it$/crazy?,/;;*", "%00"];
    private static readonly string[] s_hosts = ["example.com", "192.0.2.1", "[2001:db8::9:1]", "a-b.example", "host_1"];
    private static readonly string[] s_uriParameters = [";lr", ";transport=tcp", ";user=phone", ";%6C%72", ";maddr=[2001:db8::1]", ";x=y%3B"];
    private static readonly string[] s_schemes = ["sip:", "sips:", "SIP:"];
    private static readonly string[] s_opaque = ["tel:+1-201-555-0123;phone-context=x", "urn:service:sos", "soap.beep://192.0.2.103:3002"];
    private static readonly string[] s_displays = ["", "Bob ", "token1~` token2'+_ ", "\"a \\\"b\\\" <;,>\" ", "\"\" ", "\"\u0448\u0438\" "];
    private static readonly string[] s_parameters = [";x", ";x=y", ";q=0.5", ";y=\"a;b,c\\\"\"", ";expires=60"];
    private static readonly string[] s_transports = ["UDP", "TCP", "TLS", "SCTP", "UNKNOWN"];
    private static readonly string[] s_viaParameters = [";rport", ";rport=5060", ";received=192.0.2.9", ";received=2001:db8::1", ";ttl=1", ";maddr=224.2.0.1", ";x=\"y\"", ""];

    private static readonly string[] s_others =
    [
        "Subject: ", "s: lunch", "Supported: timer, 100rel", "k: replaces", "Session-Expires: 1800;refresher=uac", "x: 90", "Min-SE: 90",
        "RAck: 776656 1 INVITE", "RSeq: 988789", "Reason: Q.850;cause=16;text=\"a;b\", SIP;cause=200", "Retry-After: 18000;duration=3600",
        "Warning: 307 isi.edu \"not understood\"", "Replaces: 98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff",
        "P-Asserted-Identity: \"A\" <sip:1@example.com>, <tel:+49301>", "Diversion: <tel:+49302>;reason=unconditional;counter=2",
        "Privacy: header;user;critical", "Proxy-Authorization: Digest username=\"bob\", realm=\"a,b\", nonce=\"x\", uri=\"sip:a,b\", response=\"6629\"",
        "Expires: 3600", "Allow: INVITE, ACK", "UnknownHeaderWithUnusualValue: ;;,,;;,;", "x-!%*_+`'~:\uFEFF\u5927", "Date: yesterday",
    ];

    /// <summary>A good message.</summary>
    public byte[] Next()
    {
        bool isRequest = random.Next(4) > 0;
        string method = Pick(s_methods);
        List<string> lines = [];
        AddList(lines, random.Next(1, 4), "Via", "v", Via);
        lines.Add(Header("From", "f", Address() + Separator(";") + "tag=" + Token()));
        lines.Add(Header("To", "t", Address() + (random.Next(2) == 0 ? ";tag=" + Token() : "")));
        lines.Add(Header("Call-ID", "i", Token() + "@" + Pick(s_hosts)));
        lines.Add(Header("CSeq", "CSEQ", random.Next() + Space(1) + method));
        if (random.Next(2) == 0) lines.Add(Header("Max-Forwards", "MAX-FORWARDS", random.Next(1, 300).ToString("D3")));
        if (random.Next(2) == 0) AddList(lines, random.Next(1, 3), "Contact", "m", Address);
        if (random.Next(3) == 0) AddList(lines, random.Next(1, 4), "Route", "ROUTE", Address);
        if (random.Next(3) == 0) AddList(lines, random.Next(1, 4), "Record-Route", "RECORD-ROUTE", Address);
        string body = random.Next(2) == 0 ? "" : new string('b', random.Next(1, 300)) + "\r\n\0\n";
        if (body.Length > 0 || random.Next(2) == 0) lines.Add(Header("Content-Length", "l", body.Length.ToString()));

        HashSet<string> others = [];
        for (int count = random.Next(8); count > 0; count--)
        {
            others.Add(Pick(s_others));
        }

        lines.AddRange(others.Where(other => !IsOneOf(other, others)));
        string[] ordered = [.. lines];
        random.Shuffle(ordered);
        string start = isRequest ? $"{method} {RequestUri()} SIP/2.0" : $"SIP/2.0 {random.Next(100, 700)} {(random.Next(2) == 0 ? "" : "Reason \u00e9")}";
        return Encoding.UTF8.GetBytes(string.Join("\r\n", [start, .. ordered, "", ""]) + body);
    }

    // Session-Expires and x are one header field, which may be there once.
    private static bool IsOneOf(string other, HashSet<string> others) => other.StartsWith("x: ", StringComparison.Ordinal) && others.Any(each => each.StartsWith("Session", StringComparison.Ordinal));

    private string Header(string name, string otherName, string value)
    {
        string written = random.Next(3) == 0 ? otherName : random.Next(3) == 0 ? name.ToUpperInvariant() : name;
        return $"{written}{(random.Next(4) == 0 ? " \t" : "")}:{Space(0)}{value}{(random.Next(6) == 0 ? " " : "")}";
    }

    private void AddList(List<string> lines, int count, string name, string otherName, Func<string> value)
    {
        while (count > 0)
        {
            int together = random.Next(1, count + 1);
            lines.Add(Header(name, otherName, string.Join(Separator(","), Enumerable.Range(0, together).Select(_ => value()))));
            count -= together;
        }
    }

    private string Via() =>
        (random.Next(4) == 0 ? "SIP  /  2.0\r\n / " : "SIP/2.0/") + Pick(s_transports) + Space(1) + Pick(s_hosts) + (random.Next(2) == 0 ? ":5060" : "")
        + Separator(";") + "branch=z9hG4bK" + Token() + Pick(s_viaParameters);

    private string Address()
    {
        string parameters = random.Next(2) == 0 ? "" : Pick(s_parameters);
        return random.Next(4) == 0
            ? $"sip:{Token()}@{Pick(s_hosts)}{parameters}"
            : $"{Pick(s_displays)}<{(random.Next(8) == 0 ? Pick(s_opaque) : Uri())}>{parameters}";
    }

    private string RequestUri() => random.Next(8) == 0 ? Pick(s_opaque) : Uri();

    private string Uri() =>
        Pick(s_schemes) + (random.Next(4) == 0 ? "" : Pick(s_users) + (random.Next(5) == 0 ? ":pass" : "") + "@") + Pick(s_hosts)
        + (random.Next(3) == 0 ? ":5070" : "") + (random.Next(2) == 0 ? "" : Pick(s_uriParameters));

    private string Token() => random.Next().ToString("x") + (random.Next(3) == 0 ? "-.!%*_+`'~" : "");

    /// <summary>White space of at least that length: blanks, tabs, folds.</summary>
    private string Space(int least) => random.Next(6) switch
    {
        0 => "\r\n ",
        1 => "\t",
        2 => "  ",
        3 when least == 0 => "",
        _ => " ",
    };

    private string Separator(string separator) => random.Next(4) == 0 ? Space(0) + separator + Space(0) : separator;

    private string Pick(string[] choices) => choices[random.Next(choices.Length)];
}
