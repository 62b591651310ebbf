namespace HotPath.Rpc;

/// <summary>
/// The requests of one connection that are answered later: a copy of each id, in slots that are used again. Bounded: beyond
/// <see cref="MaxHeld"/>, or with an id that no engine would give, a request has to be answered at once.
/// </summary>
/// <param name="sink">The connection.</param>
internal sealed class HeldAnswers(IAnswerSink sink)
{
    /// <summary>Requests that wait for their answers at most.</summary>
    public const int MaxHeld = 4096;

    /// <summary>The longest id that is held, in bytes of JSON.</summary>
    public const int MaxIdLength = 64;

    private readonly List<Slot> _slots = [];
    private readonly Stack<int> _free = [];

    /// <summary>Keeps the id of a request.</summary>
    /// <returns>False: there is no place for it.</returns>
    public bool TryHold(ReadOnlySpan<byte> id, out DeferredAnswer answer)
    {
        answer = default;
        if (id.IsEmpty)
        {
            return true;
        }

        if (id.Length > MaxIdLength || (_free.Count == 0 && _slots.Count == MaxHeld))
        {
            return false;
        }

        if (!_free.TryPop(out int number))
        {
            number = _slots.Count;
            _slots.Add(new Slot());
        }

        Slot slot = _slots[number];
        id.CopyTo(slot.Id);
        slot.Length = id.Length;
        answer = new DeferredAnswer(this, number, slot.Generation);
        return true;
    }

    /// <summary>Answers what is held, if it still is.</summary>
    public void Write(int number, int generation, ReadOnlySpan<byte> resultJson, ReadOnlySpan<byte> errorText)
    {
        Slot slot = _slots[number];
        if (slot.Length > 0 && slot.Generation == generation)
        {
            sink.WriteAnswer(slot.Id.AsSpan(0, slot.Length), resultJson, errorText);
            Free(number);
        }
    }

    /// <summary>The connection is gone: nobody waits for the answers any more.</summary>
    public void Clear()
    {
        for (int number = 0; number < _slots.Count; number++)
        {
            if (_slots[number].Length > 0)
            {
                Free(number);
            }
        }
    }

    private void Free(int number)
    {
        _slots[number].Length = 0;
        _slots[number].Generation++;
        _free.Push(number);
    }

    private sealed class Slot
    {
        public readonly byte[] Id = new byte[MaxIdLength];
        public int Length;
        public int Generation;
    }
}
