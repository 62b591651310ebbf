namespace HotPath.Sip;

/// <summary>One Via value: who sent the message over what, and where the response goes (RFC 3261 §20.42, RFC 3581).</summary>
public readonly ref partial struct SipVia
{
    /// <summary><see cref="RPort"/> where there is no <c>rport</c> parameter.</summary>
    public const int NoRPort = -1;

    /// <summary>The transport as written: <c>UDP</c>, <c>TCP</c>, <c>TLS</c>, or any other token.</summary>
    public ReadOnlySpan<byte> Transport { get; private init; }

    /// <summary>The host of sent-by: a name, an IPv4 address, or an IPv6 address in its brackets.</summary>
    public ReadOnlySpan<byte> Host { get; private init; }

    /// <summary>The port of sent-by, 1…65535, or 0 if absent.</summary>
    public int Port { get; private init; }

    /// <summary>The branch, empty if absent (RFC 2543).</summary>
    public ReadOnlySpan<byte> Branch { get; private init; }

    /// <summary>The address a receiver noted, empty if none did.</summary>
    public ReadOnlySpan<byte> Received { get; private init; }

    /// <summary><see cref="NoRPort"/> if absent, 0 if present without a value (asked for), else the port a receiver noted.</summary>
    public int RPort { get; private init; }

    /// <summary>The multicast or override address, empty if absent.</summary>
    public ReadOnlySpan<byte> Maddr { get; private init; }

    /// <summary>The multicast hop limit, 0…255, or -1 if absent.</summary>
    public int Ttl { get; private init; }

    /// <summary>All parameters with their leading <c>;</c>, empty if there are none.</summary>
    public ReadOnlySpan<byte> Parameters { get; private init; }

    /// <summary>The value of a parameter, empty if it has none. Names compare without case. False if it is absent.</summary>
    public bool TryGetParameter(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value) =>
        SipParameterReader.TryGet(Parameters, name, out value);

    /// <summary>
    /// Takes one value apart, white space and folds allowed where the grammar allows them. False, and an empty view, if it is
    /// malformed. Allocates nothing.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipVia via)
    {
        via = default;
        int index = SkipProtocol(value);
        if (index < 0) return false;

        int transportLength = SipText.TokenLength(value, index);
        ReadOnlySpan<byte> transport = value.Slice(index, transportLength);
        int sentBy = SipText.SkipWhiteSpace(value, index + transportLength);
        if (transportLength == 0 || sentBy == index + transportLength) return false;

        int semicolon = value[sentBy..].IndexOf((byte)';');
        int end = semicolon < 0 ? value.Length : sentBy + semicolon;
        if (!SipUri.TryParseHostPort(SipText.Trim(value[sentBy..end]), out ReadOnlySpan<byte> host, out int port)) return false;

        ReadOnlySpan<byte> parameters = SipText.Trim(value[end..]);
        ReadOnlySpan<byte> branch = default;
        ReadOnlySpan<byte> received = default;
        ReadOnlySpan<byte> maddr = default;
        int rport = NoRPort;
        int ttl = -1;
        SipParameterReader reader = new(parameters);
        while (reader.MoveNext())
        {
            if (!TryTake(reader.Name, reader.Value, ref branch, ref received, ref maddr, ref rport, ref ttl)) return false;
        }

        if (reader.IsMalformed) return false;

        via = new SipVia
        {
            Transport = transport,
            Host = host,
            Port = port,
            Branch = branch,
            Received = received,
            RPort = rport,
            Maddr = maddr,
            Ttl = ttl,
            Parameters = parameters,
        };
        return true;
    }

    /// <summary>The index of the transport after <c>SIP / 2.0 /</c>, or -1. Name and version may be any token.</summary>
    private static int SkipProtocol(ReadOnlySpan<byte> value)
    {
        if (value.StartsWith("SIP/2.0/"u8)) return 8;

        int index = 0;
        for (int part = 0; part < 2; part++)
        {
            index = SipText.SkipWhiteSpace(value, index);
            int length = SipText.TokenLength(value, index);
            index = SipText.SkipWhiteSpace(value, index + length);
            if (length == 0 || index == value.Length || value[index] != '/') return -1;

            index++;
        }

        return SipText.SkipWhiteSpace(value, index);
    }

    /// <summary>Takes the parameters a Via is read for; false if a number is none.</summary>
    private static bool TryTake(
        ReadOnlySpan<byte> name,
        ReadOnlySpan<byte> value,
        ref ReadOnlySpan<byte> branch,
        ref ReadOnlySpan<byte> received,
        ref ReadOnlySpan<byte> maddr,
        ref int rport,
        ref int ttl)
    {
        switch (name.Length)
        {
            case 6 when SipText.EqualsIgnoreCase(name, "branch"u8):
                branch = value;
                return true;
            case 8 when SipText.EqualsIgnoreCase(name, "received"u8):
                received = value;
                return true;
            case 5 when SipText.EqualsIgnoreCase(name, "rport"u8):
                return TryParseUpTo(value, ushort.MaxValue, whenEmpty: 0, out rport);
            case 5 when SipText.EqualsIgnoreCase(name, "maddr"u8):
                maddr = value;
                return true;
            case 3 when SipText.EqualsIgnoreCase(name, "ttl"u8):
                return TryParseUpTo(value, byte.MaxValue, whenEmpty: -1, out ttl);
            default:
                return true;
        }
    }

    private static bool TryParseUpTo(ReadOnlySpan<byte> digits, uint max, int whenEmpty, out int value)
    {
        value = whenEmpty;
        if (digits.IsEmpty) return true;

        bool parsed = SipText.TryParseNumber(digits, out uint number) && number <= max;
        if (parsed) value = (int)number;

        return parsed;
    }
}
