using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using BenchmarkDotNet.Attributes;
using HotPath.Sip;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace HotPath.Benchmarks;

/// <summary>
/// Is a SIP INVITE indexed as fast as Kestrel parses an HTTP request of the same length with as many header lines of the same lengths,
/// noting where each name and value is? What does it cost to look into the values too, which HTTP's parser does not do, to read the
/// billing view, and to refuse a bad message?
/// </summary>
[MemoryDiagnoser]
public class ParseBenchmarks
{
    private const int HeaderCount = 15;

    private static readonly byte[] s_invite = Message("INVITE");
    private static readonly byte[] s_malformed = Message("INVITED");
    private static readonly byte[] s_http = HttpRequest(s_invite);

    private readonly SipMessageIndex _index = new();
    private readonly SipMessageIndex _parsed = new();
    private readonly HttpParser<HttpIndex> _httpParser = new(showErrorDetails: false);
    private readonly HttpIndex _httpIndex = new(s_http);

    /// <summary>The comparison is of equals, and every candidate does what its name says.</summary>
    [GlobalSetup]
    public void CheckCandidates()
    {
        bool isFair = SipParser.Parse(s_invite, _parsed).IsOk && _parsed.HeaderCount == HeaderCount && Kestrel() == HeaderCount
            && s_http.Length == s_invite.Length && SipParser.Parse(s_malformed, _index).Error == SipParseError.CSeq
            && BillingView() == 6 + 30 + 4 + 11 + 3 + 35 + 10;
        if (!isFair) throw new InvalidOperationException("The messages or candidates no longer match.");
    }

    [Benchmark(Baseline = true)]
    public int Kestrel()
    {
        _httpIndex.Count = 0;
        SequenceReader<byte> reader = new(new ReadOnlySequence<byte>(s_http));
        _httpParser.ParseRequestLine(_httpIndex, ref reader);
        _httpParser.ParseHeaders(_httpIndex, ref reader);
        return _httpIndex.Count;
    }

    [Benchmark]
    public bool Index() => SipParser.Index(s_invite, _index).IsOk;

    /// <summary>The index, and the syntax of everything that routing and dialogs stand on.</summary>
    [Benchmark]
    public bool Parse() => SipParser.Parse(s_invite, _index).IsOk;

    /// <summary>Method, Call-ID, From user, Request-URI user, CSeq, top Via branch and tags of a parsed message.</summary>
    [Benchmark]
    public int BillingView()
    {
        SipMessage message = new(s_invite, _parsed);
        SipUri.TryParse(message.From.Uri, out SipUri from);
        SipUri.TryParse(message.RequestUri, out SipUri target);
        return message.MethodText.Length + message.CallId.Length + from.User.Length + target.User.Length
            + (message.CSeqNumber > 0 ? 3 : 0) + message.TopVia.Branch.Length + message.FromTag.Length + message.ToTag.Length;
    }

    [Benchmark]
    public SipParseError Refuse() => SipParser.Parse(s_malformed, _index).Error;

    private static byte[] Message(string cseqMethod)
    {
        const string body = "v=0\r\no=- 13374 13374 IN IP4 192.0.2.10\r\ns=-\r\nc=IN IP4 192.0.2.10\r\nt=0 0\r\nm=audio 49170 RTP/AVP 8\r\n";
        return Encoding.ASCII.GetBytes($"""
            INVITE sip:+4930123456@edge.example.net;user=phone SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-524287-1---a1b2c3d4e5f60718;rport
            Max-Forwards: 70
            Route: <sip:edge.example.net;lr>
            Contact: <sip:1001@192.0.2.10:5060;transport=udp>
            To: <sip:+4930123456@edge.example.net;user=phone>
            From: "Alice" <sip:1001@edge.example.net>;tag=9fxced76sl
            Call-ID: 3848276298220188511@192.0.2.10
            CSeq: 314159 {cseqMethod}
            Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK
            Content-Type: application/sdp
            Supported: replaces, timer, 100rel
            User-Agent: ExamplePhone 2.1.7
            P-Asserted-Identity: <sip:1001@edge.example.net>
            Session-Expires: 1800;refresher=uac
            Content-Length: {body.Length}


            """.ReplaceLineEndings("\r\n") + body);
    }

    /// <summary>The same line lengths, names of the same lengths where HTTP has one of its own to give, and the same body length.</summary>
    private static byte[] HttpRequest(byte[] invite)
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

    /// <summary>Notes where names and values are, as the SIP index does.</summary>
    private sealed class HttpIndex(byte[] request) : IHttpRequestLineHandler, IHttpHeadersHandler
    {
        private readonly (int NameStart, int NameLength, int ValueStart, int ValueLength)[] _entries = new (int, int, int, int)[64];

        public int Count { get; set; }

        public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
        {
        }

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
            _entries[Count++] = (OffsetOf(name), name.Length, OffsetOf(value), value.Length);

        public void OnHeadersComplete(bool endStream)
        {
        }

        public void OnStaticIndexedHeader(int index) => throw new NotSupportedException();

        public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value) => throw new NotSupportedException();

        private int OffsetOf(ReadOnlySpan<byte> part) =>
            (int)Unsafe.ByteOffset(in MemoryMarshal.GetArrayDataReference(request), in MemoryMarshal.GetReference(part));
    }
}
