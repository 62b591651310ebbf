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

    /// <summary>Whole seconds with their unit and <c>",</c>; see <see cref="CgrFormat.SecondsText"/>.</summary>
    public static int SecondsText(Span<byte> output, int at, CgrDuration value) => Number(output, at, value.WholeSeconds, "s\","u8);

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
