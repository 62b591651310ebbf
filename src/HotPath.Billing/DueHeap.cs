namespace HotPath.Billing;

/// <summary>
/// Sessions by the moment they want to be looked at again: a binary heap whose items know their place, so that moving and removing one
/// costs as little as adding it, and nothing lingers until an old due time.
/// </summary>
internal sealed class DueHeap
{
    private ChargingSession[] _items = new ChargingSession[64];

    public int Count { get; private set; }

    public long NextDue => Count == 0 ? long.MaxValue : _items[0].Due;

    /// <summary>Adds the session or moves it; <see cref="long.MaxValue"/> takes it out.</summary>
    public void Set(ChargingSession session, long due)
    {
        if (session.HeapIndex >= 0)
        {
            RemoveAt(session.HeapIndex);
        }

        session.Due = due;
        if (due == long.MaxValue)
        {
            return;
        }

        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        Place(session, Count++);
        Up(session.HeapIndex);
    }

    public ChargingSession TakeFirst()
    {
        ChargingSession first = _items[0];
        RemoveAt(0);
        return first;
    }

    private void RemoveAt(int index)
    {
        _items[index].HeapIndex = -1;
        ChargingSession last = _items[--Count];
        _items[Count] = null!;
        if (index < Count)
        {
            Place(last, index);
            Up(index);
            Down(last.HeapIndex);
        }
    }

    private void Up(int index)
    {
        while (index > 0 && _items[index].Due < _items[(index - 1) / 2].Due)
        {
            Swap(index, (index - 1) / 2);
            index = (index - 1) / 2;
        }
    }

    private void Down(int index)
    {
        while (true)
        {
            int child = (2 * index) + 1;
            if (child >= Count)
            {
                return;
            }

            if (child + 1 < Count && _items[child + 1].Due < _items[child].Due)
            {
                child++;
            }

            if (_items[index].Due <= _items[child].Due)
            {
                return;
            }

            Swap(index, child);
            index = child;
        }
    }

    private void Swap(int a, int b)
    {
        (ChargingSession first, ChargingSession second) = (_items[a], _items[b]);
        Place(first, b);
        Place(second, a);
    }

    private void Place(ChargingSession session, int index)
    {
        _items[index] = session;
        session.HeapIndex = index;
    }
}
