using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HotPath.Sip;

/// <summary>
/// Up to 64 bytes of a message in a vector register, asked where a byte stands; answers are bits, the first byte's the lowest. What a
/// header value is made of is then found by arithmetic on words instead of one search per separator. Reads 64 bytes, all inside the
/// message.
/// </summary>
internal readonly struct TextBlock
{
    public const int Length = 64;

    private readonly Vector512<byte> _bytes;

    private TextBlock(Vector512<byte> bytes, ulong inside)
    {
        _bytes = bytes;
        Inside = inside;
    }

    /// <summary>One bit per byte of the text.</summary>
    public ulong Inside { get; }

    /// <summary>False if the text is empty or longer than a block, or if the message ends less than a block behind its start.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryLoad(ReadOnlySpan<byte> message, int start, int length, out TextBlock block)
    {
        if (length is <= 0 or > Length || message.Length - start < Length)
        {
            block = default;
            return false;
        }

        ref byte first = ref Unsafe.Add(ref MemoryMarshal.GetReference(message), start);
        block = new TextBlock(Vector512.LoadUnsafe(ref first), ulong.MaxValue >> (Length - length));
        return true;
    }

    /// <summary>Where that byte stands in the text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Where(byte value) => Vector512.Equals(_bytes, Vector512.Create(value)).ExtractMostSignificantBits() & Inside;

    /// <summary>Where blanks and control characters stand in the text.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong WhereBlankOrControl() =>
        Vector512.LessThanOrEqual(_bytes, Vector512.Create((byte)' ')).ExtractMostSignificantBits() & Inside;

    /// <summary>Where letters, digits, hyphens, dots and underscores stand in the text: what host names and most users are made of.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong WhereHostByte()
    {
        Vector512<byte> letters = Vector512.LessThanOrEqual((_bytes | Vector512.Create((byte)0x20)) - Vector512.Create((byte)'a'), Vector512.Create((byte)25));
        Vector512<byte> digits = Vector512.LessThanOrEqual(_bytes - Vector512.Create((byte)'0'), Vector512.Create((byte)9));
        Vector512<byte> hyphenOrDot = Vector512.LessThanOrEqual(_bytes - Vector512.Create((byte)'-'), Vector512.Create((byte)1));
        Vector512<byte> underscore = Vector512.Equals(_bytes, Vector512.Create((byte)'_'));
        return (letters | digits | hyphenOrDot | underscore).ExtractMostSignificantBits() & Inside;
    }

    /// <summary>
    /// Whether the part that begins at <paramref name="start"/> and runs to the end of the text is nothing, or parameters of the usual kind:
    /// <c>;name</c> or <c>;name=value</c>, no white space, nothing quoted.
    /// </summary>
    /// <param name="start">The index of the first semicolon, or the length.</param>
    /// <param name="semicolons">Where the parameters begin.</param>
    /// <param name="equals">Where equals signs stand among them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasUsualParameters(int start, out ulong semicolons, out ulong equals)
    {
        ulong part = start < Length ? Inside & (ulong.MaxValue << start) : 0;
        semicolons = Where((byte)';') & part;
        equals = Where((byte)'=') & part;
        if (part == 0) return true;

        // A name follows every semicolon: not another semicolon, not an equals sign, not the end.
        ulong followed = (part & ~semicolons & ~equals) >> 1;
        ulong unusual = WhereBlankOrControl() | Where((byte)'"') | Where((byte)',') | Where((byte)'<') | Where((byte)'>');
        return (unusual & part) == 0 && (semicolons & (1UL << start)) != 0 && (semicolons & ~followed) == 0;
    }
}
