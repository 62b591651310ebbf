namespace HotPath.Billing;

/// <summary>
/// What a journal comes to when it is read from its first record to its last: the sessions to which something is owed, those that are
/// parked, and the identities that were used. Hand <see cref="Visit"/> to <see cref="FileJournal.Open"/> or <see cref="JournalReader.Read"/>.
/// </summary>
public sealed class JournalReplay
{
    private readonly Dictionary<long, JournaledSession> _open = [];
    private readonly Dictionary<long, JournaledSession> _unresolved = [];
    private readonly Dictionary<long, byte[]> _parked = [];

    /// <summary>Sessions to which something is owed, in the order of their answers.</summary>
    public IEnumerable<JournaledSession> Open => _open.Values.OrderBy(session => session.Number);

    /// <summary>Sessions that were parked and not resolved since.</summary>
    public IEnumerable<JournaledSession> Unresolved => _unresolved.Values.OrderBy(session => session.Number);

    /// <summary>The last sign of life of whoever wrote the journal; the default value if there is none.</summary>
    public DateTimeOffset LastSeen { get; private set; }

    /// <summary>Whole records that say nothing this version understands.</summary>
    public int NotUnderstood { get; private set; }

    /// <summary>The identities that were used on an engine.</summary>
    internal OriginHistory Origins { get; } = new();

    /// <summary>The records of the sessions that were parked.</summary>
    internal IEnumerable<byte[]> Parked => _parked.Values;

    /// <summary>Takes the next record.</summary>
    public void Visit(long sequence, ReadOnlySpan<byte> record)
    {
        if (JournalEntry.Read(sequence, record) is { } entry)
        {
            Apply(entry);
            if (entry.Kind == JournalRecordKind.Unresolved)
            {
                _parked[entry.Number] = record.ToArray();
            }
        }
        else
        {
            NotUnderstood++;
        }
    }

    private void Apply(JournalEntry entry)
    {
        if (entry.Kind == JournalRecordKind.Resolved)
        {
            // A person wrote it, maybe long after the edge died: no sign of life.
            _unresolved.Remove(entry.Number);
            _parked.Remove(entry.Number);
            return;
        }

        LastSeen = entry.Time > LastSeen ? entry.Time : LastSeen;
        JournaledSession? known = _open.GetValueOrDefault(entry.Number);
        switch (entry.Kind)
        {
            case JournalRecordKind.Answered or JournalRecordKind.Ended:
                Origins.Add(System.Text.Encoding.UTF8.GetBytes(entry.Session!.OriginId), entry.Time);
                entry.Session.Sequence = entry.Sequence;
                entry.Session.Doubt = known?.Doubt ?? default;
                _open[entry.Number] = entry.Session;
                break;
            case JournalRecordKind.Unresolved:
                _open.Remove(entry.Number);
                _unresolved[entry.Number] = entry.Session!;
                break;
            case JournalRecordKind.Closed:
                _open.Remove(entry.Number);
                break;
            case JournalRecordKind.Identities:
                Origins.AddAll(entry.Identities, entry.Time);
                break;
            case JournalRecordKind.Accepted when known is not null:
                known.IsInitiated = true;
                known.Grant = entry.Grant;
                known.Engine = entry.Engine;
                known.EngineName = entry.EngineName;
                break;
            case JournalRecordKind.Resumed when known is not null:
                known.Doubt = entry.Doubt;
                break;
            case JournalRecordKind.Terminated when known is { Stage: not JournalRecordKind.Answered }:
                // Where the record of the end did not survive, this one alone does not say how long the call ran: the engine is asked.
                known.Stage = JournalRecordKind.Terminated;
                known.TerminateTime = entry.ChargedAt;
                break;
        }
    }
}
