using System.Text;
using HotPath.Commands;

namespace HotPath.Billing;

/// <summary>A charging session as the journal knows it.</summary>
public sealed class JournaledSession
{
    private JournaledSession()
    {
    }

    /// <summary>The session's number in the journal.</summary>
    public long Number { get; private init; }

    /// <summary>The sequence number of the latest record that says all of this.</summary>
    public long Sequence { get; internal set; }

    /// <summary>
    /// How far the session had come: <see cref="JournalRecordKind.Answered"/>, <see cref="JournalRecordKind.Ended"/>,
    /// <see cref="JournalRecordKind.Terminated"/> or <see cref="JournalRecordKind.Unresolved"/>.
    /// </summary>
    public JournalRecordKind Stage { get; internal set; }

    /// <summary>Initiate is answered, or nothing waits for its answer any more. Else the session may be open on an engine.</summary>
    public bool IsInitiated { get; internal set; }

    /// <summary>The end of the call was decided, or promised to an engine: it does not go on.</summary>
    public bool IsEndDecided { get; private init; }

    /// <summary>Whether the call is charged.</summary>
    public CallClass CallClass { get; private init; }

    /// <summary>It is one that an engine may have opened beside the one that charges the call.</summary>
    internal bool IsOrphan { get; private init; }

    /// <summary>The call was let run although no engine could be asked.</summary>
    internal bool IsAllowedWithoutEngine { get; private init; }

    /// <summary>No engine was handed anything of the session: whatever opens or charges it does so for the first time.</summary>
    internal bool IsUnreached { get; private init; }

    /// <summary>The engine may have ended the session by itself before the edge told it the end.</summary>
    internal bool IsForgotten { get; private init; }

    /// <summary>The engine refused to open the session: nothing is owed but the end of the call.</summary>
    internal bool IsDenied { get; private init; }

    /// <summary>The engine does not have the session of the running call, or refused what was let run without it: only the CDR is owed.</summary>
    internal bool IsLost { get; private init; }

    /// <summary>What was sent with every command.</summary>
    public ChargingProfile Profile { get; private init; } = null!;

    /// <summary>The identity on the engine, with <see cref="OriginHost"/>.</summary>
    public string OriginId { get; private init; } = "";

    /// <summary>The other half of the identity.</summary>
    public string OriginHost { get; private init; } = "";

    /// <summary>Who pays.</summary>
    public string Account { get; private init; } = "";

    /// <summary>The number called.</summary>
    public string Destination { get; private init; } = "";

    /// <summary>Fields of the event.</summary>
    public CgrVariables Variables { get; private init; } = null!;

    /// <summary>Members beside the event.</summary>
    public CgrVariables Options { get; private init; } = null!;

    /// <summary>Wall-clock time of the set-up.</summary>
    public DateTimeOffset SetupTime { get; private init; }

    /// <summary>Wall-clock time of the answer; <c>null</c>: the call was missed.</summary>
    public DateTimeOffset? AnswerTime { get; private init; }

    /// <summary>Time granted, counted from the answer.</summary>
    public CgrDuration Grant { get; internal set; }

    /// <summary>Index of the engine that has the session, in the list that was configured then; -1: not known.</summary>
    public int Engine { get; internal set; }

    /// <summary>The address of that engine; empty: not known.</summary>
    public string EngineName { get; internal set; } = "";

    /// <summary>Wall-clock time of the end; <c>null</c>: not recorded.</summary>
    public DateTimeOffset? EndTime { get; private init; }

    /// <summary>How long the call ran, as it was measured, milliseconds; 0 without an end.</summary>
    public long DurationMs { get; private init; }

    /// <summary>Why the call ended.</summary>
    public EndCause Cause { get; private init; }

    /// <summary>When the engine was, or may have been, told the end, if Terminate is known to be executed; else <c>null</c>.</summary>
    public DateTimeOffset? TerminateTime { get; internal set; }

    /// <summary>The call went on after a restart: when it was last known to run, and until when that is so.</summary>
    internal (DateTimeOffset Seen, DateTimeOffset Until) Doubt { get; set; }

    /// <summary>Why the session was parked; else empty.</summary>
    public string Detail { get; private init; } = "";

    /// <summary>What the session's owner needs to go on with the call; only its kind of owner can read it. Empty: nothing.</summary>
    public ReadOnlyMemory<byte> OwnerState { get; private init; }

