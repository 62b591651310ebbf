using System.Buffers.Text;

namespace HotPath.Commands;

/// <summary>Lengths of time as text: Go's duration syntax as the engine reads it, and seconds with a fraction.</summary>
internal static class DurationText
{
    /// <summary>The most bytes <see cref="WriteSeconds"/> writes.</summary>
    public const int LongestSeconds = 21;

    private const long NanosecondsPerSecond = 1_000_000_000;

    /// <summary>
    /// Reads <c>1h2m3.5s</c>, <c>20s</c>, <c>-1</c>, <c>*unlimited</c>; a number without unit counts 10^-<paramref name="bareScale"/>
    /// seconds. The empty text is no time at all, as in the engine. Saturates at 64 bits of nanoseconds.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, int bareScale, out CgrDuration value)
    {
        value = default;
        if (text.IsEmpty)
        {
            return true;
        }

        if (text.SequenceEqual("*unlimited"u8))
        {
            value = CgrDuration.Unlimited;
            return true;
        }

        bool negative = text[0] == '-';
        ReadOnlySpan<byte> rest = negative || text[0] == '+' ? text[1..] : text;
        if (rest.IndexOfAnyExcept("0123456789."u8) < 0)
        {
            if (rest.Count((byte)'.') > 1 || rest.SequenceEqual("."u8) || rest.IsEmpty)
            {
                return false;
            }

            value = FromNumber(text, bareScale);
            return true;
        }

        UInt128 nanoseconds = 0;
        while (!rest.IsEmpty)
        {
            if (!TryReadPart(ref rest, out UInt128 part))
            {
                return false;
            }

            nanoseconds += part;
            if (nanoseconds > long.MaxValue)
            {
                nanoseconds = long.MaxValue;
            }
        }

        value = new CgrDuration(negative ? -(long)nanoseconds : (long)nanoseconds);
        return true;
    }

    /// <summary>The duration that a number of 10^-<paramref name="scale"/> seconds says; <c>-1</c> of any unit is no limit.</summary>
    public static CgrDuration FromNumber(ReadOnlySpan<byte> number, int scale)
    {
        DecimalText.TryScale(number, scale, out long nanoseconds);
        return nanoseconds == -NanosecondsPerSecond && scale == 9 ? CgrDuration.Unlimited : new CgrDuration(nanoseconds);
    }

    /// <summary>Seconds without their fraction; "no limit" is <c>-1</c>.</summary>
    public static long ToWholeSeconds(CgrDuration value) => value.IsUnlimited ? -1 : value.WholeSeconds;

    /// <summary>It is a length of time, and not a whole number of seconds.</summary>
    public static bool HasFraction(CgrDuration value) => value.Nanoseconds > 0 && value.Nanoseconds % NanosecondsPerSecond != 0;

    /// <summary>Writes seconds with as much of a fraction as there is; "no limit" is <c>-1</c>.</summary>
    public static int WriteSeconds(Span<byte> output, CgrDuration value)
    {
        if (value.IsUnlimited)
        {
            "-1"u8.CopyTo(output);
            return 2;
        }

        (long seconds, long nanoseconds) = Math.DivRem(value.Nanoseconds, NanosecondsPerSecond);
        int length = 0;
        if (value.Nanoseconds < 0)
        {
            output[length++] = (byte)'-';
        }

        Utf8Formatter.TryFormat(Math.Abs(seconds), output[length..], out int written);
        length += written;
        if (nanoseconds != 0)
        {
            output[length++] = (byte)'.';
            Utf8Formatter.TryFormat(Math.Abs(nanoseconds), output[length..], out _, new('D', 9));
            length += 9;
            while (output[length - 1] == '0')
            {
                length--;
            }
        }

        return length;
    }

    private static bool TryReadPart(ref ReadOnlySpan<byte> text, out UInt128 nanoseconds)
    {
        nanoseconds = 0;
        ulong mantissa = 0;
        int digits = 0;
        int fractionDigits = -1;
        int at = 0;
        for (; at < text.Length; at++)
        {
            if (text[at] == '.' && fractionDigits < 0)
            {
                fractionDigits = 0;
            }
            else if (text[at] is >= (byte)'0' and <= (byte)'9')
            {
                if (++digits > 19)
                {
                    return false;
                }

                mantissa = (mantissa * 10) + (uint)(text[at] - '0');
                fractionDigits += fractionDigits < 0 ? 0 : 1;
            }
            else
            {
                break;
            }
        }

        if (digits == 0 || !TryReadUnit(text[at..], out ulong unit, out int unitLength))
        {
            return false;
        }

        nanoseconds = (UInt128)mantissa * unit;
        for (; fractionDigits > 0; fractionDigits--)
        {
            nanoseconds /= 10;
        }

        text = text[(at + unitLength)..];
        return true;
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> text, out ulong unit, out int length)
    {
        (unit, length) = text switch
        {
            [(byte)'n', (byte)'s', ..] => (1UL, 2),
            [(byte)'u', (byte)'s', ..] => (1_000UL, 2),
            [0xC2, 0xB5, (byte)'s', ..] or [0xCE, 0xBC, (byte)'s', ..] => (1_000UL, 3), // µs: micro sign, Greek mu
            [(byte)'m', (byte)'s', ..] => (1_000_000UL, 2),
            [(byte)'s', ..] => (1_000_000_000UL, 1),
            [(byte)'m', ..] => (60_000_000_000UL, 1),
            [(byte)'h', ..] => (3_600_000_000_000UL, 1),
            _ => (0UL, 0),
        };
        return length != 0;
    }
}
