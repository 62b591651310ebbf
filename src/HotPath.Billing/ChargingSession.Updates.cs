using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Billing;

/// <summary>
/// A call that is debited by the piece (<see cref="ChargingProfile.DebitInterval"/>): it runs as long as was debited. UpdateSession is
/// never repeated; where it is not known what was debited, the next one says how long the call has run before the piece it asks for, and
/// Terminate sets right what was debited beyond the call. An engine opens a session that it does not know, so over a lost connection it is
/// asked first.
/// </summary>
public sealed partial class ChargingSession
{
    /// <summary>So long before the debited time is over, but at most half a piece, the next piece is asked for.</summary>
    private const long LongestLeadMs = 5_000;

    /// <summary>The engine is asked for the next piece in time. Not so when the last one was refused or cut short.</summary>
    private bool _asksForMore;

    /// <summary>The time from the answer that was debited, as far as is known.</summary>
    private CgrDuration _debited;

    /// <summary>
    /// The engine may have debited more, or less: it is told what was used. Else it is not, for versions of CGRateS make different things of
    /// <c>TotalUsage</c>, and all the same of <c>Usage</c> alone.
    /// </summary>
    private bool _isDebitedInDoubt;

    private CgrDuration _askedPiece;

    private long LeadMs => Math.Min(LongestLeadMs, (long)_profile.DebitInterval!.Value.TotalMilliseconds / 2);

    /// <summary>Initiate's grant. With a debit interval it is the first piece.</summary>
    private bool TryTakeFirstGrant(CgrDuration? maxUsage)
    {
        if (_profile.DebitInterval is not { } interval)
        {
            return TryTakeGrant(maxUsage, _profile.AuthorizeUsage);
        }

        bool isEnough = TryTakeGrant(maxUsage, asked: null);
        _debited = Grant;
        _isDebitedInDoubt = false;
        _asksForMore = !Grant.IsUnlimited && Grant.CompareTo(interval) >= 0;
        return isEnough;
    }

    /// <summary>
    /// The engine has the session, but what it granted is not known: Authorize's grant holds until it says more, or one piece, for more was
    /// not debited.
    /// </summary>
    private void TakeUnknownGrant()
    {
        Grant = _grantOfEngine;
        if (_profile.DebitInterval is { } interval)
        {
            _debited = interval;
            Grant = Grant.IsUnlimited || _debited.CompareTo(Grant) < 0 ? _debited : Grant;
            _isDebitedInDoubt = true;
            _asksForMore = true;
        }
    }

    /// <summary>A session of an earlier edge goes on with what was debited for it then.</summary>
    private void RestoreDebits()
    {
        _debited = Grant;
        _isDebitedInDoubt = true;
        _asksForMore = _profile.DebitInterval is not null && !Grant.IsUnlimited;
    }

    private void ArmUpdate()
    {
        if (_asksForMore)
        {
            SetDue(_limitAt, Math.Max(_sessions.NowMs, Saturate(_answeredAt, _debited.Nanoseconds / 1_000_000) - LeadMs));
        }
    }

    private void SendUpdate()
    {
        if (!_asksForMore || _endCallTold)
        {
            return;
        }

        if (_isDebitedInDoubt)
        {
            // The piece goes on from what was used. To say more would have the engine debit it, whether the account can pay for it or not.
            _debited = CgrDuration.FromSeconds((_sessions.NowMs - _answeredAt + 999) / 1000);
        }

        _askedPiece = _profile.DebitInterval!.Value;
        var command = new UpdateSession
        {
            Debit = true,
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
            Usage = _askedPiece,
            TotalUsage = _isDebitedInDoubt ? _debited : null,
            Variables = ToSend(Variables),
            Options = ToSend(Options),
        };
        _sessions.Statistics.Updates++;
        _sessions.Engines.Send<UpdateSession, UpdateReply>(
            command, this, NextRequest(), SameConnection with { Deadline = TimeSpan.FromMilliseconds(LeadMs / 2) });
    }

    void IReplyHandler<UpdateReply>.OnReply(long state, in RpcOutcome<UpdateReply> outcome)
    {
        if (state != _request || State != SessionState.Open)
        {
            return;
        }

        switch (outcome.Status)
        {
            case RpcStatus.Ok:
                TakePiece(outcome.Reply.MaxUsage ?? CgrDuration.Unlimited);
                On(SessionEvent.Granted, default, "");
                break;
            case RpcStatus.EngineError when !EngineErrors.IsPassing(outcome.Error):
                _asksForMore = false;
                _sessions.Log.UpdateRefused(OriginIdText, outcome.Error!);
                On(SessionEvent.Rejected, default, outcome.Error!);
                break;
            case var _ when IsUnwritten(outcome):
                On(SessionEvent.Unwritten, default, Describe(outcome));
                break;
            default:
                _isDebitedInDoubt = true;
                On(SessionEvent.Unknown, default, Describe(outcome));
                break;
        }
    }

    private void TakePiece(CgrDuration granted)
    {
        _asksForMore = !granted.IsUnlimited && granted.CompareTo(_askedPiece) >= 0;
        _debited = granted.IsUnlimited ? granted : new CgrDuration(Saturate(_debited.Nanoseconds, Math.Max(0, granted.Nanoseconds)));
        Grant = _debited;
        _isDebitedInDoubt = false;
    }
}
