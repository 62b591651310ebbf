namespace HotPath.Sip;

/// <summary>
/// Server transactions by their key: open addressing with linear probing, at most half full, entries moved up on removal so that no
/// tombstones pile up. Allocates only to grow.
/// </summary>
internal sealed class ServerTransactionTable
{
    private ServerTransaction?[] _entries = new ServerTransaction?[256];

    public int Count { get; private set; }

    public ServerTransaction? Find(ReadOnlySpan<byte> key, ulong keyHash)
    {
        int mask = _entries.Length - 1;
        for (int i = (int)keyHash & mask; _entries[i] is ServerTransaction entry; i = (i + 1) & mask)
        {
            if (entry.KeyHash == keyHash && entry.Key.SequenceEqual(key))
            {
                return entry;
            }
        }

        return null;
    }

    public void Add(ServerTransaction transaction)
    {
        if (++Count > _entries.Length / 2)
        {
            Grow();
        }

        Insert(transaction);
    }

    public void Remove(ServerTransaction transaction)
    {
        int mask = _entries.Length - 1;
        int hole = (int)transaction.KeyHash & mask;
        while (_entries[hole] != transaction)
        {
            hole = (hole + 1) & mask;
        }

        Count--;
        for (int i = (hole + 1) & mask; _entries[i] is ServerTransaction entry; i = (i + 1) & mask)
        {
            // An entry may fill the hole if that does not put it before its own home.
            if (((i - ((int)entry.KeyHash & mask)) & mask) >= ((i - hole) & mask))
            {
                _entries[hole] = entry;
                hole = i;
            }
        }

        _entries[hole] = null;
    }

    private void Grow()
    {
        ServerTransaction?[] old = _entries;
        _entries = new ServerTransaction?[old.Length * 2];
        foreach (ServerTransaction? entry in old)
        {
            if (entry is not null)
            {
                Insert(entry);
            }
        }
    }

    private void Insert(ServerTransaction transaction)
    {
        int mask = _entries.Length - 1;
        int i = (int)transaction.KeyHash & mask;
        while (_entries[i] is not null)
        {
            i = (i + 1) & mask;
        }

        _entries[i] = transaction;
    }
}
