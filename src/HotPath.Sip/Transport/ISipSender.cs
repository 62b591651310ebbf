namespace HotPath.Sip;

/// <summary>
/// The seam between SIP logic and the network: the lane's real sockets, or a simulated network. Called on the lane's thread only.
/// </summary>
public interface ISipSender
{
    /// <summary>
    /// Sends one message. Does not block; the bytes are copied or sent before it returns. Allocates nothing.
    /// </summary>
    /// <param name="listener">Index of the local listener to send from.</param>
    /// <param name="destination">Next hop.</param>
    /// <param name="message">The whole message.</param>
    /// <returns>
    /// False if nothing can be sent there: no route, no listener of that family, a message longer than a datagram (RFC 3261 §18.4). True
    /// says no more than that the system took it or had no room just now: the network may still lose it.
    /// </returns>
    bool Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message);
}

/// <summary>Receives what arrives on a listener. Called on the lane's thread.</summary>
public interface ISipReceiver
{
    /// <summary>A datagram, or a whole message of a stream, arrived. The bytes are valid during the call.</summary>
    void OnMessage(int listener, in SipEndpoint source, ReadOnlySpan<byte> message);
}
