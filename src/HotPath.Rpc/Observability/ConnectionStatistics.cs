namespace HotPath.Rpc;

/// <summary>
/// What one of a client's connections to an engine carried, over all its reconnects. Written by the client's thread; every figure may be
/// read from any thread at any time.
/// </summary>
public sealed class ConnectionStatistics
{
    private long _requests, _replies, _connects, _bytesSent, _bytesReceived;
    private int _inFlight;
    private bool _isOpen;

    internal ConnectionStatistics()
    {
    }

    /// <summary>It stands now.</summary>
    public bool IsOpen
    {
        get => Volatile.Read(ref _isOpen);
        internal set => Volatile.Write(ref _isOpen, value);
    }

    /// <summary>Requests waiting for an answer on it now.</summary>
    public int InFlight
    {
        get => Volatile.Read(ref _inFlight);
        internal set => Volatile.Write(ref _inFlight, value);
    }

    /// <summary>Requests written to it, probes included.</summary>
    public long Requests => Volatile.Read(ref _requests);

    /// <summary>Replies in time, errors included.</summary>
    public long Replies => Volatile.Read(ref _replies);

    /// <summary>How often it was made: all but the first are reconnects.</summary>
    public long Connects => Volatile.Read(ref _connects);

    /// <summary>Bytes handed to the network.</summary>
    public long BytesSent => Volatile.Read(ref _bytesSent);

    /// <summary>Bytes received.</summary>
    public long BytesReceived => Volatile.Read(ref _bytesReceived);

    internal void CountRequest() => Add(ref _requests, 1);

    internal void CountReply() => Add(ref _replies, 1);

    internal void CountConnect() => Add(ref _connects, 1);

    internal void CountSent(int bytes) => Add(ref _bytesSent, bytes);

    internal void CountReceived(int bytes) => Add(ref _bytesReceived, bytes);

    /// <summary>There is one writer, so nothing is lost without an interlocked operation.</summary>
    private static void Add(ref long counter, int count) => Volatile.Write(ref counter, counter + count);
}
