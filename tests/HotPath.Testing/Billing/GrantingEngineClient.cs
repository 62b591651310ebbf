using System.Buffers;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>
/// An engine client that encodes what is sent and grants everything at once, from inside <c>Send</c>, for measuring what charging allocates
/// by itself.
/// </summary>
public sealed class GrantingEngineClient : IEngineClient
{
    private static readonly CgrDuration s_grant = CgrDuration.FromSeconds(60);

    private readonly ArrayBufferWriter<byte> _output = new(4096);

    public bool IsAvailable => true;

    public int Choose(int except = -1) => 0;

    public void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>
    {
        _output.ResetWrittenCount();
        command.Encode(_output, CgrDialect.Current);
        if (typeof(TReply) == typeof(AuthorizeReply))
        {
            Answer(handler, state, new AuthorizeReply { MaxUsage = s_grant });
        }
        else if (typeof(TReply) == typeof(InitiateReply))
        {
            Answer(handler, state, new InitiateReply { MaxUsage = s_grant });
        }
        else if (typeof(TReply) == typeof(UpdateReply))
        {
            Answer(handler, state, new UpdateReply { MaxUsage = s_grant });
        }
        else
        {
            Answer(handler, state, default(OkReply));
        }
    }

    public ValueTask<RpcOutcome<TReply>> SendAsync<TCommand, TReply>(scoped in TCommand command, RpcRequestOptions options = default, CancellationToken cancellationToken = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> => throw new NotSupportedException("Charging sessions wait for nothing.");

    private static void Answer<TReply>(object handler, long state, in TReply reply)
        where TReply : struct =>
        ((IReplyHandler<TReply>)handler).OnReply(state, new RpcOutcome<TReply>(RpcStatus.Ok, reply, null, 0));
}
