using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace HotPath.Sip;

/// <summary>
/// Sends and receives on a non-blocking UDP socket. <see cref="Socket"/> says by an exception that nothing is there, or that a datagram was
/// refused, and can be kept from it only by a <c>poll</c> before every datagram: on Unix the system is asked itself, with
/// <c>recvfrom(2)</c> and <c>sendto(2)</c>.
/// </summary>
internal static partial class DatagramCalls
{
    private static readonly bool s_isUnix = !OperatingSystem.IsWindows();
    private static readonly int s_again = OperatingSystem.IsLinux() ? 11 : 35; // EAGAIN
    private static readonly int s_noBuffers = OperatingSystem.IsLinux() ? 105 : 55; // ENOBUFS

    private const nuint ReadTimestamp = 0x8010_8907; // SIOCGSTAMPNS_NEW
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int MemoryInfo = 55; // SO_MEMINFO: SK_MEMINFO_RMEM_ALLOC, SK_MEMINFO_RCVBUF, …

    /// <summary>Takes one datagram.</summary>
    /// <param name="socket">The socket; it must not block.</param>
    /// <param name="buffer">Gets the datagram.</param>
    /// <param name="source">Gets where it came from.</param>
    /// <param name="length">Its length; −1 if the system reports an error in its place.</param>
    /// <returns><c>false</c> if nothing is there.</returns>
    public static bool TryReceive(Socket socket, Span<byte> buffer, SocketAddress source, out int length)
    {
        if (!s_isUnix)
        {
            return TryReceiveManaged(socket, buffer, source, out length);
        }

        Span<byte> address = source.Buffer.Span;
        uint addressLength = (uint)address.Length;
        length = (int)ReceiveFrom(
            DescriptorOf(socket), ref MemoryMarshal.GetReference(buffer), (nuint)buffer.Length, flags: 0, ref MemoryMarshal.GetReference(address), ref addressLength);
        return length >= 0 || Marshal.GetLastPInvokeError() != s_again;
    }

    /// <summary>Sends one datagram.</summary>
    public static SocketError Send(Socket socket, ReadOnlySpan<byte> message, SocketAddress destination)
    {
        if (!s_isUnix)
        {
            return SendManaged(socket, message, destination);
        }

        ReadOnlySpan<byte> address = destination.Buffer.Span;
        nint sent = SendTo(
            DescriptorOf(socket), in MemoryMarshal.GetReference(message), (nuint)message.Length, flags: 0, in MemoryMarshal.GetReference(address), (uint)destination.Size);
        int error = sent >= 0 ? 0 : Marshal.GetLastPInvokeError();
        return error == 0 ? SocketError.Success
            : error == s_again ? SocketError.WouldBlock
            : error == s_noBuffers ? SocketError.NoBufferSpaceAvailable
            : SocketError.SocketError;
    }

    /// <summary>When the datagram taken last arrived, by the system's wall clock. The first call has the system note it from then on. Linux only.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="arrival">When it arrived.</param>
    /// <returns><c>false</c> if no datagram was taken yet, or the system does not tell.</returns>
    public static bool TryGetArrival(Socket socket, out DateTime arrival)
    {
        Timestamp stamp = default;
        bool isKnown = OperatingSystem.IsLinux() && GetTimestamp(DescriptorOf(socket), ReadTimestamp, ref stamp) == 0;
        arrival = isKnown ? DateTime.UnixEpoch.AddTicks((stamp.Seconds * TimeSpan.TicksPerSecond) + (stamp.Nanoseconds / TimeSpan.NanosecondsPerTick)) : default;
        return isKnown;
    }

    /// <summary>How much of the receive buffer is taken, 0…1, within a quarter: the system books what is read in lots. Linux only, elsewhere 0.</summary>
    public static double GetFill(Socket socket)
    {
        Span<uint> memory = stackalloc uint[9];
        uint length = (uint)(memory.Length * sizeof(uint));
        return OperatingSystem.IsLinux() && GetOption(DescriptorOf(socket), SocketLevel, MemoryInfo, ref MemoryMarshal.GetReference(memory), ref length) == 0
            ? (double)memory[0] / memory[1]
            : 0;
    }

    /// <summary>The number of a closed socket may be another's by now.</summary>
    private static int DescriptorOf(Socket socket)
    {
        ObjectDisposedException.ThrowIf(socket.SafeHandle.IsClosed, socket);
        return (int)socket.Handle;
    }

    private static bool TryReceiveManaged(Socket socket, Span<byte> buffer, SocketAddress source, out int length)
    {
        length = -1;
        if (!socket.Poll(0, SelectMode.SelectRead))
        {
            return false;
        }

        try
        {
            length = socket.ReceiveFrom(buffer, SocketFlags.None, source);
        }
        catch (SocketException)
        {
            // Told by the length.
        }

        return true;
    }

    private static SocketError SendManaged(Socket socket, ReadOnlySpan<byte> message, SocketAddress destination)
    {
        try
        {
            socket.SendTo(message, SocketFlags.None, destination);
            return SocketError.Success;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
    }

    [LibraryImport("libc", EntryPoint = "recvfrom", SetLastError = true)]
    private static partial nint ReceiveFrom(int socket, ref byte buffer, nuint length, int flags, ref byte address, ref uint addressLength);

    [LibraryImport("libc", EntryPoint = "sendto", SetLastError = true)]
    private static partial nint SendTo(int socket, in byte buffer, nuint length, int flags, in byte address, uint addressLength);

    [LibraryImport("libc", EntryPoint = "ioctl")]
    private static partial int GetTimestamp(int socket, nuint request, ref Timestamp timestamp);

    [LibraryImport("libc", EntryPoint = "getsockopt")]
    private static partial int GetOption(int socket, int level, int option, ref uint value, ref uint length);

    /// <summary><c>struct __kernel_timespec</c>, the same on all Linux.</summary>
    private struct Timestamp
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
