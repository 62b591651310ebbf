namespace HotPath.Billing;

/// <summary>What reading a journal found.</summary>
/// <param name="Segments">Its segments.</param>
/// <param name="Records">Whole records, all of which were handed over.</param>
/// <param name="Epoch">The last owner's epoch; 0 if nobody ever owned it.</param>
/// <param name="FirstSequence">The number of the first record; 0 if there is none.</param>
/// <param name="LastSequence">The number of the last record; 0 if there is none.</param>
/// <param name="Damages">What could not be read, in order. A cut at the very end is what a crash leaves; anything else is a bad disk.</param>
public sealed record JournalSummary(
    int Segments, long Records, long Epoch, long FirstSequence, long LastSequence, IReadOnlyList<JournalDamage> Damages);

/// <summary>A place in a journal that could not be read.</summary>
/// <param name="Segment">The file.</param>
/// <param name="Offset">Where in it, in bytes.</param>
/// <param name="Bytes">How many bytes were passed over.</param>
/// <param name="Kind">What it is.</param>
public readonly record struct JournalDamage(string Segment, long Offset, long Bytes, JournalDamageKind Kind)
{
    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        JournalDamageKind.Cut => $"{Segment} at {Offset}: the last record is not whole; {Bytes} bytes dropped",
        JournalDamageKind.Header => $"{Segment}: no segment header; the file is passed over",
        JournalDamageKind.Missing => $"{Segment}: records are missing before this segment",
        _ => $"{Segment} at {Offset}: {Bytes} damaged bytes passed over, whole records follow them",
    };
}

/// <summary>Kinds of <see cref="JournalDamage"/>.</summary>
public enum JournalDamageKind
{
    /// <summary>A segment ends in a part of a record: the process or the machine died while writing it.</summary>
    Cut,

    /// <summary>Bytes in the middle are damaged.</summary>
    Damaged,

    /// <summary>The segment's header is not readable.</summary>
    Header,

    /// <summary>The segment does not begin where the one before it ends.</summary>
    Missing,
}
