using System.Buffers;

namespace HotPath.Sip;

/// <summary>
/// A URI taken apart over its own bytes (RFC 3261 §19.1, RFC 3966). Escapes are not decoded: <c>%40</c> in the user stays what it is,
/// so that what looks like a separator after decoding never becomes one.
/// </summary>
public readonly ref partial struct SipUri
{
    private static readonly SearchValues<byte> s_userBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()%&=+$,;?/:#"u8);

    private static readonly SearchValues<byte> s_hostBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._"u8);

    private static readonly SearchValues<byte> s_ipv6Bytes = SearchValues.Create("0123456789abcdefABCDEF:."u8);

    // What stands between the host and the end of the URI: parameters and header fields.
    private static readonly SearchValues<byte> s_tailBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()%[]/:&+$=;?,@"u8);

    private SipUri(ReadOnlySpan<byte> text, SipUriScheme scheme)
    {
        Text = text;
        Scheme = scheme;
    }

    /// <summary>The whole URI.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>The scheme.</summary>
    public SipUriScheme Scheme { get; }

    /// <summary>The user as written, without password; the number of a <c>tel:</c> URI; empty if absent.</summary>
    public ReadOnlySpan<byte> User { get; private init; }

    /// <summary>The password as written, empty if absent.</summary>
    public ReadOnlySpan<byte> Password { get; private init; }

    /// <summary>Host name, IPv4 address, or IPv6 address in its brackets. Empty unless the scheme is sip or sips.</summary>
    public ReadOnlySpan<byte> Host { get; private init; }

    /// <summary>1…65535, or 0 if absent.</summary>
    public int Port { get; private init; }

    /// <summary>The parameters with their leading <c>;</c>, empty if there are none.</summary>
    public ReadOnlySpan<byte> Parameters { get; private init; }

    /// <summary>The header fields after <c>?</c>, without it; empty if there are none.</summary>
    public ReadOnlySpan<byte> Headers { get; private init; }

    /// <summary>The value of a parameter, empty if it has none. Names compare without case. False if it is absent.</summary>
    public bool TryGetParameter(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        SipParameterReader.TryGet(Parameters, name, out value);

    /// <summary>
    /// Takes a URI apart. False, and an empty view, if it is no absolute URI, holds white space or a character no URI may hold, or its
    /// host or port is malformed. Allocates nothing.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out SipUri uri)
    {
        int colon = text.IndexOf((byte)':');
        if (colon > 0)
        {
            ReadOnlySpan<byte> rest = text[(colon + 1)..];
            switch (SchemeOf(text[..colon]))
            {
                case SipUriScheme.Sip:
                    return TryParseSip(text, SipUriScheme.Sip, rest, out uri);
                case SipUriScheme.Sips:
                    return TryParseSip(text, SipUriScheme.Sips, rest, out uri);
                case SipUriScheme.Tel:
                    return TryParseTel(text, rest, out uri);
                default:
                    if (IsScheme(text[..colon]) && IsOpaque(rest))
                    {
                        uri = new SipUri(text, SipUriScheme.Other);
                        return true;
                    }

                    break;
            }
        }

        uri = default;
        return false;
    }

    /// <summary>Whether the text begins as an absolute URI does: a scheme, a colon, something after it.</summary>
    internal static bool HasScheme(ReadOnlySpan<byte> text)
    {
        int colon = text.IndexOf((byte)':');
        return colon > 0 && colon + 1 < text.Length && IsScheme(text[..colon]);
    }

    /// <summary>
    /// Splits <c>host[:port]</c>, white space allowed around the colon as Via allows it. <paramref name="port"/> is 0 if absent.
    /// </summary>
    internal static bool TryParseHostPort(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> host, out int port)
    {
        port = 0;
        int end;
        if (!text.IsEmpty && text[0] == '[')
        {
            end = text.IndexOf((byte)']') + 1;
            host = text[..end];
            if (end <= 2 || host[1..^1].ContainsAnyExcept(s_ipv6Bytes)) return false;
        }
        else
        {
            end = text.IndexOfAnyExcept(s_hostBytes);
            if (end < 0) end = text.Length;

            host = text[..end];
            if (end == 0) return false;
        }

        if (end == text.Length) return true;

        int colon = SipText.SkipWhiteSpace(text, end);
        if (colon == text.Length || text[colon] != ':') return false;

        ReadOnlySpan<byte> digits = text[SipText.SkipWhiteSpace(text, colon + 1)..];
        return TryParsePort(digits, out port);
    }

    internal static bool TryParsePort(ReadOnlySpan<byte> digits, out int port)
    {
        bool isPort = SipText.TryParseNumber(digits, out uint number) && number is > 0 and <= ushort.MaxValue;
        port = isPort ? (int)number : 0;
        return isPort;
    }

    private static bool TryParseSip(ReadOnlySpan<byte> text, SipUriScheme scheme, ReadOnlySpan<byte> rest, out SipUri uri)
    {
        uri = default;
        ReadOnlySpan<byte> user = default;
        ReadOnlySpan<byte> password = default;
        int at = rest.IndexOf((byte)'@');
        if (at >= 0)
        {
            user = rest[..at];
            rest = rest[(at + 1)..];
            if (user.ContainsAnyExcept(s_userBytes)) return false;

            int colon = user.IndexOf((byte)':');
            if (colon >= 0)
            {
                password = user[(colon + 1)..];
                user = user[..colon];
            }

            if (user.IsEmpty) return false;
        }

        ReadOnlySpan<byte> headers = default;
        ReadOnlySpan<byte> parameters = default;
        int tail = rest.IndexOfAny((byte)';', (byte)'?');
        if (tail >= 0)
        {
            parameters = rest[tail..];
            rest = rest[..tail];
            if (parameters.ContainsAnyExcept(s_tailBytes)) return false;

            int question = parameters.IndexOf((byte)'?');
            if (question >= 0)
            {
                headers = parameters[(question + 1)..];
                parameters = parameters[..question];
            }
        }

        // Only Via allows white space around the colon.
        if (rest.ContainsAny(SipText.WhiteSpace) || !TryParseHostPort(rest, out ReadOnlySpan<byte> host, out int port)) return false;

        uri = new SipUri(text, scheme) { User = user, Password = password, Host = host, Port = port, Parameters = parameters, Headers = headers };
        return true;
    }

    private static bool TryParseTel(ReadOnlySpan<byte> text, ReadOnlySpan<byte> rest, out SipUri uri)
    {
        uri = default;
        int tail = rest.IndexOf((byte)';');
        ReadOnlySpan<byte> number = tail < 0 ? rest : rest[..tail];
        ReadOnlySpan<byte> parameters = tail < 0 ? default : rest[tail..];
        if (number.IsEmpty || number.ContainsAnyExcept(s_userBytes) || parameters.ContainsAnyExcept(s_tailBytes)) return false;

        uri = new SipUri(text, SipUriScheme.Tel) { User = number, Parameters = parameters };
        return true;
    }

    private static SipUriScheme SchemeOf(ReadOnlySpan<byte> scheme) => scheme.Length switch
    {
        3 when SipText.EqualsIgnoreCase(scheme, "sip"u8) => SipUriScheme.Sip,
        3 when SipText.EqualsIgnoreCase(scheme, "tel"u8) => SipUriScheme.Tel,
        4 when SipText.EqualsIgnoreCase(scheme, "sips"u8) => SipUriScheme.Sips,
        _ => SipUriScheme.Other,
    };

    private static bool IsScheme(ReadOnlySpan<byte> scheme)
    {
        if (!char.IsAsciiLetter((char)scheme[0])) return false;

        foreach (byte value in scheme)
        {
            if (!char.IsAsciiLetterOrDigit((char)value) && value is not ((byte)'+' or (byte)'-' or (byte)'.')) return false;
        }

        return true;
    }

    private static bool IsOpaque(ReadOnlySpan<byte> rest) =>
        !rest.IsEmpty && !rest.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E) && !rest.ContainsAny("<>\""u8);
}
