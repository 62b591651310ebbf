namespace HotPath.Rpc;

/// <summary>A request from an engine, valid during <see cref="IEngineRequestHandler.OnRequest"/>.</summary>
public ref struct EngineRequest
{
    private readonly IAnswerSink _sink;
    private readonly ReadOnlySpan<byte> _id;

    internal EngineRequest(int engine, ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> id, IAnswerSink sink)
    {
        Engine = engine;
        Method = method;
        Parameters = parameters;
        _id = id;
        _sink = sink;
    }

    /// <summary>Index of the engine that asks.</summary>
    public int Engine { get; }

    /// <summary>Method name, unescaped UTF-8.</summary>
    public ReadOnlySpan<byte> Method { get; }

    /// <summary>The first element of <c>params</c> as raw JSON; empty if there is none.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <summary>An answer was given, or will be.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Answers with a result.</summary>
    /// <param name="resultJson">Raw JSON, for example <c>"OK"</c> with its quotes.</param>
    public void Reply(ReadOnlySpan<byte> resultJson)
    {
        IsAnswered = true;
        _sink.WriteAnswer(_id, resultJson, default);
    }

    /// <summary>Answers with an error string.</summary>
    /// <param name="text">UTF-8 text, not yet JSON.</param>
    public void ReplyError(ReadOnlySpan<byte> text)
    {
        IsAnswered = true;
        _sink.WriteAnswer(_id, default, text);
    }

    /// <summary>
    /// Has the request answered later. At most 4096 requests of a connection wait at the same time, and only such with ids of up to 64 bytes.
    /// </summary>
    /// <param name="answer">Where the answer goes.</param>
    /// <returns>False: there is no place for it; it is to be answered now.</returns>
    public bool TryDefer(out DeferredAnswer answer) => IsAnswered = _sink.TryHold(_id, out answer);
}

/// <summary>Writes answers to the connection a request came over. A request without an id gets none (facts: wire/README.md).</summary>
internal interface IAnswerSink
{
    /// <param name="id">Raw JSON of the request's id; empty if it had none.</param>
    /// <param name="resultJson">Raw JSON; empty for an error.</param>
    /// <param name="errorText">UTF-8 text; used if <paramref name="resultJson"/> is empty.</param>
    void WriteAnswer(ReadOnlySpan<byte> id, ReadOnlySpan<byte> resultJson, ReadOnlySpan<byte> errorText);

    /// <summary>Keeps the id of a request that is answered later.</summary>
    /// <returns>False: there is no place for it.</returns>
    bool TryHold(ReadOnlySpan<byte> id, out DeferredAnswer answer);
}
