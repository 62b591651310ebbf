using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace HotPath.Sip;

/// <summary>
/// Recognises header field names. A perfect hash over length, first, middle and last letter picks the one candidate; one 32-byte
/// compare, folded to lower case, decides. No known name is longer than 32 bytes.
/// </summary>
public static class SipHeaderNames
{
    private const int Slot = 32;

    private static readonly (string Name, SipHeaderId Id)[] s_long =
    [
        ("Via", SipHeaderId.Via),
        ("From", SipHeaderId.From),
        ("To", SipHeaderId.To),
        ("Call-ID", SipHeaderId.CallId),
        ("CSeq", SipHeaderId.CSeq),
        ("Contact", SipHeaderId.Contact),
        ("Max-Forwards", SipHeaderId.MaxForwards),
        ("Route", SipHeaderId.Route),
        ("Record-Route", SipHeaderId.RecordRoute),
        ("Content-Length", SipHeaderId.ContentLength),
        ("Content-Type", SipHeaderId.ContentType),
        ("Content-Encoding", SipHeaderId.ContentEncoding),
        ("Content-Disposition", SipHeaderId.ContentDisposition),
        ("Content-Language", SipHeaderId.ContentLanguage),
        ("MIME-Version", SipHeaderId.MimeVersion),
        ("Require", SipHeaderId.Require),
        ("Proxy-Require", SipHeaderId.ProxyRequire),
        ("Supported", SipHeaderId.Supported),
        ("Unsupported", SipHeaderId.Unsupported),
        ("Expires", SipHeaderId.Expires),
        ("Min-Expires", SipHeaderId.MinExpires),
        ("Session-Expires", SipHeaderId.SessionExpires),
        ("Min-SE", SipHeaderId.MinSE),
        ("RAck", SipHeaderId.RAck),
        ("RSeq", SipHeaderId.RSeq),
        ("Reason", SipHeaderId.Reason),
        ("Retry-After", SipHeaderId.RetryAfter),
        ("Warning", SipHeaderId.Warning),
        ("Proxy-Authorization", SipHeaderId.ProxyAuthorization),
        ("Proxy-Authenticate", SipHeaderId.ProxyAuthenticate),
        ("Authorization", SipHeaderId.Authorization),
        ("WWW-Authenticate", SipHeaderId.WwwAuthenticate),
        ("Authentication-Info", SipHeaderId.AuthenticationInfo),
        ("Allow", SipHeaderId.Allow),
        ("Accept", SipHeaderId.Accept),
        ("Accept-Encoding", SipHeaderId.AcceptEncoding),
        ("Accept-Language", SipHeaderId.AcceptLanguage),
        ("User-Agent", SipHeaderId.UserAgent),
        ("Server", SipHeaderId.Server),
        ("P-Asserted-Identity", SipHeaderId.PAssertedIdentity),
        ("P-Preferred-Identity", SipHeaderId.PPreferredIdentity),
        ("Diversion", SipHeaderId.Diversion),
        ("History-Info", SipHeaderId.HistoryInfo),
        ("Privacy", SipHeaderId.Privacy),
        ("Replaces", SipHeaderId.Replaces),
        ("Refer-To", SipHeaderId.ReferTo),
        ("Referred-By", SipHeaderId.ReferredBy),
        ("Event", SipHeaderId.Event),
        ("Allow-Events", SipHeaderId.AllowEvents),
        ("Subscription-State", SipHeaderId.SubscriptionState),
        ("Date", SipHeaderId.Date),
        ("Subject", SipHeaderId.Subject),
        ("Organization", SipHeaderId.Organization),
        ("Priority", SipHeaderId.Priority),
        ("Timestamp", SipHeaderId.Timestamp),
        ("Path", SipHeaderId.Path),
        ("Service-Route", SipHeaderId.ServiceRoute),
        ("Call-Info", SipHeaderId.CallInfo),
        ("Alert-Info", SipHeaderId.AlertInfo),
        ("Remote-Party-ID", SipHeaderId.RemotePartyId),
        ("P-Charging-Vector", SipHeaderId.PChargingVector),
        ("Request-Disposition", SipHeaderId.RequestDisposition),
        ("Join", SipHeaderId.Join),
    ];

