using System.Net;
using System.Net.Sockets;

namespace HotPath.Sip;

/// <summary>
/// One bound UDP socket, worked by the thread that owns it: that thread waits on <see cref="Socket"/> together with its other sockets,
/// drains it here when it is readable, and sends from it. Nothing blocks, and nothing allocates per datagram.
/// </summary>
public sealed class UdpListener : IDisposable
{
    /// <summary>
    /// Room for 200 ms of what a lane can do, 14,000 messages: more than it is busy elsewhere. The system may grant less
    /// (<c>net.core.rmem_max</c>), but not to who may administer the network.
    /// </summary>
    private const int ReceiveBufferBytes = 16 * 1024 * 1024;

    /// <summary>Beyond it, the room that is left is for what must not be lost.</summary>
    private const double MostFill = 0.5;

    private const int SendBufferBytes = 1024 * 1024;

    private const int LongestDatagram = 65_535;
    private const int SocketLevel = 1; // SOL_SOCKET of Linux

    private readonly int _index;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(LongestDatagram, pinned: true);
    private readonly SocketAddress _source;
    private readonly SocketAddress _destination;

    private UdpListener(int index, Socket socket)
    {
        _index = index;
        Socket = socket;
        _source = new SocketAddress(socket.AddressFamily);
        _destination = new SocketAddress(socket.AddressFamily);
        var bound = (IPEndPoint)socket.LocalEndPoint!;
        LocalEndpoint = new SipEndpoint(SipTransportKind.Udp, bound.Address, bound.Port);

        // Nothing has arrived: this has the system note when something does.
        DatagramCalls.TryGetArrival(socket, out _);
    }

    /// <summary>For the owner to wait on. Not to be read, written or closed by others.</summary>
    public Socket Socket { get; }

    /// <summary>The address and port it is bound to; the port the system chose if 0 was asked for.</summary>
    public SipEndpoint LocalEndpoint { get; }

    /// <summary>What was counted so far.</summary>
    public UdpCounters Counters { get; } = new();

    /// <summary>Opens a listener.</summary>
    /// <param name="index">The number handed to <see cref="ISipReceiver.OnMessage"/> with everything that arrives here.</param>
    /// <param name="address">An IPv4 or IPv6 address of this machine, or the any-address of either family (IPv6 alone, not both).</param>
    /// <param name="port">0…65535; 0 lets the system choose.</param>
    /// <param name="isShared">Further listeners may bind the same address and port (SO_REUSEPORT); the system spreads what arrives over
    /// them by its source. Linux only.</param>
    /// <exception cref="SipTransportException">The system refuses: the port is in use, the address is not here, rights are missing.</exception>
    public static UdpListener Bind(int index, IPAddress address, int port, bool isShared = false)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp)
            {
                Blocking = false,
                ReceiveBufferSize = ReceiveBufferBytes,
                SendBufferSize = SendBufferBytes,
            };
            if (address.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            if (OperatingSystem.IsWindows()) IgnorePortUnreachable(socket);
            if (isShared) Share(socket);
            if (OperatingSystem.IsLinux()) ExceedLimit(socket);

            socket.Bind(new IPEndPoint(address, port));
            return new UdpListener(index, socket);
        }
        catch (SocketException error)
        {
            socket?.Dispose();
            throw new SipTransportException($"Cannot listen on udp:{new IPEndPoint(address, port)}: {Explain(error)}", error);
        }
    }

    /// <summary>
    /// Hands over what has arrived, at most <paramref name="most"/> datagrams, and returns their number. Call when the socket is readable;
    /// a return of less than <paramref name="most"/> means that nothing is left.
    /// </summary>
    /// <remarks>Errors the system reports in place of a datagram are counted and take one of the turns.</remarks>
    public int Receive(ISipReceiver receiver, int most)
    {
        int received = 0;
        while (received < most && DatagramCalls.TryReceive(Socket, _buffer, _source, out int length))
        {
            received++;
            if (length < 0)
            {
                Counters.ReceiveErrors++;
                continue;
            }

            Counters.DatagramsReceived++;
            Counters.BytesReceived += length;
            SipEndpoint source = UdpAddress.Read(_source);
            receiver.OnMessage(_index, source, _buffer.AsSpan(0, length));
        }

        return received;
    }

    /// <summary>
    /// How long the datagram that was handed over last has waited in the socket. To be asked while it is handled; a system call, 0.2 µs.
    /// Linux only: elsewhere the system does not tell, and this is zero. A step of the machine's clock meanwhile shows as a wait.
    /// </summary>
    public TimeSpan GetWait() => DatagramCalls.TryGetArrival(Socket, out DateTime arrival) ? DateTime.UtcNow - arrival : TimeSpan.Zero;

    /// <summary>
    /// What waits takes more than half of the buffer, from which the system drops whatever finds no room, be it of a running call. A system
    /// call, 0.2 µs. Linux only: elsewhere the system does not tell, and this is <c>false</c>.
    /// </summary>
    public bool IsFilling() => DatagramCalls.GetFill(Socket) > MostFill;

    /// <summary>
    /// Sends one datagram. What cannot be sent is counted.
    /// </summary>
    /// <returns>
    /// False if it never can be: another address family, no route there, too long. What finds no room just now is lost as the network
    /// may lose it, and that is true.
    /// </returns>
    public bool Send(in SipEndpoint destination, ReadOnlySpan<byte> message)
    {
        if (!UdpAddress.TryWrite(destination, _destination))
        {
            Counters.SendErrors++;
            return false;
        }

        SocketError error = DatagramCalls.Send(Socket, message, _destination);
        if (error != SocketError.Success)
        {
            Counters.SendErrors++;
            return error is SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable;
        }

        Counters.BytesSent += message.Length;
        Counters.DatagramsSent++;
        return true;
    }

    /// <summary>Closes the socket.</summary>
    public void Dispose() => Socket.Dispose();

    private static string Explain(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => "the port is in use. Stop the program that has it, or listen on another port.",
        SocketError.AddressNotAvailable => "this machine has no such address. Listen on one it has.",
        SocketError.AccessDenied => "not allowed. Ports below 1024 need extra rights: choose a higher one.",
        SocketError.AddressFamilyNotSupported => "this machine does not support that kind of address. Listen on an IPv4 address.",
        _ => error.Message + ".",
    };

    private static void Share(Socket socket)
    {
        const int reusePort = 15;
        if (!OperatingSystem.IsLinux())
        {
            throw new SipTransportException("Several listeners on one port are for Linux only. Use one lane.", null);
        }

        socket.SetRawSocketOption(SocketLevel, reusePort, [1, 0, 0, 0]);
    }

    /// <summary>Takes a larger receive buffer than the system grants everybody, if this process may (CAP_NET_ADMIN).</summary>
    private static void ExceedLimit(Socket socket)
    {
        const int forcedReceiveBuffer = 33;
        if (socket.ReceiveBufferSize >= ReceiveBufferBytes) return;

        try
        {
            socket.SetRawSocketOption(SocketLevel, forcedReceiveBuffer, BitConverter.GetBytes(ReceiveBufferBytes));
        }
        catch (SocketException)
        {
            // What was granted stays; docs/lanes.md says how to raise it.
        }
    }

    /// <summary>Windows turns a port-unreachable answer into an error of the next receive; nobody here wants to know.</summary>
    private static void IgnorePortUnreachable(Socket socket)
    {
        const int udpConnectionReset = unchecked((int)0x9800000C);
        socket.IOControl(udpConnectionReset, [0, 0, 0, 0], null);
    }
}
