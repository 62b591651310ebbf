using System.Text;

namespace HotPath.Commands;

/// <summary>The escapes of JSON strings (RFC 8259 §7).</summary>
internal static class JsonEscapes
{
    /// <summary>Length of the escape at the beginning; 0 when it is none, or cut short.</summary>
    public static int LengthAt(ReadOnlySpan<byte> text) => text switch
    {
        [(byte)'\\', (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t', ..] => 2,
        [(byte)'\\', (byte)'u', ..] when TryReadUnit(text, out _) => 6,
        _ => 0,
    };

    /// <summary>
    /// Undoes the escapes of a string that was found to be well formed. A surrogate without its other half becomes U+FFFD, as in
    /// the engine. The outcome is never longer than <paramref name="text"/>; false: longer than <paramref name="plain"/>.
    /// </summary>
    public static bool TryUnescape(ReadOnlySpan<byte> text, Span<byte> plain, out int length)
    {
        length = 0;
        while (true)
        {
            int run = text.IndexOf((byte)'\\');
            ReadOnlySpan<byte> unescaped = run < 0 ? text : text[..run];
            if (!unescaped.TryCopyTo(plain[length..]))
            {
                return false;
            }

            length += unescaped.Length;
            if (run < 0)
            {
                return true;
            }

            text = text[run..];
            if (text[1] == 'u')
            {
                if (!ReadRune(text, out int used).TryEncodeToUtf8(plain[length..], out int written))
                {
                    return false;
                }

                length += written;
                text = text[used..];
            }
            else
            {
                if (length == plain.Length)
                {
                    return false;
                }

                plain[length++] = text[1] switch
                {
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    byte itself => itself,
                };
                text = text[2..];
            }
        }
    }

    private static Rune ReadRune(ReadOnlySpan<byte> text, out int used)
    {
        TryReadUnit(text, out char unit);
        used = 6;
        if (Rune.TryCreate(unit, out Rune rune))
        {
            return rune;
        }

        if (TryReadUnit(text[6..], out char second) && Rune.TryCreate(unit, second, out rune))
        {
            used = 12;
            return rune;
        }

        return Rune.ReplacementChar;
    }

    /// <summary>The code unit of the <c>\uXXXX</c> at the beginning.</summary>
    private static bool TryReadUnit(ReadOnlySpan<byte> text, out char unit)
    {
        unit = default;
        if (text.Length < 6 || text[0] != '\\' || text[1] != 'u')
        {
            return false;
        }

        int value = 0;
        foreach (byte digit in text.Slice(2, 4))
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }

            value = (value << 4) | (char.IsAsciiDigit((char)digit) ? digit - '0' : (digit | 0x20) - 'a' + 10);
        }

        unit = (char)value;
        return true;
    }
}
