using HotPath.Billing;

namespace HotPath.Testing;

/// <summary>
/// The journal of one process of a simulated edge, on a simulated disk: flushed a moment after each record at
/// <see cref="JournalLevel.Power"/>, and put into the trace, so that its order against the messages is part of the trace's hash.
/// </summary>
public sealed class SimulatedJournal : IJournalStore
{
    private const double LongestFlushMs = 2;

    /// <summary>An effect does not wait longer for its record (docs/journal.md).</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    /// <summary>The same, until what waited has left.</summary>
    public static readonly TimeSpan LongestHoldUp = LongestWait + TimeSpan.FromMilliseconds(5);

    /// <summary>The edge counts whole milliseconds.</summary>
    private static readonly TimeSpan s_millisecond = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan s_pauseAfterFailure = TimeSpan.FromMilliseconds(100);

    private readonly SimulatedWorld _world;
    private readonly JournalLevel _level;
    private readonly FileJournal _journal;
    private readonly Dictionary<string, (Written First, Written Ended)> _records = [];
    private readonly Queue<Written> _unsafe = [];
    private readonly Dictionary<long, string> _sessions = [];
    private TimeSpan? _refusedAt;
    private bool _isFlushing;
    private bool _isDead;

    /// <summary>Opens the journal as its next owner.</summary>
    /// <param name="world">The clock.</param>
    /// <param name="disk">What the last owner left.</param>
    /// <param name="options">How it is kept.</param>
    /// <exception cref="IOException">The disk is too full.</exception>
    public SimulatedJournal(SimulatedWorld world, SimulatedDisk disk, JournalOptions options)
    {
        _world = world;
        _level = options.Level;
        _journal = FileJournal.Open(disk, options, OnFound, out _);
        if (_level == JournalLevel.Power)
        {
            _journal.Flush();
        }
    }

    /// <summary>What the last owner's journal comes to.</summary>
    public JournalReplay Replay { get; } = new();

    public long SafeSequence => _journal.SafeSequence;

    public bool HasRoom => _journal.HasRoom;

    public bool IsGrown(long neededBytes) => _journal.IsGrown(neededBytes);

    public long Append(ReadOnlySpan<byte> record)
    {
        _world.Trace($"journal {Convert.ToHexStringLower(record)}");
        long sequence = _journal.Append(record);
        _unsafe.Enqueue(Note(sequence, record));
        if (_level == JournalLevel.Process)
        {
            NoteIfHeldUp();
        }

        if (_level == JournalLevel.Power && !_isFlushing)
        {
            _isFlushing = true;
            _world.Between(0.05, LongestFlushMs, Flush);
        }

        return sequence;
    }

    public void Maintain() => _journal.Maintain();

    public void Release(long sequence) => _journal.Release(sequence);

    /// <summary>The process is dead: nothing is flushed any more.</summary>
    public void Die() => _isDead = true;

    /// <summary>When the oldest record that is not safe was written; <c>null</c>: all are.</summary>
    public TimeSpan? UnsafeSince
    {
        get
        {
            while (_unsafe.TryPeek(out Written oldest) && oldest.Sequence <= SafeSequence)
            {
                _unsafe.Dequeue();
            }

            return _unsafe.TryPeek(out Written first) ? first.At : null;
        }
    }

    /// <summary>The OriginIDs of the sessions of which not every record is safe.</summary>
    public IReadOnlySet<string> UnsafeSessions => UnsafeSince is null ? new HashSet<string>() : _unsafe.Select(written => written.OriginId).ToHashSet();

    /// <summary>The disk has refused a record so lately that an effect may still wait for it.</summary>
    public bool IsHeldUp => _refusedAt >= _world.Elapsed - LongestHoldUp;

    /// <summary>An answer, or an end, of this session is recorded and safe.</summary>
    public bool IsSafe(string originId, bool isEnd) => Find(originId, isEnd) is { } written && written.Sequence <= SafeSequence;

    /// <summary>It is recorded, and the disk has not taken it for so long that its effect does not wait any longer.</summary>
    public bool IsOverdue(string originId, bool isEnd) => Find(originId, isEnd) is { } written && _world.Elapsed - written.At >= LongestWait - s_millisecond;

    private Written? Find(string originId, bool isEnd) =>
        _records.TryGetValue(originId, out (Written First, Written Ended) records) && (isEnd ? records.Ended : records.First) is { Sequence: > 0 } written ? written : null;

    private void Flush()
    {
        _isFlushing = false;
        if (!_isDead)
        {
            try
            {
                _journal.Flush();
            }
            catch (IOException)
            {
                _isFlushing = true;
                _world.After(s_pauseAfterFailure, Flush);
            }

            NoteIfHeldUp();
        }
    }

    private void NoteIfHeldUp()
    {
        if (UnsafeSince is not null)
        {
            _world.CountFault("recordRefused");
            _refusedAt = _world.Elapsed;
        }
    }

    private void OnFound(long sequence, ReadOnlySpan<byte> record)
    {
        Replay.Visit(sequence, record);
        Note(sequence, record);
    }

    private Written Note(long sequence, ReadOnlySpan<byte> record)
    {
        JournalEntry entry = JournalEntry.Read(sequence, record)!;
        if (entry.Session is { } session)
        {
            _sessions[entry.Number] = session.OriginId;
        }

        var written = new Written(sequence, _world.Elapsed, _sessions.GetValueOrDefault(entry.Number, ""));
        if (entry.Session is not null)
        {
            (Written first, Written ended) = _records.GetValueOrDefault(written.OriginId);
            _records[written.OriginId] = (first.Sequence == 0 ? written : first, ended.Sequence == 0 && entry.Kind != JournalRecordKind.Answered ? written : ended);
        }

        return written;
    }

    private readonly record struct Written(long Sequence, TimeSpan At, string OriginId);
}
