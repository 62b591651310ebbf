using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>The user of a URI as billing knows it: <c>%</c>-escapes decoded, the number of a <c>tel:</c> URI alike.</summary>
internal static class UserPart
{
    /// <summary>Takes the user out of a URI.</summary>
    /// <returns><c>false</c> if there is none, or if it is longer than <paramref name="buffer"/>.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> uriText, Span<byte> buffer, out ReadOnlySpan<byte> user)
    {
        user = default;
        if (!SipUri.TryParse(uriText, out SipUri uri) || uri.User.IsEmpty)
        {
            return false;
        }

        ReadOnlySpan<byte> text = uri.User;
        int written = 0;
        for (int i = 0; i < text.Length; i++)
        {
            if (written == buffer.Length)
            {
                return false;
            }

            byte next = text[i];
            if (next == '%' && i + 2 < text.Length && byte.TryParse(text.Slice(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out byte decoded))
            {
                next = decoded;
                i += 2;
            }

            buffer[written++] = next;
        }

        user = buffer[..written];
        return true;
    }
}