    /// <summary>Reads what <see cref="ChargingSession.WriteTo"/> and <see cref="JournalRecord.WriteSession"/> wrote, to the end.</summary>
    internal static JournaledSession Read(ref RecordReader reader, byte version, JournalRecordKind kind, long number)
    {
        var flags = (SessionFlags)(version switch { 1 => reader.Byte(), <= 3 => reader.UInt16(), _ => reader.Int32() });
        DateTimeOffset setup = reader.Time() ?? default;
        DateTimeOffset? answer = reader.Time();
        long grant = reader.Int64();
        DateTimeOffset? end = reader.Time();
        long durationMs = reader.Int64();
        DateTimeOffset? terminate = reader.Time();
        int sipCode = reader.UInt16();
        int q850Cause = reader.UInt16();
        int ttlMs = reader.Int32();
        TimeSpan? allowedWithoutEngine = null, authorizeUsage = null, debitInterval = null;
        if (version >= 3)
        {
            allowedWithoutEngine = Time(ref reader);
            authorizeUsage = Time(ref reader);
            debitInterval = Time(ref reader);
        }

        int engine = reader.Int32();
        return new JournaledSession
        {
            Number = number,
            Stage = kind == JournalRecordKind.Ended && terminate is not null ? JournalRecordKind.Terminated : kind,
            IsInitiated = flags.HasFlag(SessionFlags.Initiated),
            IsEndDecided = flags.HasFlag(SessionFlags.EndDecided),
            IsOrphan = flags.HasFlag(SessionFlags.Orphan),
            IsAllowedWithoutEngine = flags.HasFlag(SessionFlags.AllowedWithoutEngine),
            IsDenied = flags.HasFlag(SessionFlags.Denied),
            IsLost = flags.HasFlag(SessionFlags.Lost),
            IsUnreached = flags.HasFlag(SessionFlags.Unreached),
            IsForgotten = flags.HasFlag(SessionFlags.Forgotten),
            CallClass = flags.HasFlag(SessionFlags.Emergency) ? CallClass.Emergency
                : flags.HasFlag(SessionFlags.Free) ? CallClass.Free
                : CallClass.Charged,
            SetupTime = setup,
            AnswerTime = answer,
            Grant = new CgrDuration(grant),
            EndTime = end,
            DurationMs = durationMs,
            TerminateTime = terminate,
            Engine = engine,
            EngineName = Text(ref reader),
            OriginId = Text(ref reader),
            OriginHost = Text(ref reader),
            Account = Text(ref reader),
            Destination = Text(ref reader),
            Profile = new ChargingProfile
            {
                OriginHost = Text(ref reader),
                Tenant = Text(ref reader),
                RequestType = Text(ref reader),
                Category = Text(ref reader),
                Tag = version == JournalRecord.OldestVersion ? "" : Text(ref reader),
                Cdr = flags.HasFlag(SessionFlags.Cdr),
                MissedCdr = flags.HasFlag(SessionFlags.MissedCdr),
                GetAttributes = flags.HasFlag(SessionFlags.GetAttributes),
                EnginesStoreSessionCosts = flags.HasFlag(SessionFlags.EnginesStoreSessionCosts),
                UsageRounding = flags.HasFlag(SessionFlags.RoundAsModule) ? UsageRounding.Module
                    : flags.HasFlag(SessionFlags.RoundToMilliseconds) ? UsageRounding.Milliseconds
                    : UsageRounding.Up,
                OnLostByEngine = flags.HasFlag(SessionFlags.SettleIfLost) ? LostSessionPolicy.Settle : LostSessionPolicy.End,
                EnginesReplicate = flags.HasFlag(SessionFlags.EnginesReplicate),
                AllowedWithoutEngine = allowedWithoutEngine,
                AuthorizeUsage = authorizeUsage,
                DebitInterval = debitInterval,
                ClosedSessionTtl = TimeSpan.FromMilliseconds(ttlMs),
            },
            Cause = new EndCause(Text(ref reader), sipCode, q850Cause, flags.HasFlag(SessionFlags.MoneyEnded)),
            Variables = reader.Variables(),
            Options = reader.Variables(),
            Detail = Text(ref reader),
            OwnerState = reader.TakeRest(),
        };
    }

    private static TimeSpan? Time(ref RecordReader reader) => reader.Int32() is >= 0 and var ms ? TimeSpan.FromMilliseconds(ms) : null;

    private static string Text(ref RecordReader reader) => Encoding.UTF8.GetString(reader.Text());
}

/// <summary>What a session's record says in single bits; version 1 has the first eight, the versions before 4 the first sixteen.</summary>
[Flags]
internal enum SessionFlags
{
    None = 0,
    Initiated = 1,
    Cdr = 2,
    MissedCdr = 4,
    GetAttributes = 8,
    EnginesStoreSessionCosts = 16,
    RoundAsModule = 32,
    MoneyEnded = 64,
    EndDecided = 128,
    Free = 256,
    Emergency = 512,
    Orphan = 1024,
    Forgotten = 2048,
    SettleIfLost = 4096,
    EnginesReplicate = 8192,
    RoundToMilliseconds = 16384,
    AllowedWithoutEngine = 32768,
    Unreached = 65536,
    Denied = 131072,
    Lost = 262144,
}
