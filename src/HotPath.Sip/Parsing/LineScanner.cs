using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HotPath.Sip;

/// <summary>
/// Finds the line feeds of a message, 64 bytes at a time, and on the way the first carriage return that no line feed follows. Reads
/// inside the span only.
/// </summary>
internal ref struct LineScanner
{
    private const int BlockLength = 64;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _block;
    private ulong _lineFeeds;

    public LineScanner(ReadOnlySpan<byte> bytes, int start)
    {
        _bytes = bytes;
        _block = start;
        BareCarriageReturn = int.MaxValue;
        Load();
    }

    /// <summary>The first bare carriage return in the blocks read so far, which may lie beyond the last line feed given out.</summary>
    public int BareCarriageReturn { get; private set; }

    /// <summary>The index of the next line feed, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Next()
    {
        while (_lineFeeds == 0)
        {
            if (_bytes.Length - _block <= BlockLength) return -1;

            _block += BlockLength;
            Load();
        }

        int index = _block + BitOperations.TrailingZeroCount(_lineFeeds);
        _lineFeeds &= _lineFeeds - 1;
        return index;
    }

    private void Load()
    {
        int left = _bytes.Length - _block;
        ulong carriageReturns;
        if (left >= BlockLength)
        {
            (_lineFeeds, carriageReturns) = Compare(_block);
        }
        else if (_bytes.Length >= BlockLength)
        {
            // The last block is read from the last 64 bytes; what was already seen is shifted out.
            (ulong lineFeeds, carriageReturns) = Compare(_bytes.Length - BlockLength);
            int seen = BlockLength - left;
            _lineFeeds = left == 0 ? 0 : lineFeeds >> seen;
            carriageReturns = left == 0 ? 0 : carriageReturns >> seen;
        }
        else
        {
            carriageReturns = 0;
            _lineFeeds = 0;
            for (int i = 0; i < left; i++)
            {
                byte value = _bytes[_block + i];
                if (value == '\n') _lineFeeds |= 1UL << i;
                if (value == '\r') carriageReturns |= 1UL << i;
            }
        }

        // A return in the block's last place is followed by the next block's first byte.
        ulong followed = _lineFeeds >> 1;
        if (left > BlockLength && _bytes[_block + BlockLength] == '\n') followed |= 1UL << (BlockLength - 1);

        ulong bare = carriageReturns & ~followed;
        if (bare != 0) BareCarriageReturn = Math.Min(BareCarriageReturn, _block + BitOperations.TrailingZeroCount(bare));
    }

    private readonly (ulong LineFeeds, ulong CarriageReturns) Compare(int start)
    {
        ref byte block = ref Unsafe.Add(ref MemoryMarshal.GetReference(_bytes), start);
        Vector256<byte> low = Vector256.LoadUnsafe(ref block);
        Vector256<byte> high = Vector256.LoadUnsafe(ref block, (nuint)Vector256<byte>.Count);
        Vector256<byte> lineFeed = Vector256.Create((byte)'\n');
        Vector256<byte> carriageReturn = Vector256.Create((byte)'\r');
        ulong lineFeeds = Vector256.Equals(low, lineFeed).ExtractMostSignificantBits()
            | ((ulong)Vector256.Equals(high, lineFeed).ExtractMostSignificantBits() << 32);
        ulong carriageReturns = Vector256.Equals(low, carriageReturn).ExtractMostSignificantBits()
            | ((ulong)Vector256.Equals(high, carriageReturn).ExtractMostSignificantBits() << 32);
        return (lineFeeds, carriageReturns);
    }
}
