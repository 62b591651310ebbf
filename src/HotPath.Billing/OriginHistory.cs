using System.Runtime.InteropServices;

namespace HotPath.Billing;

/// <summary>
/// The OriginIDs that were used on an engine lately. An engine takes a second call of the same identity for a repetition of the first, so
/// reusing a Call-ID would make a call free. Bounded in time and in number: two generations of hashes, the older one dropped when the
/// younger is full or twelve hours old. Two identities of one hash do no harm: the later call is told from the earlier without need.
/// </summary>
internal sealed class OriginHistory
{
    private const int MostPerGeneration = 500_000;

    private static readonly TimeSpan s_generation = TimeSpan.FromHours(12);

    private HashSet<ulong> _younger = [];
    private HashSet<ulong> _older = [];
    private DateTimeOffset _turnsAt = DateTimeOffset.MinValue;

    public OriginHistory()
    {
    }

    public OriginHistory(OriginHistory other)
    {
        _younger = [.. other._younger];
        _older = [.. other._older];
        _turnsAt = other._turnsAt;
    }

    /// <summary>How many identities are remembered.</summary>
    public int Count => _younger.Count + _older.Count;

    public bool Contains(ReadOnlySpan<byte> originId)
    {
        ulong hash = HashOf(originId);
        return _younger.Contains(hash) || _older.Contains(hash);
    }

    /// <param name="originId">The identity.</param>
    /// <param name="time">The wall-clock time of its use: the history goes on after a restart.</param>
    public void Add(ReadOnlySpan<byte> originId, DateTimeOffset time) => Add(HashOf(originId), time);

    /// <summary>The hashes of all identities that are remembered (allocates).</summary>
    public ulong[] ToArray() => [.. _older, .. _younger];

    /// <summary>Adds what <see cref="ToArray"/> gave.</summary>
    public void AddAll(ReadOnlySpan<ulong> hashes, DateTimeOffset time)
    {
        foreach (ulong hash in hashes)
        {
            Add(hash, time);
        }
    }

    private void Add(ulong hash, DateTimeOffset time)
    {
        if (_younger.Count >= MostPerGeneration || time >= _turnsAt)
        {
            (_younger, _older) = (_older, _younger);
            _younger.Clear();
            _turnsAt = time + s_generation;
        }

        _younger.Add(hash);
    }

    /// <summary>FNV-1a, but over words where it can: the same in every process.</summary>
    private static ulong HashOf(ReadOnlySpan<byte> text)
    {
        const ulong Prime = 0x100000001B3;
        ulong hash = 0xCBF29CE484222325;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(text);
        foreach (ulong word in words)
        {
            hash = (hash ^ word) * Prime;
            hash ^= hash >> 29;
        }

        foreach (byte value in text[(words.Length * sizeof(ulong))..])
        {
            hash = (hash ^ value) * Prime;
        }

        return hash ^ (hash >> 32);
    }
}
