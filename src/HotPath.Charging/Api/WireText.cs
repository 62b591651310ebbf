using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace HotPath.Charging;

/// <summary>
/// Makes JSON from the wire such that all its text can be read: what is no Unicode becomes U+FFFD, as in Go. Nearly everything
/// passes as it is.
/// </summary>
internal static class WireText
{
    private const int EscapeLength = 6;

    /// <summary>The same JSON, or a repaired copy.</summary>
    public static ReadOnlySpan<byte> MakeReadable(ReadOnlySpan<byte> json)
    {
        if (!Utf8.IsValid(json))
        {
            json = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json));
        }

        if (json.IndexOf("\\ud"u8) < 0 && json.IndexOf("\\uD"u8) < 0)
        {
            return json;
        }

        byte[] repaired = json.ToArray();
        for (int at = 0; at < repaired.Length;)
        {
            if (repaired[at] != '\\')
            {
                at++;
            }
            else if (!IsSurrogate(repaired.AsSpan(at), out bool isHigh))
            {
                at += 2;
            }
            else if (isHigh && IsSurrogate(repaired.AsSpan(at + EscapeLength), out bool isNextHigh) && !isNextHigh)
            {
                at += 2 * EscapeLength;
            }
            else
            {
                "\\uFFFD"u8.CopyTo(repaired.AsSpan(at));
                at += EscapeLength;
            }
        }

        return repaired;
    }

    private static bool IsSurrogate(ReadOnlySpan<byte> json, out bool isHigh)
    {
        isHigh = false;
        if (json.Length < EscapeLength
            || !json.StartsWith("\\u"u8)
            || !ushort.TryParse(json[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort value))
        {
            return false;
        }

        isHigh = char.IsHighSurrogate((char)value);
        return char.IsSurrogate((char)value);
    }
}
