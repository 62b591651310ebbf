using System.Text;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: frames are found alike however the stream is cut and whichever path scans it, and a broken stream is noticed where it breaks.</summary>
public sealed class FrameScannerTests
{
    private const int MaxFrameBytes = 4096;

    public static TheoryData<string> Streams => new()
    {
        """{"id":1,"result":{"MaxUsage":10800000000000},"error":null}""" + "\n",
        """{"id":1,"result":"OK","error":null}{"id":2,"result":"OK","error":null}""",
        """  { "id" : 1 ,""" + "\r\n\t" + """ "result" : [ { } , [ ] ] , "error" : null } """ + "\n\n" + """{"method":"SessionSv1.DisconnectSession","params":[{}],"id":7}""",
        """{"result":"brackets }{][ in text","id":1}{"result":"quotes \"}\" and \\","id":2}{"result":"\\\\","id":3}""",
        """{"a":"\\\"","b":"\u007b\u007D{\"","c":[["]"],{"}":"{"}]}""",
        "{\"t\":\"" + new string('x', 200) + "\"}{\"t\":\"" + new string('\\', 130) + "\"}",
        "{\"t\":\"" + new string('é', 100) + "€𝄞\"}",
        "{}{}{}\n{}",
        "{\"deep\":" + new string('[', 63) + new string(']', 63) + "}",
        "{\"deep\":" + new string('[', 64) + new string(']', 64) + "}",
        "{\"id\":1}x{\"id\":2}",
        "[1]",
        "{\"a\":[1}}",
        "{\"a\":{1]}",
        "\"text\"",
        "}",
        "{\"cut\":\"short",
        "{\"cut\":\"at an escape\\",
        "",
        " \n ",
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Every_cut_gives_the_same_frames(string stream)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(stream);
        string expected = Read(bytes);
        for (int cut = 0; cut <= bytes.Length; cut++)
        {
            Assert.Equal(expected, Read(bytes[..cut], bytes[cut..]));
        }

        for (int size = 1; size <= 65; size += 4)
        {
            Assert.Equal(expected, Read(bytes.Chunk(size).ToArray()));
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Fast_and_scalar_paths_agree(string stream)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(stream);
        for (int start = 0; start < bytes.Length; start++)
        {
            if (bytes[start] is (byte)'{' or (byte)'[')
            {
                ReadOnlySpan<byte> rest = bytes.AsSpan(start);
                FrameScanner fast = default, slow = default;
                Assert.Equal(
                    (slow.ScanSlow(rest, out int slowConsumed), slowConsumed),
                    (fast.ScanContainer(rest, out int fastConsumed), fastConsumed));
            }
        }
    }

    [Fact]
    public void Random_brackets_quotes_and_escapes_are_read_alike_by_both_paths()
    {
        Random random = new(20260101);
        byte[] alphabet = "{}[]\"\\\"{}a,: "u8.ToArray();
        for (int round = 0; round < 20_000; round++)
        {
            byte[] bytes = new byte[random.Next(1, 200)];
            for (int i = 0; i < bytes.Length; i++)
            {
                // Long stretches without brackets make whole blocks be skipped.
                bytes[i] = random.Next(4) == 0 ? alphabet[random.Next(alphabet.Length)] : (byte)'a';
            }

            bytes[0] = (byte)'{';
            FrameScanner fast = default, slow = default;
            Assert.Equal(
                (slow.ScanSlow(bytes, out int slowConsumed), slowConsumed),
                (fast.Scan(bytes, out int fastConsumed), fastConsumed));
        }
    }

    [Theory]
    [InlineData("{\"id\":1}x", "not a JSON object at byte 0 of a frame")]
    [InlineData("{\"a\":[1}}", "not a JSON object at byte 7 of a frame")]
    public void Garbage_is_said_with_its_offset(string stream, string fault) =>
        Assert.EndsWith(fault, Read(Encoding.UTF8.GetBytes(stream)));

    [Fact]
    public void A_frame_over_the_limit_is_refused_before_it_is_whole()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("{\"t\":\"" + new string('x', MaxFrameBytes) + "\"}");
        Assert.Equal($"a frame larger than {MaxFrameBytes} bytes", Read(bytes));
        Assert.Equal($"a frame larger than {MaxFrameBytes} bytes", Read(bytes.Chunk(1000).ToArray()));
    }

    /// <summary>All frames, each on a line, then the fault.</summary>
    private static string Read(params byte[][] segments)
    {
        FrameReader reader = new(MaxFrameBytes);
        StringBuilder frames = new();
        foreach (byte[] segment in segments)
        {
            ReadOnlySpan<byte> bytes = segment;
            while (reader.TryRead(ref bytes, out ReadOnlySpan<byte> frame))
            {
                frames.Append(Encoding.UTF8.GetString(frame)).Append('\n');
            }

            if (reader.Fault is null)
            {
                Assert.True(bytes.IsEmpty);
            }
        }

        string? fault = reader.Fault;
        reader.Reset();
        return frames.Append(fault).ToString();
    }
}
