using HotPath.Commands;

namespace HotPath.Rpc;

/// <summary>
/// The engine's side of one connection: requests in, answers out, and requests to the client with their answers matched by id.
/// Runs over any <see cref="IEngineLink"/>, a socket's or a simulated one, on the one thread that drives that. What is written
/// while bytes are being received leaves together when they are done; what is written otherwise leaves at once. A broken stream ends the
/// link without an answer, as CGRateS does. Answering allocates nothing in steady state.
/// </summary>
public sealed class RpcServerLink : IEngineLinkHandler
{
    /// <summary>Largest frame taken from a client, in bytes.</summary>
    public const int MaxFrameBytes = 1024 * 1024;

    /// <summary>Most bytes that wait for a client that does not read; beyond it the link is ended.</summary>
    public const int MaxPendingBytes = 16 * 1024 * 1024;

    private const int MaxMethodLength = 256;

    private readonly IEngineLink _link;
    private readonly RpcPort _port;
    private readonly IRpcRequestSink _sink;
    private readonly OutputBuffer _output = new();
    private readonly Dictionary<int, (IRpcCallHandler Handler, long State)> _calls = [];
    private FrameReader _reader = new(MaxFrameBytes);
    private int _lastCallId;
    private bool _isReceiving;

    /// <summary>The server's side of <paramref name="link"/>.</summary>
    /// <param name="link">The stream; this object must be its handler, and be told <see cref="IEngineLinkHandler.OnOpened"/> first.</param>
    /// <param name="port">Which listener this is.</param>
    /// <param name="sink">Serves the requests.</param>
    public RpcServerLink(IEngineLink link, RpcPort port, IRpcRequestSink sink)
    {
        _link = link;
        _port = port;
        _sink = sink;
    }

    /// <summary>The link has ended.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Which listener this is.</summary>
    public RpcPort Port => _port;

    /// <summary>Answers with a result.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="resultJson">Raw JSON.</param>
    public void Reply(ReadOnlySpan<byte> id, ReadOnlySpan<byte> resultJson)
    {
        if (IsAnswerWanted(id))
        {
            EnvelopeWriter.WriteAnswer(_output, id, resultJson);
            OnWritten();
        }
    }

    /// <summary>Answers with a result that is encoded straight into the output.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="reply">The result.</param>
    /// <param name="dialect">The dialect to write it in.</param>
    public void Reply<TReply>(ReadOnlySpan<byte> id, in TReply reply, CgrDialect dialect)
        where TReply : struct, ICgrReply<TReply>
    {
        if (IsAnswerWanted(id))
        {
            EnvelopeWriter.WriteAnswerStart(_output, id);
            reply.Encode(_output, dialect);
            EnvelopeWriter.WriteAnswerEnd(_output);
            OnWritten();
        }
    }

    /// <summary>Answers with an error.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="text">UTF-8 text, not yet JSON.</param>
    public void ReplyError(ReadOnlySpan<byte> id, ReadOnlySpan<byte> text)
    {
        if (IsAnswerWanted(id))
        {
            EnvelopeWriter.WriteErrorAnswer(_output, id, text);
            OnWritten();
        }
    }

    /// <summary>Asks the client. Only on a <see cref="RpcPort.TwoWay"/> link.</summary>
    /// <param name="method">Method name that needs no escaping.</param>
    /// <param name="parametersJson">The one parameter.</param>
    /// <param name="handler">Gets the answer or the loss of the link; nothing once <see cref="Forget"/> was called.</param>
    /// <param name="state">Given back to <paramref name="handler"/>.</param>
    /// <returns>The request's id, or 0 if the link is closed.</returns>
    public int Call(ReadOnlySpan<byte> method, ReadOnlySpan<byte> parametersJson, IRpcCallHandler handler, long state)
    {
        if (_port != RpcPort.TwoWay)
        {
            throw new InvalidOperationException("The client of a one-way JSON port cannot be asked.");
        }

        if (IsClosed)
        {
            return 0;
        }

        _lastCallId = _lastCallId == int.MaxValue ? 1 : _lastCallId + 1;
        int id = _lastCallId;
        _calls[id] = (handler, state);
        EnvelopeWriter.WriteRequest(_output, method, id, parametersJson);
        OnWritten();
        return id;
    }

