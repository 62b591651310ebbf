namespace HotPath.Billing;

/// <summary>
/// What the lane's sessions write down before it takes effect, and how they come back after a restart. At
/// <see cref="JournalLevel.Power"/> an effect waits for the flush that covers its record; nothing else of the lane does.
/// </summary>
public sealed partial class ChargingSessions
{
    private const int HeartbeatMs = 1000;

    /// <summary>
    /// A disk that takes no record for so long must not keep calls running beyond their money: the effect goes ahead, and is counted
    /// (<see cref="BillingStatistics.EffectsBeforeSafe"/>).
    /// </summary>
    private const int LongestWaitMs = 500;

    private readonly IJournalStore? _journal;
    private readonly byte[] _record = [];
    private readonly Queue<WaitingEffect> _effects = new();
    private int _journaled;
    private long _heartbeatDue;
    private long _lastSequence;

    /// <summary>The addresses of the engines, by index: an index alone says nothing once the configuration has changed.</summary>
    public IReadOnlyList<string> EngineNames { get; init; } = [];

    /// <summary>The journal can take new calls: the records of all calls have room.</summary>
    public bool HasRoom => _journal?.HasRoom ?? true;

    /// <summary>The last sign of life of the journal's last owner.</summary>
    internal DateTimeOffset LastSeen { get; private set; }

    /// <summary>Takes over what the last owner of the journal knew of identities. To be called before any call begins.</summary>
    public void Take(JournalReplay replay)
    {
        LastSeen = replay.LastSeen;
        _history = new OriginHistory(replay.Origins);
        _parked.AddRange(replay.Parked);
    }

    /// <summary>Brings a session back as the journal knows it. It does nothing by itself until its owner says how it goes on.</summary>
    /// <param name="owner">The call, or whatever stands for it.</param>
    /// <param name="profile">The profile of the configuration; used if it says what the session's own did.</param>
    /// <param name="journaled">A session that is not unresolved.</param>
    public ChargingSession Restore(ISessionOwner owner, ChargingProfile profile, JournaledSession journaled)
    {
        ChargingSession session = TakeFree();
        session.Restore(owner, profile.SendsTheSameAs(journaled.Profile) ? profile : journaled.Profile, journaled, IndexOfEngine(journaled));
        Add(session);
        _journaled++;
        Statistics.Restored++;
        return session;
    }

    /// <summary>
    /// Brings back a session that belongs to no call, and takes up what it owes: one that an engine may have opened beside the one that
    /// charges the call.
    /// </summary>
    /// <returns>False: it belongs to a call. Nothing was done.</returns>
    public bool TryRestoreOrphan(JournaledSession journaled)
    {
        if (journaled.IsOrphan)
        {
            Restore(NoOwner.Instance, journaled.Profile, journaled).Continue();
        }

        return journaled.IsOrphan;
    }

    internal string EngineNameOf(int engine) => engine >= 0 && engine < EngineNames.Count ? EngineNames[engine] : "";

    internal void Journal(JournalRecordKind kind, ChargingSession session, string detail = "")
    {
        bool isWhole = kind is JournalRecordKind.Answered or JournalRecordKind.Ended or JournalRecordKind.Unresolved;
        if (_journal is null || (!isWhole && session.JournalNumber == 0))
        {
            return;
        }

        DateTimeOffset now = Time.GetUtcNow();
        int length = kind switch
        {
            JournalRecordKind.Accepted => JournalRecord.WriteAccepted(_record, now, session.JournalNumber, session.Grant, session.Engine, EngineNameOf(session.Engine)),
            JournalRecordKind.Terminated => JournalRecord.WriteTerminated(_record, now, session.JournalNumber, session.ChargedTime),
            JournalRecordKind.Closed => JournalRecord.WriteClosed(_record, now, session.JournalNumber),
            _ => JournalRecord.WriteSession(_record, kind, now, session, detail, withOwnerState: true),
        };
        if (length == 0)
        {
            length = JournalRecord.WriteSession(_record, kind, now, session, detail, withOwnerState: false);
        }

        if (length == 0)
        {
            Statistics.NotJournaled++;
            Log.NotJournaled(session.OriginIdText);
            return;
        }

        _lastSequence = _journal.Append(_record.AsSpan(0, length));
        if (kind == JournalRecordKind.Unresolved)
        {
            _parked.Add(_record.AsSpan(0, length).ToArray());
        }

        if (isWhole)
        {
            session.JournalSequence = _lastSequence;
            if (session.JournalNumber == 0)
            {
                session.JournalNumber = _lastSequence;
                _journaled++;
            }
        }
    }

