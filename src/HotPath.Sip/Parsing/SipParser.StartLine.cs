namespace HotPath.Sip;

public static partial class SipParser
{
    /// <summary>
    /// <c>METHOD SP Request-URI SP SIP/2.0</c> or <c>SIP/2.0 SP code [SP reason]</c>, single blanks only (RFC 3261 §7.1, §7.2). A line that
    /// is SIP at all leaves its parts in the index whatever else is wrong, so that a request can be answered.
    /// </summary>
    private static SipParseResult ParseStartLine(ReadOnlySpan<byte> message, int start, int lineFeed, SipMessageIndex index, SipLimits limits)
    {
        int end = lineFeed > start && message[lineFeed - 1] == '\r' ? lineFeed - 1 : lineFeed;
        ReadOnlySpan<byte> line = message[start..end];
        int blank = line.IndexOf((byte)' ');
        if (blank <= 0) return new SipParseResult(SipParseError.StartLine, start);

        if (line.Length > 4 && line[3] == '/' && SipText.EqualsIgnoreCase(line[..4], "SIP/"u8))
        {
            return ParseStatusLine(line, blank, start, index);
        }

        index.IsRequest = true;
        index.MethodText = new SipMessageIndex.Range32(start, blank);
        index.Method = SipMethods.Parse(line[..blank]);

        ReadOnlySpan<byte> trimmed = line.TrimEnd((byte)' ');
        int last = trimmed.LastIndexOf((byte)' ');
        if (last <= blank) return new SipParseResult(SipParseError.StartLine, end);

        ReadOnlySpan<byte> version = trimmed[(last + 1)..];
        if (!version.SequenceEqual("SIP/2.0"u8) && !SipText.EqualsIgnoreCase(version, "SIP/2.0"u8))
        {
            return version.Length > 4 && SipText.EqualsIgnoreCase(version[..4], "SIP/"u8)
                ? new SipParseResult(SipParseError.Version, start + last + 1)
                : new SipParseResult(SipParseError.StartLine, start + last + 1);
        }

        ReadOnlySpan<byte> uri = line[(blank + 1)..last];
        index.RequestUri = new SipMessageIndex.Range32(start + blank + 1, uri.Length);
        if (trimmed.Length < line.Length) return new SipParseResult(SipParseError.StartLine, start + trimmed.Length);
        if (index.Method == SipMethod.Unknown && !SipText.IsToken(line[..blank])) return new SipParseResult(SipParseError.Method, start);

        return uri.Length <= limits.MaxRequestUriLength ? default : new SipParseResult(SipParseError.RequestUriTooLong, start + blank + 1);
    }

    private static SipParseResult ParseStatusLine(ReadOnlySpan<byte> line, int blank, int start, SipMessageIndex index)
    {
        if (!SipText.EqualsIgnoreCase(line[..blank], "SIP/2.0"u8)) return new SipParseResult(SipParseError.Version, start);

        ReadOnlySpan<byte> rest = line[(blank + 1)..];
        bool wellFormed = (rest.Length == 3 || (rest.Length > 3 && rest[3] == ' '))
            && SipText.TryParseNumber(rest[..3], out uint code) && code is >= 100 and <= 699;
        if (!wellFormed) return new SipParseResult(SipParseError.Status, start + blank + 1);

        index.StatusCode = ((rest[0] - '0') * 100) + ((rest[1] - '0') * 10) + (rest[2] - '0');
        index.ReasonPhrase = rest.Length > 4
            ? new SipMessageIndex.Range32(start + blank + 5, rest.Length - 4)
            : default;
        return default;
    }
}
