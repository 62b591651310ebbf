using System.Buffers;
using System.IO.Pipelines;
using HotPath.Testing;

namespace HotPath.Sip.Tests;

/// <summary>
/// Guards: a stream comes apart into the same messages however the network cuts it, keep-alives are seen, and a stream that cannot be cut
/// is given up with a reason instead of being guessed at.
/// </summary>
public class SipStreamReaderTests
{
    private static readonly byte[] s_invite = Text.Message(Samples.Invite);
    private static readonly byte[] s_ringing = Text.Message(Samples.Ringing);
    private static readonly byte[] s_options = Text.Bytes(WithLength(3) + "abc");
    private static readonly byte[] s_bareLineFeeds = Text.Bytes(WithLength(1).ReplaceLineEndings("\n") + "\n");
    private static readonly byte[] s_refused = Text.Bytes(Samples.Minimal("OPTIONS nowhere SIP/2.0", with: "Content-Length: 0"));

    private static readonly byte[] s_stream =
        [.. s_invite, .. "\r\n\r\n"u8, .. s_ringing, .. "\r\n"u8, .. s_options, .. s_bareLineFeeds, .. s_refused, .. "\r\n\r\n\r\n\r\n"u8, .. s_options];

    private static readonly string[] s_expected =
    [
        Text.Of(s_invite), "ping", Text.Of(s_ringing), Text.Of(s_options), Text.Of(s_bareLineFeeds), Text.Of(s_refused), "ping", "ping", Text.Of(s_options),
    ];

