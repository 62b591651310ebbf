using System.Buffers;

namespace HotPath.Sip;

/// <summary>
/// Walks <c>;name=value;name</c> parameters of a header value or URI, white space and folds allowed around every separator. A value
/// may be quoted; its quotes and escapes are kept.
/// </summary>
/// <param name="text">From the first semicolon on.</param>
public ref struct SipParameterReader(ReadOnlySpan<byte> text)
{
    private static readonly SearchValues<byte> s_nameEnd = SearchValues.Create("=; \t\r\n,<>\""u8);
    private static readonly SearchValues<byte> s_valueEnd = SearchValues.Create("; \t\r\n,<>\""u8);

    private readonly ReadOnlySpan<byte> _text = text;
    private int _index;

    /// <summary>The name of the present parameter, as written.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Empty where the parameter has none.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The present parameter has a value, be it an empty one.</summary>
    public bool HasValue { get; private set; }

    /// <summary>The walk stopped at something that is no parameter.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Goes to the next parameter.</summary>
    /// <returns><c>false</c> at the end, or where what follows is no parameter (<see cref="IsMalformed"/>).</returns>
    public bool MoveNext()
    {
        int index = SipText.SkipWhiteSpace(_text, _index);
        if (index == _text.Length) return false;
        if (_text[index] != ';') return Malformed();

        index = SipText.SkipWhiteSpace(_text, index + 1);
        int end = EndOf(index, s_nameEnd);
        if (end == index) return Malformed();

        Name = _text[index..end];
        Value = default;
        HasValue = false;
        index = SipText.SkipWhiteSpace(_text, end);
        if (index < _text.Length && _text[index] == '=')
        {
            HasValue = true;
            index = SipText.SkipWhiteSpace(_text, index + 1);
            end = index < _text.Length && _text[index] == '"' ? SipText.SkipQuotedString(_text, index) : EndOf(index, s_valueEnd);
            if (end < 0) return Malformed();

            Value = _text[index..end];
            index = end;
        }

        _index = index;
        return true;
    }

    /// <summary>The value of the first parameter of that name; names compare without case.</summary>
    public static bool TryGet(ReadOnlySpan<byte> parameters, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        SipParameterReader reader = new(parameters);
        while (reader.MoveNext())
        {
            if (reader.Name.Length == name.Length && SipText.EqualsIgnoreCase(reader.Name, name))
            {
                value = reader.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Whether the text is nothing but parameters, or nothing.</summary>
    internal static bool IsWellFormed(ReadOnlySpan<byte> parameters)
    {
        SipParameterReader reader = new(parameters);
        while (reader.MoveNext())
        {
        }

        return !reader.IsMalformed;
    }

    private readonly int EndOf(int start, SearchValues<byte> stops)
    {
        int length = _text[start..].IndexOfAny(stops);
        return length < 0 ? _text.Length : start + length;
    }

    private bool Malformed()
    {
        IsMalformed = true;
        return false;
    }
}
