using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HotPath.Rpc;

/// <summary>What a <see cref="FrameScanner"/> found in the bytes it was given.</summary>
internal enum FrameScanStatus : byte
{
    /// <summary>All bytes belong to an object that goes on.</summary>
    Incomplete,

    /// <summary>The object ends.</summary>
    Complete,

    /// <summary>Not a JSON object: another byte than <c>{</c> at its start, or a bracket that closes what was not opened.</summary>
    Garbage,

    /// <summary>Brackets nest deeper than <see cref="FrameScanner.MaxDepth"/>.</summary>
    TooDeep,
}

/// <summary>
/// Finds where a JSON object ends, across any cuts of the stream, by its strings and brackets alone: values are not parsed. Blocks
/// of 64 bytes are reduced to bit masks of quotes and brackets; a block with a backslash takes the scalar path. Allocates nothing,
/// never throws, looks at every byte once.
/// </summary>
internal struct FrameScanner
{
    /// <summary>Deepest nesting of brackets.</summary>
    public const int MaxDepth = 64;

    private const int BlockSize = 64;
    private const int MaxScalarLength = 12; // Up to here the scalar loop is done before a block is filled.
    private const byte CaseBit = 0x20; // Tells '{' from '[' and '}' from ']'.

    private ulong _kinds; // One bit per open bracket, the innermost lowest; set: a brace.
    private int _depth;
    private bool _inString;
    private bool _isEscaped;

    /// <summary>No object is begun.</summary>
    public readonly bool IsIdle => _depth == 0;

    /// <summary>Reads on.</summary>
    /// <param name="bytes">The bytes that follow those of the call before; at the start of an object the first must be <c>{</c>.</param>
    /// <param name="consumed">
    /// <see cref="FrameScanStatus.Complete"/>: bytes up to the object's end, the end included; <see cref="FrameScanStatus.Incomplete"/>:
    /// all; otherwise the offset of the offending byte.
    /// </param>
    public FrameScanStatus Scan(ReadOnlySpan<byte> bytes, out int consumed)
    {
        if (_depth == 0 && !bytes.IsEmpty && bytes[0] != (byte)'{')
        {
            consumed = 0;
            return FrameScanStatus.Garbage;
        }

        return ScanContainer(bytes, out consumed);
    }

    /// <summary>The same, for an object or an array: the first byte is known to open one.</summary>
    internal FrameScanStatus ScanContainer(ReadOnlySpan<byte> bytes, out int consumed)
    {
        int position = 0;
        while (position < bytes.Length)
        {
            ReadOnlySpan<byte> rest = bytes[position..];
            FrameScanStatus status;
            int used;
            if (rest.Length >= BlockSize)
            {
                status = ScanBlock(rest[..BlockSize], ref MemoryMarshal.GetReference(rest), out used);
            }
            else if (rest.Length <= MaxScalarLength)
            {
                status = ScanSlow(rest, out used);
            }
            else
            {
                // Padded with spaces, the last bytes are a block too: blanks mean nothing outside strings and nothing inside.
                Block padded = default;
                Span<byte> block = padded;
                block.Fill((byte)' ');
                rest.CopyTo(block);
                status = ScanBlock(rest, ref MemoryMarshal.GetReference(block), out used);
            }

            position += used;
            if (status != FrameScanStatus.Incomplete)
            {
                consumed = position;
                return status;
            }
        }

        consumed = position;
        return FrameScanStatus.Incomplete;
    }

