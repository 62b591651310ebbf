using HotPath.Commands;
using HotPath.Rpc;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HotPath.Billing;

/// <summary>
/// The charging sessions of one lane: makes and pools them, finds them for the engine's own requests, and looks after them when their
/// time comes. Everything happens on the lane's thread; time, engines and disk are seen through interfaces only.
/// </summary>
public sealed partial class ChargingSessions
{
    private readonly List<ChargingSession> _all = [];
    private readonly Stack<ChargingSession> _pool = new();
    private readonly DueHeap _due = new();
    private OriginHistory _history = new();
    private readonly long _epoch;
    private ChargingSession?[] _buckets = new ChargingSession?[1024];
    private ChargingSession? _first;
    private ChargingSession? _last;
    private long _request;

    /// <summary>The sessions of a lane.</summary>
    /// <param name="engines">Where commands go.</param>
    /// <param name="time">The clock: wall time stamps, monotonic time measures.</param>
    /// <param name="journal">Where answers and ends are written before they take effect; <c>null</c>: nowhere, a crash loses what is open.</param>
    /// <param name="logger">Where what an operator must know is told.</param>
    public ChargingSessions(IEngineClient engines, TimeProvider time, IJournalStore? journal = null, ILogger? logger = null)
    {
        _allLanes = [this];
        Engines = engines;
        Time = time;
        _epoch = time.GetTimestamp();
        if (journal is not null)
        {
            _journal = journal;
            _record = new byte[JournalSegment.MaxPayloadBytes];
        }

        Log = logger ?? NullLogger.Instance;
        Audit = engines.Audit;
        if (Audit is not null)
        {
            Audit.SessionLost = number => _all[(int)number].OnLost();
        }
    }

    /// <summary>What was counted.</summary>
    public BillingStatistics Statistics { get; } = new();

    /// <summary>
    /// The figures are part of the meter <c>HotPath.Billing</c> (<c>docs/metrics.md</c>). Whoever sets it sets it back: what is metered is
    /// never collected as garbage.
    /// </summary>
    public bool IsMetered
    {
        get;
        set
        {
            if (value != field)
            {
                field = value;
                if (value)
                {
                    BillingMetrics.Sessions.Add(this);
                }
                else
                {
                    BillingMetrics.Sessions.Remove(this);
                }
            }
        }
    }

    /// <summary>Sessions that are not settled.</summary>
    public int Count { get; private set; }

    internal IEngineClient Engines { get; }

    internal SessionAudit? Audit { get; }

    internal TimeProvider Time { get; }

    internal ILogger Log { get; }

    /// <summary>For text that is needed for a moment.</summary>
    internal CgrScratch Scratch { get; } = new();

    /// <summary>Monotonic milliseconds since these sessions were made.</summary>
    internal long NowMs => (long)Time.GetElapsedTime(_epoch).TotalMilliseconds;

    /// <summary>Begins the session of a call. Set-up time is now.</summary>
    /// <param name="owner">The call.</param>
    /// <param name="profile">What is sent with every command.</param>
    /// <param name="originId">The call's identity; copied.</param>
    /// <param name="account">Who pays; copied.</param>
    /// <param name="destination">The number called; copied.</param>
    /// <param name="attempt">
    /// What tells this call from an earlier one of the same <paramref name="originId"/>: appended to it, behind a semicolon, if an engine
    /// knows that identity already. The From tag and CSeq number of a SIP call.
    /// </param>
    /// <param name="variables">Fields of the event of every command, beside and before the profile's; copied. Its OriginID and OriginHost are the session's identity.</param>
    /// <param name="options">Members beside the event, likewise; copied.</param>
    /// <param name="answer">
    /// For a further answer of a call, each of which is charged by itself: what tells it from the first, as the To tag of a SIP call does.
    /// <paramref name="originId"/> is then the identity of the first, whatever the variables say, and this is appended to it behind a
    /// semicolon.
    /// </param>
    /// <param name="callClass">Whether the call is charged; of one that is not, nothing is sent but its CDR, whatever the request type is.</param>
    /// <exception cref="ArgumentException">The variables and the profile's are too many together (<see cref="CgrVariables.MaxCount"/>, <see cref="CgrVariables.MaxLength"/>).</exception>
    public ChargingSession Open(
        ISessionOwner owner,
        ChargingProfile profile,
        CgrText originId,
        CgrText account,
        CgrText destination,
        CgrText attempt = default,
        CgrVariables? variables = null,
        CgrVariables? options = null,
        CgrText answer = default,
        CallClass callClass = CallClass.Charged)
    {
        ChargingSession session = TakeFree();
        session.Open(owner, profile, originId, account, destination, variables, options, answer, callClass);
        if (attempt.IsPresent && IsUsed(session.OriginId))
        {
            session.MakeDistinct(attempt);
        }

        lock (_listLock)
        {
            Add(session);
        }

        return session;
    }

    /// <summary>Has a session ended that an engine may have open for a call which another one charges.</summary>
    /// <param name="charged">The session that is charged.</param>
    /// <param name="engine">The engine that may have another.</param>
    /// <param name="debited">What of the charge was debited there: it stays.</param>
    internal void OpenOrphan(ChargingSession charged, int engine, CgrDuration debited)
    {
        Statistics.Orphans++;
        ChargingSession orphan = TakeFree();
        orphan.OpenOrphan(charged, engine, debited);
        lock (_listLock)
        {
            Add(orphan);
        }
    }

