using System.Buffers.Binary;

namespace HotPath.Sip;

/// <summary>
/// Hash of the bytes that a table is keyed by. Seeded, so that a sender who does not know the seed cannot aim at one bucket, and the
/// same for the same seed, so that a simulated run repeats.
/// </summary>
internal static class KeyHash
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
    private const ulong Finisher = 0xD6E8_FEB8_6659_FD93;

    public static ulong Compute(ReadOnlySpan<byte> bytes, ulong seed)
    {
        ulong hash = seed ^ ((ulong)bytes.Length * Multiplier);
        while (bytes.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes), Multiplier);
            bytes = bytes[sizeof(ulong)..];
        }

        ulong tail = 0;
        foreach (byte value in bytes)
        {
            tail = (tail << 8) | value;
        }

        return Mix(hash ^ tail, Finisher);
    }

    private static ulong Mix(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
