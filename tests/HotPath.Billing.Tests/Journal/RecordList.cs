namespace HotPath.Billing.Tests;

/// <summary>A journal in memory, safe at once.</summary>
internal sealed class RecordList : IJournalStore
{
    public List<byte[]> Bytes { get; } = [];

    public IEnumerable<JournalEntry> Entries => Bytes.Select((record, i) => JournalEntry.Read(i + 1, record)!);

    /// <summary>Index of the first record that was not let go.</summary>
    public int First { get; private set; }

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

    public bool MustShrink { get; set; }

    public bool IsGrown(long neededBytes) => MustShrink;

    public void Release(long sequence) => First = (int)sequence - 1;
}
