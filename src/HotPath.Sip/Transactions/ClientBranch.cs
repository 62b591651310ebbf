using System.Buffers;
using System.Buffers.Binary;

namespace HotPath.Sip;

/// <summary>
/// The branch of a client transaction (RFC 3261 §8.1.1.7): the magic cookie, then the layer's nonce, the use count of the transaction's
/// slot, the slot, and the loop mark of the request it forwards, in hexadecimal. A response finds its transaction without a table, and a
/// branch is never used twice: the count tells uses apart, the nonce tells layers and restarts apart. A request that comes back with a
/// branch of ours has looped if what decides its way is as it was, which the mark tells (§16.3 step 4, §16.6 step 8; RFC 5393 §4.2).
/// </summary>
internal static class ClientBranch
{
    public const int Length = 7 + (2 * TokenBytes);

    /// <summary>How many characters all branches of a layer begin with alike.</summary>
    public const int SharedLength = 7 + (2 * sizeof(uint));

    private const int TokenBytes = 16;

    private static ReadOnlySpan<byte> MagicCookie => "z9hG4bK"u8;

    public static void Write(Span<byte> branch, uint nonce, uint generation, int slot, uint loopMark)
    {
        Span<byte> token = stackalloc byte[TokenBytes];
        BinaryPrimitives.WriteUInt32BigEndian(token, nonce);
        BinaryPrimitives.WriteUInt32BigEndian(token[4..], generation);
        BinaryPrimitives.WriteInt32BigEndian(token[8..], slot);
        BinaryPrimitives.WriteUInt32BigEndian(token[12..], loopMark);
        MagicCookie.CopyTo(branch);
        Convert.TryToHexStringLower(token, branch[MagicCookie.Length..], out _);
    }

    /// <summary>Reads a branch that this nonce's layer has written, or one that only its owner can tell from it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> branch, uint nonce, out int slot, out uint loopMark)
    {
        Span<byte> token = stackalloc byte[TokenBytes];
        if (branch.Length == Length
            && branch.StartsWith(MagicCookie)
            && Convert.FromHexString(branch[MagicCookie.Length..], token, out _, out _) == OperationStatus.Done
            && BinaryPrimitives.ReadUInt32BigEndian(token) == nonce)
        {
            slot = BinaryPrimitives.ReadInt32BigEndian(token[8..]);
            loopMark = BinaryPrimitives.ReadUInt32BigEndian(token[12..]);
            return true;
        }

        slot = 0;
        loopMark = 0;
        return false;
    }
}
