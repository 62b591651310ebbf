namespace HotPath.Billing;

/// <summary>The session as the journal keeps it, and as it comes back after a restart.</summary>
public sealed partial class ChargingSession
{
    private bool _isEndDecided;

    /// <summary>The engine that was written down for the session; -1: none that is known.</summary>
    private int _journaledEngine;

    // Of a restored session: when its call was last known to run, and the moment on the monotonic clock until which that is so.
    private (DateTimeOffset Seen, DateTimeOffset Until) _doubtBefore;
    private DateTimeOffset _seen;
    private long _doubtUntil;

    /// <summary>The sequence number of the session's first record; 0: it is in no journal.</summary>
    internal long JournalNumber { get; set; }

    /// <summary>The sequence number of the latest record with all there is to know of the session.</summary>
    internal long JournalSequence { get; set; }

    /// <summary>Tells this use of the pooled object from the others; 0: none.</summary>
    internal long Generation { get; private set; }

    /// <summary>
    /// The end is decided and waits until the journal has it: no BYE of the edge's own may leave. <see cref="ISessionOwner.OnEndRecorded"/>
    /// follows. Never so at <see cref="JournalLevel.Process"/> with a disk that works.
    /// </summary>
    public bool IsEndWaiting { get; private set; }

    /// <summary>The call will end, whatever this session says: it does not go on after a restart.</summary>
    public void NoteEndDecided()
    {
        if (IsRunning && !_isEndDecided)
        {
            _isEndDecided = true;
            JournalAll();
        }
    }

    /// <summary>
    /// What the owner writes (<see cref="ISessionOwner.WriteState"/>) has changed in a way that matters after a restart. That does not say
    /// that a call runs of which it is in doubt: phones repeat what they said before they hung up.
    /// </summary>
    public void NoteOwnerChange()
    {
        if (IsRunning)
        {
            JournalAll();
        }
    }

    /// <summary>
    /// Writes that the engine which the journal has the session on was handed nothing of it, nor any other: after a restart it is opened, or
    /// charged, like any other, and not taken for one that the engine may have charged.
    /// </summary>
    private void NoteIfUnreached()
    {
        if (!_isReached && _engine < 0 && IsEngineNews)
        {
            JournalAll();
        }
    }

    /// <summary>The engine that the session is on, or is to go to, is not written down.</summary>
    private bool IsEngineNews => _engine != _journaledEngine;

    /// <summary>Writes all there is to know of the session.</summary>
    private void JournalAll()
    {
        _journaledEngine = _engine;
        _sessions.Journal(IsRunning ? JournalRecordKind.Answered : JournalRecordKind.Ended, this);
    }

    /// <summary>
    /// Carries something out, when the journal has what is news, or when the session's end, which goes before it, is safe. An edge that
    /// begins after a crash asks the engine that it finds written down, and takes one that was handed nothing at its word: so no other is
    /// handed anything that it would charge before that is safe.
    /// </summary>
    private void CarryWhenWritten(SessionAction effect, bool isNews)
    {
        bool isMove = IsEngineNews && JournalNumber != 0 && CallClass == CallClass.Charged;
        isNews |= IsEngineNews;
        if (isNews)
        {
            JournalAll();
        }

        if (isNews || IsEndWaiting)
        {
            _sessions.WhenSafe(this, effect, mustBeSafe: isMove);
        }
        else
        {
            Carry(effect);
        }
    }

    /// <summary>Carries out what had to wait for the journal, or did not have to.</summary>
    internal void Carry(SessionAction effect)
    {
        LetCallEnd(effect);

        switch (effect)
        {
            case SessionAction.SendInitiate:
                SendInitiate();
                break;
            case SessionAction.SendTerminate when IsOffline && _askedOver == GoneConnection:
                On(SessionEvent.Offline, default, "the connection was lost before the end was safe");
                break;
            case SessionAction.SendTerminate:
                SendTerminate();
                break;
            case SessionAction.JournalEndAndWait:
                WaitForRetry("Initiate may have been executed");
                break;
            case SessionAction.SendQuery:
                SendQuery();
                break;
            case SessionAction.SendCdr:
                SendCdr(SessionEvent.Ended);
                break;
            case SessionAction.SendMissedCdr:
                SendCdr();
                break;
            case SessionAction.EndDeniedCall:
                AskForEnd(EndCause.AccountingDenied, _deniedBecause);
                break;
            case SessionAction.CloseSoon:
                SetDue(limitAt: long.MaxValue, _sessions.NowMs);
                break;
        }
    }

