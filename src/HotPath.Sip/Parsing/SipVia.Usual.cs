using System.Buffers.Binary;
using System.Numerics;

namespace HotPath.Sip;

public readonly ref partial struct SipVia
{
    private const ulong ProtocolSip20 = 'S' | ('I' << 8) | ('P' << 16) | ((ulong)'/' << 24) | ((ulong)'2' << 32) | ((ulong)'.' << 40) | ((ulong)'0' << 48) | ((ulong)'/' << 56);
    private const uint Udp = 'U' | ('D' << 8) | ('P' << 16) | (' ' << 24);
    private const uint Tcp = 'T' | ('C' << 8) | ('P' << 16) | (' ' << 24);
    private const uint Tls = 'T' | ('L' << 8) | ('S' << 16) | (' ' << 24);
    private const int SentBy = 12;

    /// <summary>
    /// Whether the value is a good one of the form nearly every message has, and no parameter in it can be wrong:
    /// <c>SIP/2.0/UDP host[:port];params</c> with <c>rport</c> empty or absent. False says nothing but that it is not.
    /// </summary>
    internal static bool IsUsual(ReadOnlySpan<byte> message, int start, int end)
    {
        ReadOnlySpan<byte> value = message[start..end];
        if (value.Length <= SentBy || BinaryPrimitives.ReadUInt64LittleEndian(value) != ProtocolSip20) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(value[8..]) is not (Udp or Tcp or Tls)) return false;

        // The host and its port first; the parameters may be too long to be in the same block.
        if (!TextBlock.TryLoad(message, start + SentBy, Math.Min(value.Length - SentBy, TextBlock.Length), out TextBlock sentBy)) return false;

        ulong semicolon = sentBy.Where((byte)';');
        if (semicolon == 0) return false;

        int parametersAt = BitOperations.TrailingZeroCount(semicolon);
        ulong hostPort = (1UL << parametersAt) - 1;
        ulong host = sentBy.WhereHostByte() & hostPort;
        ulong colon = sentBy.Where((byte)':') & hostPort;
        int hostLength = BitOperations.TrailingZeroCount(colon | (1UL << parametersAt));
        if (hostLength == 0 || BitOperations.TrailingZeroCount(~host) < hostLength) return false;
        if (colon != 0 && !SipUri.TryParsePort(value[(SentBy + hostLength + 1)..(SentBy + parametersAt)], out _)) return false;

        int parametersStart = SentBy + parametersAt;
        if (!TextBlock.TryLoad(message, start + parametersStart, value.Length - parametersStart, out TextBlock text)) return false;
        if (!text.HasUsualParameters(0, out ulong semicolons, out _)) return false;

        for (; semicolons != 0; semicolons &= semicolons - 1)
        {
            // What is left may be a number, which is read elsewhere.
            int name = parametersStart + BitOperations.TrailingZeroCount(semicolons) + 1;
            ReadOnlySpan<byte> rest = value[name..];
            if ((rest[0] | 0x20) is 'r' or 't' && !rest.SequenceEqual("rport"u8) && !rest.StartsWith("rport;"u8)) return false;
        }

        return true;
    }

    /// <summary>
    /// The form nearly every message has: <c>SIP/2.0/UDP sent-by;params</c>, alone in its line, without white space elsewhere. False says
    /// nothing about the value but that it is not of this form.
    /// </summary>
    internal static bool TryParseUsual(ReadOnlySpan<byte> message, int start, int end, out SipVia via)
    {
        via = default;
        ReadOnlySpan<byte> value = message[start..end];
        if (value.Length <= SentBy || BinaryPrimitives.ReadUInt64LittleEndian(value) != ProtocolSip20) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(value[8..]) is not (Udp or Tcp or Tls)) return false;

        int parametersAt = value.IndexOf((byte)';');
        if (parametersAt < 0) return false;
        if (!TextBlock.TryLoad(message, start + parametersAt, value.Length - parametersAt, out TextBlock text)) return false;
        if (!text.HasUsualParameters(0, out ulong semicolons, out ulong equals)) return false;
        if (!SipUri.TryParseHostPort(value[SentBy..parametersAt], out ReadOnlySpan<byte> host, out int port)) return false;

        ReadOnlySpan<byte> parameters = value[parametersAt..];
        ReadOnlySpan<byte> branch = default;
        ReadOnlySpan<byte> received = default;
        ReadOnlySpan<byte> maddr = default;
        int rport = NoRPort;
        int ttl = -1;
        while (semicolons != 0)
        {
            int nameAt = BitOperations.TrailingZeroCount(semicolons) + 1;
            semicolons &= semicolons - 1;
            int next = semicolons == 0 ? parameters.Length : BitOperations.TrailingZeroCount(semicolons);
            int nameEnd = Math.Min(next, BitOperations.TrailingZeroCount(equals & (ulong.MaxValue << (nameAt & 63))));
            ReadOnlySpan<byte> parameter = nameEnd < next ? parameters[(nameEnd + 1)..next] : default;
            if (!TryTake(parameters[nameAt..nameEnd], parameter, ref branch, ref received, ref maddr, ref rport, ref ttl)) return false;
        }

        via = new SipVia
        {
            Transport = value.Slice(8, 3),
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
}
