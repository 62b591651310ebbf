using System.Buffers;
using System.Net;
using BenchmarkDotNet.Attributes;
using HotPath.Sip;

namespace HotPath.Benchmarks;

/// <summary>
/// What does it cost to take a message in and send it on as a proxy does, over copying its bytes, which is the least it can cost? And what
/// does cutting messages out of a stream add to parsing them?
/// </summary>
[MemoryDiagnoser]
public class ForwardBenchmarks
{
    private static readonly byte[] s_invite = ParseSamples.Invite(headerCount: 15);
    private static readonly byte[] s_answer = ParseSamples.Answer();
    private static readonly byte[] s_stream = [.. s_invite, .. s_answer];
    private static readonly SipEndpoint s_source = new(SipTransportKind.Udp, IPAddress.Parse("192.0.2.10"), 5060);

    private readonly SipMessageIndex _index = new();
    private readonly SipMessageIndex _answerIndex = new();
    private readonly byte[] _destination = new byte[4096];
    private readonly SipStreamReader _reader = new();

    /// <summary>Every candidate does what its name says.</summary>
    [GlobalSetup]
    public void CheckCandidates()
    {
        bool works = ParseAndForwardRequest() > s_invite.Length && ParseAndForwardResponse() < s_answer.Length && Stream() == 2
            && SipParser.Parse(_destination.AsSpan(0, ParseAndForwardRequest()), _answerIndex).IsOk && _answerIndex.HeaderCount == 16;
        if (!works) throw new InvalidOperationException("The messages or candidates no longer match.");
    }

    [Benchmark(Baseline = true)]
    public int CopyBytes()
    {
        s_invite.CopyTo(_destination.AsSpan());
        return s_invite.Length;
    }

    /// <summary>A Via and a Record-Route more, a Route less, the source noted in the sender's Via, one hop less.</summary>
    [Benchmark]
    [BenchmarkCategory(AllocationCheck.Category)]
    public int ParseAndForwardRequest()
    {
        SipParser.Parse(s_invite, _index);
        RequestEdits edits = new()
        {
            Via = "SIP/2.0/UDP 198.51.100.1:5060;branch=z9hG4bK0123456789abcdef"u8,
            Source = s_source,
            RecordRoute = "<sip:198.51.100.1:5060;lr;hp=0123456789abcdef>"u8,
            RoutesToRemove = 1,
        };
        SipForwarding.TryWriteRequest(new SipMessage(s_invite, _index), edits, _destination, out int written);
        return written;
    }

    [Benchmark]
    [BenchmarkCategory(AllocationCheck.Category)]
    public int ParseAndForwardResponse()
    {
        SipParser.Parse(s_answer, _answerIndex);
        SipForwarding.TryWriteResponse(new SipMessage(s_answer, _answerIndex), _destination, out int written);
        return written;
    }

    /// <summary>Two messages out of one stream segment.</summary>
    [Benchmark]
    [BenchmarkCategory(AllocationCheck.Category)]
    public int Stream()
    {
        ReadOnlySequence<byte> input = new(s_stream);
        int messages = 0;
        while (_reader.Read(ref input, _index, out _) == SipStreamStatus.Message)
        {
            messages++;
        }

        return messages;
    }

    /// <summary>The same two as datagrams.</summary>
    [Benchmark]
    public bool Datagrams() => SipParser.Parse(s_invite, _index).IsOk & SipParser.Parse(s_answer, _answerIndex).IsOk;
}
