using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Unicode;

namespace HotPath.Commands;

/// <summary>
/// The variables of a call: a set for each of its billing sessions, by tag. The sets know nothing of each other: none is copied from another,
/// and a tag without a set has no variables, not those of another tag (facts: cgrates-module.md §3). Sets are reused after
/// <see cref="Clear"/>, so that a call on a used object allocates nothing. Not thread-safe: it belongs to whoever owns the call.
/// </summary>
public sealed class CgrVariableSets
{
    /// <summary>Most sessions of a call.</summary>
    public const int MaxCount = 16;

    /// <summary>Longest tag, in bytes of UTF-8.</summary>
    public const int MaxTagLength = 64;

    private CgrSessionVariables[] _sets = [];

    /// <summary>Sessions that have a set.</summary>
    public int Count { get; private set; }

    /// <summary>A session's set: 0 is the one made last, in whose order the reference module opens and ends sessions (facts: cgrates-module.md §3).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no set of this number.</exception>
    public CgrSessionVariables this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _sets[Count - 1 - index];
        }
    }

    /// <summary>Finds the set of a session.</summary>
    /// <param name="tag">The session's tag; absent or empty for the session without one.</param>
    /// <param name="set">The set.</param>
    public bool TryGet(CgrText tag, [NotNullWhen(true)] out CgrSessionVariables? set)
    {
        Span<byte> utf8 = stackalloc byte[MaxTagLength];
        set = TryToUtf8(tag, ref utf8) ? Find(utf8) : null;
        return set is not null;
    }

    /// <summary>Finds the set of a session, or makes an empty one.</summary>
    /// <param name="tag">The session's tag; absent or empty for the session without one.</param>
    /// <param name="set">The set.</param>
    /// <returns>False: the tag is too long or not valid Unicode, or there are <see cref="MaxCount"/> sets.</returns>
    public bool TryGetOrAdd(CgrText tag, [NotNullWhen(true)] out CgrSessionVariables? set)
    {
        Span<byte> utf8 = stackalloc byte[MaxTagLength];
        if (!TryToUtf8(tag, ref utf8))
        {
            set = null;
            return false;
        }

        set = Find(utf8);
        if (set is null && Count < MaxCount)
        {
            set = Add();
            set.Begin(utf8);
        }

        return set is not null;
    }

    /// <summary>Forgets all sets; their memory is kept for the next call.</summary>
    public void Clear() => Count = 0;

    private static bool TryToUtf8(CgrText tag, ref Span<byte> utf8)
    {
        int length = tag.Utf8.Length;
        bool fits = tag.IsUtf16
            ? Utf8.FromUtf16(tag.Utf16, utf8, out _, out length, replaceInvalidSequences: false) == OperationStatus.Done
            : tag.Utf8.TryCopyTo(utf8) && Utf8.IsValid(tag.Utf8);
        utf8 = fits ? utf8[..length] : default;
        return fits;
    }

    private CgrSessionVariables? Find(ReadOnlySpan<byte> tag)
    {
        foreach (CgrSessionVariables set in _sets.AsSpan(0, Count))
        {
            if (set.Tag.SequenceEqual(tag))
            {
                return set;
            }
        }

        return null;
    }

    private CgrSessionVariables Add()
    {
        if (Count == _sets.Length)
        {
            Array.Resize(ref _sets, Count + 1);
            _sets[Count] = new CgrSessionVariables();
        }

        return _sets[Count++];
    }
}
