using HotPath.Commands;

namespace HotPath.Rpc;

/// <summary>Receives the outcome of a request sent with <see cref="IEngineClient.Send{TCommand,TReply}"/>.</summary>
/// <typeparam name="TReply">The command's reply.</typeparam>
public interface IReplyHandler<TReply>
    where TReply : struct
{
    /// <summary>
    /// Called exactly once per request, on the thread that drives the client (a lane's, or the client's own), never from inside
    /// <c>Send</c>. Must not block.
    /// </summary>
    /// <param name="state">What was given to <c>Send</c>.</param>
    /// <param name="outcome">How the request ended.</param>
    void OnReply(long state, in RpcOutcome<TReply> outcome);
}

/// <summary>What one request may ask for beyond its command.</summary>
/// <param name="Deadline">Longest wait for the outcome; <c>null</c>: the default of the command's class (<see cref="EngineClientOptions"/>).</param>
/// <param name="Engine">Send to this engine (index in the configured list) only: sessions stay where they were opened; -1: any.</param>
public readonly record struct RpcRequestOptions(TimeSpan? Deadline = null, int Engine = -1)
{
    // One more than the index, so that default means any engine too.
    private readonly int _engineNumber = Engine + 1;

    /// <summary>Send to this engine (index in the configured list) only: sessions stay where they were opened; -1: any.</summary>
    public int Engine
    {
        get => _engineNumber - 1;
        init => _engineNumber = value + 1;
    }

    /// <summary>
    /// Send over this connection (<see cref="RpcOutcome{TReply}.Connection"/>) only, with <see cref="Engine"/> its engine; 0: any. If it
    /// is gone before the command is written, the outcome is <see cref="RpcStatus.NoEngine"/>: an engine that has noticed the loss may have
    /// ended by itself what the command is about.
    /// </summary>
    public int Connection { get; init; }
}

/// <summary>Sends commands to the charging engines.</summary>
public interface IEngineClient
{
    /// <summary>
    /// Encodes and queues <paramref name="command"/>; the outcome goes to <paramref name="handler"/>. Does not block, allocates
    /// nothing in steady state. The command may be reused or die as soon as this returns.
    /// </summary>
    void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>;

    /// <summary>
    /// The same for code that awaits. Not itself <c>async</c>: the command is encoded before this returns. Continuations run off
    /// the reader's thread.
    /// </summary>
    ValueTask<RpcOutcome<TReply>> SendAsync<TCommand, TReply>(scoped in TCommand command, RpcRequestOptions options = default, CancellationToken cancellationToken = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>;

    /// <summary>At least one engine is connected.</summary>
    bool IsAvailable { get; }

    /// <summary>
    /// The engine that a command which may go to any is best sent to: for who has to write it down before
    /// (<see cref="RpcRequestOptions.Engine"/>). The order policy chooses among those that are up and have room; if there are none, it is the
    /// first that is worth waiting for. Lock-free, allocates nothing. Only on the thread that drives the client.
    /// </summary>
    /// <param name="except">Not this one; -1: any.</param>
    /// <returns>Index in the configured list; -1: there is none, and a command sent now would come back as <see cref="RpcStatus.NoEngine"/>.</returns>
    int Choose(int except = -1);

    /// <summary>
    /// The connection that carried a request (<see cref="RpcOutcome{TReply}.Connection"/>) still stands. Only on the thread that drives
    /// the client. A client that cannot tell says yes.
    /// </summary>
    bool IsConnectionOpen(int connection) => true;

    /// <summary>Finds the sessions that an engine has forgotten, among those that it is told; <c>null</c>: nothing does.</summary>
    SessionAudit? Audit => null;
}
