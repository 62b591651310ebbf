using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Billing;

public sealed partial class ChargingSession
{
    private const int InitiateTries = 3;

    /// <summary>An answer that the session is open holds if it took no more than this part of the pause before the next question: 100 ms at first.</summary>
    private const int PausePerAnswer = 10;

    private const int CdrRefusals = 6;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private static ReadOnlySpan<byte> Voice => "*voice"u8;

    private void SendAuthorize()
    {
        var command = new AuthorizeEvent
        {
            GetMaxUsage = true,
            GetAttributes = _profile.GetAttributes,
            Tenant = _profile.TenantUtf8,
            ToR = Voice,
            OriginId = OriginId,
            OriginHost = OriginHost,
            RequestType = _profile.RequestTypeUtf8,
            Category = _profile.CategoryUtf8,
            Account = Account,
            Destination = Destination,
            SetupTime = SetupTime,
            Usage = DurationOf(_profile.AuthorizeUsage),
            Variables = ToSend(Variables),
            Options = ToSend(Options),
        };
        _sessions.Engines.Send<AuthorizeEvent, AuthorizeReply>(command, this, NextRequest());
    }

    private void SendInitiate()
    {
        var command = new InitiateSession
        {
            InitSession = true,
            GetAttributes = _profile.GetAttributes,
            Tenant = _profile.TenantUtf8,
            ToR = Voice,
            OriginId = OriginId,
            OriginHost = OriginHost,
            RequestType = _profile.RequestTypeUtf8,
            Category = _profile.CategoryUtf8,
            Account = Account,
            Destination = Destination,
            SetupTime = SetupTime,
            AnswerTime = AnswerTime,
            Usage = DurationOf(_profile.DebitInterval ?? _profile.AuthorizeUsage),
            Variables = ToSend(Variables),
            Options = ToSend(Options),
        };
        _sessions.NoteUse(this);
        _sessions.Engines.Send<InitiateSession, InitiateReply>(command, this, NextRequest(), SameConnection);
    }

    private void RepeatInitiate(string detail)
    {
        if (++_initiates < InitiateTries)
        {
            SendInitiate();
        }
        else
        {
            GoOnWithoutInitiate(detail);
        }
    }

    private void RepeatQuery(string detail)
    {
        if (++_initiates < InitiateTries)
        {
            WaitForRetry(detail);
        }
        else
        {
            GoOnWithoutInitiate(detail);
        }
    }

    /// <summary>
    /// No engine took the Initiate, or the one that may have taken it does not say so. If the call goes on to its end like this, Terminate
    /// is right in both cases: the engine ends what is open, and charges once what is not.
    /// </summary>
    private void GoOnWithoutInitiate(string detail)
    {
        if (_profile.EnginesReplicate && _engine >= 0 && !_hasMoved)
        {
            _hasMoved = true;
            _movedFrom = _engine;
            _engine = -1;
            _connection = 0;
            _initiates = 0;
            On(SessionEvent.Moved, default, detail);
            return;
        }

        if (_engine < 0 && _movedFrom >= 0)
        {
            _engine = _movedFrom;
            _connection = GoneConnection;
        }

        if (State != SessionState.Ending && Allowance > TimeSpan.Zero)
        {
            AllowWithoutEngine(detail);
        }
        else
        {
            On(State == SessionState.Ending && IsOffline ? SessionEvent.Offline : SessionEvent.Unwritten, EndCause.EngineAway, detail);
        }
    }

    private void AllowWithoutEngine(string detail)
    {
        CgrDuration allowed = CgrDuration.FromTimeSpan(Allowance);
        Grant = Grant.IsUnlimited || allowed.CompareTo(Grant) < 0 ? allowed : Grant;
        if (State == SessionState.Authorising)
        {
            // No engine has granted anything: should one turn out to have the session, this is still all that is known of its limit.
            _grantOfEngine = Grant;
        }

        if (!_isAllowedWithoutEngine)
        {
            _isAllowedWithoutEngine = true;
            _sessions.Statistics.AllowedWithoutEngine++;
            _sessions.Log.AllowedWithoutEngine(OriginIdText, (long)Allowance.TotalSeconds, detail);
        }

        if (AnswerTime is not null)
        {
            ArmGrant();
        }

        On(SessionEvent.Allowed, default, detail);
    }