    [Fact]
    public void ReadsTheSameCutAtEveryByte()
    {
        for (int cut = 0; cut <= s_stream.Length; cut++)
        {
            Assert.Equal(s_expected, ReadAll(s_stream[..cut], s_stream[cut..]));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    [InlineData(1000)]
    [InlineData(100_000)]
    public void ReadsTheSameInPiecesOfEverySize(int size) => Assert.Equal(s_expected, ReadAll([.. s_stream.Chunk(size)]));

    /// <summary>Several segments in one sequence, as a pipe gives them.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(500)]
    public void ReadsAcrossSegments(int size)
    {
        using SipStreamReader reader = new();
        ReadOnlySequence<byte> input = Segments.Of(s_stream.Chunk(size));
        Assert.Equal(s_expected, Drain(reader, ref input));
        Assert.True(input.IsEmpty);
    }

    [Fact]
    public async Task ReadsFromAPipe()
    {
        Pipe pipe = new(new PipeOptions(minimumSegmentSize: 256, useSynchronizationContext: false));
        using SipStreamReader reader = new();
        List<string> read = [];
        foreach (byte[] piece in s_stream.Chunk(300))
        {
            await pipe.Writer.WriteAsync(piece, TestContext.Current.CancellationToken);
            ReadResult received = await pipe.Reader.ReadAsync(TestContext.Current.CancellationToken);
            ReadOnlySequence<byte> input = received.Buffer;
            read.AddRange(Drain(reader, ref input));
            pipe.Reader.AdvanceTo(input.Start);
        }

        Assert.Equal(s_expected, read);
        Assert.False(reader.IsInMessage);
    }

    [Fact]
    public void HandsOutRefusedMessagesThatItCouldCut()
    {
        using SipStreamReader reader = new();
        SipMessageIndex index = new();
        ReadOnlySequence<byte> input = new(s_refused);
        Assert.Equal(SipStreamStatus.Message, reader.Read(ref input, index, out SipMessage message));
        Assert.Equal(SipParseError.RequestUri, reader.Result.Error);
        Assert.True(SipResponses.CanAnswer(message));
    }

    [Fact]
    public void SaysWhetherAMessageIsUnfinished()
    {
        using SipStreamReader reader = new();
        Assert.False(reader.IsInMessage);
        for (int i = 0; i < s_options.Length; i++)
        {
            ReadOnlySequence<byte> input = new(s_options, i, 1);
            Drain(reader, ref input);
            Assert.Equal(i < s_options.Length - 1, reader.IsInMessage);
        }
    }

    public static TheoryData<string, SipParseError, bool> Broken => new()
    {
        { Samples.Minimal(), SipParseError.NoContentLength, true },
        { Samples.Minimal(with: "Content-Length: -1"), SipParseError.ContentLength, true },
        { Samples.Minimal(with: "Content-Length: x"), SipParseError.ContentLength, true },
        { Samples.Minimal(with: "Content-Length: 99999999999"), SipParseError.ContentLength, true },
        { Samples.Minimal(with: "Content-Length: 65536"), SipParseError.TooLarge, true },
        { Samples.Minimal(with: "Content-Length: 4294967295"), SipParseError.TooLarge, true },
        { Samples.Minimal(with: "l: 3\r\nContent-Length: 0"), SipParseError.DuplicateHeader, true },
        { "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", SipParseError.StartLine, false },
        { "garbage\n\n", SipParseError.StartLine, false },
        { Samples.Minimal(with: string.Concat(Enumerable.Repeat("X: y\r\n", 200)) + "l: 0"), SipParseError.TooManyHeaders, false },
        { new string('x', 70_000), SipParseError.TooLarge, false },
        { Samples.Minimal(with: "X: " + new string('x', 70_000)), SipParseError.TooLarge, false },
    };

    /// <summary>Whatever follows is not looked at: nobody can tell where the next message begins.</summary>
    [Theory]
    [MemberData(nameof(Broken))]
    public void GivesUpWhatItCannotCut(string text, SipParseError error, bool canAnswer)
    {
        SipMessageIndex index = new();
        foreach (int size in (ReadOnlySpan<int>)[1, 50, 4096, 100_000])
        {
            using SipStreamReader reader = new();
            SipStreamStatus status = SipStreamStatus.NeedMore;
            SipMessage message = default;
            foreach (byte[] piece in Text.Bytes(text + Text.Of(s_options)).Chunk(size))
            {
                ReadOnlySequence<byte> input = new(piece);
                status = reader.Read(ref input, index, out message);
                if (status != SipStreamStatus.NeedMore) break;
            }

            Assert.Equal(SipStreamStatus.Broken, status);
            Assert.Equal(error, reader.Result.Error);
            Assert.Equal(canAnswer, SipResponses.CanAnswer(message));

            ReadOnlySequence<byte> more = new(s_options);
            Assert.Equal(SipStreamStatus.Broken, reader.Read(ref more, index, out _));
            Assert.Equal(error, reader.Result.Error);

            reader.Dispose();
            Assert.Equal(SipStreamStatus.Message, reader.Read(ref more, index, out _));
        }
    }

    [Fact]
    public void TakesAMessageOfExactlyTheLimit()
    {
        foreach (int missing in (ReadOnlySpan<int>)[0, 1])
        {
            using SipStreamReader reader = new(new SipLimits { MaxMessageLength = s_options.Length - missing });
            ReadOnlySequence<byte> input = Segments.Of(s_options.Chunk(10));
            SipStreamStatus status = reader.Read(ref input, new SipMessageIndex(), out _);
            Assert.Equal(missing == 0 ? SipStreamStatus.Message : SipStreamStatus.Broken, status);
        }
    }

    [Fact]
    public void AllocatesNothing()
    {
        using SipStreamReader reader = new();
        SipMessageIndex index = new();
        ReadOnlySequence<byte> pieces = Segments.Of(s_stream.Chunk(100));
        int messages = 0;
        void ReadStream()
        {
            ReadOnlySequence<byte> input = pieces;
            while (reader.Read(ref input, index, out _) is SipStreamStatus.Message or SipStreamStatus.Ping) messages++;
        }

        for (int i = 0; i < 50; i++) ReadStream();

        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int i = 0; i < 50; i++) ReadStream();
        }));
        Assert.Equal(0, messages % s_expected.Length);
        Assert.NotEqual(0, messages);
    }

    private static string WithLength(int length) => Samples.Minimal(with: $"l: {length}");

    private static List<string> ReadAll(params byte[][] pieces)
    {
        using SipStreamReader reader = new();
        List<string> read = [];
        foreach (byte[] piece in pieces)
        {
            ReadOnlySequence<byte> input = new(piece);
            read.AddRange(Drain(reader, ref input));
            Assert.True(input.IsEmpty);
        }

        Assert.False(reader.IsInMessage);
        return read;
    }

    private static List<string> Drain(SipStreamReader reader, ref ReadOnlySequence<byte> input)
    {
        SipMessageIndex index = new();
        List<string> read = [];
        while (true)
        {
            switch (reader.Read(ref input, index, out SipMessage message))
            {
                case SipStreamStatus.Message:
                    Assert.Equal(SipParser.Parse(message.Bytes, new SipMessageIndex()), reader.Result);
                    Assert.True(message.Bytes.EndsWith(message.Body));
                    read.Add(Text.Of(message.Bytes));
                    break;
                case SipStreamStatus.Ping:
                    read.Add("ping");
                    break;
                case SipStreamStatus.NeedMore:
                    return read;
                default:
                    Assert.Fail(reader.Result.ToString());
                    break;
            }
        }
    }

    /// <summary>A sequence of several segments.</summary>
    private sealed class Segments : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Of(IEnumerable<byte[]> pieces)
        {
            Segments? first = null;
            Segments? last = null;
            foreach (byte[] piece in pieces)
            {
                Segments next = new() { Memory = piece, RunningIndex = last is null ? 0 : last.RunningIndex + last.Memory.Length };
                if (last is not null) last.Next = next;

                first ??= next;
                last = next;
            }

            return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
        }
    }
}