    /// <summary>The call's end waits no longer for the journal.</summary>
    /// <param name="effect">What follows from the end, and may have to wait on.</param>
    /// <returns>It did wait.</returns>
    internal bool LetCallEnd(SessionAction effect)
    {
        bool hasWaited = IsEndWaiting && IsAfterEnd(effect);
        if (hasWaited)
        {
            IsEndWaiting = false;
            _sessions.PromiseFirst(this);
            _owner.OnEndRecorded(this);
        }

        return hasWaited;
    }

    internal void NoteWaiting(SessionAction effect) => IsEndWaiting |= IsAfterEnd(effect);

    private static bool IsAfterEnd(SessionAction effect) =>
        effect is SessionAction.JournalEnd or SessionAction.JournalEndAndWait or SessionAction.SendTerminate or SessionAction.SendQuery or SessionAction.SendCdr
            or SessionAction.CloseSoon;

    /// <summary>Writes everything that <see cref="JournaledSession.Read"/> reads, but for the detail and the owner's state.</summary>
    internal void WriteTo(ref RecordWriter writer)
    {
        bool hasEnd = !IsRunning;
        writer.Int32((int)CurrentFlags);
        writer.Time(SetupTime);
        writer.Time(AnswerTime);
        writer.Int64(Grant.Nanoseconds);
        writer.Time(hasEnd ? _endTime : null);
        writer.Int64(hasEnd && AnswerTime is not null ? _endedAt - _answeredAt : 0);
        writer.Time(State == SessionState.Recording && AnswerTime is not null ? ChargedTime : null);
        writer.UInt16(hasEnd ? _cause.SipCode : 0);
        writer.UInt16(hasEnd ? _cause.Q850Cause : 0);
        writer.Int32((int)Math.Min(_profile.ClosedSessionTtl.TotalMilliseconds, int.MaxValue));
        writer.Int32(MillisecondsOf(_profile.AllowedWithoutEngine));
        writer.Int32(MillisecondsOf(_profile.AuthorizeUsage));
        writer.Int32(MillisecondsOf(_profile.DebitInterval));
        writer.Int32(_engine);
        writer.Text(_sessions.EngineNameOf(_engine));
        writer.Text(OriginId);
        writer.Text(OriginHost);
        writer.Text(Account);
        writer.Text(Destination);
        writer.Text(_profile.OriginHostUtf8);
        writer.Text(_profile.TenantUtf8);
        writer.Text(_profile.RequestTypeUtf8);
        writer.Text(_profile.CategoryUtf8);
        writer.Text(_profile.TagUtf8);
        writer.Text(hasEnd ? _cause.Text : "");
        writer.Variables(Variables);
        writer.Variables(Options);
    }

    private static int MillisecondsOf(TimeSpan? time) => time is { } value ? (int)Math.Min(value.TotalMilliseconds, int.MaxValue) : -1;

    private void JournalAccepted()
    {
        _journaledEngine = _engine;
        _sessions.Journal(JournalRecordKind.Accepted, this);
    }

    /// <summary>Writes all that the journal must know of the session, whatever stands in older records.</summary>
    internal void WriteAgain()
    {
        JournalAll();
        long doubtMs = _doubtUntil - _sessions.NowMs;
        if (IsRunning && doubtMs > 0)
        {
            _sessions.JournalResumed(this, _seen, TimeSpan.FromMilliseconds(doubtMs));
        }
    }

    internal void WriteOwnerState(ref RecordWriter writer) => writer.OwnerState(_owner, this);