    /// <summary>Does what is due: ends granted time, repeats what waits.</summary>
    public void Advance()
    {
        RunPosted();
        AdvanceJournal();
        while (_due.NextDue <= NowMs)
        {
            _due.TakeFirst().OnDue();
        }
    }

    /// <summary>Milliseconds until <see cref="Advance"/> has something to do; -1 if nothing is due at all.</summary>
    public long NextDueInMs => Math.Min(_due.NextDue, NextJournalDue) is var due && due == long.MaxValue ? -1 : Math.Max(0, due - NowMs);

    /// <summary>
    /// Tells the log of each session that is not settled and in no journal, when nobody will go on with it: nothing else remembers it.
    /// </summary>
    public void ReportUnsettled()
    {
        for (ChargingSession? session = _first; session is not null; session = session.Next)
        {
            if (session.JournalNumber == 0)
            {
                Log.Unsettled(session.OriginIdText, session.State, session.BilledUsage);
            }
        }
    }

    internal void SetDue(ChargingSession session, long dueMs) => _due.Set(session, dueMs);

    internal long NextRequest() => ++_request;

    internal void NoteUse(ChargingSession session) => _history.Add(session.OriginId, Time.GetUtcNow());

    internal void Release(ChargingSession session)
    {
        _due.Set(session, long.MaxValue);
        _journaled -= session.JournalNumber == 0 ? 0 : 1;
        lock (_listLock)
        {
            Remove(session);
        }

        _pool.Push(session);
    }

    private ChargingSession TakeFree()
    {
        if (!_pool.TryPop(out ChargingSession? session))
        {
            session = new ChargingSession(this, _all.Count);
            _all.Add(session);
        }

        return session;
    }

    /// <summary>Finds the session that an engine speaks of; an engine that names no host means any.</summary>
    private ChargingSession? FindOnEngine(int engine, ReadOnlySpan<byte> originId, ReadOnlySpan<byte> originHost)
    {
        ChargingSession? session = Find(originId);
        while (session is not null && !(session.MayBeOn(engine) && (originHost.IsEmpty || originHost.SequenceEqual(session.OriginHost))))
        {
            session = FindIn(session.NextInBucket, originId, session.OriginHash);
        }

        return session;
    }

    /// <summary>The session that is charged, beside which an engine may have this one open; <c>null</c>: it is settled.</summary>
    internal ChargingSession? FindCharged(ChargingSession orphan)
    {
        ChargingSession? session = Find(orphan.OriginId);
        while (session is not null && (session.IsOrphan || !session.OriginHost.SequenceEqual(orphan.OriginHost)))
        {
            session = FindIn(session.NextInBucket, orphan.OriginId, session.OriginHash);
        }

        return session;
    }

    /// <summary>The identity belongs to a call that runs, or to one an engine has heard of lately.</summary>
    private bool IsUsed(ReadOnlySpan<byte> originId) => Find(originId) is not null || _history.Contains(originId);

    private ChargingSession? Find(ReadOnlySpan<byte> originId)
    {
        int hash = HashOf(originId);
        return FindIn(_buckets[hash & (_buckets.Length - 1)], originId, hash);
    }

    private static ChargingSession? FindIn(ChargingSession? session, ReadOnlySpan<byte> originId, int hash)
    {
        while (session is not null && !(session.OriginHash == hash && session.OriginId.SequenceEqual(originId)))
        {
            session = session.NextInBucket;
        }

        return session;
    }

    private void Add(ChargingSession session)
    {
        if (++Count > _buckets.Length)
        {
            Grow();
        }

        session.OriginHash = HashOf(session.OriginId);
        ref ChargingSession? bucket = ref _buckets[session.OriginHash & (_buckets.Length - 1)];
        session.NextInBucket = bucket;
        bucket = session;
        session.Previous = _last;
        session.Next = null;
        if (_last is null)
        {
            _first = session;
        }
        else
        {
            _last.Next = session;
        }

        _last = session;
    }

    private void Remove(ChargingSession session)
    {
        Count--;
        ref ChargingSession? link = ref _buckets[session.OriginHash & (_buckets.Length - 1)];
        while (link != session)
        {
            link = ref link!.NextInBucket;
        }

        link = session.NextInBucket;
        session.NextInBucket = null;
        if (session.Previous is null)
        {
            _first = session.Next;
        }
        else
        {
            session.Previous.Next = session.Next;
        }

        if (session.Next is null)
        {
            _last = session.Previous;
        }
        else
        {
            session.Next.Previous = session.Previous;
        }
    }

    private void Grow()
    {
        _buckets = new ChargingSession?[_buckets.Length * 4];
        for (ChargingSession? session = _first; session is not null; session = session.Next)
        {
            ref ChargingSession? bucket = ref _buckets[session.OriginHash & (_buckets.Length - 1)];
            session.NextInBucket = bucket;
            bucket = session;
        }
    }

    private static int HashOf(ReadOnlySpan<byte> text)
    {
        HashCode hash = default;
        hash.AddBytes(text);
        return hash.ToHashCode();
    }
}
