using System.Globalization;

namespace HotPath.Commands;

/// <summary>Points in time as the engine and its clients write them (facts: cgrates-engine.md §2.1). All without a zone are UTC.</summary>
internal static class TimeText
{
    private const long UnixEpochTicks = 621_355_968_000_000_000;

    /// <summary>In the year 5138; the same number of milliseconds is in 1973.</summary>
    private const long LargestSeconds = 100_000_000_000;

    /// <summary>The most bytes <see cref="WriteRfc3339"/> writes.</summary>
    public const int LongestRfc3339 = 28;

    /// <summary>Writes <c>2018-01-07T17:00:10.5Z</c>, with as much of a fraction as there is.</summary>
    public static int WriteRfc3339(Span<byte> output, DateTimeOffset value)
    {
        value.UtcDateTime.TryFormat(output, out int length, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
        return length;
    }

    /// <summary>
    /// Reads unix seconds, milliseconds, microseconds or nanoseconds (told apart by the number of digits), RFC 3339,
    /// <c>2006-01-02 15:04:05</c> and <c>20060102150405</c>. The empty text, <c>*unlimited</c> and Go's zero time mean: not set.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset? value)
    {
        value = null;
        if (text.IsEmpty || text.SequenceEqual("*unlimited"u8))
        {
            return true;
        }

        ReadOnlySpan<byte> digits = text[0] == '-' ? text[1..] : text;
        if (!digits.IsEmpty && digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0)
        {
            if (text.Length == 14)
            {
                return TryReadDate(text, 0, out DateTime date) && TryReadClock(text[8..], 0, out long clock) && TryMake(date.Ticks + clock, out value);
            }

            DecimalText.TryScale(text, 0, out long number);
            return TryFromNumber(number, out value);
        }

        return TryParseCalendar(text, out value);
    }

    /// <summary>Unix time as a number: seconds below 10¹¹ (as well before 1970), then milliseconds, microseconds, nanoseconds.</summary>
    public static bool TryFromNumber(long number, out DateTimeOffset? value)
    {
        value = null;
        if (number < -LargestSeconds)
        {
            return false;
        }

        long ticks = number switch
        {
            < LargestSeconds => number * TimeSpan.TicksPerSecond,
            < LargestSeconds * 1_000 => number * TimeSpan.TicksPerMillisecond,
            < LargestSeconds * 1_000_000 => number * TimeSpan.TicksPerMicrosecond,
            _ => number / TimeSpan.NanosecondsPerTick,
        };
        return TryMake(UnixEpochTicks + ticks, out value);
    }

    private static bool TryParseCalendar(ReadOnlySpan<byte> text, out DateTimeOffset? value)
    {
        value = null;
        if (text.Length < 19
            || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')
            || !TryReadDate(text, 1, out DateTime date)
            || !TryReadClock(text[11..], 1, out long clock))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = text[19..];
        if (rest is [(byte)'.', ..])
        {
            rest = rest[1..];
            long unit = TimeSpan.TicksPerSecond;
            while (rest is [>= (byte)'0' and <= (byte)'9', ..])
            {
                unit /= 10;
                clock += unit * (rest[0] - '0');
                rest = rest[1..];
            }
        }

        return TryReadZone(rest, out long offset) && TryMake(date.Ticks + clock - offset, out value);
    }

    /// <summary>Year, month and day with <paramref name="gap"/> separators between them.</summary>
    private static bool TryReadDate(ReadOnlySpan<byte> text, int gap, out DateTime date)
    {
        date = default;
        if (!TryReadNumber(text, 0, 4, out int year)
            || !TryReadNumber(text, 4 + gap, 2, out int month)
            || !TryReadNumber(text, 6 + (2 * gap), 2, out int day)
            || (gap == 1 && (text[4] != '-' || text[7] != '-'))
            || year == 0
            || month is 0 or > 12
            || day == 0
            || day > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc);
        return true;
    }

    private static bool TryReadClock(ReadOnlySpan<byte> text, int gap, out long ticks)
    {
        ticks = 0;
        if (!TryReadNumber(text, 0, 2, out int hour)
            || !TryReadNumber(text, 2 + gap, 2, out int minute)
            || !TryReadNumber(text, 4 + (2 * gap), 2, out int second)
            || (gap == 1 && (text[2] != ':' || text[5] != ':'))
            || hour > 23
            || minute > 59
            || second > 59)
        {
            return false;
        }

        ticks = (((((long)hour * 60) + minute) * 60) + second) * TimeSpan.TicksPerSecond;
        return true;
    }

    private static bool TryReadZone(ReadOnlySpan<byte> text, out long offset)
    {
        offset = 0;
        if (text.IsEmpty || text is [(byte)'Z' or (byte)'z'])
        {
            return true;
        }

        int gap = text.Length == 6 && text[3] == ':' ? 1 : 0;
        if (text.Length != 5 + gap
            || text[0] is not ((byte)'+' or (byte)'-')
            || !TryReadNumber(text, 1, 2, out int hours)
            || !TryReadNumber(text, 3 + gap, 2, out int minutes)
            || minutes > 59)
        {
            return false;
        }

        offset = ((hours * 60L) + minutes) * TimeSpan.TicksPerMinute * (text[0] == '-' ? -1 : 1);
        return true;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> text, int start, int digits, out int number)
    {
        number = 0;
        foreach (byte character in text.Slice(start, digits))
        {
            int digit = character - '0';
            if ((uint)digit > 9)
            {
                return false;
            }

            number = (number * 10) + digit;
        }

        return true;
    }

    private static bool TryMake(long utcTicks, out DateTimeOffset? value)
    {
        value = null;
        if (utcTicks < 0 || utcTicks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        if (utcTicks != 0)
        {
            value = new DateTimeOffset(utcTicks, TimeSpan.Zero);
        }

        return true;
    }
}
