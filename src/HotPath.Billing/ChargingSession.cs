using System.Text;
using HotPath.Commands;
using HotPath.Rpc;
using Microsoft.Extensions.Logging;

namespace HotPath.Billing;

/// <summary>
/// One billing session of a call: authorise, initiate, limit, terminate, CDR. What it does in which state is in
/// <see cref="SessionTable"/>; this type holds the data and carries the actions out. Pooled by <see cref="ChargingSessions"/>; lives on one
/// lane's thread; allocates nothing in steady state.
/// </summary>
public sealed partial class ChargingSession : IReplyHandler<AuthorizeReply>, IReplyHandler<InitiateReply>, IReplyHandler<OkReply>
{
    private const int FirstRetryMs = 500;

    /// <summary>The pause doubles this often: 500 ms … 32 s.</summary>
    private const int LongestRetryShift = 6;

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
    private int _engine;
    private bool _endCallTold;
    private bool _commandMayHaveArrived;
    private RefusalKind _refusal;
    private long _answeredAt;
    private long _endedAt;
    private long _terminatedAt;
    private DateTimeOffset _endTime;
    private EndCause _cause;

    internal ChargingSession(ChargingSessions sessions) => _sessions = sessions;

    /// <summary>Where the session stands.</summary>
    public SessionState State { get; private set; }

    /// <summary>The call's identity on the engine, with <see cref="OriginHost"/>: the Call-ID, or the variable of that name that the session was opened with.</summary>
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

    /// <summary>Time granted, counted from the answer; <see cref="CgrDuration.Unlimited"/> if there is no limit.</summary>
    public CgrDuration Grant { get; private set; }

    /// <summary>Wall-clock time of the set-up.</summary>
    public DateTimeOffset SetupTime { get; private set; }

    /// <summary>Wall-clock time of the answer; <c>null</c> before it.</summary>
    public DateTimeOffset? AnswerTime { get; private set; }

    /// <summary>Index of the engine that has the session; -1: none that is known.</summary>
    internal int Engine => _engine;

    /// <summary>The engine has, or may have, this session open: it belongs into the answer to GetActiveSessionIDs.</summary>
    internal bool IsActiveOnEngine => State is SessionState.Initiating or SessionState.Open or SessionState.Ending or SessionState.Terminating;

    internal int HeapIndex { get; set; } = -1;

    internal long Due { get; set; } = long.MaxValue;

    internal ChargingSession? Previous { get; set; }

    internal ChargingSession? Next { get; set; }

    internal ChargingSession? NextInBucket;

    internal int OriginHash { get; set; }

    internal void Open(ISessionOwner owner, ChargingProfile profile, CgrText originId, CgrText account, CgrText destination, CgrVariables? variables, CgrVariables? options)
    {
        Fill(Variables, profile.Variables, variables);
        Fill(Options, profile.Options, options);
        _text.Clear();
        _originId = _text.Add(TakeIdentity(OriginIdName, originId));
        _originHost = _text.Add(TakeIdentity(OriginHostName, profile.OriginHostUtf8));
        _account = _text.Add(account);
        _destination = _text.Add(destination);
        Reset(owner, profile);
        SetupTime = _sessions.Time.GetUtcNow();
    }

    private void Reset(ISessionOwner owner, ChargingProfile profile)
    {
        _owner = owner;
        _profile = profile;
        _engine = -1;
        _tries = 0;
        _endCallTold = false;
        _commandMayHaveArrived = false;
        _cause = default;
        Generation = _sessions.NextRequest();
        IsEndWaiting = false;
        JournalNumber = JournalSequence = 0;
        State = SessionState.Idle;
        Grant = CgrDuration.Unlimited;
        AnswerTime = null;
    }

    /// <summary>Gives the session an identity that no other call has used on the engine.</summary>
    internal void MakeDistinct(CgrText attempt) => _originId = _text.AddJoined(_originId, (byte)';', attempt);

    /// <summary>Asks whether the call may run. The outcome goes to the owner.</summary>
    public void Authorize() => On(SessionEvent.Authorize, default, "");

    /// <summary>The call was answered: opens the session on the engine and arms the limit.</summary>
    /// <param name="ago">How long ago that was; by default just now.</param>
    public void Answer(TimeSpan ago = default)
    {
        if (AnswerTime is null)
        {
            AnswerTime = _sessions.Time.GetUtcNow() - ago;
            _answeredAt = _sessions.NowMs - (long)ago.TotalMilliseconds;
            ArmGrant();
            On(SessionEvent.Answered, default, "");
        }
    }