    /// <summary>The scalar twin: the same outcome one byte at a time. Serves blocks with escapes and is the tests' oracle.</summary>
    internal FrameScanStatus ScanSlow(ReadOnlySpan<byte> bytes, out int consumed)
    {
        for (int position = 0; position < bytes.Length; position++)
        {
            byte value = bytes[position];
            if (_inString)
            {
                if (_isEscaped)
                {
                    _isEscaped = false;
                }
                else if (value == (byte)'\\')
                {
                    _isEscaped = true;
                }
                else if (value == (byte)'"')
                {
                    _inString = false;
                }

                continue;
            }

            FrameScanStatus status = FrameScanStatus.Incomplete;
            switch (value)
            {
                case (byte)'"':
                    _inString = true;
                    break;
                case (byte)'{' or (byte)'[':
                    status = Open(value);
                    break;
                case (byte)'}' or (byte)']':
                    status = Close(value);
                    break;
            }

            if (status != FrameScanStatus.Incomplete)
            {
                consumed = status == FrameScanStatus.Complete ? position + 1 : position;
                return status;
            }
        }

        consumed = bytes.Length;
        return FrameScanStatus.Incomplete;
    }

    /// <param name="bytes">At most 64 bytes.</param>
    /// <param name="block">The same bytes, padded to 64.</param>
    /// <param name="consumed">As for <see cref="Scan"/>.</param>
    private FrameScanStatus ScanBlock(ReadOnlySpan<byte> bytes, ref byte block, out int consumed)
    {
        Vector256<byte> low = Vector256.LoadUnsafe(ref block);
        Vector256<byte> high = Vector256.LoadUnsafe(ref block, (nuint)Vector256<byte>.Count);

        Vector256<byte> backslash = Vector256.Create((byte)'\\');
        if (_isEscaped || (Vector256.Equals(low, backslash) | Vector256.Equals(high, backslash)) != Vector256<byte>.Zero)
        {
            return ScanSlow(bytes, out consumed);
        }

        // A bit of "strings" is set from an opening quote up to the byte before the closing one.
        ulong strings = PrefixXor(Mask(low, high, (byte)'"')) ^ (_inString ? ulong.MaxValue : 0);
        Vector256<byte> caseBit = Vector256.Create(CaseBit);
        Vector256<byte> lowFolded = low | caseBit;
        Vector256<byte> highFolded = high | caseBit;
        ulong opens = Mask(lowFolded, highFolded, (byte)'{') & ~strings;
        ulong brackets = opens | (Mask(lowFolded, highFolded, (byte)'}') & ~strings);
        while (brackets != 0)
        {
            int position = BitOperations.TrailingZeroCount(brackets);
            FrameScanStatus status = (opens >> position & 1) != 0 ? Open(bytes[position]) : Close(bytes[position]);
            if (status != FrameScanStatus.Incomplete)
            {
                _inString = false;
                consumed = status == FrameScanStatus.Complete ? position + 1 : position;
                return status;
            }

            brackets &= brackets - 1;
        }

        _inString = (long)strings < 0;
        consumed = bytes.Length;
        return FrameScanStatus.Incomplete;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private FrameScanStatus Open(byte bracket)
    {
        if (_depth == MaxDepth)
        {
            return FrameScanStatus.TooDeep;
        }

        _depth++;
        _kinds = _kinds << 1 | (ulong)(bracket & CaseBit) >> 5;
        return FrameScanStatus.Incomplete;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private FrameScanStatus Close(byte bracket)
    {
        if (_depth == 0 || (_kinds & 1) != (ulong)(bracket & CaseBit) >> 5)
        {
            return FrameScanStatus.Garbage;
        }

        _kinds >>= 1;
        return --_depth == 0 ? FrameScanStatus.Complete : FrameScanStatus.Incomplete;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mask(Vector256<byte> low, Vector256<byte> high, byte value)
    {
        Vector256<byte> wanted = Vector256.Create(value);
        return Vector256.Equals(low, wanted).ExtractMostSignificantBits()
            | (ulong)Vector256.Equals(high, wanted).ExtractMostSignificantBits() << Vector256<byte>.Count;
    }

    /// <summary>Bit n of the outcome is the parity of bits 0…n.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong PrefixXor(ulong bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ bits << 32;
    }

    [InlineArray(BlockSize)]
    private struct Block
    {
        private byte _first;
    }
}
