namespace HotPath.Rpc;

/// <summary>
/// The seam between engine connections and the network: real sockets on a <c>SocketLoop</c>, or a simulated network on a simulated
/// clock. All calls and callbacks happen on the one thread that drives the client; a callback never comes from inside a call.
/// </summary>
public interface IEngineNetwork
{
    /// <summary>Starts to connect; the outcome is told to <paramref name="handler"/>, never from inside this call.</summary>
    IEngineLink Open(EngineAddress address, IEngineLinkHandler handler);
}

/// <summary>A byte stream to one peer.</summary>
public interface IEngineLink
{
    /// <summary>Hands over as many bytes as the network takes now, possibly none; <see cref="IEngineLinkHandler.OnWritable"/> tells when it takes more.</summary>
    /// <returns>How many bytes were taken.</returns>
    int Send(ReadOnlySpan<byte> bytes);

    /// <summary>Ends the stream. No callback follows.</summary>
    void Close();

    /// <summary>Tells the other side that nothing more comes; what it sends is still received. A link that cannot say so ends.</summary>
    internal void EndSending() => Close();
}

/// <summary>What happens on a link.</summary>
public interface IEngineLinkHandler
{
    /// <summary>The connection stands.</summary>
    void OnOpened();

    /// <summary>Bytes arrived; valid during the call.</summary>
    void OnReceived(ReadOnlySpan<byte> bytes);

    /// <summary>The network takes bytes again after <see cref="IEngineLink.Send"/> took fewer than offered.</summary>
    void OnWritable();

    /// <summary>
    /// The other side sends no more, but may still read. True: the link stays open to send, until it is closed or fails; false: it
    /// ends, and <see cref="OnClosed"/> follows.
    /// </summary>
    internal bool OnEndOfStream() => false;

    /// <summary>The connection failed or ended. The last callback.</summary>
    /// <param name="reason">One line for a log, in words an operator understands.</param>
    void OnClosed(string reason);
}
