using System.Numerics;
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

        int lineFeed = message[start..].IndexOf((byte)'\n') + start;
        if (lineFeed < start) return new SipParseResult(SipParseError.StartLine, start);

        index.MessageStart = start;
        index.HeadersStart = lineFeed + 1;
        SipParseResult startLine = ParseStartLine(message, start, lineFeed, index, limits);
        if (startLine.Error is SipParseError.StartLine) return startLine;

        SipParseResult headers = ParseHeaders(message, lineFeed + 1, index, limits);
        if (!index.IsIndexed) return startLine.IsOk ? headers : startLine;

        SipParseResult fields = CheckFields(message, index);
        if (!startLine.IsOk) return startLine;

        return headers.IsOk ? fields : headers;
    }

    /// <summary>
    /// Indexes the header lines up to the empty one. A line that is no header field is left out of the index and the rest is still read,
    /// so that the request can be answered; only too many lines and a missing end stop the walk.
    /// </summary>
    private static SipParseResult ParseHeaders(ReadOnlySpan<byte> message, int lineStart, SipMessageIndex index, SipLimits limits)
    {
        SipParseResult firstError = default;
        int block = lineStart;
        ulong returnBefore = 0;
        ulong bareReturns = 0;
        ulong lineFeeds = block < message.Length ? LineScanner.Load(message, block, ref returnBefore, ref bareReturns) : 0;
        while (true)
        {
            while (lineFeeds == 0)
            {
                block += LineScanner.BlockLength;
                if (block >= message.Length) return new SipParseResult(SipParseError.Incomplete, message.Length);

                lineFeeds = LineScanner.Load(message, block, ref returnBefore, ref bareReturns);
            }

            int lineFeed = block + BitOperations.TrailingZeroCount(lineFeeds);
            lineFeeds &= lineFeeds - 1;

            // A line that begins with white space continues the one before it (RFC 3261 §7.3.1).
            int next = lineFeed + 1;
            if (next < message.Length && message[next] is (byte)' ' or (byte)'\t' && lineFeed > lineStart + 1) continue;

            int lineEnd = lineFeed > lineStart && message[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
            if (lineEnd == lineStart)
            {
                index.SetEnd(lineStart, next, message.Length);
                if (bareReturns != 0 && firstError.IsOk) firstError = FindBareReturn(message, index);

                return firstError;
            }

            SipParseError error = index.HeaderCount < limits.MaxHeaders
                ? ParseHeader(message, lineStart, lineEnd, index)
                : SipParseError.TooManyHeaders;
            if (error != SipParseError.None)
            {
                if (firstError.IsOk) firstError = new SipParseResult(error, lineStart);
                if (error == SipParseError.TooManyHeaders) return firstError;
            }

            lineStart = next;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static SipParseError ParseHeader(ReadOnlySpan<byte> message, int lineStart, int lineEnd, SipMessageIndex index)
    {
        int nameLength = 0;
        int colon;
        SipHeaderId id = SipHeaderId.Unknown;
        if (message.Length - lineStart >= NameBlock)
        {
            ref byte name = ref Unsafe.Add(ref MemoryMarshal.GetReference(message), lineStart);
            uint colons = Vector256.Equals(Vector256.LoadUnsafe(ref name), Vector256.Create((byte)':')).ExtractMostSignificantBits();
            nameLength = BitOperations.TrailingZeroCount(colons);
            if (colons != 0 && nameLength > 0 && lineStart + nameLength < lineEnd) id = SipHeaderNames.Find(ref name, nameLength);
        }

        colon = lineStart + nameLength;
        if (id == SipHeaderId.Unknown)
        {
            SipParseError error = ParseRareName(message[lineStart..lineEnd], out nameLength, out int rareColon, out id);
            if (error != SipParseError.None) return error;

            colon = lineStart + rareColon;
        }

        int valueStart = colon + 1;
        if (valueStart + 1 < lineEnd && message[valueStart] == ' ' && message[valueStart + 1] > ' ')
        {
            valueStart++;
        }
        else
        {
            while (valueStart < lineEnd && SipText.IsWhiteSpace(message[valueStart]))
            {
                valueStart++;
            }
        }

        while (lineEnd > valueStart && SipText.IsWhiteSpace(message[lineEnd - 1]))
        {
            lineEnd--;
        }

        index.Add(id, lineStart, nameLength, valueStart, lineEnd);
        return SipParseError.None;
    }

    /// <summary>
    /// What is not met in every message: unknown names, names with white space before the colon (RFC 3261 §7.3.1), names in the last
    /// bytes of the message, and lines that are no header field.
    /// </summary>
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

        id = SipHeaderNames.Parse(line[..nameLength]);
        return SipParseError.None;
    }

    /// <summary>The first carriage return in the header lines that no line feed follows; the body may hold what it likes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static SipParseResult FindBareReturn(ReadOnlySpan<byte> message, SipMessageIndex index)
    {
        for (int i = index.HeadersStart; i < index.HeadersEnd; i++)
        {
            if (message[i] == '\r' && message[i + 1] != '\n') return new SipParseResult(SipParseError.HeaderLine, i);
        }

        return default;
    }
}
