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
