using System.Globalization;
using HotPath.Billing;

namespace HotPath.Load;

/// <summary>What a journal says at a moment: what it comes to, and the records of each call.</summary>
internal sealed class JournalReading
{
    private readonly List<JournalEntry> _entries = [];

    /// <summary>Reads the journal in a folder; an edge may be writing it.</summary>
    public JournalReading(string path)
    {
        using JournalFolder folder = JournalFolder.Inspect(path);
        JournalReader.Read(folder, (sequence, record) =>
        {
            Replay.Visit(sequence, record);
            if (JournalEntry.Read(sequence, record) is { } entry)
            {
                _entries.Add(entry);
            }
        });
    }

    /// <summary>What it comes to.</summary>
    public JournalReplay Replay { get; } = new();

    /// <summary>The records of a call's sessions, in order: when, in milliseconds of Unix time, and what.</summary>
    public IEnumerable<(long AtMs, string Text)> RecordsOf(string callId)
    {
        HashSet<long> numbers = [.. _entries.Where(entry => entry.Session is { } session && Reconciliation.CallIdOf(session.OriginId) == callId).Select(entry => entry.Number)];
        return _entries.Where(entry => entry.Number > 0 && numbers.Contains(entry.Number)).Select(entry => (entry.Time.ToUnixTimeMilliseconds(), TextOf(entry)));
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
