using System.Globalization;
using HotPath.Billing;

namespace HotPath.Load;

/// <summary>What a journal said whenever it was read: what it comes to, and the records of each call, though their segments are deleted since.</summary>
internal sealed class JournalReading
{
    private readonly SortedDictionary<long, JournalEntry> _entries = [];

    /// <summary>Reads the journal in a folder; an edge may be writing it.</summary>
    public void Read(string path)
    {
        Replay = new JournalReplay();
        using JournalFolder folder = JournalFolder.Inspect(path);
        JournalReader.Read(folder, (sequence, record) =>
        {
            Replay.Visit(sequence, record);
            if (JournalEntry.Read(sequence, record) is { } entry)
            {
                _entries[sequence] = entry;
            }
        });
    }

    /// <summary>What it came to when it was last read.</summary>
    public JournalReplay Replay { get; private set; } = new();

    /// <summary>The records of a call's sessions, in order: when, in milliseconds of Unix time, and what.</summary>
    public IEnumerable<(long AtMs, string Text)> RecordsOf(string callId)
    {
        HashSet<long> numbers = [.. _entries.Values.Where(entry => entry.Session is { } session && Reconciliation.CallIdOf(session.OriginId) == callId).Select(entry => entry.Number)];
        return _entries.Values.Where(entry => entry.Number > 0 && numbers.Contains(entry.Number)).Select(entry => (entry.Time.ToUnixTimeMilliseconds(), TextOf(entry)));
    }

    private static string TextOf(JournalEntry entry)
    {
        string about = entry switch
        {
            { Session: { EndTime: not null } session } => $", ran {session.DurationMs} ms ({session.Cause.Text}) {session.Detail}",
            { Session: { } session } => $", {session.OriginId}{(session.IsInitiated ? ", initiated" : "")}{(session.IsEndDecided ? ", its end decided" : "")}",
            { Kind: JournalRecordKind.Accepted } => $" by {entry.EngineName}, granted {entry.Grant}",
            _ => "",
        };
        return string.Create(CultureInfo.InvariantCulture, $"{entry.Sequence} {entry.Kind} of {entry.Number}{about}");
    }
}
