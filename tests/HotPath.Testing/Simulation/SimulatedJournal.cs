using HotPath.Billing;

namespace HotPath.Testing;

/// <summary>
/// The journal of one process of a simulated edge, on a simulated disk: flushed a moment after each record at
/// <see cref="JournalLevel.Power"/>, and put into the trace, so that its order against the messages is part of the trace's hash.
/// </summary>
public sealed class SimulatedJournal : IJournalStore
{
    private const double LongestFlushMs = 2;

    private readonly SimulatedWorld _world;
    private readonly JournalLevel _level;
    private readonly FileJournal _journal;
    private readonly Dictionary<string, (long First, long Ended)> _records = [];
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

    public bool IsGrown => _journal.IsGrown;

    public long Append(ReadOnlySpan<byte> record)
    {
        _world.Trace($"journal {Convert.ToHexStringLower(record)}");
        long sequence = _journal.Append(record);
        Note(sequence, record);
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

    /// <summary>An answer, or an end, of this session is recorded and safe.</summary>
    public bool IsSafe(string originId, bool isEnd) =>
        _records.TryGetValue(originId, out (long First, long Ended) records)
        && (isEnd ? records.Ended : records.First) is > 0 and var sequence && sequence <= SafeSequence;

    private void Flush()
    {
        _isFlushing = false;
        if (!_isDead)
        {
            _journal.Flush();
        }
    }

    private void OnFound(long sequence, ReadOnlySpan<byte> record)
    {
        Replay.Visit(sequence, record);
        Note(sequence, record);
    }

    private void Note(long sequence, ReadOnlySpan<byte> record)
    {
        if (JournalEntry.Read(sequence, record) is { Session: { } session } entry)
        {
            (long first, long ended) = _records.GetValueOrDefault(session.OriginId);
            _records[session.OriginId] = (first == 0 ? sequence : first, ended == 0 && entry.Kind != JournalRecordKind.Answered ? sequence : ended);
        }
    }
}
