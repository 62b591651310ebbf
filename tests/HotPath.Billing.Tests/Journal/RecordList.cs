namespace HotPath.Billing.Tests;

/// <summary>A journal in memory, safe at once.</summary>
internal sealed class RecordList : IJournalStore
{
    public List<byte[]> Bytes { get; } = [];

    public IEnumerable<JournalEntry> Entries => Bytes.Select((record, i) => JournalEntry.Read(i + 1, record)!);

    public long SafeSequence => Bytes.Count;

    public bool HasRoom => true;

    public long Append(ReadOnlySpan<byte> record)
    {
        Bytes.Add(record.ToArray());
        return Bytes.Count;
    }

    public void Maintain()
    {
    }

    public bool IsGrown => false;

    public void Release(long sequence)
    {
    }
}
