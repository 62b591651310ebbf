using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace HotPath.Sip;

/// <summary>
/// Between the system's socket addresses and <see cref="SipEndpoint"/>, in place and without objects. The layout is the same wherever
/// .NET runs: port at byte 2, IPv4 address at byte 4, IPv6 address at byte 8, all in network order.
/// </summary>
internal static class UdpAddress
{
    private const int Port = 2;
    private const int V4 = 4;
    private const int V6 = 8;
    private const uint Broadcast = 0xFFFF_FFFF;

    public static SipEndpoint Read(SocketAddress address)
    {
        ReadOnlySpan<byte> bytes = address.Buffer.Span;
        UInt128 bits = address.Family == AddressFamily.InterNetwork
            ? ((UInt128)0xFFFF << 32) | BinaryPrimitives.ReadUInt32BigEndian(bytes[V4..])
            : BinaryPrimitives.ReadUInt128BigEndian(bytes[V6..]);
        return new SipEndpoint(SipTransportKind.Udp, bits, BinaryPrimitives.ReadUInt16BigEndian(bytes[Port..]));
    }

    /// <summary>
    /// False if the destination is of another family than the socket, has no port, or is nobody in particular: the any-address or the
    /// broadcast address, which a Via may name (RFC 4475 §3.3.7).
    /// </summary>
    public static bool TryWrite(in SipEndpoint destination, SocketAddress address)
    {
        bool isV4 = destination.IsIPv4;
        if (isV4 != (address.Family == AddressFamily.InterNetwork) || destination.Port == 0) return false;

        Span<byte> bytes = address.Buffer.Span;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[Port..], destination.Port);
        if (isV4)
        {
            uint v4 = (uint)destination.AddressBits;
            BinaryPrimitives.WriteUInt32BigEndian(bytes[V4..], v4);
            return v4 is not 0 and not Broadcast;
        }

        BinaryPrimitives.WriteUInt128BigEndian(bytes[V6..], destination.AddressBits);
        return destination.AddressBits != 0;
    }
}
