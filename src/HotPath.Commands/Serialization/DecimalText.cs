namespace HotPath.Commands;

/// <summary>Reads decimal numbers exactly, without floating point: nanoseconds beyond 2⁵³ keep their last digit.</summary>
internal static class DecimalText
{
    /// <summary>
    /// The number times ten to the power of <paramref name="scale"/>, cut to a whole number and to 64 bits.
    /// </summary>
    /// <param name="number">A JSON number.</param>
    /// <param name="scale">How far the decimal point is moved to the right.</param>
    /// <param name="value">The nearest value that 64 bits can hold.</param>
    /// <returns><paramref name="value"/> is the very number: nothing was cut off.</returns>
    public static bool TryScale(ReadOnlySpan<byte> number, int scale, out long value)
    {
        int at = 0;
        bool negative = !number.IsEmpty && number[0] == '-';
        if (negative || (!number.IsEmpty && number[0] == '+'))
        {
            at++;
        }

        ulong mantissa = 0;
        int digits = 0;
        long exponent = scale;
        bool exact = true;
        bool inFraction = false;
        for (; at < number.Length; at++)
        {
            byte character = number[at];
            if (character == '.')
            {
                inFraction = true;
                continue;
            }

            int digit = character - '0';
            if ((uint)digit > 9)
            {
                break;
            }

            if (digits < 19)
            {
                mantissa = (mantissa * 10) + (uint)digit;
                digits += mantissa == 0 ? 0 : 1;
                exponent -= inFraction ? 1 : 0;
            }
            else
            {
                exact &= digit == 0;
                exponent += inFraction ? 0 : 1;
            }
        }

        if (at < number.Length)
        {
            exponent += ReadExponent(number[(at + 1)..]);
        }

        if (mantissa == 0)
        {
            value = 0;
            return true;
        }

        for (; exponent > 0; exponent--)
        {
            if (mantissa > ulong.MaxValue / 10)
            {
                mantissa = ulong.MaxValue;
                exact = false;
                break;
            }

            mantissa *= 10;
        }

        for (; exponent < 0 && mantissa != 0; exponent++)
        {
            (mantissa, ulong lost) = Math.DivRem(mantissa, 10);
            exact &= lost == 0;
        }

        ulong limit = negative ? 1UL << 63 : long.MaxValue;
        if (mantissa > limit)
        {
            mantissa = limit;
            exact = false;
        }

        value = negative ? unchecked(-(long)mantissa) : (long)mantissa;
        return exact;
    }

    private static long ReadExponent(ReadOnlySpan<byte> text)
    {
        long exponent = 0;
        foreach (byte character in text)
        {
            if (character is >= (byte)'0' and <= (byte)'9' && exponent < 100_000_000)
            {
                exponent = (exponent * 10) + (character - '0');
            }
        }

        return !text.IsEmpty && text[0] == '-' ? -exponent : exponent;
    }
}
