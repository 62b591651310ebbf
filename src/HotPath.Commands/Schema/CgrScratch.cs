namespace HotPath.Commands;

/// <summary>
/// Memory for text that had to be unescaped while a request was read. Grows to what one request needs and is kept:
/// reading allocates nothing in steady state. Not thread-safe; one per reader.
/// </summary>
public sealed class CgrScratch
{
    private byte[] _buffer = new byte[1024];
    private int _used;

    /// <summary>Forgets everything handed out. Call before each request.</summary>
    public void Reset() => _used = 0;

    /// <summary>
    /// Hands out <paramref name="length"/> bytes that stay valid until <see cref="Reset"/>, also when later calls make the buffer grow.
    /// </summary>
    public Span<byte> Take(int length)
    {
        if (_buffer.Length - _used < length)
        {
            // Spans already handed out keep the old array alive, so nothing is copied.
            _buffer = new byte[Math.Max(length, _buffer.Length * 2)];
            _used = 0;
        }

        Span<byte> taken = _buffer.AsSpan(_used, length);
        _used += length;
        return taken;
    }

    /// <summary>Gives back the last <paramref name="unused"/> bytes of the last <see cref="Take"/>.</summary>
    public void GiveBack(int unused) => _used -= unused;
}
