using System.Buffers;
using HotPath.Commands;
using Microsoft.Extensions.ObjectPool;

namespace HotPath.Rpc;

/// <summary>Where a request is on its way.</summary>
internal enum RequestPhase : byte
{
    /// <summary>On its way to the client's thread.</summary>
    New,

    /// <summary>It waits for a connection or for room.</summary>
    Parked,

    /// <summary>Written to a connection.</summary>
    InFlight,

    /// <summary>Its outcome is decided, and told in the next turn.</summary>
    Finished,
}

/// <summary>
/// One request from <c>Send</c> to its outcome, whatever number of engines it takes. Pooled; it carries its encoded parameters, so that
/// every attempt can write them again after the caller's command is gone. Owned by the thread that drives the client, but for the
/// moment in which another thread fills it.
/// </summary>
internal abstract class PendingRequest : IBufferWriter<byte>
{
    private const int InitialCapacity = 512;
    private const int MaxKeptCapacity = 64 * 1024;

    private byte[] _parameters = new byte[InitialCapacity];
    private int _length;

    /// <summary>Neighbours in the one <see cref="RequestList"/> it may be in.</summary>
    public PendingRequest? Next, Previous;

    /// <summary>Neighbours in its bucket of the <see cref="DeadlineWheel"/>.</summary>
    public PendingRequest? DueNext, DuePrevious;

    /// <summary>The tick at which the wheel hands it out; 0: not in the wheel.</summary>
    public long DueTick;

    /// <summary>When its outcome is due at the latest, on the client's clock.</summary>
    public long DeadlineMs;

    /// <summary>What repeating it means.</summary>
    public RepeatClass Repeat;

    /// <summary>The only engine it may go to; -1: any.</summary>
    public int Sticky;

    /// <summary>The number of the only connection it may be written to; 0: any.</summary>
    public int Bound;

    /// <summary>One bit per engine it was written to.</summary>
    public ulong Tried;

    /// <summary>The engine it was written to last; -1: none.</summary>
    public int Engine;

    /// <summary>Its id in the present attempt; 0: it is not in flight.</summary>
    public int Id;

    /// <summary>Where the present attempt begins in the connection's stream of bytes.</summary>
    public long StreamOffset;

    /// <summary>The engine let this attempt's time pass and was charged with it.</summary>
    public bool IsOverdue;

    /// <summary>Where it is.</summary>
    public RequestPhase Phase;

    /// <summary>The connection of its present or last attempt.</summary>
    public EngineConnection? Carrier;

    /// <summary>The number that connection had; 0: it was never written.</summary>
    public int Connection;

    /// <summary>The epoch of its engine's state when it was written.</summary>
    public uint Epoch;

    /// <summary>When it was written, on the client's clock; -1: nobody wants to know.</summary>
    public long SentTimestamp;

    /// <summary>Counts the requests that this object has been: who remembers one can tell whether it still is the same.</summary>
    public long Generation { get; private set; }

    /// <summary>What it ends with if nothing better comes; the outcome, once it is in the list of the finished.</summary>
    public RpcStatus Failure;

    /// <summary>The one parameter, as JSON.</summary>
    public ReadOnlySpan<byte> Parameters => _parameters.AsSpan(0, _length);

    /// <summary>The method's name.</summary>
    public abstract ReadOnlySpan<byte> GetMethod(CgrDialect dialect);

    /// <summary>Tells the outcome. The object is the pool's from here on.</summary>
    /// <param name="status">How it ended; <see cref="RpcStatus.Ok"/>: <paramref name="result"/> is yet to be read.</param>
    /// <param name="result">Raw JSON.</param>
    /// <param name="error">The engine's words.</param>
    /// <param name="dialect">The dialect of the reply.</param>
    /// <returns>The status told.</returns>
    public abstract RpcStatus Complete(RpcStatus status, ReadOnlySpan<byte> result, string? error, CgrDialect dialect);

    /// <inheritdoc/>
    public void Advance(int count) => _length += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _parameters.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _parameters.AsSpan(_length);
    }

    /// <summary>It is over: nothing that was remembered of it is valid any more.</summary>
    protected void End() => Generation++;

    /// <summary>Makes it as new.</summary>
    protected void Begin(RepeatClass repeat, in RpcRequestOptions options)
    {
        Repeat = repeat;
        Sticky = options.Engine;
        Bound = options.Connection;
        Tried = 0;
        Engine = -1;
        Id = 0;
        IsOverdue = false;
        Phase = RequestPhase.New;
        Carrier = null;
        Connection = 0;
        Failure = RpcStatus.NoEngine;
        _length = 0;
        if (_parameters.Length > MaxKeptCapacity)
        {
            _parameters = new byte[InitialCapacity];
        }
    }

    private void Reserve(int count)
    {
        if (_parameters.Length - _length < Math.Max(count, 1))
        {
            Array.Resize(ref _parameters, Math.Max(_parameters.Length * 2, _length + count));
        }
    }
}

/// <summary>The request of one kind of command.</summary>
internal sealed class PendingRequest<TCommand, TReply> : PendingRequest
    where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
    where TReply : struct, ICgrReply<TReply>
{
    private static readonly ObjectPool<PendingRequest<TCommand, TReply>> s_pool =
        new DefaultObjectPool<PendingRequest<TCommand, TReply>>(
            new DefaultPooledObjectPolicy<PendingRequest<TCommand, TReply>>(), EngineClient.MaxPooled);

    private IReplyHandler<TReply>? _handler;
    private long _state;

    /// <summary>A request with <paramref name="command"/> encoded.</summary>
    public static PendingRequest<TCommand, TReply> Rent(
        scoped in TCommand command, CgrDialect dialect, in RpcRequestOptions options, IReplyHandler<TReply> handler, long state)
    {
        PendingRequest<TCommand, TReply> request = s_pool.Get();
        request.Begin(TCommand.Repeat, options);
        request._handler = handler;
        request._state = state;
        command.Encode(request, Spoken(dialect));
        return request;
    }

    public override ReadOnlySpan<byte> GetMethod(CgrDialect dialect) => TCommand.GetMethod(Spoken(dialect));

    public override RpcStatus Complete(RpcStatus status, ReadOnlySpan<byte> result, string? error, CgrDialect dialect)
    {
        TReply reply = default;
        if (status == RpcStatus.Ok)
        {
            CgrReadResult read = TReply.TryRead(result, Spoken(dialect), out reply);
            if (!read.IsOk)
            {
                status = RpcStatus.InvalidReply;
                error = read.ToString();
                reply = default;
            }
        }

        RpcOutcome<TReply> outcome = new(status, reply, error, Engine) { Connection = Connection };
        IReplyHandler<TReply> handler = _handler!;
        long state = _state;
        _handler = null;
        End();
        s_pool.Return(this);
        handler.OnReply(state, outcome);
        return status;
    }

    /// <summary>A command that the configured dialect does not have is sent as it is in the current one, which later engines of either know.</summary>
    private static CgrDialect Spoken(CgrDialect configured) => TCommand.GetMethod(configured).IsEmpty ? CgrDialect.Current : configured;
}
