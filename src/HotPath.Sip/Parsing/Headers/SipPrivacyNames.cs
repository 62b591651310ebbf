namespace HotPath.Sip;

/// <summary>The names of <see cref="SipPrivacy"/>'s values.</summary>
internal static class SipPrivacyNames
{
    public static SipPrivacy Parse(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when SipText.EqualsIgnoreCase(name, "id"u8) => SipPrivacy.Id,
        4 when SipText.EqualsIgnoreCase(name, "none"u8) => SipPrivacy.None,
        4 when SipText.EqualsIgnoreCase(name, "user"u8) => SipPrivacy.User,
        6 when SipText.EqualsIgnoreCase(name, "header"u8) => SipPrivacy.Header,
        7 when SipText.EqualsIgnoreCase(name, "session"u8) => SipPrivacy.Session,
        7 when SipText.EqualsIgnoreCase(name, "history"u8) => SipPrivacy.History,
        8 when SipText.EqualsIgnoreCase(name, "critical"u8) => SipPrivacy.Critical,
        _ => SipPrivacy.Unspecified,
    };
}
