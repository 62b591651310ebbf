using System.Globalization;

namespace HotPath.Commands;

/// <summary>Values. <c>null</c> is the same as absent: the value is left unset.</summary>
public ref partial struct CgrReader
{
    /// <summary>Text: a string, or the digits or letters of a number or boolean. Escaped text is unescaped into <paramref name="scratch"/>.</summary>
    public void ReadText(string member, CgrScratch scratch, out CgrText value)
    {
        value = default;
        if (!TryReadScalar(member, out ScalarKind kind, out ReadOnlySpan<byte> text))
        {
            return;
        }

        if (kind == ScalarKind.EscapedString)
        {
            Span<byte> plain = scratch.Take(text.Length);
            JsonEscapes.TryUnescape(text, plain, out int length);
            scratch.GiveBack(plain.Length - length);
            value = (ReadOnlySpan<byte>)plain[..length];
        }
        else if (kind != ScalarKind.Null)
        {
            value = text;
        }
    }

    /// <summary>The same as a new string (allocates).</summary>
    public void ReadString(string member, out string? value)
    {
        value = null;
        if (!TryReadScalar(member, out ScalarKind kind, out ReadOnlySpan<byte> text) || kind == ScalarKind.Null)
        {
            return;
        }

        if (kind == ScalarKind.EscapedString)
        {
            byte[] plain = new byte[text.Length];
            JsonEscapes.TryUnescape(text, plain, out int length);
            text = plain.AsSpan(0, length);
        }

        value = System.Text.Encoding.UTF8.GetString(text);
    }

    /// <summary>A boolean; <c>1</c> and <c>"true"</c> count as true, <c>0</c>, <c>"false"</c> and <c>""</c> as false.</summary>
    public void ReadBoolean(string member, out bool? value)
    {
        value = null;
        int start = _at;
        if (!TryReadScalar(member, out ScalarKind kind, out ReadOnlySpan<byte> text) || kind == ScalarKind.Null)
        {
            return;
        }

        if (text.SequenceEqual("true"u8) || text.SequenceEqual("1"u8))
        {
            value = true;
        }
        else if (text.IsEmpty || text.SequenceEqual("false"u8) || text.SequenceEqual("0"u8))
        {
            value = false;
        }
        else
        {
            FailAt(start, member);
        }
    }

    /// <summary>A whole number, or a string of one.</summary>
    public void ReadInteger(string member, out long? value)
    {
        if (TryReadPlainInteger(out long plain))
        {
            value = plain;
            return;
        }

        value = null;
        int start = _at;
        if (!TryReadScalar(member, out ScalarKind kind, out ReadOnlySpan<byte> text) || kind == ScalarKind.Null)
        {
            return;
        }

        if (text.IsEmpty || NumberLength(text) != text.Length || !DecimalText.TryScale(text, 0, out long number))
        {
            FailAt(start, member);
            return;
        }

        value = number;
    }

    /// <summary>A whole number of 32 bits, or a string of one.</summary>
    public void ReadInteger(string member, out int? value)
    {
        int start = _at;
        ReadInteger(member, out long? number);
        value = (int?)number;
        if (value != number)
        {
            value = null;
            FailAt(start, member);
        }
    }

    /// <summary>A decimal number, or a string of one.</summary>
    public void ReadDecimal(string member, out decimal? value)
    {
        value = null;
        int start = _at;
        if (!TryReadScalar(member, out ScalarKind kind, out ReadOnlySpan<byte> text) || kind == ScalarKind.Null)
        {
            return;
        }

        if (text.IsEmpty || NumberLength(text) != text.Length || !decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number))
        {
            FailAt(start, member);
            return;
        }

        value = number;
    }

    /// <summary>Any JSON value, as it stands there.</summary>
    public void ReadRawJson(out CgrText value)
    {
        value = default;
        byte token = NextToken();
        int start = _at;
        SkipValue();
        if (_error == CgrReadError.None && token != 'n')
        {
            value = _json[start.._at];
        }
    }

    /// <summary>The same as a new string (allocates).</summary>
    public void ReadRawJson(out string? value)
    {
        ReadRawJson(out CgrText json);
        value = json.IsPresent ? json.ToString() : null;
    }

    /// <summary>A list of texts (allocates).</summary>
    public void ReadTexts(string member, out string[]? value)
    {
        value = null;
        if (!TryBeginArray(member))
        {
            return;
        }

        List<string> texts = [];
        while (TryReadElement())
        {
            ReadString(member, out string? text);
            texts.Add(text ?? "");
        }

        value = [.. texts];
    }

    /// <summary>An object.</summary>
    public void ReadObject<T>(string member, out T? value)
        where T : struct, ICgrObject<T> => T.Read(ref this, member, out value);

    /// <summary>A list of objects (allocates); <c>null</c> among them is one of which nothing is set.</summary>
    public void ReadObjects<T>(string member, out T[]? value)
        where T : struct, ICgrObject<T>
    {
        value = null;
        if (!TryBeginArray(member))
        {
            return;
        }

        List<T> objects = [];
        while (TryReadElement())
        {
            T.Read(ref this, member, out T? element);
            objects.Add(element.GetValueOrDefault());
        }

        value = [.. objects];
    }

    /// <summary>A length of time: Go's duration syntax, or a number of nanoseconds, as a number or as a string.</summary>
    public void ReadDuration(string member, out CgrDuration? value) => ReadDuration(member, 0, out value);

    /// <summary>A length of time: Go's duration syntax, or a number of seconds, as a number or as a string.</summary>
    public void ReadSeconds(string member, out CgrDuration? value) => ReadDuration(member, 9, out value);

    /// <summary>A point in time, in any of the forms that <c>TimeText</c> knows; a number is unix time.</summary>
    public void ReadTime(string member, out DateTimeOffset? value)
    {
        value = null;
        int start = _at;
        if (!TryReadScalar(member, out ScalarKind kind, out ReadOnlySpan<byte> text) || kind == ScalarKind.Null)
        {
            return;
        }

        bool isTime = false;
        if (kind == ScalarKind.Number)
        {
            DecimalText.TryScale(text, 0, out long number);
            isTime = TimeText.TryFromNumber(number, out value);
        }
        else if (kind == ScalarKind.String)
        {
            isTime = TimeText.TryParse(text, out value);
        }

        if (!isTime)
        {
            FailAt(start, member);
        }
    }

    /// <summary>The one text that the whole result is, such as <c>"OK"</c>; anything else is of the wrong type.</summary>
    public void ReadConstant(ReadOnlySpan<byte> constant)
    {
        int start = _at;
        if (TryReadScalar(null, out ScalarKind kind, out ReadOnlySpan<byte> text) && (kind != ScalarKind.String || !text.SequenceEqual(constant)))
        {
            FailAt(start, null);
        }
    }

    private enum ScalarKind : byte
    {
        Null,
        Boolean,
        Number,
        String,
        EscapedString,
    }

    private void ReadDuration(string member, int scale, out CgrDuration? value)
    {
        if (scale == 0 && TryReadPlainInteger(out long nanoseconds))
        {
            value = new CgrDuration(nanoseconds);
            return;
        }

        value = null;
        int start = _at;
        if (!TryReadScalar(member, out ScalarKind kind, out ReadOnlySpan<byte> text) || kind == ScalarKind.Null)
        {
            return;
        }

        if (kind == ScalarKind.Number)
        {
            value = DurationText.FromNumber(text, scale);
        }
        else if (kind == ScalarKind.String && DurationText.TryParse(text, scale, out CgrDuration duration))
        {
            value = duration;
        }
        else
        {
            FailAt(start, member);
        }
    }

    /// <summary>The usual form of a number: digits, no more than surely fit, and behind them the end of the value. Else nothing is read.</summary>
    private bool TryReadPlainInteger(out long value)
    {
        value = 0;
        if (_error != CgrReadError.None)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = _json[_at..];
        int length = JsonBytes.ReadDigits(rest, out ulong digits);
        if (length is 0 or > 18 || length == rest.Length || rest[length] is not ((byte)',' or (byte)'}') || (rest[0] == '0' && length > 1))
        {
            return false;
        }

        _at += length;
        value = (long)digits;
        return true;
    }

    private bool TryReadScalar(string? member, out ScalarKind kind, out ReadOnlySpan<byte> text)
    {
        byte token = NextToken();
        if (token == '"')
        {
            bool read = TryScanString(out text, out bool escaped);
            kind = escaped ? ScalarKind.EscapedString : ScalarKind.String;
            return read;
        }

        if (token is (byte)'{' or (byte)'[')
        {
            kind = default;
            text = default;
            FailUnlessMalformed(member);
            return false;
        }

        kind = token switch
        {
            (byte)'t' or (byte)'f' => ScalarKind.Boolean,
            (byte)'n' => ScalarKind.Null,
            _ => ScalarKind.Number,
        };
        return TryScanScalar(token, out text);
    }

    /// <summary>The value that begins at <paramref name="start"/> is of the wrong type or out of range.</summary>
    private void FailAt(int start, string? member)
    {
        _at = start;
        NextToken();
        Fail(CgrReadError.WrongType, member);
    }
}
