namespace HotPath.Rpc;

/// <summary>
/// Engine connections over TCP, or TLS over TCP, on a <see cref="SocketLoop"/>: non-blocking, without Nagle's delay, IPv4 and IPv6. A name is
/// resolved anew for each connection, off the loop's thread, and its addresses are tried in order. How long that may take is for
/// the caller to say: closing the link gives up.
/// </summary>
/// <param name="loop">The loop of the thread that drives the client.</param>
public sealed class SocketEngineNetwork(SocketLoop loop) : IEngineNetwork
{
    /// <inheritdoc/>
    public IEngineLink Open(EngineAddress address, IEngineLinkHandler handler) => address.Tls is { } tls
        ? TlsLink.Connect(loop, address, tls, handler)
        : SocketLink.Connect(loop, address, handler);
}
