using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HotPath.Sip;

/// <summary>
/// The line feeds of a message as bits, 64 bytes at a time. The caller keeps the state in locals, which the compiler holds in registers;
/// that is why this is no iterator. Reads inside the span only.
/// </summary>
internal static class LineScanner
{
    public const int BlockLength = 64;

    /// <summary>
    /// The line feeds of the block at <paramref name="block"/>, the first byte in the lowest bit; bytes beyond the end are none.
    /// </summary>
    /// <param name="bytes">The message.</param>
    /// <param name="block">Where the block starts, inside the message.</param>
    /// <param name="returnBefore">1 if the block before ended with a carriage return, which then may be followed by a line feed here.</param>
    /// <param name="bareReturns">Not 0 as soon as a carriage return was seen that no line feed follows.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Load(ReadOnlySpan<byte> bytes, int block, ref ulong returnBefore, ref ulong bareReturns)
    {
        ulong lineFeeds;
        ulong returns;
        if (bytes.Length - block >= BlockLength)
        {
            (lineFeeds, returns) = Compare(ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), block));
        }
        else
        {
            (lineFeeds, returns) = LoadLast(bytes, block);
        }

        bareReturns |= ((returns << 1) | returnBefore) & ~lineFeeds;
        returnBefore = returns >> (BlockLength - 1);
        return lineFeeds;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (ulong LineFeeds, ulong Returns) LoadLast(ReadOnlySpan<byte> bytes, int block)
    {
        Span<byte> padded = stackalloc byte[BlockLength];
        bytes[block..].CopyTo(padded);
        return Compare(ref MemoryMarshal.GetReference(padded));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong LineFeeds, ulong Returns) Compare(ref byte block)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<byte> bytes = Vector512.LoadUnsafe(ref block);
            return (
                Vector512.Equals(bytes, Vector512.Create((byte)'\n')).ExtractMostSignificantBits(),
                Vector512.Equals(bytes, Vector512.Create((byte)'\r')).ExtractMostSignificantBits());
        }

        Vector256<byte> low = Vector256.LoadUnsafe(ref block);
        Vector256<byte> high = Vector256.LoadUnsafe(ref block, (nuint)Vector256<byte>.Count);
        return (Bits(low, high, (byte)'\n'), Bits(low, high, (byte)'\r'));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(Vector256<byte> low, Vector256<byte> high, byte value) =>
        Vector256.Equals(low, Vector256.Create(value)).ExtractMostSignificantBits()
        | ((ulong)Vector256.Equals(high, Vector256.Create(value)).ExtractMostSignificantBits() << 32);
}