    private void SendTerminate()
    {
        var command = new TerminateSession
        {
            EndSession = true,
            GetAttributes = _profile.GetAttributes,
            Tenant = _profile.TenantUtf8,
            ToR = Voice,
            OriginId = OriginId,
            OriginHost = OriginHost,
            RequestType = _profile.RequestTypeUtf8,
            Category = _profile.CategoryUtf8,
            Account = Account,
            Destination = Destination,
            SetupTime = SetupTime,
            AnswerTime = AnswerTime,
            Usage = BilledUsage,
            Variables = ToSend(Variables),
            Options = ToSend(Options),
        };
        _chargedAt = _sessions.NowMs;
        _sessions.Engines.Send<TerminateSession, OkReply>(command, this, NextRequest(), SameConnection);
    }

    private void SendQuery()
    {
        if ((_engine < 0 && _sought < 0) || SessionQuery.FilterFor(OriginId) is not { } filter)
        {
            On(SessionEvent.Rejected, EndCause.EngineAway, "what became of the session is not known, and the engine cannot be asked for it");
            return;
        }

        _askedAt = _sessions.NowMs;
        _sessions.Statistics.Queries++;
        int engine = _engine >= 0 ? _engine : _sessions.EngineNames.Count > 0 ? _sought : -1;
        _sessions.Engines.Send<GetActiveSessions, GetActiveSessionsReply>(
            new GetActiveSessions { Filters = [filter] }, this, NextRequest(), new RpcRequestOptions(Engine: engine));
    }

    /// <summary>The CDR that follows Terminate, or its repetition.</summary>
    private void SendCdr(SessionEvent @event)
    {
        if (!_profile.Cdr || _isOrphan)
        {
            CloseWithoutCdr();
            return;
        }

        if (@event != SessionEvent.RetryDue)
        {
            _sessions.Journal(JournalRecordKind.Terminated, this);
        }

        SendCdr();
    }

    private void SendMissedCdr()
    {
        if (!_profile.Cdr || !_profile.MissedCdr)
        {
            CloseWithoutCdr();
            return;
        }

        _sessions.Journal(JournalRecordKind.Ended, this);
        _sessions.WhenSafe(this, SessionAction.SendMissedCdr);
    }

    private void CloseWithoutCdr()
    {
        State = SessionState.Closed;
        Settle();
    }

    private void SendCdr()
    {
        TimeSpan? deadline = null;
        if (AnswerTime is not null && IsLateCdrDebited)
        {
            TimeSpan ttl = _profile.ClosedSessionTtl;
            double leftMs = ttl.TotalMilliseconds - (_sessions.NowMs - _chargedAt);
            if (leftMs <= 0)
            {
                State = SessionState.Unresolved;
                Park(_chargedAt == ChargedAndForgotten
                    ? "the engine has forgotten the session, and would debit its CDR beside what it debited before"
                    : $"the CDR could not be delivered within {ttl.TotalSeconds:0} s of the session's end");
                return;
            }

            // It must not be written later than that. Half the time leaves room for a second try.
            deadline = TimeSpan.FromMilliseconds(Math.Min(leftMs, ttl.TotalMilliseconds / 2));
        }

        var command = new ProcessCdr
        {
            Tenant = _profile.TenantUtf8,
            ToR = Voice,
            OriginId = OriginId,
            OriginHost = OriginHost,
            RequestType = CallClass == CallClass.Charged ? _profile.RequestTypeUtf8 : "*none"u8,
            Category = _profile.CategoryUtf8,
            Account = Account,
            Destination = Destination,
            SetupTime = SetupTime,
            AnswerTime = AnswerTime,
            Usage = BilledUsage,
            DisconnectCause = _cause.Text,
            SipCode = _cause.SipCode == 0 ? null : _cause.SipCode,
            Q850Cause = _cause.Q850Cause == 0 ? null : _cause.Q850Cause,
            CallClass = CallClass switch
            {
                CallClass.Free => "free"u8,
                CallClass.Emergency => "emergency"u8,
                _ => default(CgrText),
            },
            Variables = ToSend(Variables),
            Options = ToSend(Options),
        };
        _sessions.NoteUse(this);
        _sessions.Engines.Send<ProcessCdr, OkReply>(command, this, NextRequest(), SameEngine with { Deadline = deadline });
    }

    /// <summary>Whichever engine is asked has the session.</summary>
    private bool IsOnOtherEngines => _isAccepted && _profile.EnginesReplicate;

    /// <summary>A session stays with the engine that took its Initiate.</summary>
    private RpcRequestOptions SameEngine => new(Engine: _engine);

