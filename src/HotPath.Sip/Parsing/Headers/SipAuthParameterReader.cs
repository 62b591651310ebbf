namespace HotPath.Sip;

/// <summary>
/// Walks <c>name=value, name="value"</c>: the parameters of the Authorization family and of Authentication-Info (RFC 3261 §25.1). White
/// space and folds may stand around every separator; empty elements are skipped.
/// </summary>
/// <param name="text">The parameters, without the scheme.</param>
public ref struct SipAuthParameterReader(ReadOnlySpan<byte> text)
{
    private readonly ReadOnlySpan<byte> _text = text;
    private int _index;

    /// <summary>The name of the present parameter, as written.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>Its value without quotes, escapes kept.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>The walk stopped at something that is no parameter.</summary>
    public bool IsMalformed { get; private set; }

    /// <summary>Goes to the next parameter. False at the end, or where what follows is no parameter (<see cref="IsMalformed"/>).</summary>
    public bool MoveNext()
    {
        int index = SipText.SkipWhiteSpace(_text, _index);
        while (index < _text.Length && _text[index] == ',')
        {
            index = SipText.SkipWhiteSpace(_text, index + 1);
        }

        if (index == _text.Length) return false;

        int nameLength = SipText.TokenLength(_text, index);
        Name = _text.Slice(index, nameLength);
        index = SipText.SkipWhiteSpace(_text, index + nameLength);
        if (nameLength == 0 || index == _text.Length || _text[index] != '=') return Malformed();

        index = SipText.SkipWhiteSpace(_text, index + 1);
        bool isQuoted = index < _text.Length && _text[index] == '"';
        int end = isQuoted ? SipText.SkipQuotedString(_text, index) : EndOfUnquoted(index);
        if (end < 0) return Malformed();

        Value = SipText.Unquote(_text[index..end]);
        index = SipText.SkipWhiteSpace(_text, end);
        if (index < _text.Length && _text[index] != ',') return Malformed();

        _index = index;
        return true;
    }

    // A URI or base64 without quotes holds more than a token may; only separators end it.
    private readonly int EndOfUnquoted(int start)
    {
        int length = _text[start..].IndexOfAny(", \t\r\n\""u8);
        return length < 0 ? _text.Length : start + length;
    }

    private bool Malformed()
    {
        IsMalformed = true;
        return false;
    }
}
