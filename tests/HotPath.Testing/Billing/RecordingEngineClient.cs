using System.Buffers;
using System.Text;
using System.Text.Json;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>An engine client that keeps what is sent and lets the test say how each request ends.</summary>
public sealed class RecordingEngineClient : IEngineClient
{
    private readonly Queue<SentCommand> _sent = new();

    public bool IsAvailable => true;

    /// <summary>The engine that is there for whatever may go to any; -1: none.</summary>
    public int Chosen { get; set; }

    public int Choose(int except = -1) => Chosen == except ? -1 : Chosen;

    /// <summary>The next command that was sent and not yet looked at.</summary>
    public SentCommand Take() => _sent.Count > 0 ? _sent.Dequeue() : throw new InvalidOperationException("Nothing was sent.");

    public bool IsEmpty => _sent.Count == 0;

    public void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>
    {
        var parameters = new ArrayBufferWriter<byte>();
        command.Encode(parameters, CgrDialect.Current);
        _sent.Enqueue(new SentCommand<TReply>(
            Encoding.UTF8.GetString(TCommand.GetMethod(CgrDialect.Current)),
            JsonDocument.Parse(parameters.WrittenMemory).RootElement,
            options,
            handler,
            state));
    }

    public ValueTask<RpcOutcome<TReply>> SendAsync<TCommand, TReply>(scoped in TCommand command, RpcRequestOptions options = default, CancellationToken cancellationToken = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>
    {
        var completion = new Completion<TReply>();
        Send(command, completion, 0, options);
        return new ValueTask<RpcOutcome<TReply>>(completion.Task);
    }

    private sealed class Completion<TReply> : TaskCompletionSource<RpcOutcome<TReply>>, IReplyHandler<TReply>
        where TReply : struct
    {
        public void OnReply(long state, in RpcOutcome<TReply> outcome) => SetResult(outcome);
    }
}

/// <summary>A command as it would have gone over the wire.</summary>
public abstract class SentCommand(string method, JsonElement parameters, RpcRequestOptions options)
{
    public string Method { get; } = method;

    public JsonElement Parameters { get; } = parameters;

    public RpcRequestOptions Options { get; } = options;

    /// <summary>A member of Event as text; empty if absent.</summary>
    public string Event(string name) => Parameters.GetProperty("Event").TryGetProperty(name, out JsonElement value) ? value.ToString() : "";

    /// <summary>Ends the request without a result.</summary>
    public abstract void Fail(RpcStatus status, string? error = null, int engine = 0);

    /// <summary>Ends the request with a result, given as JSON.</summary>
    public abstract void Reply(string resultJson, int engine = 0);
}

internal sealed class SentCommand<TReply>(string method, JsonElement parameters, RpcRequestOptions options, IReplyHandler<TReply> handler, long state)
    : SentCommand(method, parameters, options)
    where TReply : struct, ICgrReply<TReply>
{
    public override void Fail(RpcStatus status, string? error = null, int engine = 0) => End(status, default, error, engine);

    public override void Reply(string resultJson, int engine = 0)
    {
        CgrReadResult read = TReply.TryRead(Encoding.UTF8.GetBytes(resultJson), CgrDialect.Current, out TReply reply);
        End(read.IsOk ? RpcStatus.Ok : RpcStatus.InvalidReply, read.IsOk ? reply : default, read.IsOk ? null : read.ToString(), engine);
    }

    /// <summary>Each engine has one connection, which stands.</summary>
    private void End(RpcStatus status, TReply reply, string? error, int engine) =>
        handler.OnReply(state, new RpcOutcome<TReply>(status, reply, error, engine) { Connection = engine + 1 });
}
