using System.Buffers;
using System.Text.Json;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Charging;

/// <content>The debit loop of prepaid calls, and their end when the credit is used up. Source: facts cgrates-engine.md §4.3.</content>
internal sealed partial class SessionService : IRpcCallHandler
{
    private const string InsufficientCredit = "INSUFFICIENT_CREDIT";
    private const string ForcedDisconnect = "FORCED_DISCONNECT";
    private const string ServerError = "SERVER_ERROR";

    private readonly PriorityQueue<Timer, long> _timers = new();
    private readonly Dictionary<long, Session> _disconnecting = [];
    private readonly ArrayBufferWriter<byte> _parameters = new();
    private long _lastDisconnect;

    /// <summary>What is to happen to a session at a point in time.</summary>
    private enum TimerKind : byte
    {
        /// <summary>Debit the run's next piece.</summary>
        Debit,

        /// <summary>The run's credit is used up.</summary>
        OutOfCredit,

        /// <summary>The client did not answer.</summary>
        NoAnswer,

        /// <summary>The client agreed to end the call, and did not.</summary>
        NoTerminate,
    }

    /// <summary>Does what is due.</summary>
    /// <returns>When something is due next, on the engine's clock; -1: nothing is.</returns>
    public long RunDueTimers()
    {
        while (_timers.TryPeek(out Timer timer, out long due))
        {
            if (timer.Session.IsClosed || timer.Session.TimerGeneration != timer.Generation)
            {
                _timers.Dequeue();
                continue;
            }

            if (due > _clock.Now)
            {
                return due;
            }

            _timers.Dequeue();
            OnTimer(timer, due);
        }

        return -1;
    }

    /// <summary>Asks the clients to end calls whose event matches the filters.</summary>
    public void ForceDisconnect(EventFilter[] filters)
    {
        foreach (Session session in Sessions.Open.Where(session => EventFilter.AllMatch(filters, session.Event)).ToArray())
        {
            Disconnect(session, ForcedDisconnect);
        }
    }

    void IRpcCallHandler.OnAnswer(RpcServerLink link, long state, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error)
    {
        if (!_disconnecting.Remove(state, out Session? session))
        {
            return;
        }

        session.PendingCall = 0;
        session.TimerGeneration++;
        if (error.IsEmpty || error.SequenceEqual("null"u8))
        {
            Schedule(session, 0, TimerKind.NoTerminate, _clock.Now + _options.DisconnectGrace.Ticks);
        }
        else
        {
            OnRefused(session);
        }
    }

    void IRpcCallHandler.OnLost(RpcServerLink link, long state)
    {
        if (_disconnecting.Remove(state, out Session? session))
        {
            session.PendingCall = 0;
            EndByEngine(session);
        }
    }

    private void StartDebitLoops(Session session)
    {
        for (int run = 0; run < session.Runs.Length; run++)
        {
            if (session.Runs[run].IsDebited)
            {
                Schedule(session, run, TimerKind.Debit, _clock.Now);
            }
        }
    }

    private void OnTimer(in Timer timer, long due)
    {
        switch (timer.Kind)
        {
            case TimerKind.Debit:
                DebitNext(timer.Session, timer.Run, due);
                break;
            case TimerKind.OutOfCredit:
                Disconnect(timer.Session, InsufficientCredit);
                break;
            case TimerKind.NoAnswer:
                StopWaiting(timer.Session);
                OnRefused(timer.Session);
                break;
            case TimerKind.NoTerminate:
                EndByEngine(timer.Session);
                break;
        }
    }

    private void DebitNext(Session session, int index, long due)
    {
        SessionRun run = session.Runs[index];
        ChargingError error = DebitRun(run, session.DebitInterval, update: null, out long granted);
        if (error != ChargingError.None)
        {
            EngineLog.DebitFailed(_logger, session.Event.OriginId, run.Event.Account, error.Text());
            Disconnect(session, error == ChargingError.UnauthorizedDestination ? error.Text() : ServerError);
            return;
        }

        // By the clock, not by when this was done: a call is debited once per interval however late the engine is.
        bool isLast = granted < session.DebitInterval;
        long next = due + (isLast ? granted : session.DebitInterval) / TimeSpan.NanosecondsPerTick;
        run.NextDebit = isLast ? null : _clock.ToUtc(next);
        Schedule(session, index, isLast ? TimerKind.OutOfCredit : TimerKind.Debit, next);
    }