    /// <summary>
    /// And what would be charged a second time if the engine had ended the session by itself is written while the connection stands that
    /// the session hangs on, or over which it was just found, and not later.
    /// </summary>
    private RpcRequestOptions SameConnection => SameEngine with { Connection = _engine < 0 ? 0 : IsOffline ? _askedOver : _connection };

    /// <summary>What the session is charged for, in whole seconds; zero for a call that was not answered.</summary>
    internal CgrDuration BilledUsage
    {
        get
        {
            if (AnswerTime is not { } answer)
            {
                return CgrDuration.Zero;
            }

            if (_profile.UsageRounding == UsageRounding.Module)
            {
                return CgrDuration.FromSeconds(Math.Max(0, _endTime.ToUnixTimeSeconds() - answer.ToUnixTimeSeconds()));
            }

            long ms = _endedAt - _answeredAt;
            if (_cause.MoneyEnded && !Grant.IsUnlimited)
            {
                // Where nobody ran to end the call in time, what it ran past its grant is not the caller's either.
                ms = Math.Min(ms, Grant.Nanoseconds / 1_000_000);
            }

            return _profile.UsageRounding == UsageRounding.Milliseconds ? new CgrDuration(ms * 1_000_000)
                : CgrDuration.FromSeconds((_cause.MoneyEnded ? ms : ms + 999) / 1000);
        }
    }

    void IReplyHandler<AuthorizeReply>.OnReply(long state, in RpcOutcome<AuthorizeReply> outcome)
    {
        if (state != _request)
        {
            return;
        }

        _refusal = outcome.Status switch
        {
            RpcStatus.Ok => RefusalKind.Account,
            RpcStatus.EngineError => EngineErrors.SpeaksOfAccount(outcome.Error) ? RefusalKind.Account : RefusalKind.EngineError,
            RpcStatus.InvalidReply => RefusalKind.EngineError,
            _ => RefusalKind.EngineAway,
        };
        if (_refusal == RefusalKind.EngineAway && Allowance > TimeSpan.Zero)
        {
            AllowWithoutEngine(Describe(outcome));
        }
        else if (!outcome.IsOk)
        {
            CountRefusal();
            Refusal = BillingResult.Failed(outcome.Status, Describe(outcome));
            On(SessionEvent.Refused, default, Refusal.Error);
        }
        else if (TryTakeGrant(outcome.Reply.MaxUsage, _profile.AuthorizeUsage))
        {
            _sessions.Statistics.Granted++;
            On(SessionEvent.Granted, default, "");
        }
        else
        {
            CountRefusal();
            Refusal = BillingResult.NoCredit;
            On(SessionEvent.Refused, default, Refusal.Error);
        }
    }

    void IReplyHandler<InitiateReply>.OnReply(long state, in RpcOutcome<InitiateReply> outcome)
    {
        if (state != _request)
        {
            return;
        }

        if (outcome.Engine >= 0)
        {
            TakeEngine(outcome);
        }

        switch (outcome.Status)
        {
            case RpcStatus.EngineError when EngineErrors.IsExists(outcome.Error):
                TakeUnknownGrant();
                Accept();
                break;
            case RpcStatus.Ok when TryTakeFirstGrant(outcome.Reply.MaxUsage):
                Accept();
                break;
            case RpcStatus.Ok:
                // The engine has opened the session and grants nothing: the call ends at once, and Terminate closes what is open there.
                Accept();
                On(SessionEvent.GrantOver, EndCause.AccountingDenied, "no credit");
                break;
            case RpcStatus.EngineError:
                // A call that ran without an engine is recorded all the same.
                _sessions.Statistics.InitiateDenied++;
                On(_isAllowedWithoutEngine ? SessionEvent.Lost : SessionEvent.Rejected, EndCause.AccountingDenied, outcome.Error!);
                break;
            case var _ when IsOffline:
                On(SessionEvent.Offline, EndCause.EngineAway, Describe(outcome));
                break;
            case var _ when IsUnwritten(outcome):
                GoOnWithoutInitiate(Describe(outcome));
                break;
            case RpcStatus.InvalidReply:
            // The engine did something: as with a lost answer, asking again says what, for EXISTS is acceptance.
            default:
                On(SessionEvent.Unknown, EndCause.EngineAway, Describe(outcome));
                break;
        }
    }

