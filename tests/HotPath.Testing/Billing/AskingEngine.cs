using System.Text;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>Asks what an engine asks of its clients, without a connection.</summary>
public sealed class AskingEngine : IAnswerSink
{
    private readonly IEngineRequestHandler _handler;
    private readonly HeldAnswers _held;
    private byte[] _answer = new byte[64 * 1024];
    private int _length;
    private bool _isError;

    public AskingEngine(IEngineRequestHandler handler)
    {
        _handler = handler;
        _held = new HeldAnswers(this);
    }

    /// <summary>The latest answer, as <see cref="Ask(string, string)"/> gives it: to a request that is answered later it is there later.</summary>
    public string Answer => (_isError ? "error " : "") + Encoding.UTF8.GetString(_answer.AsSpan(0, _length));

    /// <summary>The answer as JSON; an error as <c>error TEXT</c>; empty: none was given.</summary>
    public string Ask(string method, string parameters)
    {
        Ask(Encoding.UTF8.GetBytes(method), Encoding.UTF8.GetBytes(parameters));
        return Answer;
    }

    /// <summary>Asks and allocates nothing.</summary>
    /// <returns>The length of the answer in bytes.</returns>
    public int Ask(ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters)
    {
        _length = 0;
        _isError = false;
        EngineRequest request = new(0, method, parameters, "1"u8, this);
        _handler.OnRequest(ref request);
        return _length;
    }

    bool IAnswerSink.TryHold(ReadOnlySpan<byte> id, out DeferredAnswer answer) => _held.TryHold(id, out answer);

    void IAnswerSink.WriteAnswer(ReadOnlySpan<byte> id, ReadOnlySpan<byte> resultJson, ReadOnlySpan<byte> errorText)
    {
        _isError = resultJson.IsEmpty;
        ReadOnlySpan<byte> answer = _isError ? errorText : resultJson;
        if (_answer.Length < answer.Length)
        {
            _answer = new byte[2 * answer.Length];
        }

        answer.CopyTo(_answer);
        _length = answer.Length;
    }
}
