using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace HotPath.Commands;

/// <summary>
/// A piece of text that is written to the wire: UTF-8 bytes, as they came out of a SIP message, or a string. Owns nothing and
/// copies nothing. <c>default</c> means absent, which is not the same as empty.
/// </summary>
public readonly ref struct CgrText
{
    // One reference, one length and the encoding: sixteen bytes, so that it travels in two registers.
    private readonly ref readonly byte _first;
    private readonly int _length;
    private readonly TextEncoding _encoding;

    private CgrText(ReadOnlySpan<byte> utf8)
    {
        _first = ref MemoryMarshal.GetReference(utf8);
        _length = utf8.Length;
        _encoding = TextEncoding.Utf8;
    }

    private CgrText(ReadOnlySpan<char> utf16)
    {
        _first = ref Unsafe.As<char, byte>(ref MemoryMarshal.GetReference(utf16));
        _length = utf16.Length;
        _encoding = TextEncoding.Utf16;
    }

    private enum TextEncoding : byte
    {
        Absent,
        Utf8,
        Utf16,
    }

    /// <summary>The text was set, be it to the empty text.</summary>
    public bool IsPresent => _encoding != TextEncoding.Absent;

    /// <summary>The text came as UTF-16 (<see cref="Utf16"/>); otherwise it is in <see cref="Utf8"/>.</summary>
    public bool IsUtf16 => _encoding == TextEncoding.Utf16;

    /// <summary>Absent or of no characters.</summary>
    public bool IsEmpty => _length == 0;

    /// <summary>The text as UTF-8; empty if <see cref="IsUtf16"/>.</summary>
    public ReadOnlySpan<byte> Utf8 => IsUtf16 ? default : MemoryMarshal.CreateReadOnlySpan(in _first, _length);

    /// <summary>The text as UTF-16; empty unless <see cref="IsUtf16"/>.</summary>
    public ReadOnlySpan<char> Utf16 =>
        IsUtf16 ? MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, char>(ref Unsafe.AsRef(in _first)), _length) : default;

    /// <summary>The text as a new string (allocates); empty when absent. Invalid UTF-8 becomes U+FFFD.</summary>
    public override string ToString() => IsUtf16 ? Utf16.ToString() : Encoding.UTF8.GetString(Utf8);

    /// <summary>UTF-8 text.</summary>
    public static implicit operator CgrText(ReadOnlySpan<byte> utf8) => new(utf8);

    /// <summary>UTF-8 text.</summary>
    public static implicit operator CgrText(byte[]? utf8) => utf8 is null ? default : new((ReadOnlySpan<byte>)utf8);

    /// <summary>UTF-16 text.</summary>
    public static implicit operator CgrText(ReadOnlySpan<char> utf16) => new(utf16);

    /// <summary>UTF-16 text; <c>null</c> means absent.</summary>
    public static implicit operator CgrText(string? text) => text is null ? default : new(text.AsSpan());
}
