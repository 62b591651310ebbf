using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Billing;

/// <summary>The call is answered: an engine is to open the session, or to say whether it has.</summary>
public sealed partial class ChargingSession
{
    /// <summary>How often one engine is asked to open the session, or whether it has.</summary>
    private const int InitiateTries = 3;

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
        if (_profile.EnginesReplicate && FindOtherEngine() is >= 0 and int other)
        {
            MoveTo(other, connection: 0, CgrDuration.Zero);
            _isReached = false;
            _initiates = 0;
            On(SessionEvent.Moved, default, detail);
            return;
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

    void IReplyHandler<InitiateReply>.OnReply(long state, in RpcOutcome<InitiateReply> outcome)
    {
        if (state != _request)
        {
            return;
        }

        TakeEngine(outcome.Engine);
        if (outcome.IsOk || _connection == 0)
        {
            // The one over which it may first have been opened.
            _connection = outcome.Connection;
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
            case RpcStatus.NoEngine when _engine < 0 && ChooseEngine():
                On(SessionEvent.Moved, default, Describe(outcome));
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

    private void Accept(SessionEvent @event = SessionEvent.Accepted)
    {
        _isAccepted = true;
        _sessions.Statistics.Initiated++;
        On(@event, default, "");
    }
}
