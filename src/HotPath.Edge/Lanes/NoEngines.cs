using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Edge;

/// <summary>Stands in for the engines of an edge that charges nothing, and so never sends a command.</summary>
internal sealed class NoEngines : IEngineClient
{
    public static readonly NoEngines Instance = new();

    public bool IsAvailable => false;

    public int Choose(int except = -1) => -1;

    public void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> => throw NotCharging();

    public ValueTask<RpcOutcome<TReply>> SendAsync<TCommand, TReply>(
        scoped in TCommand command, RpcRequestOptions options = default, CancellationToken cancellationToken = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> => throw NotCharging();

    private static InvalidOperationException NotCharging() => new("This edge has no charging engine: its configuration says charging: false.");
}
