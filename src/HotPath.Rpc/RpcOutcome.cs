namespace HotPath.Rpc;

/// <summary>How a request ended.</summary>
public enum RpcStatus : byte
{
    /// <summary>The engine answered with a result that reads into the command's reply.</summary>
    Ok,

    /// <summary>The engine answered with an error: <see cref="RpcOutcome{TReply}.Error"/> is its text.</summary>
    EngineError,

    /// <summary>The engine answered, but the result does not read into the reply's schema.</summary>
    InvalidReply,

    /// <summary>No answer within the deadline. The engine may have executed the command.</summary>
    DeadlineExceeded,

    /// <summary>The connection ended with the request in flight. The engine may have executed the command.</summary>
    ConnectionLost,

    /// <summary>No engine could be reached: the request was never written.</summary>
    NoEngine,

    /// <summary>Too many requests in flight: the request was never written.</summary>
    Overloaded,

    /// <summary>The caller cancelled, or the client was disposed.</summary>
    Canceled,
}

/// <summary>The outcome of one request.</summary>
/// <typeparam name="TReply">The command's reply.</typeparam>
/// <param name="Status">How it ended.</param>
/// <param name="Reply">The reply, if <see cref="RpcStatus.Ok"/>.</param>
/// <param name="Error">The engine's error text, or what was wrong with the reply; <c>null</c> if <see cref="RpcStatus.Ok"/>.</param>
/// <param name="Engine">Index, in the configured list, of the engine that answered or was asked last; -1 if none was.</param>
public readonly record struct RpcOutcome<TReply>(RpcStatus Status, TReply Reply, string? Error, int Engine)
    where TReply : struct
{
    /// <summary>
    /// Number of the connection that carried the request last, as <see cref="EngineClient.IsConnectionOpen"/> takes it; 0: none. A
    /// session is bound to the connection that initiated it (facts: cgrates-engine.md §4.3).
    /// </summary>
    public int Connection { get; init; }

    /// <summary>The engine answered with a readable result.</summary>
    public bool IsOk => Status == RpcStatus.Ok;

    /// <summary>The bytes may have reached an engine and been executed there, although no answer is known.</summary>
    public bool MayHaveExecuted => Status is RpcStatus.DeadlineExceeded or RpcStatus.ConnectionLost;
}
