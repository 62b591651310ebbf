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
    /// There are so many segments that old ones should go. The lane then writes again whatever of theirs it still needs, and calls
    /// <see cref="Release"/>.
    /// </summary>
    bool IsGrown { get; }

    /// <summary>The lane needs no record before this one any more. Called on its thread.</summary>
    void Release(long sequence);
}
