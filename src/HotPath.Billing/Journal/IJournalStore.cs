namespace HotPath.Billing;

/// <summary>
/// Where a lane's journal records go. The effect that a record announces may follow once the record is safe: at once at
/// <see cref="JournalLevel.Process"/>, a flush later at <see cref="JournalLevel.Power"/>.
/// </summary>
public interface IJournalStore
{
    /// <summary>Records up to this number are as safe as the journal's level promises. May be read on any thread.</summary>
    long SafeSequence { get; }

    /// <summary>New calls can be taken: their records and those of all running calls have room.</summary>
    bool HasRoom { get; }

    /// <summary>Appends one record; copied. Called on a lane's thread.</summary>
    /// <param name="record">At least one byte, at most 64 KiB.</param>
    /// <returns>The record's number, to be compared with <see cref="SafeSequence"/>.</returns>
    long Append(ReadOnlySpan<byte> record);

    /// <summary>Tries again what the disk refused. Called about once a second, on the lane's thread.</summary>
    void Maintain();

    /// <summary>
    /// Old segments should go: there are many, or new calls find no room while what is still needed does. The lane then writes that again,
    /// and calls <see cref="Release"/>.
    /// </summary>
    /// <param name="neededBytes">About what the lane would write again.</param>
    bool IsGrown(long neededBytes);

    /// <summary>The lane needs no record before this one any more. Called on its thread.</summary>
    void Release(long sequence);
}
