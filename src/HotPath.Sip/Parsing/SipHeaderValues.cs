using System.Buffers;

namespace HotPath.Sip;

/// <summary>
/// All values of a header field that is a list, in message order: across its lines, and within a line across commas that stand outside
/// quotes and brackets. Empty elements are skipped. Not for Authorization and its like, whose commas separate parameters.
/// </summary>
public ref struct SipHeaderValues
{
    private static readonly SearchValues<byte> s_structure = SearchValues.Create(",\"<"u8);

    private readonly SipMessage _message;
    private readonly SipHeaderId _id;
    private int _header;
    private ReadOnlySpan<byte> _rest;

    internal SipHeaderValues(SipMessage message, SipHeaderId id)
    {
        _message = message;
        _id = id;
        _header = message.Index.First(id);
        if (_header >= 0) _rest = message.GetHeader(_header).Value;
    }

    /// <summary>The value <see cref="MoveNext"/> stopped at, without white space around it.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>For <c>foreach</c>.</summary>
    public readonly SipHeaderValues GetEnumerator() => this;

    /// <summary>Goes on to the next value.</summary>
    public bool MoveNext()
    {
        while (_header >= 0)
        {
            if (TryTakeFirst(ref _rest, out ReadOnlySpan<byte> value))
            {
                Current = value;
                return true;
            }

            _header = _message.Index.Next(_header, _id);
            if (_header >= 0) _rest = _message.GetHeader(_header).Value;
        }

        return false;
    }

    /// <summary>Takes the first value that is not empty off a list; what is left starts after its comma. False if there is none.</summary>
    internal static bool TryTakeFirst(scoped ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> value)
    {
        while (!list.IsEmpty)
        {
            int comma = FindComma(list);
            value = SipText.Trim(list[..comma]);
            list = comma < list.Length ? list[(comma + 1)..] : default;
            if (!value.IsEmpty) return true;
        }

        value = default;
        return false;
    }

    /// <summary>The index of the first comma outside quotes and brackets, or the length. An unclosed quote or bracket runs to the end.</summary>
    private static int FindComma(ReadOnlySpan<byte> text)
    {
        int index = 0;
        while (index < text.Length)
        {
            int offset = text[index..].IndexOfAny(s_structure);
            if (offset < 0) return text.Length;

            index += offset;
            switch (text[index])
            {
                case (byte)',':
                    return index;
                case (byte)'"':
                    index = SipText.SkipQuotedString(text, index);
                    break;
                default:
                    int close = text[index..].IndexOf((byte)'>');
                    index = close < 0 ? -1 : index + close + 1;
                    break;
            }

            if (index < 0) return text.Length;
        }

        return text.Length;
    }
}
