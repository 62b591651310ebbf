using System.Buffers;
using System.Buffers.Text;

namespace HotPath.Rpc;

/// <summary>What a frame is (facts: cgrates-module.md §7).</summary>
internal enum RpcFrameKind : byte
{
    /// <summary>The members of its object are not JSON.</summary>
    Invalid,

    /// <summary>A request: it names a method, and has neither a result nor an error.</summary>
    Request,

    /// <summary>A reply: it has a result or an error, or names no method.</summary>
    Reply,
}

/// <summary>
/// A view of the envelope of one frame: its members in any order, unknown ones skipped, the last of equal ones taken. All spans
/// are raw JSON inside the frame, without surrounding blanks, and empty where the member is absent. Values are not checked beyond
/// their strings and brackets. Allocates nothing, never throws.
/// </summary>
internal readonly ref struct RpcFrame
{
    private static readonly SearchValues<byte> s_bracketsAndEscape = SearchValues.Create("{}[]\\"u8);

    private RpcFrame(ReadOnlySpan<byte> id, ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error)
    {
        Id = id;
        Method = method;
        Parameters = parameters;
        Result = result;
        Error = error;
        Kind = IsValue(result) || IsValue(error) || method.IsEmpty ? RpcFrameKind.Reply : RpcFrameKind.Request;
    }

    /// <summary>What the frame is; <see cref="RpcFrameKind.Invalid"/> leaves everything else empty.</summary>
    public RpcFrameKind Kind { get; }

    /// <summary>The id, of any JSON type.</summary>
    public ReadOnlySpan<byte> Id { get; }

    /// <summary>The method name with its quotes and escapes; empty also if it is no string.</summary>
    public ReadOnlySpan<byte> Method { get; }

    /// <summary>The value of <c>params</c>.</summary>
    public ReadOnlySpan<byte> Parameters { get; }

    /// <summary>The result.</summary>
    public ReadOnlySpan<byte> Result { get; }

    /// <summary>The error.</summary>
    public ReadOnlySpan<byte> Error { get; }

    /// <summary>There is an error, and it is not null.</summary>
    public bool HasError => IsValue(Error);

    /// <summary>There is a result, and it is not null.</summary>
    public bool HasResult => IsValue(Result);

    /// <summary>
    /// The one parameter: the first element of <c>params</c>, or <c>params</c> itself where it is an object (the reference module
    /// takes both); empty if there is none.
    /// </summary>
    public ReadOnlySpan<byte> FirstParameter
    {
        get
        {
            if (Parameters.IsEmpty || Parameters[0] != (byte)'[')
            {
                return Parameters is [(byte)'{', ..] ? Parameters : default;
            }

            int start = JsonSkipper.SkipBlanks(Parameters, 1);
            int end = JsonSkipper.SkipValue(Parameters, start);
            return end < 0 ? default : Parameters[start..end];
        }
    }

    /// <summary>The id as one of ours: a whole number 1…2³¹−1.</summary>
    public bool TryGetId(out int id) =>
        Utf8Parser.TryParse(Id, out id, out int used) && used == Id.Length && id > 0;

    /// <summary>Reads the envelope of a frame.</summary>
    /// <param name="frame">One whole object, as a <see cref="FrameScanner"/> found it.</param>
    public static RpcFrame Read(ReadOnlySpan<byte> frame) => TryReadUsualReply(frame, out RpcFrame read) ? read : ReadSlow(frame);

    /// <summary>The layout that CGRateS engines write: <c>{"id":N,"result":…,"error":null}</c> (facts: wire/README.md).</summary>
    private static bool TryReadUsualReply(ReadOnlySpan<byte> frame, out RpcFrame read)
    {
        read = default;
        ReadOnlySpan<byte> beforeId = "{\"id\":"u8;
        ReadOnlySpan<byte> beforeResult = ",\"result\":"u8;
        ReadOnlySpan<byte> tail = ",\"error\":null}"u8;
        if (!frame.StartsWith(beforeId))
        {
            return false;
        }

        int idEnd = beforeId.Length;
        while (idEnd < frame.Length && (uint)(frame[idEnd] - '0') <= 9)
        {
            idEnd++;
        }

        if (idEnd == beforeId.Length || !frame[idEnd..].StartsWith(beforeResult))
        {
            return false;
        }

        int resultStart = idEnd + beforeResult.Length;
        int resultEnd = frame.Length - tail.Length;
        if (resultEnd <= resultStart || !frame[resultEnd..].SequenceEqual(tail) || !IsOneValue(frame[resultStart..resultEnd]))
        {
            return false;
        }

        read = new RpcFrame(frame[beforeId.Length..idEnd], default, default, frame[resultStart..resultEnd], frame[^5..^1]);
        return true;
    }

    /// <summary>
    /// What stands before the usual tail is one value, not a value and more members. An object that has no bracket but its first
    /// and its last byte is; that these two are no text follows from the frame being whole.
    /// </summary>
    private static bool IsOneValue(ReadOnlySpan<byte> json) =>
        (json[0] == (byte)'{' && json[1..].IndexOfAny(s_bracketsAndEscape) == json.Length - 2 && json[^1] == (byte)'}')
        || JsonSkipper.SkipValue(json, 0) == json.Length;

    /// <summary>Any layout.</summary>
    internal static RpcFrame ReadSlow(ReadOnlySpan<byte> frame)
    {
        ReadOnlySpan<byte> id = default, method = default, parameters = default, result = default, error = default;
        int position = JsonSkipper.SkipBlanks(frame, 0);
        if (!Is(frame, position, '{'))
        {
            return default;
        }

        position = JsonSkipper.SkipBlanks(frame, position + 1);
        bool isEnd = Is(frame, position, '}');
        while (!isEnd)
        {
            int nameEnd = Is(frame, position, '"') ? JsonSkipper.SkipValue(frame, position) : -1;
            if (nameEnd < 0)
            {
                return default;
            }

            ReadOnlySpan<byte> name = frame[position..nameEnd];
            position = JsonSkipper.SkipBlanks(frame, nameEnd);
            if (!Is(frame, position, ':'))
            {
                return default;
            }

            position = JsonSkipper.SkipBlanks(frame, position + 1);
            int valueEnd = JsonSkipper.SkipValue(frame, position);
            if (valueEnd < 0)
            {
                return default;
            }

            ReadOnlySpan<byte> value = frame[position..valueEnd];
            switch (name)
            {
                case [_, (byte)'i', (byte)'d', _]:
                    id = value;
                    break;
                case var _ when name.SequenceEqual("\"method\""u8):
                    method = value[0] == (byte)'"' ? value : default;
                    break;
                case var _ when name.SequenceEqual("\"params\""u8):
                    parameters = value;
                    break;
                case var _ when name.SequenceEqual("\"result\""u8):
                    result = value;
                    break;
                case var _ when name.SequenceEqual("\"error\""u8):
                    error = value;
                    break;
            }

            position = JsonSkipper.SkipBlanks(frame, valueEnd);
            isEnd = Is(frame, position, '}');
            if (!isEnd)
            {
                if (!Is(frame, position, ','))
                {
                    return default;
                }

                position = JsonSkipper.SkipBlanks(frame, position + 1);
            }
        }

        return JsonSkipper.SkipBlanks(frame, position + 1) == frame.Length ? new RpcFrame(id, method, parameters, result, error) : default;
    }

    private static bool Is(ReadOnlySpan<byte> bytes, int position, char wanted) => position < bytes.Length && bytes[position] == wanted;

    private static bool IsValue(ReadOnlySpan<byte> json) => !json.IsEmpty && json[0] != (byte)'n';
}
