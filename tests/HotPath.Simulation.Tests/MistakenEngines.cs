using System.Runtime.CompilerServices;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Simulation.Tests;

/// <summary>An engine client that hands everything on, for mistakes to be made with some of it.</summary>
internal abstract class MistakenEngines(IEngineClient engines) : IEngineClient
{
    public bool IsAvailable => engines.IsAvailable;

    public SessionAudit? Audit => engines.Audit;

    public int Choose(int except = -1) => engines.Choose(except);

    public bool IsConnectionOpen(int connection) => engines.IsConnectionOpen(connection);

    public virtual void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> => engines.Send(command, handler, state, options);

    public ValueTask<RpcOutcome<TReply>> SendAsync<TCommand, TReply>(scoped in TCommand command, RpcRequestOptions options = default, CancellationToken cancellationToken = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> => engines.SendAsync<TCommand, TReply>(command, options, cancellationToken);

    /// <summary>Sends nothing of it and says that the engine did it.</summary>
    protected void Swallow(object handler, long state) => engines.Send<Ping, PongReply>(new Ping(), new Done((IReplyHandler<OkReply>)handler), state);

    /// <summary>The command as what the type test has shown that it is.</summary>
    protected static ref readonly TTo As<TFrom, TTo>(scoped in TFrom command)
        where TFrom : struct, allows ref struct
        where TTo : struct, allows ref struct => ref Unsafe.As<TFrom, TTo>(ref Unsafe.AsRef(in command));

    /// <summary>Changes the outcome of what is sent with a handler.</summary>
    protected sealed class Changed<TReply>(IReplyHandler<TReply> handler, Func<RpcOutcome<TReply>, RpcOutcome<TReply>> change) : IReplyHandler<TReply>
        where TReply : struct
    {
        public void OnReply(long state, in RpcOutcome<TReply> outcome) => handler.OnReply(state, change(outcome));
    }

    private sealed class Done(IReplyHandler<OkReply> handler) : IReplyHandler<PongReply>
    {
        public void OnReply(long state, in RpcOutcome<PongReply> outcome) =>
            handler.OnReply(state, new RpcOutcome<OkReply>(outcome.Status, default, outcome.Error, outcome.Engine));
    }
}

/// <summary>Takes the outcomes of one kind of command for something else.</summary>
internal sealed class MistakenOutcomes<TOf>(IEngineClient engines, Func<RpcOutcome<TOf>, RpcOutcome<TOf>> change, Type? command = null) : MistakenEngines(engines)
    where TOf : struct
{
    public override void Send<TCommand, TReply>(scoped in TCommand sent, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default) =>
        base.Send(
            sent,
            typeof(TReply) == typeof(TOf) && (command is null || typeof(TCommand) == command) ? (IReplyHandler<TReply>)(object)new Changed<TOf>((IReplyHandler<TOf>)handler, change) : handler,
            state,
            options);
}

/// <summary>Says that Terminate, or CDRs, were executed and does not send them.</summary>
internal sealed class SwallowedCommands(IEngineClient engines, bool terminates = false, bool cdrs = false, bool missedCdrs = false) : MistakenEngines(engines)
{
    public override void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default)
    {
        bool isMissed = typeof(TCommand) == typeof(ProcessCdr) && As<TCommand, ProcessCdr>(command).AnswerTime is null;
        if ((terminates && typeof(TCommand) == typeof(TerminateSession)) || (typeof(TCommand) == typeof(ProcessCdr) && (isMissed ? missedCdrs : cdrs)))
        {
            Swallow(handler, state);
        }
        else
        {
            base.Send(command, handler, state, options);
        }
    }
}

/// <summary>Says more usage than there was, or another AnswerTime.</summary>
internal sealed class MistakenTimes(IEngineClient engines, CgrDuration tooMuch, bool answeredAtSetup = false) : MistakenEngines(engines)
{
    public override void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default)
    {
        if (typeof(TCommand) == typeof(TerminateSession))
        {
            TerminateSession terminate = As<TCommand, TerminateSession>(command);
            TerminateSession changed = terminate with { Usage = More(terminate.Usage) };
            base.Send(As<TerminateSession, TCommand>(changed), handler, state, options);
        }
        else if (typeof(TCommand) == typeof(ProcessCdr) && As<TCommand, ProcessCdr>(command).AnswerTime is not null)
        {
            ProcessCdr cdr = As<TCommand, ProcessCdr>(command);
            ProcessCdr changed = cdr with { Usage = More(cdr.Usage), AnswerTime = answeredAtSetup ? cdr.SetupTime : cdr.AnswerTime };
            base.Send(As<ProcessCdr, TCommand>(changed), handler, state, options);
        }
        else
        {
            base.Send(command, handler, state, options);
        }
    }

    private CgrDuration? More(CgrDuration? usage) => new CgrDuration((usage ?? CgrDuration.Zero).Nanoseconds + tooMuch.Nanoseconds);
}

/// <summary>Records calls to free numbers and for help like any other.</summary>
internal sealed class UnmarkedCdrs(IEngineClient engines) : MistakenEngines(engines)
{
    public override void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default)
    {
        if (typeof(TCommand) == typeof(ProcessCdr))
        {
            ProcessCdr changed = As<TCommand, ProcessCdr>(command) with { CallClass = default };
            base.Send(As<ProcessCdr, TCommand>(changed), handler, state, options);
        }
        else
        {
            base.Send(command, handler, state, options);
        }
    }
}

/// <summary>Takes every session that is asked for to be open, whatever the engine says.</summary>
internal sealed class UnbelievedQuery(IEngineClient engines) : MistakenEngines(engines)
{
    public override void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default)
    {
        if (typeof(TCommand) != typeof(GetActiveSessions))
        {
            base.Send(command, handler, state, options);
            return;
        }

        string originId = As<TCommand, GetActiveSessions>(command).Filters![0].Split(':')[^1];
        var open = new GetActiveSessionsReply { Sessions = [new ActiveSession { OriginId = originId, OriginHost = "edge-1" }] };
        var changed = new Changed<GetActiveSessionsReply>((IReplyHandler<GetActiveSessionsReply>)handler, outcome =>
            outcome.Error == "NOT_FOUND" ? new RpcOutcome<GetActiveSessionsReply>(RpcStatus.Ok, open, null, outcome.Engine) { Connection = outcome.Connection } : outcome);
        base.Send(command, (IReplyHandler<TReply>)(object)changed, state, options);
    }
}

/// <summary>Says that what another engine may have open was ended, and sends nothing: only that is ended with a usage of zero.</summary>
internal sealed class SkippedOrphans(IEngineClient engines) : MistakenEngines(engines)
{
    public override void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default)
    {
        if (typeof(TCommand) == typeof(TerminateSession) && As<TCommand, TerminateSession>(command).Usage == CgrDuration.Zero)
        {
            Swallow(handler, state);
        }
        else
        {
            base.Send(command, handler, state, options);
        }
    }
}

/// <summary>Repeats an Initiate on the other engine than the one that may have executed it.</summary>
internal sealed class WrongEngine(IEngineClient engines) : MistakenEngines(engines)
{
    public override void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default) =>
        base.Send(command, handler, state, typeof(TCommand) == typeof(InitiateSession) && options.Connection > 0 ? new RpcRequestOptions(Engine: 1 - options.Engine) : options);
}
