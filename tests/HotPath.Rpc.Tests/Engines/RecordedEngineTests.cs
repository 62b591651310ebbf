using System.Text.Json;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: to what does not depend on tariffs (ids, envelopes, unknown methods, broken JSON) the scripted engine answers byte for byte what the recorded engine did, on both its ports.</summary>
public sealed class RecordedEngineTests(ITestOutputHelper output)
{
    private const string TwoWayMark = "birpc";

    /// <summary>Recordings of v0.10.4, by number.</summary>
    private static readonly string[] s_recordings =
    [
        "002", "019", "021", "022", "087", "088", "089", "091", "092", "093", "094", "095", "096", "097", "099", "100", "102", "103", "104",
        "105", "107", "112", "113", "114", "116",
    ];

    [Fact]
    public void Envelopes_are_answered_as_recorded()
    {
        int exchanges = 0;
        foreach (string line in SharedFiles.RequireLines("wire/engine-v0.10.4.jsonl"))
        {
            JsonElement exchange = JsonDocument.Parse(line).RootElement;
            string name = exchange.GetProperty("name").GetString()!;
            if (s_recordings.Contains(name[..3]))
            {
                EngineConversation.Client client = new EngineConversation().Connect(name.Contains(TwoWayMark, StringComparison.Ordinal) ? RpcPort.TwoWay : RpcPort.OneWay);
                string reply = exchange.GetProperty("reply").GetString() ?? "";
                Assert.Equal($"{name} {reply.TrimEnd('\n')}", $"{name} {client.Say(exchange.GetProperty("request").GetString()!)}");
                bool isClosed = exchange.GetProperty("note").GetString()!.Contains("CONNECTION CLOSED", StringComparison.Ordinal);
                Assert.Equal((name, isClosed), (name, client.End is not null));
                exchanges++;
            }
        }

        output.WriteLine($"{exchanges} recorded exchanges");
        Assert.Equal(s_recordings.Length, exchanges);
    }
}