    private static readonly (char Letter, SipHeaderId Id)[] s_compact =
    [
        ('b', SipHeaderId.ReferredBy),
        ('c', SipHeaderId.ContentType),
        ('d', SipHeaderId.RequestDisposition),
        ('e', SipHeaderId.ContentEncoding),
        ('f', SipHeaderId.From),
        ('i', SipHeaderId.CallId),
        ('k', SipHeaderId.Supported),
        ('l', SipHeaderId.ContentLength),
        ('m', SipHeaderId.Contact),
        ('o', SipHeaderId.Event),
        ('r', SipHeaderId.ReferTo),
        ('s', SipHeaderId.Subject),
        ('t', SipHeaderId.To),
        ('u', SipHeaderId.AllowEvents),
        ('v', SipHeaderId.Via),
        ('x', SipHeaderId.SessionExpires),
    ];

    private static readonly byte[][] s_names = new byte[s_long.Length + 1][];
    private static readonly byte[] s_lengths = new byte[s_long.Length + 1];
    private static readonly byte[] s_folded = new byte[(s_long.Length + 1) * Slot];
    private static readonly SipHeaderId[] s_byHash = new SipHeaderId[256];
    private static readonly SipHeaderId[] s_byLetter = new SipHeaderId[256];

    static SipHeaderNames()
    {
        s_names[0] = [];
        foreach ((string name, SipHeaderId id) in s_long)
        {
            byte[] bytes = System.Text.Encoding.ASCII.GetBytes(name);
            s_names[(int)id] = bytes;
            s_lengths[(int)id] = (byte)bytes.Length;
            for (int i = 0; i < bytes.Length; i++)
            {
                s_folded[((int)id * Slot) + i] = (byte)(bytes[i] | 0x20);
            }

            ref SipHeaderId entry = ref s_byHash[Hash(ref bytes[0], bytes.Length)];
            Debug.Assert(entry == SipHeaderId.Unknown, "Two names share a hash: the multipliers no longer fit the list.");
            entry = id;
        }

        foreach ((char letter, SipHeaderId id) in s_compact)
        {
            s_byLetter[letter] = id;
            s_byLetter[char.ToUpperInvariant(letter)] = id;
        }
    }

    /// <summary>The long name as it stands in a message; empty for <see cref="SipHeaderId.Unknown"/>.</summary>
    public static ReadOnlySpan<byte> GetName(SipHeaderId id) => (int)id < s_names.Length ? s_names[(int)id] : default;

    /// <summary>The header field of that long or compact name, in any case, else <see cref="SipHeaderId.Unknown"/>. Allocates nothing.</summary>
    public static SipHeaderId Parse(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > Slot) return SipHeaderId.Unknown;

        Span<byte> padded = stackalloc byte[Slot];
        name.CopyTo(padded);
        return Find(ref MemoryMarshal.GetReference(padded), name.Length);
    }

    /// <summary>
    /// The same for a name of 1…32 bytes at the start of 32 readable bytes; what follows the name does not matter.
    /// </summary>
    internal static SipHeaderId Find(ref byte name, int length)
    {
        Debug.Assert(length is > 0 and <= Slot);
        if (length == 1) return s_byLetter[name];

        SipHeaderId id = s_byHash[Hash(ref name, length)];
        Vector256<byte> folded = Vector256.LoadUnsafe(ref name) | Vector256.Create((byte)0x20);
        Vector256<byte> known = Vector256.LoadUnsafe(ref MemoryMarshal.GetArrayDataReference(s_folded), (nuint)((int)id * Slot));
        uint differences = ~Vector256.Equals(folded, known).ExtractMostSignificantBits();
        uint mask = (uint)((1UL << length) - 1);
        return (differences & mask) == 0 && s_lengths[(int)id] == length ? id : SipHeaderId.Unknown;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Hash(ref byte name, int length)
    {
        int first = name | 0x20;
        int middle = Unsafe.Add(ref name, length >> 1) | 0x20;
        int last = Unsafe.Add(ref name, length - 1) | 0x20;
        return (byte)((first * 37) + (last * 14) + (length * 7) + (middle * 55));
    }
}
