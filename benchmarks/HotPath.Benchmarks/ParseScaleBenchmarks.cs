using System.Buffers;
using BenchmarkDotNet.Attributes;
using HotPath.Sip;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace HotPath.Benchmarks;

/// <summary>
/// Does the cost of parsing grow with the number of header lines and no faster? Kestrel's parser, on a request of the same shape, is the
/// yardstick.
/// </summary>
[MemoryDiagnoser]
public class ParseScaleBenchmarks
{
    private readonly SipMessageIndex _index = new(headerCapacity: 256);
    private readonly HttpParser<HttpIndex> _httpParser = new(showErrorDetails: false);
    private byte[] _invite = [];
    private byte[] _http = [];
    private HttpIndex _httpIndex = new([]);

    /// <summary>How many header lines.</summary>
    [Params(5, 15, 50, 200)]
    public int Headers { get; set; }

    /// <summary>Makes the messages, and sees that both parsers find every line.</summary>
    [GlobalSetup]
    public void MakeMessages()
    {
        _invite = ParseSamples.Invite(Headers);
        _http = ParseSamples.HttpTwin(_invite);
        _httpIndex = new HttpIndex(_http);
        if (!Parse() || _index.HeaderCount != Headers || Kestrel() != Headers) throw new InvalidOperationException("The messages no longer match.");
    }

    [Benchmark(Baseline = true)]
    public int Kestrel()
    {
        _httpIndex.Count = 0;
        SequenceReader<byte> reader = new(new ReadOnlySequence<byte>(_http));
        _httpParser.ParseRequestLine(_httpIndex, ref reader);
        _httpParser.ParseHeaders(_httpIndex, ref reader);
        return _httpIndex.Count;
    }

    [Benchmark]
    [BenchmarkCategory(AllocationCheck.Category)]
    public bool Index() => SipParser.Index(_invite, _index).IsOk;

    [Benchmark]
    [BenchmarkCategory(AllocationCheck.Category)]
    public bool Parse() => SipParser.Parse(_invite, _index).IsOk;
}
