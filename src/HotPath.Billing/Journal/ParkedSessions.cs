namespace HotPath.Billing;

/// <summary>Sessions that a journal keeps because what an engine did with them could not be known, and the end of that.</summary>
public static class ParkedSessions
{
    /// <summary>The longest note, in UTF-16 code units.</summary>
    public const int LongestNote = 1000;

    /// <summary>The segment that a resolution begins is small: an edge begins one of its own.</summary>
    private const int SegmentBytes = 256 * 1024;

    /// <summary>
    /// Writes down what became of parked sessions, as the journal's owner for that moment: they are not listed any more, and the edge
    /// that starts next forgets them. All are written, and brought to the disk, or none.
    /// </summary>
    /// <param name="path">The journal's folder, which no edge may own now.</param>
    /// <param name="numbers">The sessions' numbers.</param>
    /// <param name="outcome">What became of them.</param>
    /// <param name="note">Who says so, and why; at most <see cref="LongestNote"/>.</param>
    /// <returns>The sessions, as they were parked.</returns>
    /// <exception cref="ArgumentException">A number is not that of a parked session, or the note is too long; nothing was written.</exception>
    /// <exception cref="IOException">The folder is not there, an edge owns it, or the disk does not work.</exception>
    public static IReadOnlyList<JournaledSession> Resolve(string path, IReadOnlyCollection<long> numbers, ParkedOutcome outcome, string note = "")
    {
        if (note.Length > LongestNote)
        {
            throw new ArgumentException($"The note is longer than {LongestNote} characters.");
        }

        JournalFolder.Inspect(path).Dispose();
        using JournalFolder folder = JournalFolder.Own(path);
        JournalReplay replay = new();
        JournalReader.Read(folder, replay.Visit);
        Dictionary<long, JournaledSession> parked = replay.Unresolved.ToDictionary(session => session.Number);
        foreach (long number in numbers)
        {
            if (!parked.ContainsKey(number))
            {
                throw new ArgumentException($"{number} is not the number of a parked session.");
            }
        }

        using FileJournal journal = FileJournal.Open(folder, new JournalOptions { SegmentBytes = SegmentBytes }, (_, _) => { }, out _);
        byte[] record = new byte[JournalSegment.MaxPayloadBytes];
        long last = 0;
        foreach (long number in numbers)
        {
            last = journal.Append(record.AsSpan(0, JournalRecord.WriteResolved(record, TimeProvider.System.GetUtcNow(), number, outcome, note)));
        }

        journal.Flush();
        return journal.SafeSequence >= last ? [.. numbers.Select(number => parked[number])] : throw journal.Failure!;
    }
}
