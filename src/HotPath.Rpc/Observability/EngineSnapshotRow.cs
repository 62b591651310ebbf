namespace HotPath.Rpc;

/// <summary>One engine at one moment, as a client sees it; the figures are counted since the client was made. Immutable.</summary>
/// <param name="Address">Where it listens.</param>
/// <param name="State">Its state.</param>
/// <param name="OpenConnections">Connections that stand.</param>
/// <param name="InFlight">Requests waiting for an answer.</param>
/// <param name="Requests">Requests written, probes included.</param>
/// <param name="Replies">Replies in time, errors included.</param>
/// <param name="Errors">Replies that were errors, or not what the command's reply is.</param>
/// <param name="Unanswered">Requests that it let go unanswered in their time.</param>
/// <param name="Lost">Requests in flight when their connection ended.</param>
/// <param name="Connects">Connections made.</param>
/// <param name="ConnectFailures">Connections that could not be made.</param>
/// <param name="BytesSent">Bytes handed to the network.</param>
/// <param name="BytesReceived">Bytes received.</param>
/// <param name="LastFailure">Why it was last found down or silent, in one line; empty: it never was.</param>
public sealed record EngineSnapshotRow(
    EngineAddress Address,
    EngineState State,
    int OpenConnections,
    int InFlight,
    long Requests,
    long Replies,
    long Errors,
    long Unanswered,
    long Lost,
    long Connects,
    long ConnectFailures,
    long BytesSent,
    long BytesReceived,
    string LastFailure);
