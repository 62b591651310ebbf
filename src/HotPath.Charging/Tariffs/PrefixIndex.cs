using System.Numerics;

namespace HotPath.Charging;

/// <summary>
/// Finds the destinations whose prefixes a number begins with, longest first. One open-addressing table for all prefixes: a look-up
/// hashes the number once from left to right and then probes once per prefix length in use. Immutable; allocates nothing.
/// </summary>
internal sealed class PrefixIndex
{
    /// <summary>Longest prefix, in characters.</summary>
    public const int MaxPrefixLength = 63;

    private readonly Bucket[] _buckets;
    private readonly string[] _prefixes;
    private readonly Destination[][] _destinations;
    private readonly ulong _lengths;

    /// <param name="prefixes">None empty, none longer than <see cref="MaxPrefixLength"/>.</param>
    public PrefixIndex(IReadOnlyDictionary<string, List<Destination>> prefixes)
    {
        _buckets = new Bucket[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, prefixes.Count * 2))];
        _prefixes = new string[prefixes.Count];
        _destinations = new Destination[prefixes.Count][];
        int index = 0;
        foreach ((string prefix, List<Destination> destinations) in prefixes)
        {
            _prefixes[index] = prefix;
            _destinations[index] = [.. destinations];
            _lengths |= 1UL << prefix.Length;

            ulong hash = 0;
            foreach (char character in prefix)
            {
                hash = Mix(hash, character);
            }

            int at = Place(hash);
            while (_buckets[at].Number != 0)
            {
                at = (at + 1) & (_buckets.Length - 1);
            }

            _buckets[at] = new Bucket(hash, ++index);
        }
    }

    /// <summary>How many different prefixes there are.</summary>
    public int Count => _prefixes.Length;

    /// <summary>The prefixes that <paramref name="number"/> begins with, longest first.</summary>
    public Matches Match(ReadOnlySpan<char> number) => new(this, number);

    private int Find(ulong hash, ReadOnlySpan<char> prefix)
    {
        for (int at = Place(hash); _buckets[at].Number != 0; at = (at + 1) & (_buckets.Length - 1))
        {
            ref readonly Bucket bucket = ref _buckets[at];
            if (bucket.Hash == hash && prefix.SequenceEqual(_prefixes[bucket.Number - 1]))
            {
                return bucket.Number - 1;
            }
        }

        return -1;
    }

    private int Place(ulong hash) => (int)((hash ^ hash >> 32) & (uint)(_buckets.Length - 1));

    private static ulong Mix(ulong hash, char character) => BitOperations.RotateLeft((hash ^ character) * 0x9E37_79B9_7F4A_7C15, 23);

    /// <param name="Hash">Of the prefix.</param>
    /// <param name="Number">Place of the prefix, from 1; 0: empty.</param>
    private readonly record struct Bucket(ulong Hash, int Number);

    /// <summary>Walks the prefixes of one number, longest first.</summary>
    public ref struct Matches
    {
        private readonly PrefixIndex _index;
        private readonly ReadOnlySpan<char> _number;
        private HashList _hashes;
        private ulong _lengthsLeft;
        private int _found;

        internal Matches(PrefixIndex index, ReadOnlySpan<char> number)
        {
            _index = index;
            _number = number.Length > MaxPrefixLength ? number[..MaxPrefixLength] : number;
            _lengthsLeft = index._lengths & ((2UL << _number.Length) - 1);
            _found = -1;

            int longest = _lengthsLeft == 0 ? 0 : BitOperations.Log2(_lengthsLeft);
            ulong hash = 0;
            for (int i = 0; i < longest; i++)
            {
                hash = Mix(hash, _number[i]);
                _hashes[i + 1] = hash;
            }
        }

        /// <summary>The prefix found.</summary>
        public readonly string Prefix => _index._prefixes[_found];

        /// <summary>The destinations that have it.</summary>
        public readonly ReadOnlySpan<Destination> Destinations => _index._destinations[_found];

        /// <summary>Goes to the next shorter prefix that is known.</summary>
        public bool MoveNext()
        {
            while (_lengthsLeft != 0)
            {
                int length = BitOperations.Log2(_lengthsLeft);
                _lengthsLeft &= ~(1UL << length);
                _found = _index.Find(_hashes[length], _number[..length]);
                if (_found >= 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    [System.Runtime.CompilerServices.InlineArray(MaxPrefixLength + 1)]
    private struct HashList
    {
        private ulong _first;
    }
}