    void IReplyHandler<OkReply>.OnReply(long state, in RpcOutcome<OkReply> outcome)
    {
        if (state != _request)
        {
            return;
        }

        bool isCdr = State == SessionState.Recording;
        _engine = outcome.Engine >= 0 ? outcome.Engine : _engine;
        switch (outcome.Status)
        {
            case RpcStatus.Ok or RpcStatus.InvalidReply:
                Done();
                break;
            case RpcStatus.EngineError when isCdr && _cdrRefusals == 0
                && (EngineErrors.IsExists(outcome.Error) || (_engineMayHaveCdr && EngineErrors.IsPartiallyExecuted(outcome.Error))):
                Done();
                break;
            case RpcStatus.EngineError when isCdr && EngineErrors.IsPassing(outcome.Error) && ++_cdrRefusals < CdrRefusals:
                On(SessionEvent.Busy, default, Describe(outcome));
                break;
            case RpcStatus.EngineError:
                if (!isCdr)
                {
                    _sessions.Statistics.TerminateErrors++;
                    _sessions.Log.TerminateError(OriginIdText, outcome.Error!);
                }

                On(SessionEvent.Rejected, default, Describe(outcome));
                break;
            case var _ when IsUnwritten(outcome):
                if (!isCdr && IsOnOtherEngines)
                {
                    _engine = -1;
                }

                On(SessionEvent.Unwritten, default, Describe(outcome));
                break;
            default:
                On(SessionEvent.Unknown, default, Describe(outcome));
                break;
        }

        void Done()
        {
            if (isCdr)
            {
                _sessions.Statistics.CdrsDelivered++;
            }
            else if (!_isOrphan)
            {
                _sessions.Statistics.Terminated++;
            }

            On(SessionEvent.Accepted, default, "");
        }
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

        switch (presence)
        {
            case SessionPresence.Present when _sessions.NowMs - _askedAt > PauseMs / PausePerAnswer:
                // The engine may have ended the session since it said so. Growing pauses make this true of no engine for ever.
                On(SessionEvent.Unknown, default, "the answer took too long");
                break;
            case SessionPresence.Present:
                Find(outcome);
                On(SessionEvent.Present, default, "");
                break;
            case SessionPresence.Absent when IsToBeSoughtElsewhere():
                SendQuery();
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
            case SessionPresence.Unknown when IsUnwritten(outcome) && _chargedAt == ChargedAndForgotten && IsOnOtherEngines:
                _engine = -1;
                On(SessionEvent.Present, default, "");
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

    private void Accept(SessionEvent @event = SessionEvent.Accepted)
    {
        _isAccepted = true;
        _sessions.Statistics.Initiated++;
        On(@event, default, "");
    }

    /// <summary>An engine was asked to initiate: the session stays with it, and with the connection over which it may first have been opened.</summary>
    private void TakeEngine(in RpcOutcome<InitiateReply> outcome)
    {
        _engine = outcome.Engine;
        _connection = outcome.IsOk || _connection == 0 ? outcome.Connection : _connection;
        if (_movedFrom >= 0 && _movedFrom != _engine)
        {
            _sessions.OpenOrphan(this, _movedFrom);
        }

        _movedFrom = -1;
    }

    /// <summary>
    /// Absent or -1: no limit; nor is all of what was asked for. Under one second: denied (facts: cgrates-module.md §5, design of limits).
    /// </summary>
    private bool TryTakeGrant(CgrDuration? maxUsage, TimeSpan? asked)
    {
        CgrDuration granted = maxUsage ?? CgrDuration.Unlimited;
        Grant = _grantOfEngine = asked is { } all && granted.CompareTo(all) >= 0 ? CgrDuration.Unlimited : granted;
        return Grant.IsUnlimited || Grant.Nanoseconds >= NanosecondsPerSecond;
    }

    private void CountRefusal()
    {
        if (_refusal == RefusalKind.Account)
        {
            _sessions.Statistics.Refused++;
        }
        else
        {
            _sessions.Statistics.NotAsked++;
        }
    }

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

    private long NextRequest() => _request = _sessions.NextRequest();

    /// <summary>No engine has seen the command.</summary>
    private static bool IsUnwritten<TReply>(in RpcOutcome<TReply> outcome)
        where TReply : struct =>
        outcome.Status is RpcStatus.NoEngine or RpcStatus.Overloaded or RpcStatus.Canceled;

    private static string Describe<TReply>(in RpcOutcome<TReply> outcome)
        where TReply : struct =>
        outcome.Error ?? outcome.Status switch
        {
            RpcStatus.DeadlineExceeded => "no answer within the deadline",
            RpcStatus.ConnectionLost => "the connection was lost before the answer",
            RpcStatus.NoEngine => "no engine could be reached",
            RpcStatus.Overloaded => "too many requests are in flight",
            RpcStatus status => status.ToString(),
        };
}
