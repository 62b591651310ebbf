namespace HotPath.Billing;

/// <summary>What an owner is told of how the engine answered, and of how it ended.</summary>
public sealed partial class ChargingSession
{
    private bool _isTerminated;
    private bool _isRecorded;
    private string _parkedBecause = "";

    /// <summary>What came of Authorize, if the call may not run.</summary>
    internal BillingResult Refusal { get; private set; }

    /// <summary>What came of Authorize, if the call may run.</summary>
    internal BillingResult Permission => new(_isAllowedWithoutEngine ? BillingOutcome.AllowedWithoutEngine : BillingOutcome.Ok, Grant, "");

    /// <summary>What became of it. To be asked when it is settled.</summary>
    internal CallSettlement Settlement
    {
        get
        {
            SettlementKind kind = State == SessionState.Unresolved ? SettlementKind.Parked
                : _isRecorded ? SettlementKind.CdrDelivered
                : _isTerminated ? SettlementKind.Terminated
                : SettlementKind.NothingOwed;
            return new CallSettlement(kind, kind == SettlementKind.NothingOwed ? default : BilledUsage, _parkedBecause);
        }
    }

    private void ResetOutcomes()
    {
        _isTerminated = _isRecorded = false;
        _parkedBecause = "";
    }

    /// <summary>Looks at an event before the session goes on to another state. That the session is open is told once the journal knows it.</summary>
    private void Observe(SessionEvent @event, SessionState next, string detail)
    {
        _isRecorded |= State == SessionState.Recording && @event == SessionEvent.Accepted;
        _isTerminated |= State is SessionState.Terminating or SessionState.TerminateUnknown && next == SessionState.Recording;
        BillingResult result = (State, @event) switch
        {
            (SessionState.Ending, SessionEvent.Accepted) => Opened,
            (SessionState.Initiating or SessionState.InitiateUnknown, SessionEvent.Allowed) => new BillingResult(BillingOutcome.AllowedWithoutEngine, Grant, detail),
            (SessionState.Initiating or SessionState.Ending, SessionEvent.Rejected or SessionEvent.Lost) => BillingResult.Rejected(detail),
            (SessionState.Initiating or SessionState.Ending, SessionEvent.Unwritten) when _engine < 0 => BillingResult.Failed(BillingOutcome.NoEngine, detail),
            (SessionState.Initiating or SessionState.Ending, SessionEvent.Unwritten) => BillingResult.Failed(BillingOutcome.Unanswered, detail),
            (SessionState.InitiateUnknown, SessionEvent.Absent) when _profile.OnLostByEngine == LostSessionPolicy.Settle => new BillingResult(BillingOutcome.AllowedWithoutEngine, Grant, detail),
            (SessionState.InitiateUnknown, SessionEvent.Absent or SessionEvent.Rejected or SessionEvent.Unwritten) => BillingResult.Failed(BillingOutcome.Unanswered, detail),
            _ => default,
        };
        if (result.Kind != BillingOutcome.None)
        {
            _owner.OnInitiated(this, result);
        }
    }

    /// <summary>The engine has the session, and says how long the call may run.</summary>
    private BillingResult Opened => !Grant.IsUnlimited && Grant.Nanoseconds < NanosecondsPerSecond ? BillingResult.NoCredit : BillingResult.Allowed(Grant);
}
