namespace HotPath.Rpc;

/// <summary>
/// The place of an answer to an engine's request that is given after <see cref="IEngineRequestHandler.OnRequest"/> has returned. Answer
/// once, on the thread that drives the client; what comes again, or after the connection is gone, is dropped. The default value stands for
/// a request that wants no answer. Copying and answering allocate nothing.
/// </summary>
public readonly struct DeferredAnswer
{
    private readonly HeldAnswers? _held;
    private readonly int _slot;
    private readonly int _generation;

    internal DeferredAnswer(HeldAnswers held, int slot, int generation)
    {
        _held = held;
        _slot = slot;
        _generation = generation;
    }

    /// <summary>Answers with a result.</summary>
    /// <param name="resultJson">Raw JSON, for example <c>"OK"</c> with its quotes.</param>
    public void Reply(ReadOnlySpan<byte> resultJson) => _held?.Write(_slot, _generation, resultJson, default);

    /// <summary>Answers with an error string.</summary>
    /// <param name="text">UTF-8 text, not yet JSON.</param>
    public void ReplyError(ReadOnlySpan<byte> text) => _held?.Write(_slot, _generation, default, text);
}
