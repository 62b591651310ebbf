using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>Values as CGRateS writes them into JSON.</summary>
internal static class ApiJson
{
    private const string ZeroTime = "0001-01-01T00:00:00Z";

    /// <summary>RFC 3339; the year 1 for no time.</summary>
    public static string Time(DateTime? time) =>
        time is { } value ? value.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture) : ZeroTime;

    /// <summary>The time, or Go's zero time where there is none.</summary>
    public static DateTimeOffset OrZero(DateTime? time) => time is { } value ? new DateTimeOffset(value, TimeSpan.Zero) : DateTimeOffset.MinValue;

    /// <summary>What is written, as text.</summary>
    public static string Text(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> json = new();
        using (Utf8JsonWriter writer = new(json, CgrJson.WriterOptions))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    /// <summary>An object of texts.</summary>
    public static string Object(IEnumerable<KeyValuePair<string, string>> members) => Text(writer =>
    {
        writer.WriteStartObject();
        foreach ((string name, string value) in members)
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
    });

    /// <summary>Go's form of a length of time: <c>1m25s</c>, <c>0s</c>, <c>1h0m0.5s</c>, <c>20ns</c>.</summary>
    public static string Duration(long nanoseconds)
    {
        if (nanoseconds is > -Nanoseconds.PerSecond and < Nanoseconds.PerSecond)
        {
            (decimal value, string unit) = Math.Abs(nanoseconds) switch
            {
                0 => (0m, "s"),
                < 1_000 => (nanoseconds, "ns"),
                < 1_000_000 => (nanoseconds / 1_000m, "µs"),
                _ => (nanoseconds / 1_000_000m, "ms"),
            };
            return string.Create(CultureInfo.InvariantCulture, $"{CgrRounding.Trim(value)}{unit}");
        }

        string sign = nanoseconds < 0 ? "-" : "";
        decimal seconds = Math.Abs((decimal)nanoseconds) / Nanoseconds.PerSecond;
        long minutes = (long)(seconds / 60);
        decimal rest = CgrRounding.Trim(seconds - (minutes * 60));
        return minutes == 0 ? string.Create(CultureInfo.InvariantCulture, $"{sign}{rest}s")
            : minutes < 60 ? string.Create(CultureInfo.InvariantCulture, $"{sign}{minutes}m{rest}s")
            : string.Create(CultureInfo.InvariantCulture, $"{sign}{minutes / 60}h{minutes % 60}m{rest}s");
    }

    /// <summary>Writes a member with a number, without trailing zeros.</summary>
    public static void WriteDecimal(Utf8JsonWriter writer, ReadOnlySpan<byte> name, decimal value) => writer.WriteNumber(name, CgrRounding.Trim(value));
}
