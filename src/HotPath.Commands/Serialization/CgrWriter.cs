using System.Buffers.Text;
using System.ComponentModel;
using System.Text.Json;

namespace HotPath.Commands;

/// <summary>What generated <c>WriteTo</c> methods add to <see cref="Utf8JsonWriter"/>: members in the formats of the wire.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CgrWriter
{
    /// <summary>A text member.</summary>
    public static void WriteText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, CgrText value)
    {
        if (value.IsUtf16)
        {
            writer.WriteString(name, value.Utf16);
        }
        else
        {
            writer.WriteString(name, value.Utf8);
        }
    }

    /// <summary>A point in time; see <see cref="CgrFormat.UnixSeconds"/>.</summary>
    public static void WriteUnixSeconds(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset value)
    {
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(value.ToUnixTimeSeconds(), text, out int length);
        writer.WriteString(name, text[..length]);
    }

    /// <summary>A length of time; see <see cref="CgrFormat.SecondsText"/>.</summary>
    public static void WriteSecondsText(Utf8JsonWriter writer, ReadOnlySpan<byte> name, CgrDuration value)
    {
        Span<byte> text = stackalloc byte[21];
        Utf8Formatter.TryFormat(value.WholeSeconds, text, out int length);
        text[length++] = (byte)'s';
        writer.WriteString(name, text[..length]);
    }

    /// <summary>A length of time; see <see cref="CgrFormat.Seconds"/>.</summary>
    public static void WriteSeconds(Utf8JsonWriter writer, ReadOnlySpan<byte> name, CgrDuration value)
    {
        Span<byte> text = stackalloc byte[DurationText.LongestSeconds];
        int length = DurationText.WriteSeconds(text, value);
        writer.WritePropertyName(name);
        writer.WriteRawValue(text[..length], skipInputValidation: true);
    }

    /// <summary>The values of a set, as they were set, but for those in <paramref name="hidden"/>.</summary>
    public static void WriteVariables(Utf8JsonWriter writer, CgrVariables variables, ulong hidden) => variables.WriteTo(writer, hidden, areFlags: false);

    /// <summary>The same with numbers as booleans: options are flags.</summary>
    public static void WriteOptions(Utf8JsonWriter writer, CgrVariables options, ulong hidden) => options.WriteTo(writer, hidden, areFlags: true);
}
