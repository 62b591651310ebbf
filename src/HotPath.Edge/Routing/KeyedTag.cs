using System.Buffers.Text;
using System.Security.Cryptography;

namespace HotPath.Edge;

/// <summary>
/// Tags and branches of our own that follow from what they belong to, so that they need not be remembered: a keyed hash, 12 characters.
/// One lane's.
/// </summary>
internal sealed class KeyedTag(byte[] secret)
{
    /// <summary>Characters of a tag.</summary>
    public const int Length = 12;

    private const int HashedBytes = Length * 3 / 4;

    // Kept with its key: making one for each hash takes longer than the hash.
    private readonly IncrementalHash _hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, HMACSHA256.HashData(secret, "tag"u8));

    /// <summary>Writes the tag of a text into the first <see cref="Length"/> bytes.</summary>
    public void Write(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _hmac.AppendData(text);
        _hmac.GetHashAndReset(hash);
        Base64Url.EncodeToUtf8(hash[..HashedBytes], destination);
    }
}
