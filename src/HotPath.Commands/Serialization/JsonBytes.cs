using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HotPath.Commands;

/// <summary>Vectorised questions about the bytes of JSON text, asked for values of a few to a few dozen bytes.</summary>
internal static class JsonBytes
{
    /// <summary>
    /// Copies <paramref name="source"/> as long as nothing in it may need escaping; what was copied before the first such byte is
    /// of no use. Printable ASCII without quote and backslash never needs escaping; whether the rest does, the encoder knows.
    /// </summary>
    /// <returns>All of it was copied.</returns>
    public static bool TryCopyPlain(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (destination.Length < source.Length)
        {
            return false;
        }

        ref byte from = ref MemoryMarshal.GetReference(source);
        ref byte to = ref MemoryMarshal.GetReference(destination);
        nuint length = (nuint)source.Length;

        if (length >= 16)
        {
            nuint last = length - 16;
            for (nuint at = 0; at < last; at += 16)
            {
                Vector128<byte> block = Vector128.LoadUnsafe(ref from, at);
                if (!IsPlain(block))
                {
                    return false;
                }

                block.StoreUnsafe(ref to, at);
            }

            Vector128<byte> tail = Vector128.LoadUnsafe(ref from, last);
            tail.StoreUnsafe(ref to, last);
            return IsPlain(tail);
        }

        if (length >= 8)
        {
            // The first and the last eight bytes, overlapping, make one vector.
            ulong head = Unsafe.ReadUnaligned<ulong>(ref from);
            ulong tail = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, length - 8));
            Unsafe.WriteUnaligned(ref to, head);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, length - 8), tail);
            return IsPlain(Vector128.Create(head, tail).AsByte());
        }

        if (length >= 4)
        {
            uint head = Unsafe.ReadUnaligned<uint>(ref from);
            uint tail = Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref from, length - 4));
            Unsafe.WriteUnaligned(ref to, head);
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref to, length - 4), tail);
            return IsPlain(Vector128.Create(head | ((ulong)tail << 32)).AsByte());
        }

        for (int i = 0; i < source.Length; i++)
        {
            byte value = source[i];
            if (value is < 0x20 or > 0x7E or (byte)'"' or (byte)'\\')
            {
                return false;
            }

            destination[i] = value;
        }

        return true;
    }

    /// <summary>Index of the first quote, backslash or control character; the length when there is none.</summary>
    public static int IndexOfStringEnd(ReadOnlySpan<byte> json)
    {
        int at = 0;
        for (; json.Length - at >= 16; at += 16)
        {
            Vector128<byte> block = Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(json), (nuint)at);
            Vector128<byte> hits = Vector128.Equals(block, Vector128.Create((byte)'"'))
                | Vector128.Equals(block, Vector128.Create((byte)'\\'))
                | Vector128.LessThan(block, Vector128.Create((byte)0x20));
            uint mask = hits.ExtractMostSignificantBits();
            if (mask != 0)
            {
                return at + BitOperations.TrailingZeroCount(mask);
            }
        }

        for (; at < json.Length; at++)
        {
            if (json[at] is (byte)'"' or (byte)'\\' or < 0x20)
            {
                break;
            }
        }

        return at;
    }

    /// <summary>The number of digits at the beginning, and the number they make: right as long as they are at most 19.</summary>
    public static int ReadDigits(ReadOnlySpan<byte> text, out ulong number)
    {
        number = 0;
        int at = 0;
        while (text.Length - at >= sizeof(ulong) && TryReadEightDigits(BinaryPrimitives.ReadUInt64LittleEndian(text[at..]), out uint eight))
        {
            number = (number * 100_000_000) + eight;
            at += sizeof(ulong);
        }

        for (; at < text.Length && (uint)(text[at] - '0') <= 9; at++)
        {
            number = (number * 10) + (uint)(text[at] - '0');
        }

        return at;
    }

    private static bool TryReadEightDigits(ulong characters, out uint number)
    {
        // A digit's upper half is 3, and stays 3 when six is added to it.
        ulong high = (characters & 0xF0F0F0F0F0F0F0F0) | (((characters + 0x0606060606060606) & 0xF0F0F0F0F0F0F0F0) >> 4);
        if (high != 0x3333333333333333)
        {
            number = 0;
            return false;
        }

        // Neighbours are joined: eight digits to four pairs, to two fours, to one number.
        ulong digits = characters & 0x0F0F0F0F0F0F0F0F;
        ulong pairs = ((digits * 10) + (digits >> 8)) & 0x00FF00FF00FF00FF;
        ulong fours = ((pairs * 100) + (pairs >> 16)) & 0x0000FFFF0000FFFF;
        number = (uint)((fours * 10_000) + (fours >> 32));
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsPlain(Vector128<byte> block)
    {
        // As signed bytes, everything beyond ASCII is below the space too.
        Vector128<byte> special = Vector128.LessThan(block.AsSByte(), Vector128.Create((sbyte)0x20)).AsByte()
            | Vector128.Equals(block, Vector128.Create((byte)0x7F))
            | Vector128.Equals(block, Vector128.Create((byte)'"'))
            | Vector128.Equals(block, Vector128.Create((byte)'\\'));
        return special == Vector128<byte>.Zero;
    }
}
