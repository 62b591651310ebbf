namespace HotPath.Billing;

/// <summary>How a journal is kept.</summary>
public sealed record JournalOptions
{
    /// <summary>What a record survives; by default the end of the process.</summary>
    public JournalLevel Level { get; init; }

    /// <summary>
    /// Size of a segment, and of the reserve that lets running calls end when the disk is full. By default 16 MiB: room for the ends of
    /// about 20,000 calls.
    /// </summary>
    public int SegmentBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Beyond this size of all segments new calls are refused; by default 4 GiB. Running calls may go beyond it.</summary>
    public long MaxBytes { get; init; } = 4L * 1024 * 1024 * 1024;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value is out of its range; the message names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 2 * JournalSegment.SizeOf(JournalSegment.MaxPayloadBytes), nameof(SegmentBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBytes, 2L * SegmentBytes, nameof(MaxBytes));
    }
}
