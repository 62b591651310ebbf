using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Billing;

/// <summary>The call is over: TerminateSession, and behind it the CDR.</summary>
public sealed partial class ChargingSession
{
    /// <summary>A CDR that the engine could not take so often is parked.</summary>
    private const int CdrRefusals = 6;

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
        _isEndTold = true;
        _sessions.Engines.Send<TerminateSession, OkReply>(command, this, NextRequest(), SameConnection);
    }

    /// <summary>The CDR that follows Terminate, or its repetition.</summary>
    private void SendCdr(SessionEvent @event)
    {
        if (_isOrphan || (!_profile.Cdr && (@event == SessionEvent.Accepted || !IsDebitedBySession)))
        {
            CloseWithoutCdr();
            return;
        }

        if (!_profile.Cdr)
        {
            Park("no engine has confirmed that it charged the call, and no CDR is wanted");
            return;
        }

        ChooseEngine();
        if (IsEngineNews)
        {
            CarryWhenWritten(SessionAction.SendCdr, isNews: true);
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

        ChooseEngine();
        CarryWhenWritten(SessionAction.SendMissedCdr, isNews: true);
    }

    private void CloseWithoutCdr()
    {
        State = SessionState.Closed;
        Settle();
    }

    private void SendCdr()
    {
        if (IsEngineForgotten)
        {
            Park("the engine that may have charged the session, or have its CDR, is not known, and another would debit the CDR again");
            return;
        }

        TimeSpan? deadline = null;
        if (AnswerTime is not null && IsLateCdrDebited)
        {
            TimeSpan ttl = _profile.ClosedSessionTtl;
            double leftMs = ttl.TotalMilliseconds - (_sessions.NowMs - _chargedAt);
            if (leftMs <= 0)
            {
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

    /// <summary>What the session is charged for, in whole seconds; zero for a call that was not answered.</summary>
    internal CgrDuration BilledUsage
    {
        get
        {
            if (AnswerTime is not { } answer)
            {
                return CgrDuration.Zero;
            }

            long ms = _endedAt - _answeredAt;
            if (_isOrphan)
            {
                // What stays debited, to the grain of what engines grant.
                return new CgrDuration(ms * 1_000_000);
            }

            if (_profile.UsageRounding == UsageRounding.Module)
            {
                // The end as it follows from the time that passed: the clock may have been set meanwhile.
                return CgrDuration.FromSeconds(answer.AddMilliseconds(ms).ToUnixTimeSeconds() - answer.ToUnixTimeSeconds());
            }

            if (_cause.MoneyEnded && !Grant.IsUnlimited)
            {
                // Where nobody ran to end the call in time, what it ran past its grant is not the caller's either.
                ms = Math.Min(ms, Grant.Nanoseconds / 1_000_000);
            }

            return _profile.UsageRounding == UsageRounding.Milliseconds ? new CgrDuration(ms * 1_000_000)
                : CgrDuration.FromSeconds((_cause.MoneyEnded ? ms : ms + 999) / 1000);
        }
    }

    void IReplyHandler<OkReply>.OnReply(long state, in RpcOutcome<OkReply> outcome)
    {
        if (state != _request)
        {
            return;
        }

        bool isCdr = State == SessionState.Recording;
        TakeEngine(outcome.Engine);
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
            case RpcStatus.NoEngine when _engine < 0 && ChooseEngine():
                On(SessionEvent.RetryDue, default, "");
                break;
            case var _ when IsUnwritten(outcome):
                _isEndTold &= isCdr;
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
}
