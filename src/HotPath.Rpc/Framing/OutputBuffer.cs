using System.Buffers;

namespace HotPath.Rpc;

/// <summary>Bytes on their way out: written at the end, taken from the front. Its memory is pooled, and kept once it has grown. Not thread-safe.</summary>
internal sealed class OutputBuffer : IBufferWriter<byte>
{
    private const int InitialCapacity = 4096;

    private byte[] _bytes = [];
    private int _start;
    private int _end;

    /// <summary>What was written and not yet taken.</summary>
    public ReadOnlySpan<byte> Pending => _bytes.AsSpan(_start, _end - _start);

    /// <summary>How much that is, in bytes.</summary>
    public int Length => _end - _start;

    /// <inheritdoc/>
    public void Advance(int count) => _end += count;

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsMemory(_end);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _bytes.AsSpan(_end);
    }

    /// <summary>Takes bytes from the front.</summary>
    public void Consume(int count)
    {
        _start += count;
        if (_start == _end)
        {
            _start = _end = 0;
        }
    }

    /// <summary>Takes back what was written after the buffer had <paramref name="length"/> bytes.</summary>
    public void Truncate(int length) => _end = _start + length;

    /// <summary>Forgets everything and gives the memory back.</summary>
    public void Release()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
        }

        _bytes = [];
        _start = _end = 0;
    }

    private void Reserve(int count)
    {
        count = Math.Max(count, 1);
        if (_bytes.Length - _end >= count)
        {
            return;
        }

        int length = Length;
        if (_bytes.Length - length >= count && _start >= _bytes.Length / 2)
        {
            Pending.CopyTo(_bytes);
        }
        else
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(InitialCapacity, Math.Max(_bytes.Length * 2, length + count)));
            Pending.CopyTo(larger);
            if (_bytes.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_bytes);
            }

            _bytes = larger;
        }

        _start = 0;
        _end = length;
    }
}
