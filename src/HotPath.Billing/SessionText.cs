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
        int most = text.IsUtf16 ? Encoding.UTF8.GetMaxByteCount(text.Utf16.Length) : text.Utf8.Length;
        if (_bytes is null || _bytes.Length - start < most)
        {
            Array.Resize(ref _bytes, Math.Max(256, (start + most) * 2));
        }

        _used += text.IsUtf16 ? Encoding.UTF8.GetBytes(text.Utf16, _bytes.AsSpan(start)) : CopyUtf8(text.Utf8, start);
        return start.._used;
    }

    public readonly ReadOnlySpan<byte> this[Range range] => _bytes.AsSpan(range);

    private readonly int CopyUtf8(ReadOnlySpan<byte> text, int start)
    {
        text.CopyTo(_bytes.AsSpan(start));
        return text.Length;
    }
}
