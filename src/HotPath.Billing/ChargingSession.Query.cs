using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Billing;

/// <summary>What went unanswered is not repeated blind: the engine is asked whether it has the session (facts: cgrates-engine.md §4.2).</summary>
public sealed partial class ChargingSession
{
    /// <summary>An answer that the session is open holds if it took no more than this part of the pause before the next question: 100 ms at first.</summary>
    private const int PausePerAnswer = 10;

    private void SendQuery()
    {
        if ((_engine < 0 && _sought < 0) || SessionQuery.FilterFor(OriginId) is not { } filter)
        {
            On(SessionEvent.Rejected, EndCause.EngineAway, "what became of the session is not known, and the engine cannot be asked for it");
            return;
        }

        ChargingSession? charged = _isOrphan ? _sessions.FindCharged(this) : null;
        if (charged is not null && charged._engine == _engine)
        {
            // The edge died before it had written down that the session goes elsewhere, or it has come back.
            CloseWithoutCdr();
            return;
        }

        if (charged is not null && IsClosing(charged.State))
        {
            // An engine that ends a session has the others drop their copies: that which is to be told the end would charge in one.
            On(SessionEvent.Unknown, default, "another engine is being told the end");
            return;
        }

        NoteQuery(copyEngine: -1);
        int engine = _engine >= 0 ? _engine : _sessions.EngineNames.Count > 0 ? _sought : -1;
        _sessions.Engines.Send<GetActiveSessions, GetActiveSessionsReply>(
            new GetActiveSessions { Filters = [filter] }, this, NextRequest(), new RpcRequestOptions(Engine: engine));
    }

    /// <summary>
    /// Asks an engine whether it has the session as a copy of another's: it goes on with that when it is told something of it, and charges in
    /// one what it knows nothing of.
    /// </summary>
    private void SendCopyQuery(int engine)
    {
        NoteQuery(engine);
        _sessions.Engines.Send<GetPassiveSessions, GetActiveSessionsReply>(
            new GetPassiveSessions { Filters = [SessionQuery.FilterFor(OriginId)!] }, this, NextRequest(), new RpcRequestOptions(Engine: engine));
    }

    private void NoteQuery(int copyEngine)
    {
        _copyEngine = copyEngine;
        _askedAt = _sessions.NowMs;
        _sessions.Statistics.Queries++;
    }

    void IReplyHandler<GetActiveSessionsReply>.OnReply(long state, in RpcOutcome<GetActiveSessionsReply> outcome)
    {
        if (state != _request)
        {
            return;
        }

        SessionPresence presence = SessionQuery.Read(outcome, OriginHost, OriginId);
        if (State == SessionState.InitiateUnknown)
        {
            OnSought(presence, outcome);
            return;
        }

        bool isCopy = _copyEngine >= 0;
        switch (presence)
        {
            case SessionPresence.Present when _sessions.NowMs - _askedAt > PauseMs / PausePerAnswer:
                // The engine may have ended the session since it said so. Growing pauses make this true of no engine for ever.
                On(SessionEvent.Unknown, default, "the answer took too long");
                break;
            case SessionPresence.Present when isCopy && _copyEngine != _engine:
                MoveTo(_copyEngine, outcome.Connection, SessionQuery.DebitedOf(outcome, OriginHost, OriginId));
                On(SessionEvent.Present, default, "");
                break;
            case SessionPresence.Present:
                Find(outcome);
                On(SessionEvent.Present, default, "");
                break;
            case var _ when isCopy && _copyEngine != _engine:
                On(SessionEvent.Unknown, default, "its engine cannot be reached, and another one does not have the session");
                break;
            case SessionPresence.Absent when IsToBeSoughtElsewhere():
                SendQuery();
                break;
            case SessionPresence.Absent when !isCopy && State == SessionState.TerminateUnknown && IsOnOtherEngines && _engine >= 0:
                // It may have a copy that was not told the end yet.
                SendCopyQuery(_engine);
                break;
            case SessionPresence.Absent when State == SessionState.Open:
                OnLost();
                break;
            case SessionPresence.Absent:
                CountAbsent();
                On(SessionEvent.Absent, default, "");
                break;
            case SessionPresence.Unanswerable:
                On(SessionEvent.Rejected, default, $"Terminate may have been executed, and the engine cannot be asked: {outcome.Error}");
                break;
            case SessionPresence.Unknown when IsUnwritten(outcome) && !_isEndTold && IsOnOtherEngines && State == SessionState.TerminateUnknown && FindOtherEngine() is >= 0 and int other:
                SendCopyQuery(other);
                break;
            default:
                On(SessionEvent.Unknown, default, Describe(outcome));
                break;
        }
    }

    /// <summary>
    /// The engine has said whether a session is open that it may have been asked to open over a connection that is gone. If it is not, it never
    /// was, or the engine has ended and perhaps charged it: only a CDR that the engine can tell from that charge may follow.
    /// </summary>
    private void OnSought(SessionPresence presence, in RpcOutcome<GetActiveSessionsReply> outcome)
    {
        switch (presence)
        {
            case SessionPresence.Present:
                Find(outcome);
                TakeUnknownGrant();
                Accept(SessionEvent.Present);
                break;
            case SessionPresence.Absent when IsToBeSoughtElsewhere():
                SendQuery();
                break;
            case SessionPresence.Absent:
                _chargedAt = ChargedAndForgotten;
                On(SessionEvent.Absent, EndCause.SessionLost, "the engine does not have the session that it was asked to open");
                break;
            case SessionPresence.Unanswerable:
                On(SessionEvent.Rejected, EndCause.EngineAway, $"Initiate may have been executed, and the engine cannot be asked: {outcome.Error}");
                break;
            default:
                if (IsUnwritten(outcome))
                {
                    GoOnWithoutInitiate(Describe(outcome));
                }
                else
                {
                    On(SessionEvent.Unknown, EndCause.EngineAway, Describe(outcome));
                }

                break;
        }
    }

    private void Find(in RpcOutcome<GetActiveSessionsReply> outcome)
    {
        _engine = outcome.Engine;
        _askedOver = outcome.Connection;
        _sought = -1;
    }

    /// <summary>The engine that may have opened the session is not known, and this was not the last.</summary>
    private bool IsToBeSoughtElsewhere() => _engine < 0 && ++_sought < _sessions.EngineNames.Count;

    private void CountAbsent()
    {
        if (_chargedAt == ChargedAndForgotten)
        {
            _sessions.Statistics.LostByEngine++;
        }
        else if (!_isOrphan)
        {
            _sessions.Statistics.Terminated++;
        }
    }
}
