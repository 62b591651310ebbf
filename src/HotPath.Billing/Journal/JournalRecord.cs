using HotPath.Commands;

namespace HotPath.Billing;

/// <summary>
/// The bytes of a journal record, all numbers little-endian: version, kind, moment, then what the kind needs
/// (<c>docs/journal.md</c> has the layout). Whatever has to be known of a session is in its latest record of the kinds
/// <see cref="JournalRecordKind.Answered"/>, <see cref="JournalRecordKind.Ended"/> and <see cref="JournalRecordKind.Unresolved"/>; the
/// others are about the session whose number they carry. That number is the sequence number of the session's first record.
/// </summary>
internal static class JournalRecord
{
    /// <summary>What is written.</summary>
    public const byte Version = 5;

    /// <summary>The oldest that is read: version 1 has but one byte for what a session's record says in single bits, and no tag.</summary>
    public const byte OldestVersion = 1;

    /// <summary>Writes all there is to know of a session.</summary>
    /// <param name="output">Room for the record.</param>
    /// <param name="kind">One of the kinds that do.</param>
    /// <param name="now">The moment.</param>
    /// <param name="session">The session as it stands now.</param>
    /// <param name="detail">Why it is unresolved; else empty.</param>
    /// <param name="withOwnerState">The owner's state too; without it the call cannot be gone on with, only charged.</param>
    /// <returns>The bytes written; 0 if they do not fit.</returns>
    public static int WriteSession(
        Span<byte> output, JournalRecordKind kind, DateTimeOffset now, ChargingSession session, CgrText detail, bool withOwnerState)
    {
        RecordWriter writer = Begin(output, kind, now);
        writer.Int64(session.JournalNumber);
        session.WriteTo(ref writer);
        writer.Text(detail);
        if (withOwnerState)
        {
            session.WriteOwnerState(ref writer);
        }

        return LengthOf(writer);
    }

    /// <summary>Writes that an engine took the Initiate, or was found to hold the session.</summary>
    public static int WriteAccepted(Span<byte> output, DateTimeOffset now, long number, CgrDuration grant, int engine, CgrText engineName)
    {
        RecordWriter writer = Begin(output, JournalRecordKind.Accepted, now);
        writer.Int64(number);
        writer.Int64(grant.Nanoseconds);
        writer.Int32(engine);
        writer.Text(engineName);
        return LengthOf(writer);
    }

    /// <summary>Writes that Terminate was executed.</summary>
    /// <param name="output">Room for the record.</param>
    /// <param name="now">The moment.</param>
    /// <param name="number">The session's.</param>
    /// <param name="chargedAt">When the engine was, or may have been, told the end; <c>null</c>: it was not.</param>
    public static int WriteTerminated(Span<byte> output, DateTimeOffset now, long number, DateTimeOffset? chargedAt)
    {
        RecordWriter writer = Begin(output, JournalRecordKind.Terminated, now);
        writer.Int64(number);
        writer.Time(chargedAt);
        return LengthOf(writer);
    }

    /// <summary>Writes that nothing is owed to a session any more.</summary>
    public static int WriteClosed(Span<byte> output, DateTimeOffset now, long number)
    {
        RecordWriter writer = Begin(output, JournalRecordKind.Closed, now);
        writer.Int64(number);
        return LengthOf(writer);
    }

    /// <summary>Writes that a call goes on after a restart.</summary>
    /// <param name="output">Room for the record.</param>
    /// <param name="now">The moment.</param>
    /// <param name="number">The session's.</param>
    /// <param name="seen">When the call was last known to run.</param>
    /// <param name="doubtUntil">When, if it has not ended by then, it is known to run again.</param>
    public static int WriteResumed(Span<byte> output, DateTimeOffset now, long number, DateTimeOffset seen, DateTimeOffset doubtUntil)
    {
        RecordWriter writer = Begin(output, JournalRecordKind.Resumed, now);
        writer.Int64(number);
        writer.Time(seen);
        writer.Time(doubtUntil);
        return LengthOf(writer);
    }

    /// <summary>Writes what a person found out about a parked session.</summary>
    public static int WriteResolved(Span<byte> output, DateTimeOffset now, long number, ParkedOutcome outcome, CgrText note)
    {
        RecordWriter writer = Begin(output, JournalRecordKind.Resolved, now);
        writer.Int64(number);
        writer.Byte((byte)outcome);
        writer.Text(note);
        return LengthOf(writer);
    }

    /// <summary>Writes that the edge lives.</summary>
    public static int WriteHeartbeat(Span<byte> output, DateTimeOffset now) => LengthOf(Begin(output, JournalRecordKind.Heartbeat, now));

    /// <summary>Writes hashes of identities.</summary>
    public static int WriteIdentities(Span<byte> output, DateTimeOffset now, ReadOnlySpan<ulong> hashes)
    {
        RecordWriter writer = Begin(output, JournalRecordKind.Identities, now);
        foreach (ulong hash in hashes)
        {
            writer.Int64((long)hash);
        }

        return LengthOf(writer);
    }

    private static RecordWriter Begin(Span<byte> output, JournalRecordKind kind, DateTimeOffset now)
    {
        RecordWriter writer = new(output);
        writer.Byte(Version);
        writer.Byte((byte)kind);
        writer.Time(now);
        return writer;
    }

    private static int LengthOf(in RecordWriter writer) => writer.HasOverflowed ? 0 : writer.Length;
}
