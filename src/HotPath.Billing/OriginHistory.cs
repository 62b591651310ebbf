namespace HotPath.Billing;

/// <summary>
/// The OriginIDs that were used on an engine lately. An engine takes a second call of the same identity for a repetition of the first, so
/// reusing a Call-ID would make a call free. Bounded in time and in number: two generations of hashes, the older one dropped when the
/// younger is full or old.
/// </summary>
internal sealed class OriginHistory
{
    private const int MostPerGeneration = 500_000;
    private const long GenerationMs = 12 * 60 * 60 * 1000;

    private readonly int _secondSeed = Random.Shared.Next();
    private HashSet<ulong> _younger = [];
    private HashSet<ulong> _older = [];
    private long _turnsAt = GenerationMs;

    public bool Contains(ReadOnlySpan<byte> originId)
    {
        ulong hash = HashOf(originId);
        return _younger.Contains(hash) || _older.Contains(hash);
    }

    public void Add(ReadOnlySpan<byte> originId, long nowMs)
    {
        if (_younger.Count >= MostPerGeneration || nowMs >= _turnsAt)
        {
            (_younger, _older) = (_older, _younger);
            _younger.Clear();
            _turnsAt = nowMs + GenerationMs;
        }

        _younger.Add(HashOf(originId));
    }

    private ulong HashOf(ReadOnlySpan<byte> text)
    {
        HashCode first = default;
        first.AddBytes(text);
        HashCode second = default;
        second.Add(_secondSeed);
        second.AddBytes(text);
        return ((ulong)(uint)first.ToHashCode() << 32) | (uint)second.ToHashCode();
    }
}
