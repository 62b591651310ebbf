using System.Buffers;
using System.Buffers.Text;

namespace HotPath.Rpc;

/// <summary>
/// Writes the envelopes of the wire: requests as the reference module orders them (<c>method</c>, <c>id</c>, <c>params</c>) and
/// answers as CGRateS engines do (<c>id</c>, <c>result</c>, <c>error</c>), each followed by a newline (facts: wire/README.md).
/// Allocates nothing.
/// </summary>
internal static class EnvelopeWriter
{
    private const int MaxIdLength = 10;

    /// <summary>Writes <c>{"method":"M","id":N,"params":[P]}</c> and a newline.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="method">Method name that needs no escaping.</param>
    /// <param name="id">1…2³¹−1.</param>
    /// <param name="parameters">The one parameter as JSON; empty: none.</param>
    public static void WriteRequest(IBufferWriter<byte> output, ReadOnlySpan<byte> method, int id, ReadOnlySpan<byte> parameters)
    {
        ReadOnlySpan<byte> head = "{\"method\":\""u8;
        ReadOnlySpan<byte> beforeId = "\",\"id\":"u8;
        ReadOnlySpan<byte> beforeParameters = ",\"params\":["u8;
        ReadOnlySpan<byte> tail = "]}\n"u8;
        Span<byte> span = output.GetSpan(
            head.Length + method.Length + beforeId.Length + MaxIdLength + beforeParameters.Length + parameters.Length + tail.Length);
        int written = 0;
        Append(span, head, ref written);
        Append(span, method, ref written);
        Append(span, beforeId, ref written);
        Utf8Formatter.TryFormat(id, span[written..], out int digits);
        written += digits;
        Append(span, beforeParameters, ref written);
        Append(span, parameters, ref written);
        Append(span, tail, ref written);
        output.Advance(written);
    }

    /// <summary>Writes <c>{"id":I,"result":</c>; the result follows, then <see cref="WriteAnswerEnd"/>.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="id">Raw JSON; empty: <c>null</c>.</param>
    public static void WriteAnswerStart(IBufferWriter<byte> output, ReadOnlySpan<byte> id)
    {
        output.Write("{\"id\":"u8);
        output.Write(id.IsEmpty ? "null"u8 : id);
        output.Write(",\"result\":"u8);
    }

    /// <summary>Writes <c>,"error":null}</c> and a newline.</summary>
    public static void WriteAnswerEnd(IBufferWriter<byte> output) => output.Write(",\"error\":null}\n"u8);

    /// <summary>Writes <c>{"id":I,"result":R,"error":null}</c> and a newline.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="id">Raw JSON; empty: <c>null</c>.</param>
    /// <param name="result">Raw JSON.</param>
    public static void WriteAnswer(IBufferWriter<byte> output, ReadOnlySpan<byte> id, ReadOnlySpan<byte> result)
    {
        WriteAnswerStart(output, id);
        output.Write(result);
        WriteAnswerEnd(output);
    }

    /// <summary>Writes <c>{"id":I,"result":null,"error":"E"}</c> and a newline.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="id">Raw JSON; empty: <c>null</c>.</param>
    /// <param name="error">UTF-8 text, not yet JSON.</param>
    public static void WriteErrorAnswer(IBufferWriter<byte> output, ReadOnlySpan<byte> id, ReadOnlySpan<byte> error)
    {
        WriteAnswerStart(output, id);
        output.Write("null,\"error\":"u8);
        JsonText.WriteString(output, error);
        output.Write("}\n"u8);
    }

    private static void Append(Span<byte> output, ReadOnlySpan<byte> bytes, ref int written)
    {
        bytes.CopyTo(output[written..]);
        written += bytes.Length;
    }
}
