using System.Text;

namespace HotPath.Commands;

/// <summary>
/// A piece of text that is written to the wire: UTF-8 bytes, as they came out of a SIP message, or a string. Owns nothing and
/// copies nothing. <c>default</c> means absent, which is not the same as empty.
/// </summary>
public readonly ref struct CgrText
{
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly ReadOnlySpan<char> _utf16;

    private CgrText(ReadOnlySpan<byte> utf8)
    {
        _utf8 = utf8;
        IsPresent = true;
    }

    private CgrText(ReadOnlySpan<char> utf16)
    {
        _utf16 = utf16;
        IsPresent = true;
        IsUtf16 = true;
    }

    /// <summary>The text was set, be it to the empty text.</summary>
    public bool IsPresent { get; }

    /// <summary>The text came as UTF-16 (<see cref="Utf16"/>); otherwise it is in <see cref="Utf8"/>.</summary>
    public bool IsUtf16 { get; }

    /// <summary>Absent or of no characters.</summary>
    public bool IsEmpty => _utf8.IsEmpty && _utf16.IsEmpty;

    /// <summary>The text as UTF-8; empty if <see cref="IsUtf16"/>.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8;

    /// <summary>The text as UTF-16; empty unless <see cref="IsUtf16"/>.</summary>
    public ReadOnlySpan<char> Utf16 => _utf16;

    /// <summary>The text as a new string (allocates); empty when absent. Invalid UTF-8 becomes U+FFFD.</summary>
    public override string ToString() => IsUtf16 ? _utf16.ToString() : Encoding.UTF8.GetString(_utf8);

    /// <summary>UTF-8 text.</summary>
    public static implicit operator CgrText(ReadOnlySpan<byte> utf8) => new(utf8);

    /// <summary>UTF-8 text.</summary>
    public static implicit operator CgrText(byte[]? utf8) => utf8 is null ? default : new((ReadOnlySpan<byte>)utf8);

    /// <summary>UTF-16 text.</summary>
    public static implicit operator CgrText(ReadOnlySpan<char> utf16) => new(utf16);

    /// <summary>UTF-16 text; <c>null</c> means absent.</summary>
    public static implicit operator CgrText(string? text) => text is null ? default : new(text.AsSpan());
}
