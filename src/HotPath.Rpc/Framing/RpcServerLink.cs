using HotPath.Commands;

namespace HotPath.Rpc;

/// <summary>
/// The engine's side of one connection: requests in, answers out, and requests to the client with their answers matched by id.
/// Runs over any <see cref="IEngineLink"/>, a socket's or a simulated one, on the one thread that drives that. What is written
/// while bytes are being received leaves together when they are done; what is written otherwise leaves at once. A broken stream ends the
/// link without an answer, as CGRateS does. A client that sends no more still gets the answers it waits for (not so over TLS); then the
/// link ends. One that does not read its answers is ended. Answering allocates nothing in steady state.
/// </summary>
public sealed class RpcServerLink : IEngineLinkHandler
{
    private const int MaxMethodLength = 256;

    private readonly IEngineLink _link;
    private readonly RpcPort _port;
    private readonly IRpcRequestSink _sink;
    private readonly OutputBuffer _output = new();
    private readonly Dictionary<int, (IRpcCallHandler Handler, long State)> _calls = [];
    private readonly int _maxPendingBytes;
    private FrameReader _reader;
    private int _lastCallId;
    private int _unanswered;
    private bool _isOpened;
    private bool _isReceiving;
    private bool _isReadToEnd;
    private bool _isEndingStream;

    /// <summary>The server's side of <paramref name="link"/>.</summary>
    /// <param name="link">The stream; this object must be its handler, and be told <see cref="IEngineLinkHandler.OnOpened"/> first.</param>
    /// <param name="port">Which listener this is.</param>
    /// <param name="sink">Serves the requests.</param>
    /// <param name="limits">What one client may take; by default <see cref="RpcServerLimits.Default"/>.</param>
    public RpcServerLink(IEngineLink link, RpcPort port, IRpcRequestSink sink, RpcServerLimits? limits = null)
    {
        limits ??= RpcServerLimits.Default;
        _maxPendingBytes = limits.MaxPendingBytes;
        _reader = new FrameReader(limits.MaxFrameBytes);
        _link = link;
        _port = port;
        _sink = sink;
    }

    /// <summary>The link has ended.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Which listener this is.</summary>
    public RpcPort Port => _port;

    /// <summary>Told once, when the link has ended, before the sink is.</summary>
    internal Action? Ended { get; set; }

    /// <summary>Answers with a result.</summary>
    /// <param name="id">The request's id.</param>
    /// <param name="resultJson">Raw JSON.</param>
    public void Reply(ReadOnlySpan<byte> id, ReadOnlySpan<byte> resultJson)
    {
        if (IsAnswerWanted(id))
        {
            EnvelopeWriter.WriteAnswer(_output, id, resultJson);
            OnAnswered();
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
            OnAnswered();
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
            OnAnswered();
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

    /// <summary>Says, after what was written, that nothing more comes, and goes on reading: for tests of what clients make of faults.</summary>
    internal void EndSending()
    {
        _isEndingStream = !IsClosed;
        OnWritten();
    }

    /// <summary>Ends the link, after what was written as far as the network takes it now; the sink is told.</summary>
    public void Close(string reason = "closed by the engine")
    {
        if (!IsClosed)
        {
            _link.Send(_output.Pending);
            _link.Close();
            OnEnd(reason);
        }
    }

    void IEngineLinkHandler.OnOpened()
    {
        _isOpened = true;
        _sink.OnOpened(this);
    }

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

    bool IEngineLinkHandler.OnEndOfStream()
    {
        _isReadToEnd = _output.Length > 0 || _unanswered > 0;
        return _isReadToEnd;
    }

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
        _unanswered += IsAnswerWanted(frame.Id) ? 1 : 0;
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

    private void OnAnswered()
    {
        _unanswered = Math.Max(_unanswered - 1, 0);
        OnWritten();
    }

    private void OnWritten()
    {
        if (!_isReceiving || _output.Length > _maxPendingBytes)
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

        if (_output.Length > _maxPendingBytes)
        {
            Close("the client does not read its answers");
        }
        else if (_output.Length == 0 && _isReadToEnd && _unanswered == 0)
        {
            Close("closed by the other side");
        }
        else if (_output.Length == 0 && _isEndingStream)
        {
            _isEndingStream = false;
            _link.EndSending();
        }
    }

    private void OnEnd(string reason)
    {
        IsClosed = true;
        Ended?.Invoke();
        foreach ((IRpcCallHandler handler, long state) in _calls.Values)
        {
            handler.OnLost(this, state);
        }

        _calls.Clear();
        if (_isOpened)
        {
            // A client that failed the TLS handshake never was one.
            _sink.OnClosed(this, reason);
        }

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
