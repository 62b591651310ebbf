using System.Buffers;
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

    private static readonly byte[] s_invite = ParseSamples.Invite(HeaderCount);
    private static readonly byte[] s_malformed = ParseSamples.Invite(HeaderCount, cseqMethod: "INVITED");
    private static readonly byte[] s_http = ParseSamples.HttpTwin(s_invite);

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
    [BenchmarkCategory(AllocationCheck.Category)]
    public bool Index() => SipParser.Index(s_invite, _index).IsOk;

    /// <summary>The index, and the syntax of everything that routing and dialogs stand on.</summary>
    [Benchmark]
    [BenchmarkCategory(AllocationCheck.Category)]
    public bool Parse() => SipParser.Parse(s_invite, _index).IsOk;

    /// <summary>Method, Call-ID, From user, Request-URI user, CSeq, top Via branch and tags of a parsed message.</summary>
    [Benchmark]
    [BenchmarkCategory(AllocationCheck.Category)]
    public int BillingView()
    {
        SipMessage message = new(s_invite, _parsed);
        SipUri.TryParse(message.From.Uri, out SipUri from);
        SipUri.TryParse(message.RequestUri, out SipUri target);
        return message.MethodText.Length + message.CallId.Length + from.User.Length + target.User.Length
            + (message.CSeqNumber > 0 ? 3 : 0) + message.TopVia.Branch.Length + message.FromTag.Length + message.ToTag.Length;
    }

    [Benchmark]
    [BenchmarkCategory(AllocationCheck.Category)]
    public SipParseError Refuse() => SipParser.Parse(s_malformed, _index).Error;
}
