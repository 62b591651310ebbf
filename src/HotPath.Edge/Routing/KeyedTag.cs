using System.Buffers.Binary;
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

    /// <summary>A number that tells a dialog from all others: who does not know the key cannot make two that share it.</summary>
    public ulong Hash(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> oneTag, ReadOnlySpan<byte> otherTag)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        _hmac.AppendData(callId);
        _hmac.AppendData(" "u8);
        _hmac.AppendData(oneTag);
        _hmac.AppendData(" "u8);
        _hmac.AppendData(otherTag);
        _hmac.GetHashAndReset(hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