    private void Schedule(Session session, int run, TimerKind kind, long due) =>
        _timers.Enqueue(new Timer(session, session.TimerGeneration, run, kind), due);

    /// <summary>Asks the client to end the call. Nothing more is debited. A client that cannot be asked loses its session.</summary>
    private void Disconnect(Session session, string reason)
    {
        if (session.DisconnectReason is not null)
        {
            return;
        }

        EngineLog.Disconnecting(_logger, session.Event.OriginId, session.Event.Account, reason);
        session.TimerGeneration++;
        session.DisconnectReason = reason;
        foreach (SessionRun run in session.Runs)
        {
            run.NextDebit = null;
        }

        AskClient(session);
    }

    private void AskClient(Session session)
    {
        if (session.IsClosed)
        {
            return;
        }

        if (session.Client is not { IsClosed: false, Port: RpcPort.TwoWay } client)
        {
            EndByEngine(session);
            return;
        }

        session.DisconnectAttempts++;
        long state = ++_lastDisconnect;
        _disconnecting.Add(state, session);
        session.DisconnectState = state;
        session.PendingCall = SendDisconnect(client, session, session.DisconnectReason!, state);
        Schedule(session, 0, TimerKind.NoAnswer, _clock.Now + _options.DisconnectReplyTimeout.Ticks);
    }

    private void OnRefused(Session session)
    {
        if (session.IsClosed)
        {
            return;
        }

        if (session.DisconnectAttempts < _options.DisconnectAttempts)
        {
            AskClient(session);
            return;
        }

        EndByEngine(session);
        if (session.Client is { IsClosed: false } client)
        {
            // The client is told, and whatever it answers changes nothing.
            SendDisconnect(client, session, ForcedDisconnect, state: 0);
        }
    }

    /// <summary>The client does not end the call, so the engine does, and writes its CDRs.</summary>
    private void EndByEngine(Session session)
    {
        if (session.IsClosed)
        {
            return;
        }

        EngineLog.EndedByEngine(_logger, session.Event.OriginId, session.Event.Account);
        End(session, usage: null);
        Record(session, null);
    }

    private void StopWaiting(Session session)
    {
        if (session.PendingCall != 0)
        {
            session.Client!.Forget(session.PendingCall);
            _disconnecting.Remove(session.DisconnectState);
            session.PendingCall = 0;
        }
    }

    private int SendDisconnect(RpcServerLink client, Session session, string reason, long state)
    {
        _parameters.ResetWrittenCount();
        using Utf8JsonWriter writer = new(_parameters, CgrJson.WriterOptions);
        ClientProtocol protocol = session.Event.Dialect == CgrDialect.PreRc8 ? ClientProtocol.SmgClientV1 : _options.ClientProtocol;
        bool isEvent = protocol == ClientProtocol.AgentV1;
        writer.WriteStartObject();
        if (isEvent)
        {
            writer.WriteString("Tenant"u8, session.Event.Tenant);
            writer.WriteString("ID"u8, NamedUuid.Create($"{session.CgrId}/{session.DisconnectAttempts}"));
        }

        writer.WritePropertyName(isEvent ? "Event"u8 : "EventStart"u8);
        session.Event.WriteTo(writer, session.CgrId, usage: 0, isEvent ? reason : null);
        if (!isEvent)
        {
            writer.WriteString("Reason"u8, reason);
        }

        writer.WriteEndObject();
        writer.Flush();
        ReadOnlySpan<byte> method = protocol switch
        {
            ClientProtocol.SmgClientV1 => "SMGClientV1.DisconnectSession"u8,
            ClientProtocol.AgentV1 => "AgentV1.DisconnectSession"u8,
            _ => "SessionSv1.DisconnectSession"u8,
        };
        return client.Call(method, _parameters.WrittenSpan, this, state);
    }

    private readonly record struct Timer(Session Session, int Generation, int Run, TimerKind Kind);
}
