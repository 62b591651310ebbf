using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace HotPath.Edge;

/// <summary>
/// The mark in our Record-Route by which we know, also after a restart, that a request belongs to a dialog that went through this edge:
/// a keyed hash of the Call-ID, 12 characters.
/// </summary>
internal sealed class RecordRouteToken(string originHost)
{
    /// <summary>Characters of a token.</summary>
    public const int Length = 12;

    private const int HashedBytes = Length * 3 / 4;

    private readonly byte[] _key = SHA256.HashData(Encoding.UTF8.GetBytes($"HotPath record-route of {originHost}"));

    /// <summary>Writes the token of a call into the first <see cref="Length"/> bytes.</summary>
    public void Write(ReadOnlySpan<byte> callId, Span<byte> destination)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, callId, hash);
        Base64Url.EncodeToUtf8(hash[..HashedBytes], destination);
    }

    /// <summary>The token is the one of this call.</summary>
    public bool IsOf(ReadOnlySpan<byte> callId, ReadOnlySpan<byte> token)
    {
        Span<byte> expected = stackalloc byte[Length];
        Write(callId, expected);
        return CryptographicOperations.FixedTimeEquals(expected, token);
    }
}
