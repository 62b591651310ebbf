using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HotPath.Sip;

/// <summary>
/// Indexes one SIP message (RFC 3261 §7, §25) in one pass, then checks what every element must rely on. Nothing is copied. Bad input is a
/// result, never an exception, and costs about what a good message costs.
/// </summary>
public static partial class SipParser
{
    /// <summary>The longest name that can be a known one, and the bytes looked at to find the colon in one step.</summary>
    private const int NameBlock = 32;

    /// <summary>
    /// Parses one whole message, a datagram. Line breaks before it are skipped (RFC 3261 §7.5); a bare line feed ends a line as CRLF
    /// does. A Content-Length smaller than what follows cuts the body, a larger one is an error (§18.3); without one the body runs to the
    /// end. Allocates nothing unless <paramref name="index"/> has to grow.
    /// </summary>
    /// <param name="message">The bytes.</param>
    /// <param name="index">Filled in; what it held is forgotten.</param>
    /// <param name="limits">What to accept at most; <see cref="SipLimits.Default"/> if null.</param>
    /// <returns>The first error found, or none. After an error <see cref="SipMessageIndex.IsIndexed"/> says what can still be read.</returns>
    public static SipParseResult Parse(ReadOnlySpan<byte> message, SipMessageIndex index, SipLimits? limits = null)
    {
        limits ??= SipLimits.Default;
        index.Reset();
        if (message.Length > limits.MaxMessageLength) return new SipParseResult(SipParseError.TooLarge, limits.MaxMessageLength);

        int start = 0;
        while (start < message.Length && message[start] is (byte)'\r' or (byte)'\n')
        {
            start++;
        }

        if (start == message.Length) return new SipParseResult(SipParseError.Empty, 0);

        LineScanner lines = new(message, start);
        int lineFeed = lines.Next();
        if (lineFeed < 0) return new SipParseResult(SipParseError.StartLine, start);

        index.MessageStart = start;
        index.HeadersStart = lineFeed + 1;
        SipParseResult startLine = ParseStartLine(message, start, lineFeed, index, limits);
        if (startLine.Error is SipParseError.StartLine) return startLine;

        SipParseResult headers = ParseHeaders(message, ref lines, lineFeed + 1, index, limits);
        if (!index.IsIndexed) return startLine.IsOk ? headers : startLine;

        SipParseResult fields = CheckFields(message, index);
        if (!startLine.IsOk) return startLine;

        return headers.IsOk ? fields : headers;
    }

    private static SipParseResult ParseHeaders(
        ReadOnlySpan<byte> message, ref LineScanner lines, int lineStart, SipMessageIndex index, SipLimits limits)
    {
        SipParseResult firstError = default;
        while (true)
        {
            int lineFeed = lines.Next();
            if (lineFeed < 0) return new SipParseResult(SipParseError.Incomplete, message.Length);

            int lineEnd = lineFeed > lineStart && message[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
            if (lineEnd == lineStart)
            {
                index.HeadersEnd = lineStart;
                index.BodyStart = lineFeed + 1;
                index.BodyEnd = message.Length;
                index.IsIndexed = true;
                if (lines.BareCarriageReturn < lineStart) return new SipParseResult(SipParseError.HeaderLine, lines.BareCarriageReturn);

                return firstError;
            }

            // A line that begins with white space continues the one before it (RFC 3261 §7.3.1).
            while (lineFeed + 1 < message.Length && message[lineFeed + 1] is (byte)' ' or (byte)'\t')
            {
                lineFeed = lines.Next();
                if (lineFeed < 0) return new SipParseResult(SipParseError.Incomplete, message.Length);

                lineEnd = message[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
            }

            if (index.HeaderCount == limits.MaxHeaders) return new SipParseResult(SipParseError.TooManyHeaders, lineStart);

            SipParseError error = ParseHeader(message, lineStart, lineEnd, index);
            if (error != SipParseError.None && firstError.IsOk) firstError = new SipParseResult(error, lineStart);

            lineStart = lineFeed + 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static SipParseError ParseHeader(ReadOnlySpan<byte> message, int lineStart, int lineEnd, SipMessageIndex index)
    {
        SipHeaderId id;
        int nameLength;
        int colon;
        if (message.Length - lineStart >= NameBlock)
        {
            ref byte name = ref Unsafe.Add(ref MemoryMarshal.GetReference(message), lineStart);
            uint colons = Vector256.Equals(Vector256.LoadUnsafe(ref name), Vector256.Create((byte)':')).ExtractMostSignificantBits();
            nameLength = System.Numerics.BitOperations.TrailingZeroCount(colons);
            colon = lineStart + nameLength;
            id = colons != 0 && nameLength > 0 && colon < lineEnd ? SipHeaderNames.Find(ref name, nameLength) : SipHeaderId.Unknown;
        }
        else
        {
            nameLength = message[lineStart..lineEnd].IndexOf((byte)':');
            colon = lineStart + nameLength;
            id = nameLength > 0 ? SipHeaderNames.Parse(message.Slice(lineStart, nameLength)) : SipHeaderId.Unknown;
        }

        if (id == SipHeaderId.Unknown)
        {
            SipParseError error = ParseRareName(message[lineStart..lineEnd], out nameLength, out int rareColon, out id);
            if (error != SipParseError.None) return error;

            colon = lineStart + rareColon;
        }

        int valueStart = colon + 1;
        if (valueStart < lineEnd && message[valueStart] == ' ') valueStart++;

        while (valueStart < lineEnd && SipText.IsWhiteSpace(message[valueStart]))
        {
            valueStart++;
        }

        while (lineEnd > valueStart && SipText.IsWhiteSpace(message[lineEnd - 1]))
        {
            lineEnd--;
        }

        index.Add(id, lineStart, nameLength, valueStart, lineEnd);
        return SipParseError.None;
    }

    /// <summary>Unknown names, names with white space before the colon (RFC 3261 §7.3.1), and lines that are no header field.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static SipParseError ParseRareName(ReadOnlySpan<byte> line, out int nameLength, out int colon, out SipHeaderId id)
    {
        id = SipHeaderId.Unknown;
        nameLength = 0;
        colon = line.IndexOf((byte)':');
        if (colon < 0) return SipParseError.HeaderLine;

        nameLength = colon;
        while (nameLength > 0 && line[nameLength - 1] is (byte)' ' or (byte)'\t')
        {
            nameLength--;
        }

        if (nameLength > ushort.MaxValue || !SipText.IsToken(line[..nameLength])) return SipParseError.HeaderName;

        if (nameLength < colon) id = SipHeaderNames.Parse(line[..nameLength]);

        return SipParseError.None;
    }
}
