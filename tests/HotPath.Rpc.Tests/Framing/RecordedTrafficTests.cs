using System.Text;
using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: what real engines and the reference client sent is framed and classified as it was meant, whole and cut.</summary>
public sealed class RecordedTrafficTests(ITestOutputHelper output)
{
    private const string BrokenOrCut = "broken or cut";

    [Fact]
    public void The_reference_clients_traffic_reads()
    {
        int messages = 0;
        foreach (string line in SharedFiles.RequireLines("wire/opensips-module.jsonl"))
        {
            using JsonDocument test = JsonDocument.Parse(line);

            // A test's stream of one side of one connection, as it came: cuts of the recording are real ones.
            var streams = test.RootElement.GetProperty("messages").EnumerateArray()
                .GroupBy(message => (message.GetProperty("conn").GetString(), message.GetProperty("from").GetString()));
            foreach (var stream in streams)
            {
                messages += stream.Count();
                byte[][] segments = [.. stream.Select(message => Encoding.UTF8.GetBytes(message.GetProperty("text").GetString()!))];
                Check(test.RootElement.GetProperty("test").GetString()!, segments, string.Concat(stream.Select(message => message.GetProperty("text").GetString())));
            }
        }

        output.WriteLine($"{messages} recorded messages");
        Assert.True(messages > 0);
    }

    [Theory]
    [InlineData("wire/engine-v0.10.4.jsonl")]
    [InlineData("wire/engine-v0.11-dev.jsonl")]
    [InlineData("wire/engine-old-tutorial.jsonl")]
    public void The_engines_traffic_reads(string file)
    {
        int messages = 0;
        foreach (string line in SharedFiles.RequireLines(file))
        {
            using JsonDocument exchange = JsonDocument.Parse(line);
            string name = exchange.RootElement.GetProperty("name").GetString()!;
            foreach (string side in (string[])["request", "reply"])
            {
                if (exchange.RootElement.GetProperty(side).GetString() is { Length: > 0 } text && !text.Contains("HTTP/1.1", StringComparison.Ordinal))
                {
                    Check($"{name} {side}", [Encoding.UTF8.GetBytes(text)], text);
                    messages++;
                }
            }
        }

        output.WriteLine($"{messages} recorded messages");
        Assert.True(messages > 0);
    }

    /// <summary>The frames found are those that a full JSON reader finds, and each is classified by its members.</summary>
    private static void Check(string name, byte[][] segments, string whole)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(whole);
        List<string> read = Read([bytes], name);
        Assert.Equal(read, Read(segments, name));
        Assert.Equal(read, Read([.. bytes.Chunk(7)], name));
        Assert.Equal(read, Read([.. bytes.Chunk(1)], name));

        // Values are not checked by the framing: where the full reader breaks off inside one, the frames before it still agree.
        List<string> expected = Expect(whole);
        bool isBroken = expected[^1] == BrokenOrCut;
        Assert.Equal(expected.SkipLast(isBroken ? 1 : 0), isBroken ? read.Take(expected.Count - 1) : read);
    }

    private static List<string> Expect(string whole)
    {
        List<string> frames = [];
        Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(whole), new JsonReaderOptions { AllowMultipleValues = true });
        try
        {
            while (reader.Read())
            {
                using JsonDocument frame = JsonDocument.ParseValue(ref reader);
                if (frame.RootElement.ValueKind != JsonValueKind.Object)
                {
                    frames.Add(BrokenOrCut);
                    break;
                }

                bool isReply = IsSet(frame, "result") || IsSet(frame, "error") || !frame.RootElement.TryGetProperty("method", out _);
                string id = frame.RootElement.TryGetProperty("id", out JsonElement value) ? value.GetRawText() : "";
                frames.Add($"{(isReply ? RpcFrameKind.Reply : RpcFrameKind.Request)} {id}");
            }
        }
        catch (JsonException)
        {
            // The recording ends in what is no JSON, or in the middle of a message.
            frames.Add(BrokenOrCut);
        }

        return frames;
    }

    private static bool IsSet(JsonDocument frame, string member) =>
        frame.RootElement.TryGetProperty(member, out JsonElement value) && value.ValueKind != JsonValueKind.Null;

    private static List<string> Read(byte[][] segments, string name)
    {
        FrameReader reader = new(1 << 20);
        List<string> frames = [];
        bool isBroken = false;
        foreach (byte[] segment in segments)
        {
            ReadOnlySpan<byte> bytes = segment;
            while (!isBroken && reader.TryRead(ref bytes, out ReadOnlySpan<byte> frame))
            {
                RpcFrame read = RpcFrame.Read(frame);
                Assert.Equal(RpcFrame.ReadSlow(frame).Kind, read.Kind);
                isBroken = read.Kind == RpcFrameKind.Invalid;
                if (!isBroken)
                {
                    frames.Add($"{read.Kind} {Encoding.UTF8.GetString(read.Id)}");
                }
            }
        }

        if (isBroken || reader.Fault is not null || reader.IsInFrame)
        {
            frames.Add(BrokenOrCut);
        }

        Assert.True(frames.Count > 0, name);
        return frames;
    }
}
