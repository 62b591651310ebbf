using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HotPath.Sip;

/// <summary>
/// Recognises header field names. A perfect hash over the first letters and the length picks the one candidate; one 32-byte compare,
/// folded to lower case, decides. No known name is longer than 32 bytes.
/// </summary>
public static class SipHeaderNames
{
    /// <summary>The bytes compared at once.</summary>
    private const int Longest = 32;

    /// <summary>Makes letters lower case and leaves the hyphen as it is.</summary>
    private const byte LowerCase = 0x20;

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
    private static readonly Candidate[] s_byHash = new Candidate[256];

    static SipHeaderNames()
    {
        s_names[0] = [];
        foreach ((string name, SipHeaderId id) in s_long)
        {
            byte[] bytes = System.Text.Encoding.ASCII.GetBytes(name);
            s_names[(int)id] = bytes;
            Add(bytes, id);
        }

        foreach ((char letter, SipHeaderId id) in s_compact)
        {
            Add([(byte)letter], id);
        }
    }

    /// <summary>The long name as it stands in a message; empty for <see cref="SipHeaderId.Unknown"/>.</summary>
    public static ReadOnlySpan<byte> GetName(SipHeaderId id) => (int)id < s_names.Length ? s_names[(int)id] : default;

    /// <summary>The header field of that long or compact name, in any case, else <see cref="SipHeaderId.Unknown"/>. Allocates nothing.</summary>
    public static SipHeaderId Parse(ReadOnlySpan<byte> name)
    {
        // Folding turns a carriage return into a hyphen. Inside a message the parser has refused it already.
        if (name.Length is 0 or > Longest || name.Contains((byte)'\r')) return SipHeaderId.Unknown;

        Span<byte> padded = stackalloc byte[Longest];
        name.CopyTo(padded);
        return Find(Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(padded)), name.Length);
    }

    /// <summary>
    /// The same for the name of that length, 0…32, at the start of a block; what follows it does not matter.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static SipHeaderId Find(Vector256<byte> block, int length)
    {
        Vector256<byte> folded = block | Vector256.Create(LowerCase);
        ref Candidate candidate = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(s_byHash), Hash(folded, length));
        uint differences = ~Vector256.Equals(folded, candidate.Folded).ExtractMostSignificantBits();
        return candidate.Length == length && BitOperations.TrailingZeroCount(differences) >= length ? candidate.Id : SipHeaderId.Unknown;
    }

    private static void Add(ReadOnlySpan<byte> name, SipHeaderId id)
    {
        Span<byte> padded = stackalloc byte[Longest];
        name.CopyTo(padded);
        Vector256<byte> folded = Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(padded)) | Vector256.Create(LowerCase);
        ref Candidate candidate = ref s_byHash[Hash(folded, name.Length)];
        Debug.Assert(candidate.Length == 0, "Two names share a hash: the multiplier no longer fits the list.");
        candidate = new Candidate(folded, (byte)name.Length, id);
    }

    /// <summary>
    /// Of the first eight letters in lower case and the length; no two known names share a value, which a test asserts. The multiplier was
    /// searched for.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Hash(Vector256<byte> folded, int length)
    {
        ulong letters = folded.AsUInt64().ToScalar();
        if (Bmi2.X64.IsSupported) letters = Bmi2.X64.ZeroHighBits(letters, (ulong)length * 8);
        else if (length < sizeof(ulong)) letters &= (1UL << (length * 8)) - 1;

        return (byte)(((letters ^ (uint)length) * 0x30FDBCD8E3007CBB) >> 56);
    }

    /// <summary>A name at the place of its hash, a cache line wide.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private readonly struct Candidate(Vector256<byte> folded, byte length, SipHeaderId id)
    {
        public readonly Vector256<byte> Folded = folded;
        public readonly byte Length = length;
        public readonly SipHeaderId Id = id;
    }
}
