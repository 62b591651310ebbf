using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;

namespace HotPath.Rpc;

/// <summary>Text in and out of JSON strings, without exceptions and without memory of its own.</summary>
internal static class JsonText
{
    /// <summary>Unescapes the inside of a JSON string. Never longer than what it came from; what is not an escape is copied.</summary>
    /// <param name="escaped">Without the quotes.</param>
    /// <param name="output">At least as long as <paramref name="escaped"/>.</param>
    /// <returns>Bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> output)
    {
        int read = 0;
        int written = 0;
        while (read < escaped.Length)
        {
            int plain = escaped[read..].IndexOf((byte)'\\');
            if (plain != 0)
            {
                ReadOnlySpan<byte> copied = plain < 0 ? escaped[read..] : escaped.Slice(read, plain);
                copied.CopyTo(output[written..]);
                read += copied.Length;
                written += copied.Length;
                continue;
            }

            if (read + 1 == escaped.Length)
            {
                output[written++] = (byte)'\\';
                break;
            }

            byte code = escaped[read + 1];
            if (code == (byte)'u' && TryReadUnit(escaped, read, out char first))
            {
                read += 6;
                if (char.IsHighSurrogate(first) && TryReadUnit(escaped, read, out char second) && char.IsLowSurrogate(second))
                {
                    read += 6;
                    written += new Rune(first, second).EncodeToUtf8(output[written..]);
                }
                else
                {
                    written += (Rune.TryCreate(first, out Rune rune) ? rune : Rune.ReplacementChar).EncodeToUtf8(output[written..]);
                }

                continue;
            }

            read += 2;
            output[written++] = code switch
            {
                (byte)'n' => (byte)'\n',
                (byte)'r' => (byte)'\r',
                (byte)'t' => (byte)'\t',
                (byte)'b' => (byte)'\b',
                (byte)'f' => (byte)'\f',
                _ => code,
            };
        }

        return written;
    }

    /// <summary>Writes UTF-8 text as a JSON string with its quotes. Invalid UTF-8 becomes U+FFFD.</summary>
    public static void WriteString(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        // The longest escape of one byte is six bytes; one byte of invalid UTF-8 becomes three.
        Span<byte> span = output.GetSpan(2 + 6 * text.Length);
        span[0] = (byte)'"';
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(text, span[1..], out _, out int written);
        span[written + 1] = (byte)'"';
        output.Advance(written + 2);
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> escaped, int position, out char unit)
    {
        unit = default;
        if (escaped.Length - position < 6 || escaped[position] != (byte)'\\' || escaped[position + 1] != (byte)'u'
            || !Utf8Parser.TryParse(escaped.Slice(position + 2, 4), out ushort value, out int used, 'x') || used != 4)
        {
            return false;
        }

        unit = (char)value;
        return true;
    }
}
