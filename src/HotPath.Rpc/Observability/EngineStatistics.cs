namespace HotPath.Rpc;

/// <summary>What one engine was asked and did, counted since the client was made. Written by the client's thread; every figure may be read from any thread at any time.</summary>
public sealed class EngineStatistics
{
    private long _errors, _invalidReplies, _deadlinesExceeded, _lost, _movedOn;
    private long _lateReplies, _unknownReplies, _engineRequests, _connectFailures, _brokenStreams, _silences;
    private string _lastFailure = "";
    private int _state;

    internal EngineStatistics(EngineAddress address, IReadOnlyList<ConnectionStatistics> connections)
    {
        Address = address;
        Connections = connections;
    }

    /// <summary>Where the engine listens.</summary>
    public EngineAddress Address { get; }

    /// <summary>Its state now.</summary>
    public EngineState State
    {
        get => (EngineState)Volatile.Read(ref _state);
        internal set => Volatile.Write(ref _state, (int)value);
    }

    /// <summary>Why it was last found down or silent, in one line; empty: it never was.</summary>
    public string LastFailure
    {
        get => Volatile.Read(ref _lastFailure);
        internal set => Volatile.Write(ref _lastFailure, value);
    }

    /// <summary>Its connections, <see cref="EngineClientOptions.MaxConnections"/> of them.</summary>
    public IReadOnlyList<ConnectionStatistics> Connections { get; }

    /// <summary>Requests waiting for its answer now.</summary>
    public int InFlight => (int)Sum(static connection => connection.InFlight);

    /// <summary>Requests written to its connections, probes included.</summary>
    public long Requests => Sum(static connection => connection.Requests);

    /// <summary>Replies in time, errors included.</summary>
    public long Replies => Sum(static connection => connection.Replies);

    /// <summary>Replies that were errors.</summary>
    public long Errors => Volatile.Read(ref _errors);

    /// <summary>Replies that did not read into the command's schema.</summary>
    public long InvalidReplies => Volatile.Read(ref _invalidReplies);

    /// <summary>Requests it let go unanswered in their time.</summary>
    public long DeadlinesExceeded => Volatile.Read(ref _deadlinesExceeded);

    /// <summary>Requests in flight when its connection ended.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Requests that went on to another engine.</summary>
    public long MovedOn => Volatile.Read(ref _movedOn);

    /// <summary>Replies to requests that had been given up: dropped.</summary>
    public long LateReplies => Volatile.Read(ref _lateReplies);

    /// <summary>Replies to nothing that was asked: dropped.</summary>
    public long UnknownReplies => Volatile.Read(ref _unknownReplies);

    /// <summary>Requests it sent to us.</summary>
    public long EngineRequests => Volatile.Read(ref _engineRequests);

    /// <summary>Connections that stood.</summary>
    public long Connects => Sum(static connection => connection.Connects);

    /// <summary>Bytes handed to the network.</summary>
    public long BytesSent => Sum(static connection => connection.BytesSent);

    /// <summary>Bytes received.</summary>
    public long BytesReceived => Sum(static connection => connection.BytesReceived);

    /// <summary>Connections that could not be made.</summary>
    public long ConnectFailures => Volatile.Read(ref _connectFailures);

    /// <summary>Connections ended because what came was not JSON-RPC.</summary>
    public long BrokenStreams => Volatile.Read(ref _brokenStreams);

    /// <summary>Times it was taken out for not answering.</summary>
    public long Silences => Volatile.Read(ref _silences);

    internal void CountError() => Count(ref _errors);

    internal void CountInvalidReply() => Count(ref _invalidReplies);

    internal void CountDeadlineExceeded() => Count(ref _deadlinesExceeded);

    internal void CountLost() => Count(ref _lost);

    internal void CountMovedOn() => Count(ref _movedOn);

    internal void CountLateReply() => Count(ref _lateReplies);

    internal void CountUnknownReply() => Count(ref _unknownReplies);

    internal void CountEngineRequest() => Count(ref _engineRequests);

    internal void CountConnectFailure() => Count(ref _connectFailures);

    internal void CountBrokenStream() => Count(ref _brokenStreams);

    internal void CountSilence() => Count(ref _silences);

    /// <summary>There is one writer, so nothing is lost without an interlocked operation.</summary>
    private static void Count(ref long counter) => Volatile.Write(ref counter, counter + 1);

    private long Sum(Func<ConnectionStatistics, long> figure)
    {
        long sum = 0;
        foreach (ConnectionStatistics connection in Connections)
        {
            sum += figure(connection);
        }

        return sum;
    }
}
