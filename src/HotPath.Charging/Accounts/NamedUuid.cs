using System.Security.Cryptography;
using System.Text;

namespace HotPath.Charging;

/// <summary>UUIDs made from names (RFC 9562 §5.5), so that a run of the engine repeats exactly.</summary>
internal static class NamedUuid
{
    /// <summary>The version 5 UUID of a name, in the engine's own name space.</summary>
    public static string Create(string name)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(Encoding.UTF8.GetBytes("hotpath-charging:" + name), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true).ToString();
    }
}
