using System.Runtime.InteropServices;
using System.Text;
using HotPath.Commands;

namespace HotPath.Billing;

/// <summary>One record of a journal, read. Immutable; allocated, for it is read after a restart or for a person.</summary>
public sealed class JournalEntry
{
    private JournalEntry(long sequence, JournalRecordKind kind, DateTimeOffset time)
    {
        Sequence = sequence;
        Kind = kind;
        Time = time;
    }

    /// <summary>The record's number.</summary>
    public long Sequence { get; }

    /// <summary>What it says.</summary>
    public JournalRecordKind Kind { get; }

    /// <summary>When it was written, by the wall clock.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The number of the session it is about; 0: of none.</summary>
    public long Number { get; private init; }

    /// <summary>All there is to know of the session, if the record has it.</summary>
    public JournaledSession? Session { get; private init; }

    /// <summary>The grant, in a record of the kind <see cref="JournalRecordKind.Accepted"/>.</summary>
    public CgrDuration Grant { get; private init; }

    /// <summary>Index of the engine that took the session, in such a record; -1: not known.</summary>
    public int Engine { get; private init; } = -1;

    /// <summary>That engine's address; empty if it is not known.</summary>
    public string EngineName { get; private init; } = "";

    /// <summary>What became of the parked session, in a record of the kind <see cref="JournalRecordKind.Resolved"/>.</summary>
    public ParkedOutcome Outcome { get; private init; }

    /// <summary>Who says so and why, in such a record.</summary>
    public string Note { get; private init; } = "";

    /// <summary>When the call was last known to run, and until when that is so, in a record of the kind <see cref="JournalRecordKind.Resumed"/>.</summary>
    internal (DateTimeOffset Seen, DateTimeOffset Until) Doubt { get; private init; }

    /// <summary>
    /// When the engine was, or may have been, told the end, in a record of the kind <see cref="JournalRecordKind.Terminated"/>: seconds before
    /// that was known, if it was asked.
    /// </summary>
    internal DateTimeOffset ChargedAt { get; private init; }

    /// <summary>The hashes, in a record of the kind <see cref="JournalRecordKind.Identities"/>.</summary>
    internal ulong[] Identities { get; private init; } = [];

    /// <summary>Reads a record.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="record">Its bytes, whatever they are.</param>
    /// <returns><c>null</c> if they are no record of a known version.</returns>
    public static JournalEntry? Read(long sequence, ReadOnlySpan<byte> record)
    {
        RecordReader reader = new(record);
        byte version = reader.Byte();
        var kind = (JournalRecordKind)reader.Byte();
        DateTimeOffset time = reader.Time() ?? default;
        bool isOfNoSession = kind is JournalRecordKind.Heartbeat or JournalRecordKind.Identities;
        long number = isOfNoSession ? 0 : reader.Int64();
        if (version is < JournalRecord.OldestVersion or > JournalRecord.Version || reader.IsBad || number < 0)
        {
            return null;
        }

        number = number == 0 && !isOfNoSession ? sequence : number;
        JournalEntry? entry = null;
        switch (kind)
        {
            case JournalRecordKind.Answered or JournalRecordKind.Ended or JournalRecordKind.Unresolved:
                entry = new JournalEntry(sequence, kind, time) { Number = number, Session = JournaledSession.Read(ref reader, version, kind, number) };
                break;
            case JournalRecordKind.Accepted:
                entry = new JournalEntry(sequence, kind, time)
                {
                    Number = number,
                    Grant = new CgrDuration(reader.Int64()),
                    Engine = reader.Int32(),
                    EngineName = Encoding.UTF8.GetString(reader.Text()),
                };
                break;
            case JournalRecordKind.Resumed:
                entry = new JournalEntry(sequence, kind, time) { Number = number, Doubt = (reader.Time() ?? time, reader.Time() ?? time) };
                break;
            case JournalRecordKind.Resolved:
                entry = new JournalEntry(sequence, kind, time)
                {
                    Number = number,
                    Outcome = (ParkedOutcome)reader.Byte(),
                    Note = Encoding.UTF8.GetString(reader.Text()),
                };
                break;
            case JournalRecordKind.Identities when reader.Rest.Length % sizeof(ulong) == 0:
                entry = new JournalEntry(sequence, kind, time) { Identities = MemoryMarshal.Cast<byte, ulong>(reader.TakeRest()).ToArray() };
                break;
            case JournalRecordKind.Terminated:
                entry = new JournalEntry(sequence, kind, time) { Number = number, ChargedAt = (version >= 5 ? reader.Time() : null) ?? time };
                break;
            case JournalRecordKind.Closed or JournalRecordKind.Heartbeat:
                entry = new JournalEntry(sequence, kind, time) { Number = number };
                break;
        }

        return reader.IsBad || !reader.Rest.IsEmpty ? null : entry;
    }
}
