using System.Buffers;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>
/// An engine client that encodes what is sent and grants everything, for measuring what charging allocates by itself: at once, or when
/// <see cref="AnswerAll"/> is called, as a real one does, which never answers from inside <c>Send</c>.
/// </summary>
public sealed class GrantingEngineClient(bool isDeferred = false) : IEngineClient
{
    private static readonly CgrDuration s_grant = CgrDuration.FromSeconds(60);

    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly Queue<(object Handler, long State, Type Reply)> _waiting = new();

    public bool IsAvailable => true;

    public void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>
    {
        _output.ResetWrittenCount();
        command.Encode(_output, CgrDialect.Current);
        _waiting.Enqueue((handler, state, typeof(TReply)));
        if (!isDeferred)
        {
            AnswerAll();
        }
    }

    public ValueTask<RpcOutcome<TReply>> SendAsync<TCommand, TReply>(scoped in TCommand command, RpcRequestOptions options = default, CancellationToken cancellationToken = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> => throw new NotSupportedException("Charging sessions wait for nothing.");

    /// <summary>Grants all that waits for an answer, and what is asked meanwhile.</summary>
    public void AnswerAll()
    {
        while (_waiting.TryDequeue(out (object Handler, long State, Type Reply) next))
        {
            if (next.Reply == typeof(AuthorizeReply))
            {
                Answer(next.Handler, next.State, new AuthorizeReply { MaxUsage = s_grant });
            }
            else if (next.Reply == typeof(InitiateReply))
            {
                Answer(next.Handler, next.State, new InitiateReply { MaxUsage = s_grant });
            }
            else if (next.Reply == typeof(UpdateReply))
            {
                Answer(next.Handler, next.State, new UpdateReply { MaxUsage = s_grant });
            }
            else
            {
                Answer(next.Handler, next.State, default(OkReply));
            }
        }
    }

    private static void Answer<TReply>(object handler, long state, in TReply reply)
        where TReply : struct =>
        ((IReplyHandler<TReply>)handler).OnReply(state, new RpcOutcome<TReply>(RpcStatus.Ok, reply, null, 0));
}
