using System.Text;
using System.Text.Json;
using HotPath.Rpc;

namespace HotPath.Charging.Tests;

/// <summary>A client of an engine over a link in memory: what it asks is answered before the call returns.</summary>
internal sealed class MemoryClient : IEngineLink
{
    private readonly RpcServerLink _server;
    private readonly List<JsonElement> _received = [];
    private int _lastId;

    public MemoryClient(ChargingEngine engine, RpcPort port = RpcPort.TwoWay) => _server = new RpcServerLink(this, port, engine.Requests);

    /// <summary>The engine ended the connection.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Requests of the engine, not yet answered.</summary>
    public Queue<JsonElement> Requests { get; } = [];

    /// <summary>The result of a request that is not refused.</summary>
    public JsonElement Ask(string method, string parameters)
    {
        JsonElement reply = AskForReply(method, parameters);
        Assert.Equal(JsonValueKind.Null, reply.GetProperty("error").ValueKind);
        return reply.GetProperty("result");
    }

    /// <summary>The error text of a request that is refused.</summary>
    public string AskForError(string method, string parameters)
    {
        JsonElement reply = AskForReply(method, parameters);
        Assert.Equal(JsonValueKind.Null, reply.GetProperty("result").ValueKind);
        return reply.GetProperty("error").GetString()!;
    }

    /// <summary>Sends bytes as they are.</summary>
    /// <returns>The answers to them.</returns>
    public IReadOnlyList<JsonElement> Send(string text) => Send(Encoding.UTF8.GetBytes(text));

    /// <inheritdoc cref="Send(string)"/>
    public IReadOnlyList<JsonElement> Send(ReadOnlySpan<byte> bytes)
    {
        _received.Clear();
        ((IEngineLinkHandler)_server).OnReceived(bytes);
        return [.. _received];
    }

    /// <summary>Answers the engine's oldest request.</summary>
    public JsonElement Answer(string result = "\"OK\"", string error = "null")
    {
        JsonElement request = Requests.Dequeue();
        Send($$"""{"id":{{request.GetProperty("id").GetRawText()}},"result":{{result}},"error":{{error}}}""");
        return request;
    }

    /// <summary>The connection is lost.</summary>
    public void Disconnect() => ((IEngineLinkHandler)_server).OnClosed("lost");

    int IEngineLink.Send(ReadOnlySpan<byte> bytes)
    {
        foreach (string line in Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            if (document.RootElement.TryGetProperty("method", out _))
            {
                Requests.Enqueue(document.RootElement.Clone());
            }
            else
            {
                _received.Add(document.RootElement.Clone());
            }
        }

        return bytes.Length;
    }

    void IEngineLink.Close() => IsClosed = true;

    private JsonElement AskForReply(string method, string parameters) =>
        Assert.Single(Send($$"""{"method":"{{method}}","id":{{++_lastId}},"params":[{{parameters}}]}"""));
}
