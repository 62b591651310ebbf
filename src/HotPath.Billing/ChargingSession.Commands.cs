using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Billing;

public sealed partial class ChargingSession
{
    private const int InitiateTries = 3;
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
            Variables = ToSend(Variables),
            Options = ToSend(Options),
        };
        _sessions.NoteUse(this);
        _sessions.Engines.Send<InitiateSession, InitiateReply>(command, this, NextRequest(), SameEngine);
    }

    private void RepeatInitiate(string detail)
    {
        if (++_tries < InitiateTries)
        {
            SendInitiate();
        }
        else
        {
            // The session may be open on that engine all the same. Terminate at the end of the call is right in both cases: the engine
            // ends what is open, and charges once what is not.
            On(SessionEvent.Unwritten, EndCause.EngineAway, detail);
        }
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
        _terminatedAt = _sessions.NowMs;
        _sessions.Engines.Send<TerminateSession, OkReply>(command, this, NextRequest(), SameEngine);
    }

    /// <summary>The CDR that follows Terminate, or its repetition.</summary>
    private void SendCdr(SessionEvent @event)
    {
        if (!_profile.Cdr)
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
        var command = new ProcessCdr
        {
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
            DisconnectCause = _cause.Text,
            SipCode = _cause.SipCode == 0 ? null : _cause.SipCode,
            Q850Cause = _cause.Q850Cause == 0 ? null : _cause.Q850Cause,
            Variables = ToSend(Variables),
            Options = ToSend(Options),
        };
        _sessions.NoteUse(this);
        _sessions.Engines.Send<ProcessCdr, OkReply>(command, this, NextRequest(), SameEngine);
    }

    /// <summary>A session stays with the engine that took its Initiate.</summary>
    private RpcRequestOptions SameEngine => new(Engine: _engine);

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
            return CgrDuration.FromSeconds(_cause.MoneyEnded ? ms / 1000 : (ms + 999) / 1000);
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
        if (!outcome.IsOk)
        {
            CountRefusal();
            On(SessionEvent.Refused, default, Describe(outcome));
        }
        else if (TryTakeGrant(outcome.Reply.MaxUsage))
        {
            _sessions.Statistics.Granted++;
            On(SessionEvent.Granted, default, "");
        }
        else
        {
            CountRefusal();
            On(SessionEvent.Refused, default, "no credit");
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
            _engine = outcome.Engine;
        }

        switch (outcome.Status)
        {
            case RpcStatus.Ok when TryTakeGrant(outcome.Reply.MaxUsage):
            case RpcStatus.EngineError when EngineErrors.IsExists(outcome.Error):
                _sessions.Statistics.Initiated++;
                On(SessionEvent.Accepted, default, "");
                break;
            case RpcStatus.Ok:
                // The engine has opened the session and grants nothing: the call ends at once, and Terminate closes what is open there.
                _sessions.Statistics.Initiated++;
                On(SessionEvent.Accepted, default, "");
                On(SessionEvent.GrantOver, EndCause.AccountingDenied, "no credit");
                break;
            case RpcStatus.EngineError:
                _sessions.Statistics.InitiateDenied++;
                On(SessionEvent.Rejected, EndCause.AccountingDenied, outcome.Error!);
                break;
            case RpcStatus.NoEngine or RpcStatus.Overloaded or RpcStatus.Canceled:
                On(SessionEvent.Unwritten, EndCause.EngineAway, Describe(outcome));
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
        switch (outcome.Status)
        {
            case RpcStatus.Ok or RpcStatus.InvalidReply:
                Done();
                break;
            case RpcStatus.EngineError when isCdr && (EngineErrors.IsExists(outcome.Error) || (_commandMayHaveArrived && EngineErrors.IsPartiallyExecuted(outcome.Error))):
                Done();
                break;
            case RpcStatus.EngineError:
                if (!isCdr)
                {
                    _sessions.Statistics.TerminateErrors++;
                    _sessions.Log.TerminateError(OriginIdText, outcome.Error!);
                }

                On(SessionEvent.Rejected, default, Describe(outcome));
                break;
            case RpcStatus.NoEngine or RpcStatus.Overloaded or RpcStatus.Canceled:
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
            else
            {
                _sessions.Statistics.Terminated++;
            }

            On(SessionEvent.Accepted, default, "");
        }
    }

    /// <summary>Absent or -1: no limit. Under one second: denied (facts: cgrates-module.md §5, design of limits).</summary>
    private bool TryTakeGrant(CgrDuration? maxUsage)
    {
        Grant = maxUsage ?? CgrDuration.Unlimited;
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

    private long NextRequest() => _request = _sessions.NextRequest();

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
