using System.Numerics;

namespace HotPath.Sip;

/// <summary>
/// A lane's byte buffers for messages kept beyond the turn in which they arrived. Sizes are powers of two from 64 bytes to 64 KiB.
/// Returned buffers are kept for good, so that the steady state allocates nothing. One thread only.
/// </summary>
public sealed class SipBufferPool
{
    private const int SmallestBits = 6;
    private const int LargestBits = 16;

    private readonly Stack<byte[]>[] _free = new Stack<byte[]>[LargestBits - SmallestBits + 1];

    /// <summary>An empty pool.</summary>
    public SipBufferPool()
    {
        for (int i = 0; i < _free.Length; i++)
        {
            _free[i] = new Stack<byte[]>();
        }
    }

    /// <summary>The largest buffer, bytes: more than any SIP message over UDP.</summary>
    public static int MaxLength => 1 << LargestBits;

    /// <summary>Buffers handed out and not returned.</summary>
    public int Rented { get; private set; }

    /// <summary>Hands out a buffer with any content. Allocates only if none of its size is free.</summary>
    /// <param name="minLength">Bytes needed, at most <see cref="MaxLength"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">More than <see cref="MaxLength"/>, or negative.</exception>
    public byte[] Rent(int minLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minLength, MaxLength);
        int bits = Math.Max(SmallestBits, BitOperations.Log2((uint)Math.Max(minLength - 1, 1)) + 1);
        Rented++;
        return _free[bits - SmallestBits].TryPop(out byte[]? buffer) ? buffer : GC.AllocateUninitializedArray<byte>(1 << bits);
    }

    /// <summary>Copies bytes into a buffer that may already be held, which is exchanged if it does not fit.</summary>
    /// <returns>How many bytes are kept.</returns>
    internal int Keep(ref byte[]? buffer, ReadOnlySpan<byte> bytes)
    {
        if (buffer is null || buffer.Length < bytes.Length)
        {
            byte[] larger = Rent(bytes.Length);
            Drop(ref buffer);
            buffer = larger;
        }

        bytes.CopyTo(buffer);
        return bytes.Length;
    }

    /// <summary>Takes a held buffer back, if there is one.</summary>
    /// <returns>0: the bytes that are kept now.</returns>
    internal int Drop(ref byte[]? buffer)
    {
        if (buffer is not null)
        {
            Return(buffer);
            buffer = null;
        }

        return 0;
    }

    /// <summary>Takes a buffer back. The caller must not touch it afterwards.</summary>
    public void Return(byte[] buffer)
    {
        Rented--;
        _free[BitOperations.Log2((uint)buffer.Length) - SmallestBits].Push(buffer);
    }
}
