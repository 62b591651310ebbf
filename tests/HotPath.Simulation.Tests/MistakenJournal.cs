using HotPath.Billing;

namespace HotPath.Simulation.Tests;

/// <summary>A journal that leaves out records, writes each when the next one comes, calls them safe when they are not, or takes calls when it has no room.</summary>
/// <param name="journal">The one that should be used.</param>
/// <param name="leftOut">Which records are not written.</param>
/// <param name="isLate">Each record waits for the next.</param>
/// <param name="isHasty">Everything is called safe at once.</param>
/// <param name="isGreedy">New calls are taken whatever the disk says.</param>
internal sealed class MistakenJournal(
    IJournalStore journal, Func<JournalRecordKind, bool>? leftOut = null, bool isLate = false, bool isHasty = false, bool isGreedy = false) : IJournalStore
{
    private byte[]? _waiting;
    private long _last = journal.SafeSequence;

    public long SafeSequence => isHasty || isLate ? long.MaxValue : journal.SafeSequence;

    public bool HasRoom => isGreedy || journal.HasRoom;

    public bool IsGrown(long neededBytes) => journal.IsGrown(neededBytes);

    public long Append(ReadOnlySpan<byte> record)
    {
        // The second byte says what a record is (docs/journal.md).
        if (leftOut?.Invoke((JournalRecordKind)record[1]) == true)
        {
            return _last;
        }

        if (isLate)
        {
            byte[]? next = _waiting;
            _waiting = record.ToArray();
            return next is null ? _last + 1 : (_last = journal.Append(next)) + 1;
        }

        return _last = journal.Append(record);
    }

    public void Maintain() => journal.Maintain();

    public void Release(long sequence) => journal.Release(sequence);
}
