using System.Text;
using System.Text.Json;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>
/// Checks what passes between the edge and its engines, on the edge's side and in the order of its bytes: that an engine's request to end a
/// session is answered at once and before the session is terminated, for the engine holds its lock until then; and that what a command
/// rests on is in the journal before it leaves.
/// </summary>
/// <param name="world">The clock.</param>
/// <param name="isSafe">Whether the answer (false) or the end (true) of a session is recorded so that it survives.</param>
internal sealed class EngineWire(SimulatedWorld world, Func<string, bool, bool> isSafe)
{
    private static readonly TimeSpan s_longestAnswer = TimeSpan.FromSeconds(1);

    private readonly Dictionary<IEngineLink, Stream> _sent = [];
    private readonly Dictionary<IEngineLink, Stream> _received = [];
    private readonly List<Asked> _asked = [];

    /// <summary>What was broken.</summary>
    public List<BrokenPromise> Broken { get; } = [];

    public void OnSent(IEngineLink link, ReadOnlySpan<byte> bytes)
    {
        foreach (string frame in StreamOf(_sent, link).Read(bytes))
        {
            JsonElement message = JsonDocument.Parse(frame).RootElement;
            if (message.TryGetProperty("method", out JsonElement method))
            {
                OnCommand(link, method.GetString()!, message);
            }
            else
            {
                OnAnswer(link, message.GetProperty("id").ToString());
            }
        }
    }

    public void OnReceived(IEngineLink link, ReadOnlySpan<byte> bytes)
    {
        foreach (string frame in StreamOf(_received, link).Read(bytes))
        {
            JsonElement message = JsonDocument.Parse(frame).RootElement;
            if (message.TryGetProperty("method", out JsonElement method) && method.GetString()!.EndsWith(".DisconnectSession", StringComparison.Ordinal))
            {
                _asked.Add(new Asked(link, message.GetProperty("id").ToString(), Find(message, "OriginID"), world.Elapsed));
            }
        }
    }

    /// <summary>The edge's process is gone, and its connections with it.</summary>
    public void OnDeath()
    {
        _sent.Clear();
        _received.Clear();
        _asked.Clear();
    }

    private void OnCommand(IEngineLink link, string method, JsonElement message)
    {
        string verb = method[(method.LastIndexOf('.') + 1)..];
        bool isInitiate = verb == "InitiateSession";
        bool isEnd = verb is "TerminateSession" or "ProcessCDR";
        if (!isInitiate && !isEnd)
        {
            return;
        }

        string originId = Find(message, "OriginID");
        Check(isSafe(originId, isEnd), ChargingPromise.RecordBeforeEffect, $"{verb} of {originId} leaves before its record is safe");
        if (verb == "TerminateSession")
        {
            Check(!_asked.Exists(asked => asked.Link == link && asked.OriginId == originId), ChargingPromise.EngineAnsweredFirst,
                $"{originId} is terminated before its engine is answered");
        }
    }

    private void OnAnswer(IEngineLink link, string id)
    {
        if (_asked.Find(asked => asked.Link == link && asked.Id == id) is { } answered)
        {
            _asked.Remove(answered);
            Check(world.Elapsed - answered.At <= s_longestAnswer, ChargingPromise.EngineAnsweredFirst, $"{answered.OriginId}: the engine waited for its answer");
        }
    }

    private void Check(bool holds, ChargingPromise promise, string detail)
    {
        if (!holds)
        {
            Broken.Add(new BrokenPromise(promise.ToString(), $"{world.Elapsed.TotalMilliseconds:0.000} ms: {detail}"));
        }
    }

    private static Stream StreamOf(Dictionary<IEngineLink, Stream> streams, IEngineLink link)
    {
        if (!streams.TryGetValue(link, out Stream? stream))
        {
            streams.Add(link, stream = new Stream());
        }

        return stream;
    }

    /// <summary>A member's text, wherever in the message it stands: the dialects put it at different depths.</summary>
    private static string Find(JsonElement element, string name)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object when element.TryGetProperty(name, out JsonElement value):
                return value.ToString();
            case JsonValueKind.Object:
                return element.EnumerateObject().Select(member => Find(member.Value, name)).FirstOrDefault(found => found.Length > 0, "");
            case JsonValueKind.Array:
                return element.EnumerateArray().Select(member => Find(member, name)).FirstOrDefault(found => found.Length > 0, "");
            default:
                return "";
        }
    }

    private sealed record Asked(IEngineLink Link, string Id, string OriginId, TimeSpan At);

    private sealed class Stream
    {
        private FrameReader _reader = new(int.MaxValue);

        public List<string> Read(ReadOnlySpan<byte> bytes)
        {
            List<string> frames = [];
            while (_reader.TryRead(ref bytes, out ReadOnlySpan<byte> frame))
            {
                frames.Add(Encoding.UTF8.GetString(frame));
            }

            return frames;
        }
    }
}
