using System.Net;

namespace HotPath.Rpc;

/// <summary>
/// Engine connections over TCP, or TLS over TCP, on a <see cref="SocketLoop"/>: non-blocking, without Nagle's delay, IPv4 and IPv6. A name is
/// resolved anew for each connection, off the loop's thread, and its addresses are tried in order. How long that may take is for
/// the caller to say: closing the link gives up.
/// </summary>
/// <param name="loop">The loop of the thread that drives the client.</param>
/// <param name="bindAddress">
/// The local address to connect from (<see cref="EngineClientOptions.BindAddress"/>); addresses of the other family are then not tried;
/// <c>null</c>: the system chooses.
/// </param>
public sealed class SocketEngineNetwork(SocketLoop loop, IPAddress? bindAddress = null) : IEngineNetwork
{
    internal SocketLoop Loop => loop;

    internal IPAddress? BindAddress => bindAddress;

    /// <summary>How a name becomes addresses: the system's resolver.</summary>
    internal Func<string, Task<IPAddress[]>> ResolveAsync { get; init; } = static host => Dns.GetHostAddressesAsync(host);

    /// <inheritdoc/>
    public IEngineLink Open(EngineAddress address, IEngineLinkHandler handler) => address.Tls is { } tls
        ? TlsLink.Connect(this, address, tls, handler)
        : SocketLink.Connect(this, address, handler);
}
