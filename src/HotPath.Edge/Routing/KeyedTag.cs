using System.Buffers.Text;
using System.Security.Cryptography;

namespace HotPath.Edge;

/// <summary>
/// Tags and branches of our own that follow from what they belong to, so that they need not be remembered: a keyed hash, 12 characters.
/// </summary>
internal sealed class KeyedTag(byte[] secret)
{
    /// <summary>Characters of a tag.</summary>
    public const int Length = 12;

    private const int HashedBytes = Length * 3 / 4;

    private readonly byte[] _key = HMACSHA256.HashData(secret, "tag"u8);

    /// <summary>Writes the tag of a text into the first <see cref="Length"/> bytes.</summary>
    public void Write(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, text, hash);
        Base64Url.EncodeToUtf8(hash[..HashedBytes], destination);
    }
}
