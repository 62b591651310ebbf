using System.Net;
using System.Net.Sockets;

namespace HotPath.Sip;

/// <summary>How a message travels.</summary>
public enum SipTransportKind : byte
{
    /// <summary>Datagrams.</summary>
    Udp,

    /// <summary>A stream.</summary>
    Tcp,

    /// <summary>A TLS stream.</summary>
    Tls,
}

/// <summary>
/// One side of a SIP hop as a value: transport, address, port. Compares and copies without allocating; IPv4 addresses are held in
/// their IPv4-mapped IPv6 form.
/// </summary>
public readonly struct SipEndpoint : IEquatable<SipEndpoint>
{
    private readonly UInt128 _address;

    /// <summary>From an address in IPv6 form (IPv4-mapped for IPv4), most significant byte first.</summary>
    public SipEndpoint(SipTransportKind transport, UInt128 address, ushort port)
    {
        Transport = transport;
        _address = address;
        Port = port;
    }

    /// <summary>From a .NET address.</summary>
    public SipEndpoint(SipTransportKind transport, IPAddress address, int port)
        : this(transport, ToBits(address), checked((ushort)port))
    {
    }

    /// <summary>The transport of the hop.</summary>
    public SipTransportKind Transport { get; }

    /// <summary>The port, 0…65535.</summary>
    public ushort Port { get; }

    /// <summary>The address as 128 bits, IPv4 mapped into IPv6.</summary>
    public UInt128 AddressBits => _address;

    /// <summary>The address is IPv4.</summary>
    public bool IsIPv4 => (_address >> 32) == 0xFFFF;

    /// <summary>Nothing was set.</summary>
    public bool IsEmpty => Port == 0 && _address == 0;

    /// <summary>The address as a .NET object (allocates).</summary>
    public IPAddress ToIPAddress()
    {
        if (IsIPv4)
        {
            uint v4 = (uint)_address;
            return new IPAddress([(byte)(v4 >> 24), (byte)(v4 >> 16), (byte)(v4 >> 8), (byte)v4]);
        }

        Span<byte> bytes = stackalloc byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, _address);
        return new IPAddress(bytes);
    }

    /// <summary>The endpoint as a .NET object (allocates).</summary>
    public IPEndPoint ToIPEndPoint() => new(ToIPAddress(), Port);

    /// <inheritdoc/>
    public bool Equals(SipEndpoint other) => Port == other.Port && Transport == other.Transport && _address == other._address;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SipEndpoint other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine((ulong)(_address >> 64), (ulong)_address, Port, (byte)Transport);

    /// <summary><c>udp:127.0.0.1:5060</c>, the form used in options and logs.</summary>
    public override string ToString() => $"{Transport.ToString().ToLowerInvariant()}:{ToIPEndPoint()}";

    /// <summary>Equal in transport, address and port.</summary>
    public static bool operator ==(SipEndpoint left, SipEndpoint right) => left.Equals(right);

    /// <summary>Different in transport, address or port.</summary>
    public static bool operator !=(SipEndpoint left, SipEndpoint right) => !left.Equals(right);

    private static UInt128 ToBits(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        (address.AddressFamily == AddressFamily.InterNetwork ? address.MapToIPv6() : address).TryWriteBytes(bytes, out _);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
