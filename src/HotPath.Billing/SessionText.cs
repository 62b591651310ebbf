using System.Text;
using HotPath.Commands;

namespace HotPath.Billing;

/// <summary>
/// The texts of one session, copied out of a SIP message whose buffer is reused: UTF-8, one after the other in one array that stays with
/// the pooled session.
/// </summary>
internal struct SessionText
{
    private byte[] _bytes;
    private int _used;

    public void Clear() => _used = 0;

    public Range Add(CgrText text)
    {
        int start = _used;
        if (text.IsUtf16)
        {
            Reserve(Encoding.UTF8.GetMaxByteCount(text.Utf16.Length));
            _used += Encoding.UTF8.GetBytes(text.Utf16, _bytes.AsSpan(start));
        }
        else
        {
            Reserve(text.Utf8.Length);
            text.Utf8.CopyTo(_bytes.AsSpan(start));
            _used += text.Utf8.Length;
        }

        return start.._used;
    }

    /// <summary>Adds a text made of one that is there, a separator and another.</summary>
    public Range AddJoined(Range first, byte separator, CgrText second)
    {
        int start = _used;
        int length = this[first].Length;
        Reserve(length + 1);
        this[first].CopyTo(_bytes.AsSpan(start));
        _bytes[start + length] = separator;
        _used += length + 1;
        Add(second);
        return start.._used;
    }

    public readonly ReadOnlySpan<byte> this[Range range] => _bytes.AsSpan(range);

    private void Reserve(int length)
    {
        if (_bytes is null || _bytes.Length - _used < length)
        {
            Array.Resize(ref _bytes, Math.Max(256, (_used + length) * 2));
        }
    }
}
