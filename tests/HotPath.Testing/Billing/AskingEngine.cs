using System.Text;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>Asks what an engine asks of its clients, without a connection.</summary>
public sealed class AskingEngine(IEngineRequestHandler handler) : IAnswerSink
{
    private byte[] _answer = new byte[64 * 1024];
    private int _length;
    private bool _isError;

    /// <summary>The answer as JSON; an error as <c>error TEXT</c>; empty: none was given.</summary>
    public string Ask(string method, string parameters)
    {
        Ask(Encoding.UTF8.GetBytes(method), Encoding.UTF8.GetBytes(parameters));
        return (_isError ? "error " : "") + Encoding.UTF8.GetString(_answer.AsSpan(0, _length));
    }

    /// <summary>Asks and allocates nothing.</summary>
    /// <returns>The length of the answer in bytes.</returns>
    public int Ask(ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters)
    {
        _length = 0;
        _isError = false;
        EngineRequest request = new(0, method, parameters, "1"u8, this);
        handler.OnRequest(ref request);
        return _length;
    }

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
