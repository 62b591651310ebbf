using System.Buffers.Text;
using System.ComponentModel;
using System.Text;
using System.Text.Json;

namespace HotPath.Commands;

/// <summary>What generated <c>WriteTo</c> methods add to <see cref="Utf8JsonWriter"/>: values in the formats of the wire.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CgrWriter
{
    /// <summary>Text.</summary>
    public static void WriteText(Utf8JsonWriter writer, CgrText value)
    {
        if (value.IsUtf16)
        {
            writer.WriteStringValue(value.Utf16);
        }
        else
        {
            writer.WriteStringValue(value.Utf8);
        }
    }

    /// <summary>A point in time; see <see cref="CgrFormat.UnixSeconds"/>.</summary>
    public static void WriteUnixSeconds(Utf8JsonWriter writer, DateTimeOffset value)
    {
        Span<byte> text = stackalloc byte[20];
        Utf8Formatter.TryFormat(value.ToUnixTimeSeconds(), text, out int length);
        writer.WriteStringValue(text[..length]);
    }

    /// <summary>A point in time; see <see cref="CgrFormat.Rfc3339"/>.</summary>
    public static void WriteRfc3339(Utf8JsonWriter writer, DateTimeOffset value)
    {
        Span<byte> text = stackalloc byte[TimeText.LongestRfc3339];
        writer.WriteStringValue(text[..TimeText.WriteRfc3339(text, value)]);
    }

    /// <summary>JSON as it is; see <see cref="CgrFormat.RawJson"/>.</summary>
    public static void WriteRawJson(Utf8JsonWriter writer, CgrText value)
    {
        ReadOnlySpan<byte> json = value.IsUtf16 ? Encoding.UTF8.GetBytes(value.Utf16.ToArray()) : value.Utf8;
        if (CgrReader.IsJson(json))
        {
            writer.WriteRawValue(json, skipInputValidation: true);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    /// <summary>A list of texts.</summary>
    public static void WriteTexts(Utf8JsonWriter writer, string[] values)
    {
        writer.WriteStartArray();
        foreach (string value in values)
        {
            WriteText(writer, value);
        }

        writer.WriteEndArray();
    }

    /// <summary>A list of objects.</summary>
    public static void WriteObjects<T>(Utf8JsonWriter writer, T[] values)
        where T : struct, ICgrObject<T>
    {
        writer.WriteStartArray();
        foreach (T value in values)
        {
            value.WriteTo(writer);
        }

        writer.WriteEndArray();
    }

    /// <summary>A length of time; see <see cref="CgrFormat.SecondsText"/>.</summary>
    public static void WriteSecondsText(Utf8JsonWriter writer, CgrDuration value)
    {
        Span<byte> text = stackalloc byte[DurationText.LongestSeconds + 1];
        int length;
        if (DurationText.HasFraction(value))
        {
            length = DurationText.WriteSeconds(text, value);
        }
        else
        {
            Utf8Formatter.TryFormat(value.WholeSeconds, text, out length);
        }

        text[length++] = (byte)'s';
        writer.WriteStringValue(text[..length]);
    }

    /// <summary>A length of time; see <see cref="CgrFormat.WholeSeconds"/>.</summary>
    public static void WriteWholeSeconds(Utf8JsonWriter writer, CgrDuration value) => writer.WriteNumberValue(DurationText.ToWholeSeconds(value));

    /// <summary>A length of time; see <see cref="CgrFormat.Seconds"/>.</summary>
    public static void WriteSeconds(Utf8JsonWriter writer, CgrDuration value)
    {
        Span<byte> text = stackalloc byte[DurationText.LongestSeconds];
        writer.WriteRawValue(text[..DurationText.WriteSeconds(text, value)], skipInputValidation: true);
    }

    /// <summary>The values of a set, as they were set, but for those in <paramref name="hidden"/>.</summary>
    public static void WriteVariables(Utf8JsonWriter writer, CgrVariables variables, ulong hidden) => variables.WriteTo(writer, hidden, areFlags: false);

    /// <summary>The same with numbers as booleans: options are flags.</summary>
    public static void WriteOptions(Utf8JsonWriter writer, CgrVariables options, ulong hidden) => options.WriteTo(writer, hidden, areFlags: true);
}
