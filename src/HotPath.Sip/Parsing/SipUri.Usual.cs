using System.Buffers.Binary;
using System.Numerics;

namespace HotPath.Sip;

public readonly ref partial struct SipUri
{
    private const uint SipColon = 's' | ('i' << 8) | ('p' << 16) | (':' << 24);
    private const uint LowerCase = 0x0020_2020;

    /// <summary>
    /// Whether a place in a message holds a good URI of the form nearly every one has: <c>sip:[user@]host[:port][;params]</c> in at most 64
    /// bytes, of letters, digits, hyphens, dots, underscores and plus signs. False says nothing but that it is not of this form.
    /// </summary>
    internal static bool IsUsual(ReadOnlySpan<byte> message, int start, int length)
    {
        if (!TextBlock.TryLoad(message, start, length, out TextBlock text)) return false;

        ReadOnlySpan<byte> uri = message.Slice(start, length);
        if (length <= 4 || (BinaryPrimitives.ReadUInt32LittleEndian(uri) | LowerCase) != SipColon) return false;

        ulong rest = text.Inside & ~0xFUL;
        ulong host = text.WhereHostByte() & rest;
        ulong plus = text.Where((byte)'+') & rest;
        ulong at = text.Where((byte)'@') & rest;
        ulong user = 0;
        if (at != 0)
        {
            user = (at - 1) & rest;
            if (!BitOperations.IsPow2(at) || user == 0 || (user & ~(host | plus)) != 0) return false;
        }

        ulong afterUser = rest & ~user & ~at;
        ulong semicolons = text.Where((byte)';') & afterUser;
        ulong hostPort = semicolons == 0 ? afterUser : ((semicolons & (0 - semicolons)) - 1) & afterUser;
        ulong tail = afterUser & ~hostPort;
        if ((tail & ~(host | plus | semicolons | text.Where((byte)'='))) != 0) return false;

        ulong colon = text.Where((byte)':') & hostPort;
        if (colon == 0) return hostPort != 0 && (hostPort & ~host) == 0;

        ulong name = (colon - 1) & hostPort;
        if (!BitOperations.IsPow2(colon) || name == 0 || (name & ~host) != 0) return false;

        int portStart = BitOperations.TrailingZeroCount(colon) + 1;
        int portEnd = semicolons == 0 ? length : BitOperations.TrailingZeroCount(semicolons);
        return TryParsePort(uri[portStart..portEnd], out _);
    }
}