    /// <summary>Makes this the session that the journal knows. It does nothing by itself until <see cref="Continue"/> or <see cref="EndAsOf(DateTimeOffset)"/>.</summary>
    internal void Restore(ISessionOwner owner, ChargingProfile profile, JournaledSession journaled, int engine)
    {
        Fill(Variables, null, journaled.Variables);
        Fill(Options, null, journaled.Options);
        _text.Clear();
        _originId = _text.Add(journaled.OriginId);
        _originHost = _text.Add(journaled.OriginHost);
        _account = _text.Add(journaled.Account);
        _destination = _text.Add(journaled.Destination);
        Reset(owner, profile, journaled.CallClass);
        JournalNumber = journaled.Number;
        JournalSequence = journaled.Sequence;
        _engine = _journaledEngine = engine;
        _cause = journaled.Cause;
        Grant = _grantOfEngine = journaled.Grant;
        SetupTime = journaled.SetupTime;
        AnswerTime = journaled.AnswerTime;
        _answeredAt = MonotonicOf(journaled.AnswerTime ?? journaled.SetupTime);
        _endTime = journaled.EndTime ?? default;
        _endedAt = _answeredAt + journaled.DurationMs;
        _isReached = !journaled.IsUnreached;
        _isAccepted = _isReached && journaled.IsInitiated;
        _connection = _isReached ? GoneConnection : 0;
        _isEndTold = journaled.EndTime is not null;
        _sought = engine < 0 && _isReached && journaled is { AnswerTime: not null, CallClass: CallClass.Charged } ? 0 : -1;
        _isEndDecided = journaled.IsEndDecided;
        _doubtBefore = journaled.Doubt;
        _isOrphan = journaled.IsOrphan;
        _isAllowedWithoutEngine = journaled.IsAllowedWithoutEngine;

        // An engine that is configured no more, or by another name, may have charged what those that are know nothing of.
        bool isEngineGone = engine < 0 && journaled.Engine >= 0;
        _chargedAt = journaled.IsForgotten || isEngineGone ? ChargedAndForgotten
            : journaled.IsLost ? NotCharged
            : MonotonicOf(journaled.TerminateTime ?? journaled.EndTime ?? journaled.SetupTime);
        _engineMayHaveCdr = journaled is { IsLost: true, IsForgotten: true };
        State = journaled switch
        {
            { Stage: JournalRecordKind.Answered, CallClass: not CallClass.Charged } => SessionState.Exempt,
            { Stage: JournalRecordKind.Answered, IsDenied: true } => SessionState.Denied,
            { Stage: JournalRecordKind.Answered, IsLost: true } => SessionState.LostByEngine,
            { Stage: JournalRecordKind.Answered, IsUnreached: true } => SessionState.SettleLater,
            { Stage: JournalRecordKind.Answered } => journaled.IsInitiated ? SessionState.Open : SessionState.InitiateUnknown,
            { AnswerTime: null } or { Stage: JournalRecordKind.Terminated } or { CallClass: not CallClass.Charged } => SessionState.Recording,
            _ => journaled.IsInitiated ? SessionState.Terminating : SessionState.Ending,
        };
    }

    /// <summary>
    /// Takes up what a restored session owes: a session that may have been opened is asked for, a Terminate or CDR that may have been sent
    /// is handled as one whose answer never came, and of a call that goes on the grant is armed.
    /// </summary>
    /// <param name="doubt">
    /// An end that is told within this time may have come while nobody ran to see it: it is billed and marked as by <see cref="EndAsOf(DateTimeOffset)"/>.
    /// </param>
    public void Continue(TimeSpan doubt = default)
    {
        if (doubt > TimeSpan.Zero && IsRunning)
        {
            _seen = SeenAsOf(_sessions.LastSeen);
            _doubtUntil = _sessions.NowMs + (long)doubt.TotalMilliseconds;
            _sessions.JournalResumed(this, _seen, doubt);
        }

        const string Restarted = "the edge was restarted";
        switch (State)
        {
            case SessionState.InitiateUnknown or SessionState.SettleLater:
                WaitForRetry(Restarted);
                break;
            case SessionState.Ending:
                On(_isReached ? SessionEvent.Offline : SessionEvent.Unwritten, default, Restarted);
                break;
            case SessionState.Denied:
                AskForEnd(EndCause.AccountingDenied, Restarted);
                break;
            case SessionState.LostByEngine when _profile.OnLostByEngine == LostSessionPolicy.End || _chargedAt == NotCharged:
                AskForEnd(EndCause.SessionLost, Restarted);
                break;
            case SessionState.Open:
                RestoreDebits();
                ArmUpdate();
                AddToAudit();
                break;
            case SessionState.Terminating or SessionState.Recording:
                On(_isReached ? SessionEvent.Unknown : SessionEvent.Unwritten, default, Restarted);
                break;
        }

        if (State is SessionState.InitiateUnknown or SessionState.SettleLater or SessionState.Open or SessionState.LostByEngine)
        {
            ArmGrant();
        }
    }

    /// <summary>
    /// Ends a restored session whose end nobody saw: it is billed up to the last sign of life of the edge that had it, but not beyond its
    /// grant, and marked (<c>EndEstimated</c>).
    /// </summary>
    /// <param name="lastSeen">Wall-clock time of that sign of life.</param>
    public void EndAsOf(DateTimeOffset lastSeen) => EndAsOf(SeenAsOf(lastSeen), EndCause.EdgeRestart, isEstimated: true);