    /// <summary>The call ended just now: closes the session on the engine and delivers the CDR. Later calls change nothing.</summary>
    public void End(in EndCause cause)
    {
        if (State is SessionState.Initiating or SessionState.Open)
        {
            SetEnd(cause);
            On(SessionEvent.Ended, default, "");
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

    internal void OnDue()
    {
        if (State is SessionState.Terminating or SessionState.Recording)
        {
            On(SessionEvent.RetryDue, default, "");
        }
        else
        {
            On(SessionEvent.GrantOver, EndCause.GrantUsed, "");
        }
    }

    private void SetEnd(in EndCause cause)
    {
        _cause = cause;
        _endedAt = _sessions.NowMs;
        _endTime = _sessions.Time.GetUtcNow();
        _sessions.SetDue(this, long.MaxValue);
    }

    /// <param name="event">What happened.</param>
    /// <param name="cause">With what cause the call must end, if the table says that it must.</param>
    /// <param name="detail">What to say in logs.</param>
    private void On(SessionEvent @event, in EndCause cause, string detail)
    {
        if (!SessionTable.TryGet(State, @event, out SessionState next, out SessionAction action))
        {
            return;
        }

        if (next != State)
        {
            State = next;
            _tries = 0;
            _commandMayHaveArrived = false;
        }

        _commandMayHaveArrived |= @event == SessionEvent.Unknown;
        switch (action)
        {
            case SessionAction.None:
                break;
            case SessionAction.SendAuthorize:
                SendAuthorize();
                break;
            case SessionAction.TellGranted:
                _owner.OnGranted(this);
                break;
            case SessionAction.TellRefused:
                _owner.OnRefused(this, _refusal, detail);
                Settle();
                break;
            case SessionAction.SendInitiate:
                _sessions.Journal(JournalRecordKind.Answered, this);
                _sessions.WhenSafe(this, SessionAction.SendInitiate);
                break;
            case SessionAction.ApplyGrant:
                _sessions.Journal(JournalRecordKind.Accepted, this);
                ArmGrant();
                break;
            case SessionAction.EndCall:
                AskForEnd(cause, detail);
                break;
            case SessionAction.RepeatInitiate:
                RepeatInitiate(detail);
                break;
            case SessionAction.JournalEnd:
                _sessions.Journal(JournalRecordKind.Ended, this);
                _sessions.WhenSafe(this, SessionAction.JournalEnd);
                break;
            case SessionAction.SendTerminate when @event != SessionEvent.RetryDue:
                _sessions.Journal(JournalRecordKind.Ended, this);
                _sessions.WhenSafe(this, SessionAction.SendTerminate);
                break;
            case SessionAction.SendTerminate:
                SendTerminate();
                break;
            case SessionAction.SendCdr:
                SendCdr(@event);
                break;
            case SessionAction.SendMissedCdr:
                SendMissedCdr();
                break;
            case SessionAction.WaitForRetry:
                WaitForRetry(detail);
                break;
            case SessionAction.Park:
                Park(detail);
                break;
            case SessionAction.Close:
                Settle();
                break;
            default:
                throw new InvalidOperationException($"The session table names the action {action}, which nothing carries out.");
        }
    }

    private void ArmGrant() =>
        _sessions.SetDue(this, Grant.IsUnlimited ? long.MaxValue : Saturate(_answeredAt, Grant.Nanoseconds / 1_000_000));

    private void AskForEnd(in EndCause cause, string detail)
    {
        if (!_endCallTold)
        {
            _endCallTold = true;
            if (_sessions.Log.IsEnabled(LogLevel.Information))
            {
                _sessions.Log.CallMustEnd(OriginIdText, cause.Text, detail);
            }

            _owner.OnEndCall(this, cause);
        }

        if (State == SessionState.Closed)
        {
            Settle();
        }
    }

    private void WaitForRetry(string detail)
    {
        if (State == SessionState.Recording && AnswerTime is not null && IsCdrTooLate)
        {
            State = SessionState.Unresolved;
            Park($"the CDR could not be delivered within {_profile.ClosedSessionTtl.TotalSeconds:0} s of the session's end: {detail}");
            return;
        }

        if (_tries == 0)
        {
            _sessions.Log.WaitingForEngine(OriginIdText, State, detail);
        }

        _sessions.SetDue(this, Saturate(_sessions.NowMs, FirstRetryMs << Math.Min(_tries++, LongestRetryShift)));
    }

    /// <summary>An engine that has forgotten the ended session would debit its CDR again (facts: wire/README.md, last rows).</summary>
    private bool IsCdrTooLate =>
        !_profile.EnginesStoreSessionCosts
        && MayBePrepaid
        && _sessions.NowMs - _terminatedAt > _profile.ClosedSessionTtl.TotalMilliseconds;

    private void Park(string detail)
    {
        _sessions.Statistics.Unresolved++;
        _sessions.Log.Unresolved(OriginIdText, detail);
        _sessions.Journal(JournalRecordKind.Unresolved, this, detail);
        Settle();
    }

    private void Settle()
    {
        if (State == SessionState.Closed)
        {
            _sessions.Journal(JournalRecordKind.Closed, this);
        }

        _request = Generation = 0;
        _owner.OnSettled(this);
        _sessions.Release(this);
    }

    private static long Saturate(long start, long add) => add > long.MaxValue - start ? long.MaxValue : start + add;

    internal string OriginIdText => Encoding.UTF8.GetString(OriginId);
}
