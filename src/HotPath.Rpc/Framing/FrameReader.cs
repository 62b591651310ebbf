using System.Buffers;

namespace HotPath.Rpc;

/// <summary>
/// Cuts a byte stream into JSON objects. A frame that lies whole in the bytes received is handed out where it lies; only one that
/// was cut by the network is gathered in memory of its own. Allocates nothing in steady state. Not thread-safe.
/// </summary>
/// <param name="maxFrameBytes">Largest frame.</param>
internal struct FrameReader(int maxFrameBytes)
{
    private const int InitialCapacity = 4096;

    private FrameScanner _scanner;
    private byte[]? _carry;
    private int _carried;
    private bool _isCarryRead;

    /// <summary>The stream is broken: what follows cannot be told apart. Says why.</summary>
    public string? Fault { get; private set; }

    /// <summary>A frame has begun and not ended.</summary>
    public readonly bool IsInFrame => !_scanner.IsIdle;

    /// <summary>Takes the next frame.</summary>
    /// <param name="bytes">What was received and not yet taken; what this call takes is cut off.</param>
    /// <param name="frame">The frame, valid until the next call and as long as <paramref name="bytes"/> is.</param>
    /// <returns>There was a whole frame. Otherwise all bytes are taken, or <see cref="Fault"/> says what is wrong.</returns>
    public bool TryRead(scoped ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> frame)
    {
        frame = default;
        if (_isCarryRead)
        {
            _isCarryRead = false;
            _carried = 0;
        }

        if (Fault is not null)
        {
            return false;
        }

        if (_scanner.IsIdle)
        {
            bytes = bytes.TrimStart(" \t\r\n"u8);
        }

        if (bytes.IsEmpty)
        {
            return false;
        }

        FrameScanStatus status = _scanner.Scan(bytes, out int consumed);
        if (status is FrameScanStatus.Garbage or FrameScanStatus.TooDeep)
        {
            Fault = status == FrameScanStatus.TooDeep
                ? $"JSON nested deeper than {FrameScanner.MaxDepth} levels"
                : $"not a JSON object at byte {_carried + consumed} of a frame";
            return false;
        }

        if (_carried + consumed > maxFrameBytes)
        {
            Fault = $"a frame larger than {maxFrameBytes} bytes";
            return false;
        }

        ReadOnlySpan<byte> taken = bytes[..consumed];
        bytes = bytes[consumed..];
        if (status == FrameScanStatus.Complete && _carried == 0)
        {
            frame = taken;
            return true;
        }

        Carry(taken);
        if (status == FrameScanStatus.Incomplete)
        {
            return false;
        }

        frame = _carry.AsSpan(0, _carried);
        _isCarryRead = true;
        return true;
    }

    /// <summary>Forgets everything, for a new stream, and gives its memory back.</summary>
    public void Reset()
    {
        if (_carry is not null)
        {
            ArrayPool<byte>.Shared.Return(_carry);
        }

        this = new FrameReader(maxFrameBytes);
    }

    private void Carry(ReadOnlySpan<byte> bytes)
    {
        int needed = _carried + bytes.Length;
        if (_carry is null || _carry.Length < needed)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(InitialCapacity, Math.Max(needed, _carried * 2)));
            if (_carry is not null)
            {
                _carry.AsSpan(0, _carried).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_carry);
            }

            _carry = larger;
        }

        bytes.CopyTo(_carry.AsSpan(_carried));
        _carried = needed;
    }
}
