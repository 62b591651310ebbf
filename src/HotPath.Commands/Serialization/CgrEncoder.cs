using System.Buffers;
using System.Buffers.Text;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace HotPath.Commands;

/// <summary>
/// What generated <c>Encode</c> methods are made of. Each method writes at a position and returns the position behind it. When the
/// output is too short, nothing is written but the position still moves on, by at least as much as would have been needed; so the
/// position at the end says how large an output is enough. A value is followed by the comma that separates it from the next
/// member; <see cref="End"/> puts the closing brace over the last one. Allocates nothing.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CgrEncoder
{
    /// <summary>The most bytes that one byte of UTF-8, or one UTF-16 code unit, becomes: <c>\u001F</c>.</summary>
    private const int LongestEscape = 6;

    private const int LongestInteger = 20;

    private const int LongestDecimal = 31;

    /// <summary>Bytes that are known when the program is compiled.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Raw(Span<byte> output, int at, ReadOnlySpan<byte> utf8)
    {
        if (at <= output.Length - utf8.Length)
        {
            utf8.CopyTo(output[at..]);
        }

        return at + utf8.Length;
    }

    /// <summary>The closing braces of an object whose first member, if there is any, begins at <paramref name="first"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int End(Span<byte> output, int at, int first, ReadOnlySpan<byte> braces) =>
        Raw(output, at == first ? at : at - 1, braces);

    /// <summary>The text, escaped where it has to be, and <c>",</c>.</summary>
    public static int Text(Span<byte> output, int at, CgrText value)
    {
        ReadOnlySpan<byte> utf8 = value.Utf8;
        int end = at + utf8.Length;
        if (!value.IsUtf16 && end <= output.Length - 2 && JsonBytes.TryCopyPlain(utf8, output[at..]))
        {
            output[end] = (byte)'"';
            output[end + 1] = (byte)',';
            return end + 2;
        }

        return TextSlow(output, at, value);
    }

    /// <summary>A whole number and <c>,</c>.</summary>
    public static int Integer(Span<byte> output, int at, long value) => Number(output, at, value, ","u8);

    /// <summary>Whole unix seconds and <c>",</c>; see <see cref="CgrFormat.UnixSeconds"/>.</summary>
    public static int UnixSeconds(Span<byte> output, int at, DateTimeOffset value) => Number(output, at, value.ToUnixTimeSeconds(), "\","u8);

    /// <summary>Seconds with their unit and <c>",</c>; see <see cref="CgrFormat.SecondsText"/>.</summary>
    public static int SecondsText(Span<byte> output, int at, CgrDuration value) =>
        DurationText.HasFraction(value) ? FractionText(output, at, value) : Number(output, at, value.WholeSeconds, "s\","u8);

    private static int FractionText(Span<byte> output, int at, CgrDuration value)
    {
        ReadOnlySpan<byte> tail = "s\","u8;
        if (at > output.Length - DurationText.LongestSeconds - tail.Length)
        {
            return at + DurationText.LongestSeconds + tail.Length;
        }

        int end = at + DurationText.WriteSeconds(output[at..], value);
        tail.CopyTo(output[end..]);
        return end + tail.Length;
    }

    /// <summary>Seconds as a number and <c>,</c>; see <see cref="CgrFormat.Seconds"/>.</summary>
    public static int Seconds(Span<byte> output, int at, CgrDuration value)
    {
        if (at > output.Length - DurationText.LongestSeconds - 1)
        {
            return at + DurationText.LongestSeconds + 1;
        }

        int end = at + DurationText.WriteSeconds(output[at..], value);
        output[end] = (byte)',';
        return end + 1;
    }

    /// <summary>Whole seconds as a number and <c>,</c>; see <see cref="CgrFormat.WholeSeconds"/>.</summary>
    public static int WholeSeconds(Span<byte> output, int at, CgrDuration value) => Integer(output, at, DurationText.ToWholeSeconds(value));

    /// <summary>The time in quotes, after the first one, and <c>,</c>; see <see cref="CgrFormat.Rfc3339"/>.</summary>
    public static int Rfc3339(Span<byte> output, int at, DateTimeOffset value)
    {
        if (at > output.Length - TimeText.LongestRfc3339 - 2)
        {
            return at + TimeText.LongestRfc3339 + 2;
        }

        int end = at + TimeText.WriteRfc3339(output[at..], value);
        return Raw(output, end, "\","u8);
    }

    /// <summary>A decimal number and <c>,</c>.</summary>
    public static int Decimal(Span<byte> output, int at, decimal value)
    {
        if (at > output.Length - LongestDecimal - 1)
        {
            return at + LongestDecimal + 1;
        }

        Utf8Formatter.TryFormat(value, output[at..], out int written);
        output[at + written] = (byte)',';
        return at + written + 1;
    }

    /// <summary>JSON as it is and <c>,</c>; see <see cref="CgrFormat.RawJson"/>.</summary>
    public static int RawJson(Span<byte> output, int at, CgrText value)
    {
        int length = value.IsUtf16 ? Encoding.UTF8.GetByteCount(value.Utf16) : value.Utf8.Length;
        if (at > output.Length - length - ",null".Length)
        {
            return at + length + ",null".Length;
        }

        Span<byte> json = output.Slice(at, length);
        if (value.IsUtf16)
        {
            Encoding.UTF8.GetBytes(value.Utf16, json);
        }
        else
        {
            value.Utf8.CopyTo(json);
        }

        return CgrReader.IsJson(json) ? Raw(output, at + length, ","u8) : Raw(output, at, "null,"u8);
    }

    /// <summary>A list of texts and <c>,</c>.</summary>
    public static int Texts(Span<byte> output, int at, string[] values)
    {
        at = Raw(output, at, "["u8);
        int first = at;
        foreach (string value in values)
        {
            at = Raw(output, at, "\""u8);
            at = Text(output, at, value);
        }

        return End(output, at, first, "],"u8);
    }

    /// <summary>A list of objects and <c>,</c>.</summary>
    public static int Objects<T>(Span<byte> output, int at, T[] values)
        where T : struct, ICgrObject<T>
    {
        at = Raw(output, at, "["u8);
        int first = at;
        foreach (T value in values)
        {
            at = value.EncodeTo(output, at);
        }

        return End(output, at, first, "],"u8);
    }

    /// <summary>The values of a set, as they were set, but for those in <paramref name="hidden"/>.</summary>
    public static int Variables(Span<byte> output, int at, CgrVariables variables, ulong hidden) => variables.EncodeTo(output, at, hidden, areFlags: false);

    /// <summary>The same with numbers as booleans: options are flags.</summary>
    public static int Options(Span<byte> output, int at, CgrVariables options, ulong hidden) => options.EncodeTo(output, at, hidden, areFlags: true);

    private static int Number(Span<byte> output, int at, long value, ReadOnlySpan<byte> suffix)
    {
        if (at > output.Length - LongestInteger - suffix.Length)
        {
            return at + LongestInteger + suffix.Length;
        }

        Utf8Formatter.TryFormat(value, output[at..], out int written);
        suffix.CopyTo(output[(at + written)..]);
        return at + written + suffix.Length;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int TextSlow(Span<byte> output, int at, CgrText value)
    {
        Span<byte> rest = output[Math.Min(at, output.Length)..];
        bool fits = value.IsUtf16
            ? TryEscape(value.Utf16, rest, out int written)
            : JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(value.Utf8, rest, out _, out written) == OperationStatus.Done;
        return fits
            ? Raw(output, at + written, "\","u8)
            : at + ((value.Utf8.Length + value.Utf16.Length) * LongestEscape) + 2;
    }

    private static bool TryEscape(ReadOnlySpan<char> text, Span<byte> output, out int written)
    {
        if (Ascii.FromUtf16(text, output, out written) == OperationStatus.Done && JsonBytes.TryCopyPlain(output[..written], output))
        {
            return true;
        }

        // Escaped in UTF-16 first: an unpaired surrogate has no UTF-8 that the encoder could see.
        Span<char> escaped = stackalloc char[256];
        written = 0;
        while (!text.IsEmpty)
        {
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text, escaped, out int read, out int length);
            if (Utf8.FromUtf16(escaped[..length], output[written..], out _, out int bytes) != OperationStatus.Done)
            {
                return false;
            }

            text = text[read..];
            written += bytes;
        }

        return true;
    }
}
