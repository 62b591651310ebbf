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
    /// Parses one whole message, a datagram: <see cref="Index"/>, then <see cref="Check"/>. Allocates nothing unless
    /// <paramref name="index"/> has to grow.
    /// </summary>
    /// <param name="message">The bytes.</param>
    /// <param name="index">Filled in; what it held is forgotten.</param>
    /// <param name="limits">What to accept at most; <see cref="SipLimits.Default"/> if null.</param>
    /// <returns>The first error found, or none. After an error <see cref="SipMessageIndex.IsIndexed"/> says what can still be read.</returns>
    public static SipParseResult Parse(ReadOnlySpan<byte> message, SipMessageIndex index, SipLimits? limits = null)
    {
        SipParseResult indexed = Index(message, index, limits);
        if (!index.IsIndexed) return indexed;

        SipParseResult check = Check(message, index);
        return indexed.IsOk ? check : indexed;
    }

    /// <summary>
    /// Finds the parts of the start line, the header lines and their names, and the body, and looks into no value: what an overloaded
    /// element pays to tell a new call from the rest. Line breaks before the message are skipped (RFC 3261 §7.5); a bare line feed ends a
    /// line as CRLF does. Until <see cref="Check"/> has passed, only <see cref="SipMessage.GetHeader"/>, <see cref="SipMessage.Find"/> and
    /// the parts of the start line say something.
    /// </summary>
    /// <param name="message">The bytes.</param>
    /// <param name="index">Filled in; what it held is forgotten.</param>
    /// <param name="limits">What to accept at most; <see cref="SipLimits.Default"/> if null.</param>
    /// <returns>The first error found, or none.</returns>
    public static SipParseResult Index(ReadOnlySpan<byte> message, SipMessageIndex index, SipLimits? limits = null)
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
        if (startLine.Error == SipParseError.StartLine && index.RequestUri.Length == 0) return startLine;

        SipParseResult headers = ParseHeaders(message, lineFeed + 1, index, limits.MaxHeaders);
        return startLine.IsOk ? headers : startLine;
    }

    /// <summary>
    /// Indexes the header lines up to the empty one. A line that is no header field is left out of the index and the rest is still read,
    /// so that the request can be answered; only too many lines and a missing end stop the walk. All state is in locals, which the
    /// compiler holds in registers.
    /// </summary>
    private static SipParseResult ParseHeaders(ReadOnlySpan<byte> message, int lineStart, SipMessageIndex index, int maxHeaders)
    {
        SipParseResult firstError = default;
        Span<SipMessageIndex.Entry> entries = index.GetEntries(maxHeaders);
        short[] firsts = index.Firsts;
        int count = 0;
        ulong present = 0;
        ulong repeated = 0;
        int block = lineStart - LineScanner.BlockLength;
        ulong lineFeeds = 0;
        ulong returnBefore = 0;
        ulong bareReturns = 0;
        while (true)
        {
            while (lineFeeds == 0)
            {
                block += LineScanner.BlockLength;
                if (block >= message.Length)
                {
                    index.SetHeaders(count, present, repeated, lineStart);
                    return firstError.IsOk ? new SipParseResult(SipParseError.Incomplete, message.Length) : firstError;
                }

                lineFeeds = LineScanner.Load(message, block, ref returnBefore, ref bareReturns);
            }

            int lineFeed = block + BitOperations.TrailingZeroCount(lineFeeds);
            lineFeeds &= lineFeeds - 1;

            // A line that begins with white space continues the one before it (RFC 3261 §7.3.1).
            int next = lineFeed + 1;
            if ((uint)next < (uint)message.Length && message[next] is (byte)' ' or (byte)'\t' && lineFeed > lineStart + 1) continue;

            int lineEnd = lineFeed > lineStart && message[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
            if (lineEnd == lineStart)
            {
                index.SetHeaders(count, present, repeated, lineStart);
                index.SetBody(next, message.Length);
                if (bareReturns != 0 && firstError.IsOk) firstError = FindBareReturn(message, index);

                return firstError;
            }

            if ((uint)count >= (uint)entries.Length)
            {
                if (count >= maxHeaders)
                {
                    index.SetHeaders(count, present, repeated, lineStart);
                    return firstError.IsOk ? new SipParseResult(SipParseError.TooManyHeaders, lineStart) : firstError;
                }

                entries = index.GrowEntries(maxHeaders);
            }

            SipHeaderId id = FindName(message, lineStart, out int nameLength);
            int valueStart = lineStart + nameLength + 1;
            if (id == SipHeaderId.Unknown && !IsPlainName(message, lineStart, nameLength))
            {
                SipParseError error = ParseRareName(message[lineStart..lineEnd], out SipMessageIndex.Entry rare);
                if (error != SipParseError.None)
                {
                    if (firstError.IsOk) firstError = new SipParseResult(error, lineStart);

                    lineStart = next;
                    continue;
                }

                id = rare.Id;
                nameLength = rare.NameLength;
                valueStart = lineStart + rare.ValueStart;
            }

            // One blank before the value and none behind it is what nearly every line has.
            if (valueStart + 1 < lineEnd && message[valueStart] == ' ' && message[valueStart + 1] > ' ') valueStart++;
            else valueStart = SkipWhiteSpace(message, valueStart, lineEnd);

            if (lineEnd > valueStart && message[lineEnd - 1] <= ' ') lineEnd = TrimEnd(message, valueStart, lineEnd);

            entries[count] = new SipMessageIndex.Entry(lineStart, valueStart, lineEnd, (ushort)nameLength, id);
            ulong bit = 1UL << (int)id;
            repeated |= present & bit;
            if ((present & bit) == 0) firsts[(int)id] = (short)count;

            present |= bit;
            count++;
            lineStart = next;
        }
    }

    /// <summary>
    /// Finds the colon and the name in one 32-byte step. <see cref="SipHeaderId.Unknown"/> where that is not enough, and
    /// <see cref="ParseRareName"/> must look. A known name holds no line break, so its colon is in its own line.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static SipHeaderId FindName(ReadOnlySpan<byte> message, int lineStart, out int nameLength)
    {
        nameLength = 0;
        if (message.Length - lineStart < NameBlock) return SipHeaderId.Unknown;

        Vector256<byte> block = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(message), (nuint)lineStart);
        uint colons = Vector256.Equals(block, Vector256.Create((byte)':')).ExtractMostSignificantBits();
        nameLength = BitOperations.TrailingZeroCount(colons);
        return SipHeaderNames.Find(block, nameLength);
    }

    /// <summary>Whether a colon was found behind a name that is one, but not a known one; a token holds no line break.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsPlainName(ReadOnlySpan<byte> message, int lineStart, int nameLength) =>
        nameLength is > 0 and < NameBlock && !message.Slice(lineStart, nameLength).ContainsAnyExcept(SipText.TokenBytes);

    /// <summary>
    /// What is not met in every message: long names, names with white space before the colon (RFC 3261 §7.3.1), names in the last
    /// bytes of the message, and lines that are no header field. Of the entry only identity, name length and the place after the colon
    /// are filled in, the latter from the start of the line.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static SipParseError ParseRareName(ReadOnlySpan<byte> line, out SipMessageIndex.Entry entry)
    {
        entry = default;
        int colon = line.IndexOf((byte)':');
        if (colon < 0) return SipParseError.HeaderLine;

        int nameLength = colon;
        while (nameLength > 0 && line[nameLength - 1] is (byte)' ' or (byte)'\t')
        {
            nameLength--;
        }

        ReadOnlySpan<byte> name = line[..nameLength];
        if (nameLength > ushort.MaxValue || !SipText.IsToken(name)) return SipParseError.HeaderName;

        entry = new SipMessageIndex.Entry(0, colon + 1, 0, (ushort)nameLength, SipHeaderNames.Parse(name));
        return SipParseError.None;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int SkipWhiteSpace(ReadOnlySpan<byte> message, int start, int end) =>
        SipText.SkipWhiteSpace(message[..end], start);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int TrimEnd(ReadOnlySpan<byte> message, int start, int end)
    {
        while (end > start && SipText.IsWhiteSpace(message[end - 1]))
        {
            end--;
        }

        return end;
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