    /// <summary>Gives up waiting for the answer to a <see cref="Call"/>; a late one is ignored.</summary>
    public void Forget(int callId) => _calls.Remove(callId);

    /// <summary>Writes bytes as they are: for tests of what clients make of faults.</summary>
    internal void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        if (!IsClosed)
        {
            bytes.CopyTo(_output.GetSpan(bytes.Length));
            _output.Advance(bytes.Length);
            OnWritten();
        }
    }

    /// <summary>Ends the link; the sink is told.</summary>
    public void Close(string reason = "closed by the engine")
    {
        if (!IsClosed)
        {
            _link.Close();
            OnEnd(reason);
        }
    }

    void IEngineLinkHandler.OnOpened() => _sink.OnOpened(this);

    void IEngineLinkHandler.OnReceived(ReadOnlySpan<byte> bytes)
    {
        _isReceiving = true;
        while (!IsClosed && _reader.TryRead(ref bytes, out ReadOnlySpan<byte> frame))
        {
            OnFrame(RpcFrame.Read(frame));
        }

        _isReceiving = false;
        if (!IsClosed && _reader.Fault is { } fault)
        {
            Close(fault);
        }

        if (IsClosed)
        {
            Release();
        }
        else
        {
            Flush();
        }
    }

    void IEngineLinkHandler.OnWritable() => Flush();

    void IEngineLinkHandler.OnClosed(string reason)
    {
        if (!IsClosed)
        {
            OnEnd(reason);
        }
    }

    private void OnFrame(in RpcFrame frame)
    {
        switch (frame.Kind)
        {
            case RpcFrameKind.Invalid:
                Close("broken JSON");
                break;
            case RpcFrameKind.Request:
                OnRequest(frame);
                break;
            case RpcFrameKind.Reply when frame.TryGetId(out int id) && _calls.Remove(id, out (IRpcCallHandler Handler, long State) call):
                call.Handler.OnAnswer(this, call.State, frame.Result, frame.Error);
                break;
        }
    }

    private void OnRequest(in RpcFrame frame)
    {
        ReadOnlySpan<byte> method = frame.Method[1..^1];
        Span<byte> unescaped = stackalloc byte[MaxMethodLength];
        if (method.Length <= MaxMethodLength && method.Contains((byte)'\\'))
        {
            unescaped = unescaped[..JsonText.Unescape(method, unescaped)];
            _sink.OnRequest(this, new RpcRequest(unescaped, frame.FirstParameter, !frame.Parameters.IsEmpty, frame.Id));
            return;
        }

        _sink.OnRequest(this, new RpcRequest(method, frame.FirstParameter, !frame.Parameters.IsEmpty, frame.Id));
    }

    private bool IsAnswerWanted(ReadOnlySpan<byte> id) =>
        !IsClosed && (_port == RpcPort.OneWay || !(id.IsEmpty || id.SequenceEqual("null"u8)));

    private void OnWritten()
    {
        if (!_isReceiving)
        {
            Flush();
        }
    }

    private void Flush()
    {
        if (_output.Length > 0)
        {
            _output.Consume(_link.Send(_output.Pending));
        }

        if (_output.Length > MaxPendingBytes)
        {
            Close("the client does not read its answers");
        }
    }

    private void OnEnd(string reason)
    {
        IsClosed = true;
        foreach ((IRpcCallHandler handler, long state) in _calls.Values)
        {
            handler.OnLost(this, state);
        }

        _calls.Clear();
        _sink.OnClosed(this, reason);
        if (!_isReceiving)
        {
            Release();
        }
    }

    /// <summary>Not while a frame is being served: its bytes may lie in the reader's memory.</summary>
    private void Release()
    {
        _output.Release();
        _reader.Reset();
    }
}
