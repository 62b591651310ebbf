namespace HotPath.Sip;

/// <summary>Something a <see cref="ProbingTable{T}"/> holds.</summary>
internal interface IHashedEntry
{
    /// <summary>The hash of its key; does not change while the entry is in a table.</summary>
    ulong KeyHash { get; }
}

/// <summary>A key that is looked for, which may live on the stack.</summary>
internal interface IProbe<T>
{
    ulong KeyHash { get; }

    /// <summary>Only asked of entries of the same hash.</summary>
    bool Matches(T entry);
}

/// <summary>
/// Entries found by keys made of bytes: open addressing with linear probing, at most half full, entries moved up on removal so that no
/// tombstones pile up. Allocates only to grow.
/// </summary>
internal sealed class ProbingTable<T>
    where T : class, IHashedEntry
{
    private T?[] _entries = new T?[256];

    public int Count { get; private set; }

    public T? Find<TProbe>(scoped in TProbe probe)
        where TProbe : IProbe<T>, allows ref struct
    {
        int mask = _entries.Length - 1;
        for (int i = (int)probe.KeyHash & mask; _entries[i] is T entry; i = (i + 1) & mask)
        {
            if (entry.KeyHash == probe.KeyHash && probe.Matches(entry))
            {
                return entry;
            }
        }

        return null;
    }

    public void Add(T entry)
    {
        if (++Count > _entries.Length / 2)
        {
            Grow();
        }

        Insert(entry);
    }

    /// <summary>Removes an entry that is in the table.</summary>
    public void Remove(T entry)
    {
        int mask = _entries.Length - 1;
        int hole = (int)entry.KeyHash & mask;
        while (_entries[hole] != entry)
        {
            hole = (hole + 1) & mask;
        }

        Count--;
        for (int i = (hole + 1) & mask; _entries[i] is T other; i = (i + 1) & mask)
        {
            // An entry may fill the hole if that does not put it before its own home.
            if (((i - (int)other.KeyHash) & mask) >= ((i - hole) & mask))
            {
                _entries[hole] = other;
                hole = i;
            }
        }

        _entries[hole] = null;
    }

    private void Grow()
    {
        T?[] old = _entries;
        _entries = new T?[old.Length * 2];
        foreach (T? entry in old)
        {
            if (entry is not null)
            {
                Insert(entry);
            }
        }
    }

    private void Insert(T entry)
    {
        int mask = _entries.Length - 1;
        int i = (int)entry.KeyHash & mask;
        while (_entries[i] is not null)
        {
            i = (i + 1) & mask;
        }

        _entries[i] = entry;
    }
}
