using System.Buffers;
using System.Runtime.CompilerServices;

namespace HotPath.Sip;

/// <summary>
/// The lexical pieces that all SIP grammar is made of (RFC 3261 §25.1): tokens, linear white space, quoted strings, numbers. Nothing
/// here allocates or throws.
/// </summary>
public static class SipText
{
    internal static readonly SearchValues<byte> TokenBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.!%*_+`'~"u8);

    internal static readonly SearchValues<byte> WhiteSpace = SearchValues.Create(" \t\r\n"u8);

    /// <summary>One or more token characters and nothing else.</summary>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenBytes);

    /// <summary>Equal but for the case of ASCII letters.</summary>
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) =>
        System.Text.Ascii.EqualsIgnoreCase(left, right);

    /// <summary>Without the linear white space (blanks, tabs, and the line breaks of folds) at both ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        int start = SkipWhiteSpace(text, 0);
        int end = text.Length;
        while (end > start && IsWhiteSpace(text[end - 1]))
        {
            end--;
        }

        return text[start..end];
    }

    /// <summary>
    /// A decimal number and nothing else. False if there is no digit, another character, or more than fits.
    /// </summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> text, out uint value)
    {
        ulong sum = 0;
        foreach (byte digit in text)
        {
            sum = (sum * 10) + (uint)(digit - '0');
            if ((uint)(digit - '0') > 9 || sum > uint.MaxValue)
            {
                value = 0;
                return false;
            }
        }

        value = (uint)sum;
        return !text.IsEmpty;
    }

    /// <summary>The inside of a quoted string, escapes kept; what is not quoted is returned as it is.</summary>
    public static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> text) => text is [(byte)'"', .., (byte)'"'] ? text[1..^1] : text;

    /// <summary>A number below 2³¹, white space, a method: what CSeq holds, and the end of RAck.</summary>
    internal static bool TryParseCSeq(ReadOnlySpan<byte> text, out uint number, out SipMethod method, out ReadOnlySpan<byte> methodText)
    {
        method = default;
        methodText = default;
        number = 0;
        int digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (digits <= 0 || !TryParseNumber(text[..digits], out number) || number > int.MaxValue) return false;

        int methodStart = SkipWhiteSpace(text, digits);
        methodText = text[methodStart..];
        method = SipMethods.Parse(methodText);
        return methodStart > digits && (method != SipMethod.Unknown || IsToken(methodText));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool IsWhiteSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n';

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int SkipWhiteSpace(ReadOnlySpan<byte> text, int index)
    {
        while ((uint)index < (uint)text.Length && IsWhiteSpace(text[index]))
        {
            index++;
        }

        return index;
    }

    /// <summary>The index after the closing quote of the quoted string that opens at <paramref name="start"/>, or -1 if it never closes.</summary>
    internal static int SkipQuotedString(ReadOnlySpan<byte> text, int start)
    {
        int index = start + 1;
        while (index < text.Length)
        {
            int offset = text[index..].IndexOfAny((byte)'"', (byte)'\\');
            if (offset < 0) return -1;

            index += offset;
            if (text[index] == '"') return index + 1;

            index += 2;
        }

        return -1;
    }

    /// <summary>
    /// The index after the comment that opens at <paramref name="start"/>, comments inside it included, or -1 if it never closes
    /// (RFC 3261 §25.1). Depth is counted, not recursed into.
    /// </summary>
    internal static int SkipComment(ReadOnlySpan<byte> text, int start)
    {
        int depth = 0;
        for (int index = start; index < text.Length; index++)
        {
            switch (text[index])
            {
                case (byte)'(':
                    depth++;
                    break;
                case (byte)')' when --depth == 0:
                    return index + 1;
                case (byte)'\\':
                    index++;
                    break;
            }
        }

        return -1;
    }

    /// <summary>The number of token characters from <paramref name="start"/> on.</summary>
    internal static int TokenLength(ReadOnlySpan<byte> text, int start)
    {
        int length = text[start..].IndexOfAnyExcept(TokenBytes);
        return length < 0 ? text.Length - start : length;
    }
}
