using System.Buffers;
using System.Diagnostics;
using System.Text;
using HotPath.Testing;

namespace HotPath.Sip.Fuzz;

/// <summary>
/// Makes messages, most of them broken, and checks what must hold of every one: nothing throws, nothing outside the message is read or
/// shown, the time is in proportion to the length, a stream of them comes apart the same however it is cut, and what is accepted can be
/// forwarded, is then accepted again and says the same. A round depends on the seed and its number only.
/// </summary>
/// <param name="seed">Where to begin.</param>
public sealed class SipFuzzer(int seed) : IDisposable
{
    /// <summary>What any message may take, and each of its bytes on top: a hundred times what they do, for machines are busy.</summary>
    private const double MaxMs = 20;
    private const double MaxMsPerByte = 0.002;

    /// <summary>A message that seems slow is measured so often: what it takes, it takes every time.</summary>
    private const int Tries = 10;

    private readonly GuardedMemory _memory = new(200_000);
    private readonly SipMessageIndex _index = new();
    private readonly SipMessageIndex _otherIndex = new();
    private readonly byte[] _destination = new byte[250_000];
    private byte[] _message = [];

    /// <summary>How many messages were good.</summary>
    public long Accepted { get; private set; }

    /// <summary>The longest time any message took, everything read and written, in milliseconds.</summary>
    public double LongestMs { get; private set; }

    /// <summary>The message of the last round, as text that keeps every byte apart.</summary>
    public string Describe() => string.Concat(Encoding.Latin1.GetString(_message).Select(each => each is '\n' or (>= ' ' and < '\u007F') ? each.ToString() : $"\\x{(int)each:X2}"));

    /// <summary>Makes one message and checks it. Throws if something does not hold.</summary>
    public void RunRound(long round)
    {
        Random random = new(SeedOf(round));
        _message = Make(random);
        double best = double.MaxValue;
        double most = MaxMs + (_message.Length * MaxMsPerByte);
        for (int run = 0; run < Tries && best > most; run++)
        {
            long start = Stopwatch.GetTimestamp();
            Check(random);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        LongestMs = Math.Max(LongestMs, best);
        Assert.True(best <= most, $"{_message.Length} bytes took {best:F1} ms.");
    }

    /// <inheritdoc/>
    public void Dispose() => _memory.Dispose();

    /// <summary>The same in every process, so that a round can be played again.</summary>
    private int SeedOf(long round)
    {
        ulong mixed = ((ulong)(uint)seed << 32 ^ (ulong)round) * 0x9E37_79B9_7F4A_7C15;
        return (int)(mixed ^ (mixed >> 32));
    }

    private static byte[] Make(Random random)
    {
        MessageGenerator generator = new(random);
        byte[] Pick() => random.Next(3) == 0 ? TortureMessage.All[random.Next(TortureMessage.All.Count)].Bytes : generator.Next();
        return random.Next(20) == 0 ? generator.Next() : new MessageMutator(random).Mutate(Pick(), Pick());
    }

    private void Check(Random random)
    {
        ReadOnlySpan<byte> bytes = _memory.AtEnd(_message);
        SipParseResult result = SipParser.Parse(bytes, _index);
        SipMessage message = new(bytes, _index);
        Assert.InRange(result.Offset, 0, bytes.Length);
        int shown = ViewWalk.Walk(message);
        if (result.IsOk) CheckGood(message);
        else CheckWriters(message);

        ReadOnlySpan<byte> elsewhere = _memory.AtStart(_message);
        Assert.Equal(result, SipParser.Parse(elsewhere, _otherIndex));
        Assert.Equal(shown, ViewWalk.Walk(new SipMessage(elsewhere, _otherIndex)));
        CheckStream(random);
    }

    private void CheckGood(SipMessage message)
    {
        Accepted++;
        Assert.False(message.CallId.IsEmpty || message.From.Uri.IsEmpty || message.To.Uri.IsEmpty || message.TopVia.Host.IsEmpty);
        if (!message.IsRequest)
        {
            RoundTrip.AssertGoesBackUnchanged(message);
            return;
        }

        Assert.True(SipUri.TryParse(message.RequestUri, out SipUri target) && target.Headers.IsEmpty);
        RoundTrip.AssertForwardsUnchanged(message);
        ResponseParts answer = new() { StatusCode = 486, ToTag = "t"u8, CopyRecordRoute = true };
        bool isAnswered = SipResponses.TryWrite(message, answer, _destination, out int written);
        Assert.Equal(message.Method != SipMethod.Ack, isAnswered);
        if (isAnswered) Assert.Equal(SipParseError.None, SipParser.Parse(_destination.AsSpan(0, written), _otherIndex).Error);

        Assert.True(SipRequests.TryWriteCancel(message, _destination, out written));
        Assert.Equal(SipParseError.None, SipParser.Parse(_destination.AsSpan(0, written), _otherIndex).Error);
    }

    /// <summary>Writers that are given what the parser refused may write nonsense, but they end and stay where they belong.</summary>
    private void CheckWriters(SipMessage message)
    {
        SipResponses.TryWrite(message, new ResponseParts { StatusCode = 400, ToTag = "t"u8 }, _destination, out _);
        if (!message.Index.IsIndexed) return;

        SipForwarding.TryWriteRequest(message, new RequestEdits { Via = "SIP/2.0/UDP a"u8, RoutesToRemove = 2 }, _destination, out _);
        SipForwarding.TryWriteResponse(message, _destination, out _);
    }

    private void CheckStream(Random random)
    {
        byte[] stream = [.. _message, .. _message];
        string whole = ReadStream(stream, stream.Length);
        Assert.Equal(whole, ReadStream(stream, random.Next(1, 100)));
    }

    /// <summary>What a stream in pieces comes apart into.</summary>
    private string ReadStream(byte[] stream, int pieceLength)
    {
        using SipStreamReader reader = new();
        StringBuilder read = new();
        for (int start = 0; start < stream.Length; start += pieceLength)
        {
            ReadOnlySequence<byte> input = new(stream, start, Math.Min(pieceLength, stream.Length - start));
            while (true)
            {
                SipStreamStatus status = reader.Read(ref input, _otherIndex, out SipMessage message);
                if (status == SipStreamStatus.NeedMore) break;

                read.Append(status).Append(' ').Append(reader.Result).Append(' ').Append(status == SipStreamStatus.Message ? message.Bytes.Length : 0).Append('\n');
                if (status == SipStreamStatus.Broken) return read.ToString();
            }
        }

        return read.Append(reader.IsInMessage).ToString();
    }
}