    /// <summary>Ends a restored session as another one of its call has: when and why is written down with that one.</summary>
    public void EndAs(JournaledSession other)
    {
        _sessions.Scratch.Reset();
        bool isEstimated = other.Variables.TryGet("EndEstimated"u8, _sessions.Scratch, out _);
        EndAsOf(other.EndTime ?? _sessions.LastSeen, other.Cause, isEstimated);
    }

    /// <summary>When the call was last known to run. An edge that died soon after it had taken the call up did not know that.</summary>
    private DateTimeOffset SeenAsOf(DateTimeOffset lastSeen) => lastSeen < _doubtBefore.Until ? _doubtBefore.Seen : lastSeen;

    private void EndAsOf(DateTimeOffset end, in EndCause cause, bool isEstimated)
    {
        if (!IsRunning || AnswerTime is not { } answer)
        {
            return;
        }

        end = end < answer ? answer : end;
        if (!Grant.IsUnlimited && (end - answer).TotalSeconds > Grant.Nanoseconds / 1e9)
        {
            end = answer.AddTicks(Grant.Nanoseconds / 100);
        }

        if (isEstimated)
        {
            Variables.TrySet("EndEstimated"u8, true);
        }

        SetEnd(cause);
        _endTime = end;
        _endedAt = _answeredAt + (long)(end - answer).TotalMilliseconds;
        On(EndEvent, default, "");
    }

    private SessionFlags CurrentFlags =>
        (IsOpening(State) || State is SessionState.Ending or SessionState.Denied ? SessionFlags.None : SessionFlags.Initiated)
        | (_profile.Cdr && !_isOrphan ? SessionFlags.Cdr : SessionFlags.None)
        | (_profile.MissedCdr ? SessionFlags.MissedCdr : SessionFlags.None)
        | (_profile.GetAttributes ? SessionFlags.GetAttributes : SessionFlags.None)
        | (_profile.EnginesStoreSessionCosts ? SessionFlags.EnginesStoreSessionCosts : SessionFlags.None)
        | (_profile.UsageRounding == UsageRounding.Module ? SessionFlags.RoundAsModule : SessionFlags.None)
        | (_profile.UsageRounding == UsageRounding.Milliseconds ? SessionFlags.RoundToMilliseconds : SessionFlags.None)
        | (_profile.OnLostByEngine == LostSessionPolicy.Settle ? SessionFlags.SettleIfLost : SessionFlags.None)
        | (_profile.EnginesReplicate ? SessionFlags.EnginesReplicate : SessionFlags.None)
        | (_isOrphan ? SessionFlags.Orphan : SessionFlags.None)
        | (_isAllowedWithoutEngine ? SessionFlags.AllowedWithoutEngine : SessionFlags.None)
        | (_chargedAt == ChargedAndForgotten ? SessionFlags.Forgotten : SessionFlags.None)
        | (State == SessionState.Denied ? SessionFlags.Denied : SessionFlags.None)
        | (State == SessionState.LostByEngine ? SessionFlags.Lost : SessionFlags.None)
        | (_engine < 0 && !_isReached ? SessionFlags.Unreached : SessionFlags.None)
        | (_isEndDecided ? SessionFlags.EndDecided : SessionFlags.None)
        | (_cause.MoneyEnded ? SessionFlags.MoneyEnded : SessionFlags.None)
        | CallClass switch
        {
            CallClass.Free => SessionFlags.Free,
            CallClass.Emergency => SessionFlags.Emergency,
            _ => SessionFlags.None,
        };

    private DateTimeOffset WallTimeOf(long monotonicMs) => _sessions.Time.GetUtcNow().AddMilliseconds(monotonicMs - _sessions.NowMs);

    /// <summary>When the engine was, or may have been, told the end; long ago if it is not known.</summary>
    internal DateTimeOffset? ChargedTime => _chargedAt switch
    {
        NotCharged => null,
        ChargedAndForgotten => DateTimeOffset.UnixEpoch,
        _ => WallTimeOf(_chargedAt),
    };

    /// <summary>May lie before this process began.</summary>
    private long MonotonicOf(DateTimeOffset wallTime) => _sessions.NowMs - (long)(_sessions.Time.GetUtcNow() - wallTime).TotalMilliseconds;
}
