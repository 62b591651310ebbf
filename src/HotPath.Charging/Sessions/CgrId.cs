using System.Security.Cryptography;
using System.Text;

namespace HotPath.Charging;

/// <summary>CGRateS's name for a call: the SHA-1 of its OriginID and OriginHost, in hexadecimal.</summary>
internal static class CgrId
{
    public static string Of(string originId, string originHost)
    {
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        int length = Encoding.UTF8.GetMaxByteCount(originId.Length + originHost.Length);
        Span<byte> text = length <= 1024 ? stackalloc byte[length] : new byte[length];
        int used = Encoding.UTF8.GetBytes(originId, text);
        used += Encoding.UTF8.GetBytes(originHost, text[used..]);
        SHA1.HashData(text[..used], hash);
        return Convert.ToHexStringLower(hash);
    }
}
