using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Billing;

/// <summary>May the call run, and for how long?</summary>
public sealed partial class ChargingSession
{
    private const long NanosecondsPerSecond = 1_000_000_000;

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

    /// <summary>
    /// Absent or -1: no limit; nor is all of what was asked for. Under one second: denied (facts: cgrates-module.md §5, design of limits).
    /// </summary>
    private bool TryTakeGrant(CgrDuration? maxUsage, TimeSpan? asked)
    {
        CgrDuration granted = maxUsage ?? CgrDuration.Unlimited;
        Grant = _grantOfEngine = asked is { } all && granted.CompareTo(all) >= 0 ? CgrDuration.Unlimited : granted;
        return Grant.IsUnlimited || Grant.Nanoseconds >= NanosecondsPerSecond;
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
}
