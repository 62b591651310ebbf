using System.Buffers.Text;

namespace HotPath.Sip;

public readonly ref partial struct SipUri
{
    private static ReadOnlySpan<byte> VisualSeparators => "-.()"u8;

    /// <summary>
    /// The user is a telephone number: the scheme is <c>tel</c>, or the URI says <c>user=phone</c> (RFC 3261 §19.1.6).
    /// </summary>
    public bool IsPhoneNumber =>
        Scheme == SipUriScheme.Tel || (TryGetParameter("user"u8, out ReadOnlySpan<byte> user) && SipText.EqualsIgnoreCase(user, "phone"u8));

    /// <summary>
    /// Copies the user with its <c>%</c> escapes decoded. Of a telephone number only the number is left, without visual separators and
    /// without the parameters that may stand behind it (RFC 3966 §5.1.1): <c>tel:+1-201-555-0123</c> gives <c>+12015550123</c>. An escape
    /// that is none is copied as it is. Allocates nothing.
    /// </summary>
    /// <param name="destination">Where to copy to; <see cref="User"/>'s length is enough.</param>
    /// <param name="written">How many bytes were copied.</param>
    /// <returns>False if they do not fit.</returns>
    public bool TryDecodeUser(Span<byte> destination, out int written)
    {
        bool isNumber = IsPhoneNumber;
        int semicolon = isNumber ? User.IndexOf((byte)';') : -1;
        ReadOnlySpan<byte> user = semicolon < 0 ? User : User[..semicolon];
        written = 0;
        for (int i = 0; i < user.Length; i++)
        {
            byte next = user[i];
            if (next == '%' && i + 2 < user.Length && Utf8Parser.TryParse(user.Slice(i + 1, 2), out byte decoded, out int read, 'X') && read == 2)
            {
                next = decoded;
                i += 2;
            }

            if (isNumber && VisualSeparators.Contains(next)) continue;
            if (written == destination.Length)
            {
                written = 0;
                return false;
            }

            destination[written++] = next;
        }

        return true;
    }
}
