using System.Buffers;
using System.Buffers.Binary;

namespace HotPath.Sip;

/// <summary>
/// The branch of a client transaction (RFC 3261 §8.1.1.7): the magic cookie, then the layer's nonce, the use count of the transaction's
/// slot, and the slot, in hexadecimal. A response finds its transaction without a table, and a branch is never used twice: the count
/// tells uses apart, the nonce tells layers and restarts apart.
/// </summary>
internal static class ClientBranch
{
    public const int Length = 7 + (2 * TokenBytes);

    private const int TokenBytes = 12;

    private static ReadOnlySpan<byte> MagicCookie => "z9hG4bK"u8;

    public static void Write(Span<byte> branch, uint nonce, uint generation, int slot)
    {
        Span<byte> token = stackalloc byte[TokenBytes];
        BinaryPrimitives.WriteUInt32BigEndian(token, nonce);
        BinaryPrimitives.WriteUInt32BigEndian(token[4..], generation);
        BinaryPrimitives.WriteInt32BigEndian(token[8..], slot);
        MagicCookie.CopyTo(branch);
        Convert.TryToHexStringLower(token, branch[MagicCookie.Length..], out _);
    }

    public static bool TryRead(ReadOnlySpan<byte> branch, uint nonce, out uint generation, out int slot)
    {
        Span<byte> token = stackalloc byte[TokenBytes];
        if (branch.Length == Length
            && branch.StartsWith(MagicCookie)
            && Convert.FromHexString(branch[MagicCookie.Length..], token, out _, out _) == OperationStatus.Done
            && BinaryPrimitives.ReadUInt32BigEndian(token) == nonce)
        {
            generation = BinaryPrimitives.ReadUInt32BigEndian(token[4..]);
            slot = BinaryPrimitives.ReadInt32BigEndian(token[8..]);
            return true;
        }

        generation = 0;
        slot = 0;
        return false;
    }
}