    /// <summary>Writes that a call goes on after a restart, and that it is in doubt for a while.</summary>
    internal void JournalResumed(ChargingSession session, DateTimeOffset seen, TimeSpan doubt)
    {
        DateTimeOffset now = Time.GetUtcNow();
        _lastSequence = _journal?.Append(_record.AsSpan(0, JournalRecord.WriteResumed(_record, now, session.JournalNumber, seen, now + doubt))) ?? 0;
    }

    /// <summary>Whatever was written is as safe as it is to be.</summary>
    private bool IsSafe => _journal is null || _lastSequence <= _journal.SafeSequence;

    /// <summary>Carries out an effect of the last record: at once, or when that is safe and what waited before it is done.</summary>
    /// <param name="session">The session.</param>
    /// <param name="effect">What it does.</param>
    /// <param name="mustBeSafe">However long that takes. Only the call's end does not wait for it.</param>
    internal void WhenSafe(ChargingSession session, SessionAction effect, bool mustBeSafe)
    {
        if (_effects.Count == 0 && _promises.Count == 0 && IsSafe)
        {
            session.Carry(effect);
        }
        else
        {
            session.NoteWaiting(effect);
            _effects.Enqueue(new WaitingEffect(session, session.Generation, effect, _lastSequence, NowMs + LongestWaitMs, mustBeSafe));
        }
    }

    private long NextJournalDue => Math.Min(
        Math.Min(
            _effects.TryPeek(out WaitingEffect effect) ? effect.LatestMs : long.MaxValue,
            _promises.TryPeek(out PromisedEnd promise) ? promise.LatestMs : long.MaxValue),
        _journal is not null && (_journaled > 0 || !_journal.HasRoom) ? _heartbeatDue : long.MaxValue);

    private void AdvanceJournal()
    {
        long now = NowMs;
        long safe = _journal?.SafeSequence ?? long.MaxValue;
        KeepPromises(safe, now);
        if (_journal is null)
        {
            return;
        }

        while (_effects.TryPeek(out WaitingEffect first) && (first.Sequence <= safe || first.LatestMs <= now))
        {
            _effects.Dequeue();
            if (first.Session.Generation != first.Generation)
            {
                continue;
            }

            if (first.Sequence > safe && first.MustBeSafe)
            {
                Statistics.EffectsBeforeSafe += first.Session.LetCallEnd(first.Effect) ? 1 : 0;
                _effects.Enqueue(first with { LatestMs = now + LongestWaitMs });
            }
            else
            {
                Statistics.EffectsBeforeSafe += first.Sequence <= safe ? 0 : 1;
                first.Session.Carry(first.Effect);
            }
        }

        if (now >= _heartbeatDue)
        {
            _heartbeatDue = now + HeartbeatMs;
            _journal.Maintain();
            Compact(_journal);
            if (_journaled > 0)
            {
                _lastSequence = _journal.Append(_record.AsSpan(0, JournalRecord.WriteHeartbeat(_record, Time.GetUtcNow())));
            }
        }
    }

    private int IndexOfEngine(JournaledSession journaled)
    {
        for (int i = 0; i < EngineNames.Count; i++)
        {
            if (EngineNames[i] == journaled.EngineName)
            {
                return i;
            }
        }

        return EngineNames.Count == 0 ? journaled.Engine : -1;
    }

    private readonly record struct WaitingEffect(ChargingSession Session, long Generation, SessionAction Effect, long Sequence, long LatestMs, bool MustBeSafe);
}
