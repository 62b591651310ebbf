using System.Buffers;
using System.Text.Json;
using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>The answer to one request while it is written: a result, or an error text. Used again for every request.</summary>
internal sealed class ApiAnswer : IDisposable
{
    private readonly ArrayBufferWriter<byte> _result = new();
    private readonly Utf8JsonWriter _writer;

    public ApiAnswer() => _writer = new Utf8JsonWriter(_result, CgrJson.WriterOptions);

    /// <summary>The engine's error text; <c>null</c>: there is a result.</summary>
    public string? Error { get; private set; }

    /// <summary>Writes the result.</summary>
    public Utf8JsonWriter Result => _writer;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> ResultJson
    {
        get
        {
            _writer.Flush();
            return _result.WrittenSpan;
        }
    }

    /// <summary>The request was not JSON: the connection ends, as with CGRateS.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>The answer is the result of a command.</summary>
    public void Reply<TReply>(in TReply reply, CgrDialect dialect = CgrDialect.Current)
        where TReply : struct, ICgrReply<TReply> => reply.WriteTo(_writer, dialect);

    /// <summary>The answer is what was wrong with the request.</summary>
    public void Fail(CgrReadResult read)
    {
        IsBroken = read.Error == CgrReadError.InvalidJson;
        Error = $"json: {read}";
    }

    /// <summary>The answer is an error.</summary>
    public void Fail(string error) => Error = error;

    /// <summary>The answer is <c>"OK"</c>, or the error if there is one.</summary>
    public void Done(string? error)
    {
        Error = error;
        if (error is null)
        {
            Reply(default(OkReply));
        }
    }

    /// <summary>Forgets the answer.</summary>
    public void Clear()
    {
        Error = null;
        IsBroken = false;
        _result.ResetWrittenCount();
        _writer.Reset();
    }

    public void Dispose() => _writer.Dispose();
}
