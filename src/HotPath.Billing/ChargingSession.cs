using System.Text;
using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Billing;

/// <summary>
/// One billing session of a call: authorise, initiate, limit, terminate, CDR. What it does in which state is in
/// <see cref="SessionTable"/>; this type holds the data and carries the actions out. Pooled by <see cref="ChargingSessions"/>; lives on one
/// lane's thread; allocates nothing in steady state.
/// </summary>
public sealed partial class ChargingSession : IReplyHandler<AuthorizeReply>, IReplyHandler<InitiateReply>, IReplyHandler<OkReply>,
    IReplyHandler<GetActiveSessionsReply>, IReplyHandler<UpdateReply>
{
    private const int FirstRetryMs = 500;

    /// <summary>The pause doubles this often: 500 ms … 32 s.</summary>
    private const int LongestRetryShift = 6;

    /// <summary>Of <see cref="_connection"/>: one of the process that had the session before.</summary>
    private const int GoneConnection = -1;

    /// <summary>Of <see cref="_chargedAt"/>: the engine cannot have charged for the session.</summary>
    private const long NotCharged = long.MaxValue;

    /// <summary>Of <see cref="_chargedAt"/>: so long ago that the engine remembers nothing of it.</summary>
    private const long ChargedAndForgotten = long.MinValue / 2;

    private readonly ChargingSessions _sessions;
    private SessionText _text;
    private Range _originId;
    private Range _originHost;
    private Range _account;
    private Range _destination;
    private ChargingProfile _profile = null!;
    private ISessionOwner _owner = null!;

    private long _request;
    private int _tries;
    private int _initiates;

    /// <summary>The engine that was chosen for the session, and written down, before anything was handed to it; then the one that has it. -1: none.</summary>
    private int _engine;

    /// <summary>An engine was, or may have been, handed something of the session: the session stays with it.</summary>
    private bool _isReached;

    /// <summary>Over which the session was, or may have been, opened: the engine ends it by itself when that is gone. 0: none.</summary>
    private int _connection;
    private bool _isAccepted;

    /// <summary>The engine that may have the session open although it went to another: the orphan's business; -1: none.</summary>
    private int _movedFrom;

    /// <summary>The engine that is asked for its copy of the session; -1: none.</summary>
    private int _copyEngine;

    /// <summary>An engine was told the end, or may have been, by the edge that had the session before too.</summary>
    private bool _isEndTold;

    /// <summary>
    /// The engine that may have opened the session is not known, for it is configured no more, or the journal is of an edge that did not write
    /// it down before: every engine is asked, this one next. -1: it is known, or none was reached.
    /// </summary>
    private int _sought;

    /// <summary>Over which the engine said that it has the session; 0: the client does not tell; <see cref="GoneConnection"/>: it did not say so.</summary>
    private int _askedOver;
    private bool _isOrphan;
    private bool _isAllowedWithoutEngine;
    private bool _endCallTold;
    private string _deniedBecause = "";
    private bool _engineMayHaveCdr;

    /// <summary>
    /// How often the engine could not take the CDR. One that failed in the middle may call the next try a repetition without having charged
    /// anything (facts: cgrates-engine.md §5).
    /// </summary>
    private int _cdrRefusals;
    private RefusalKind _refusal;
    private CgrDuration _grantOfEngine;
    private long _answeredAt;
    private long _endedAt;

    /// <summary>When the engine was, or may have been, told the end: <see cref="ChargingProfile.ClosedSessionTtl"/> counts from here.</summary>
    private long _chargedAt;
    private long _askedAt;
    private long _limitAt;
    private long _retryAt;
    private DateTimeOffset _endTime;
    private EndCause _cause;

    internal ChargingSession(ChargingSessions sessions, int number)
    {
        _sessions = sessions;
        Number = number;
    }

    /// <summary>Where the session stands.</summary>
    public SessionState State { get; private set; }

    /// <summary>The call's identity on the engine, with <see cref="OriginHost"/>: the Call-ID and the profile's tag, or the variable of that name that the session was opened with.</summary>
    public ReadOnlySpan<byte> OriginId => _text[_originId];

    /// <summary>The other half of the identity: the profile's name, or the variable of that name that the session was opened with.</summary>
    public ReadOnlySpan<byte> OriginHost => _text[_originHost];

    /// <summary>Who pays.</summary>
    public ReadOnlySpan<byte> Account => _text[_account];

    /// <summary>The number called.</summary>
    public ReadOnlySpan<byte> Destination => _text[_destination];

    /// <summary>What is sent with every command of this session.</summary>
    public ChargingProfile Profile => _profile;

    /// <summary>
    /// Fields of the event of the commands to come, by name: the profile's and those that the session was opened with. The owner may change
    /// them until the session is settled, but for the identity, which stays what it was when the session was opened.
    /// </summary>
    public CgrVariables Variables { get; } = new();

    /// <summary>Members beside the event of the commands to come; as <see cref="Variables"/>.</summary>
    public CgrVariables Options { get; } = new();

    /// <summary>Whether the call is charged; of one that is not only the CDR is sent.</summary>
    public CallClass CallClass { get; private set; }

    /// <summary>Time granted, counted from the answer; <see cref="CgrDuration.Unlimited"/> if there is no limit.</summary>
    public CgrDuration Grant { get; private set; }

    /// <summary>Wall-clock time of the set-up.</summary>
    public DateTimeOffset SetupTime { get; private set; }

    /// <summary>Wall-clock time of the answer; <c>null</c> before it.</summary>
    public DateTimeOffset? AnswerTime { get; private set; }

    /// <summary>Index of the engine that has the session; -1: none that is known.</summary>
    internal int Engine => _engine;

    /// <summary>It is what an engine may have open for a call which another engine charges.</summary>
    internal bool IsOrphan => _isOrphan;

    /// <summary>The engine has, or may have, this session open: it belongs into the answer to GetActiveSessionIDs.</summary>
    internal bool IsActiveOnEngine => !_isOrphan && IsOpenOnEngine;

    private bool IsOpenOnEngine =>
        State is SessionState.Initiating or SessionState.InitiateUnknown or SessionState.SettleLater or SessionState.Open or SessionState.Ending
            or SessionState.Terminating or SessionState.TerminateUnknown;

    /// <summary>This engine has, or may have, the session open: not one that another engine charges.</summary>
    internal bool MayBeOn(int engine) => IsOpenOnEngine && (_engine < 0 || _engine == engine || IsOnOtherEngines);

    /// <summary>Of this object, whichever session it holds.</summary>
    internal int Number { get; }

    internal int HeapIndex { get; set; } = -1;

    internal long Due { get; set; } = long.MaxValue;

    internal ChargingSession? Previous { get; set; }

    internal ChargingSession? Next { get; set; }

    internal ChargingSession? NextInBucket;

    internal int OriginHash { get; set; }

    internal void Open(ISessionOwner owner, ChargingProfile profile, CgrText originId, CgrText account, CgrText destination, CgrVariables? variables, CgrVariables? options, CgrText answer, CallClass callClass)
    {
        Fill(Variables, profile.Variables, variables);
        Fill(Options, profile.Options, options);
        _text.Clear();
        if (answer.IsPresent)
        {
            _originId = _text.Add(originId);
            MakeDistinct(answer);
        }
        else if (TakeIdentity(OriginIdName) is { IsPresent: true } variable)
        {
            _originId = _text.Add(variable);
        }
        else
        {
            _originId = _text.Add(originId);
            _originId = profile.TagUtf8 is { } tag ? _text.AddJoined(_originId, (byte)'|', tag) : _originId;
        }

        _originHost = _text.Add(TakeIdentity(OriginHostName) is { IsPresent: true } host ? host : profile.OriginHostUtf8);
        _account = _text.Add(account);
        _destination = _text.Add(destination);
        Reset(owner, profile, callClass);
        SetupTime = _sessions.Time.GetUtcNow();
    }

    private void Reset(ISessionOwner owner, ChargingProfile profile, CallClass callClass)
    {
        _owner = owner;
        _profile = profile;
        CallClass = callClass;
        if (callClass != CallClass.Charged)
        {
            // Whatever was set for calls that are charged: this one is not.
            Variables.Remove(RequestTypeName);
        }

        _engine = -1;
        _connection = 0;
        _isAccepted = false;
        _tries = 0;
        _isOrphan = false;
        _isAllowedWithoutEngine = false;
        _isReached = false;
        _endCallTold = false;
        _engineMayHaveCdr = false;
        _cdrRefusals = 0;
        _asksForMore = false;
        _movedFrom = -1;
        _copyEngine = -1;
        _isEndTold = false;
        _sought = -1;
        _journaledEngine = -1;
        _askedOver = GoneConnection;
        _initiates = 0;
        _chargedAt = NotCharged;
        _limitAt = long.MaxValue;
        _retryAt = long.MaxValue;
        _cause = default;
        ResetOutcomes();
        Generation = _sessions.NextRequest();
        IsEndWaiting = _isEndDecided = false;
        _doubtUntil = 0;
        _doubtBefore = default;
        JournalNumber = JournalSequence = 0;
        State = SessionState.Idle;
        Grant = _grantOfEngine = CgrDuration.Unlimited;
        AnswerTime = null;
    }

    /// <summary>
    /// Becomes the session that an engine may have open for a call which another engine charges: if it is there, it is ended without
    /// further charge, and it has no CDR.
    /// </summary>
    internal void OpenOrphan(ChargingSession charged, int engine, CgrDuration debited)
    {
        Open(NoOwner.Instance, charged._profile, charged.OriginId, charged.Account, charged.Destination, charged.Variables, charged.Options, answer: default, CallClass.Charged);
        _originId = _text.Add(charged.OriginId);
        _originHost = _text.Add(charged.OriginHost);
        _engine = engine;
        _isReached = true;
        _isOrphan = true;
        SetupTime = charged.SetupTime;
        AnswerTime = charged.AnswerTime;
        _answeredAt = _sessions.NowMs;
        _endedAt = _answeredAt + (debited.Nanoseconds / 1_000_000);
        _endTime = AnswerTime ?? SetupTime;
        State = SessionState.TerminateUnknown;
        JournalAll();
        _sessions.Log.Orphaned(OriginIdText, _sessions.EngineNameOf(charged._engine), _sessions.EngineNameOf(engine));
        WaitForRetry($"engine {engine} went silent");
    }

    /// <summary>Gives the session an identity that no other call has used on the engine.</summary>
    internal void MakeDistinct(CgrText attempt) => _originId = _text.AddJoined(_originId, (byte)';', attempt);

    /// <summary>Asks whether the call may run. The outcome goes to the owner; at once for a call that is not charged.</summary>
    /// <param name="isAsked">If not, the call may run as well: an engine first hears of the session when the call is answered.</param>
    public void Authorize(bool isAsked = true) =>
        On(isAsked && CallClass == CallClass.Charged ? SessionEvent.Authorize : SessionEvent.Exempted, default, "");

    /// <summary>The call was answered: opens the session on the engine and arms the limit, unless the call is not charged.</summary>
    /// <param name="ago">How long ago that was; by default just now.</param>
    /// <param name="with">
    /// Another session of the call, answered at the same moment, to the millisecond: else a call that is ended when the granted time of one
    /// is over would have lasted a little less for the other, and be billed a second less there.
    /// </param>
    public void Answer(TimeSpan ago = default, ChargingSession? with = null)
    {
        if (AnswerTime is null)
        {
            bool isTold = with is { AnswerTime: not null };
            AnswerTime = isTold ? with!.AnswerTime : _sessions.Time.GetUtcNow() - ago;
            _answeredAt = isTold ? with!._answeredAt : _sessions.NowMs - (long)ago.TotalMilliseconds;
            ArmGrant();
            On(CallClass == CallClass.Charged ? SessionEvent.Answered : SessionEvent.AnsweredExempt, default, "");
        }
    }

    /// <summary>The call ended just now: closes the session on the engine, if there is one, and delivers the CDR. Later calls change nothing.</summary>
    public void End(in EndCause cause)
    {
        if (_sessions.NowMs < _doubtUntil)
        {
            EndAsOf(_seen, cause, isEstimated: true);
        }
        else if (IsRunning)
        {
            SetEnd(cause);
            On(EndEvent, default, "");
        }
    }

    /// <summary>The call was given up or failed before an answer: delivers the CDR of a missed call, if it was authorised and one is wanted.</summary>
    public void Abandon(in EndCause cause)
    {
        if (State is SessionState.Idle or SessionState.Authorising or SessionState.Authorised)
        {
            SetEnd(cause);
            On(SessionEvent.Abandoned, default, "");
        }
    }

    /// <summary>The call came to nothing, and there is nothing to record: an INVITE that was challenged.</summary>
    public void Dismiss() => On(SessionEvent.Dismissed, default, "");

    internal void Disconnect(string reason) => On(SessionEvent.Disconnect, EndCause.EngineDisconnect(reason), reason);

    /// <summary>The engine does not have the session any more, and may have charged some of it.</summary>
    internal void OnLost()
    {
        _chargedAt = ChargedAndForgotten;
        On(SessionEvent.Lost, EndCause.SessionLost, "the engine has forgotten the session");
    }

    internal void OnDue()
    {
        if (_limitAt <= _sessions.NowMs)
        {
            SetDue(limitAt: long.MaxValue, _retryAt);
            On(SessionEvent.GrantOver, EndCause.GrantUsed, "");
        }
        else
        {
            SetDue(_limitAt, retryAt: long.MaxValue);
            bool mustAsk = State is SessionState.SettleLater or SessionState.Terminating or SessionState.Open && IsOffline;
            On(mustAsk ? SessionEvent.Offline : SessionEvent.RetryDue, default, "");
        }
    }

    private void SetDue(long limitAt, long retryAt)
    {
        _limitAt = limitAt;
        _retryAt = retryAt;
        _sessions.SetDue(this, Math.Min(limitAt, retryAt));
    }

    private void SetEnd(in EndCause cause)
    {
        _cause = cause;
        bool isFree = _profile.NoAckBilling == NoAckBilling.Zero && cause == EndCause.NoAck;
        _endedAt = isFree ? _answeredAt : _sessions.NowMs;
        _endTime = isFree ? AnswerTime!.Value : _sessions.Time.GetUtcNow();
        SetDue(limitAt: long.MaxValue, retryAt: long.MaxValue);
    }

    /// <summary>Both states try to get the same done: the pauses between the tries go on growing.</summary>
    private static bool IsOneWork(SessionState before, SessionState next) => (IsOpening(before) && IsOpening(next)) || (IsClosing(before) && IsClosing(next));

    private static bool IsOpening(SessionState state) => state is SessionState.Initiating or SessionState.InitiateUnknown or SessionState.SettleLater;

    private static bool IsClosing(SessionState state) => state is SessionState.Terminating or SessionState.TerminateUnknown;

    private void ArmGrant() =>
        SetDue(Grant.IsUnlimited ? long.MaxValue : Saturate(_answeredAt, Grant.Nanoseconds / 1_000_000), _retryAt);

    /// <summary>The call is answered and has not ended.</summary>
    internal bool IsRunning => IsOpening(State) || State is SessionState.Open or SessionState.LostByEngine or SessionState.Exempt or SessionState.Denied;

    /// <summary>The pause before the next try.</summary>
    private long PauseMs => FirstRetryMs << Math.Min(_tries, LongestRetryShift);

    /// <summary>The connection that opened the session, or may have, is gone.</summary>
    private bool IsOffline => _connection == GoneConnection || (_engine >= 0 && _connection != 0 && !_sessions.Engines.IsConnectionOpen(_connection));

    private SessionEvent EndEvent => State is not (SessionState.LostByEngine or SessionState.Exempt or SessionState.Denied) && IsOffline ? SessionEvent.EndedOffline : SessionEvent.Ended;

    private void AddToAudit()
    {
        if (_engine >= 0 && _connection != 0)
        {
            _sessions.Audit?.Add(Number, OriginHost, OriginId, _engine, _connection);
        }
    }

    /// <param name="start">Less than zero: before this process began.</param>
    /// <param name="add">Not less than zero.</param>
    private static long Saturate(long start, long add) => start > 0 && add > long.MaxValue - start ? long.MaxValue : start + add;

    internal string OriginIdText => Encoding.UTF8.GetString(OriginId);
}
