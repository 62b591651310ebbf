using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>The user of a URI as billing knows it: <c>%</c>-escapes decoded, telephone numbers without what makes them readable.</summary>
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

        bool fits = uri.TryDecodeUser(buffer, out int written);
        user = buffer[..written];
        return fits;
    }
}
