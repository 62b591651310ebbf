namespace HotPath.Sip;

/// <summary>
/// Credentials or a challenge: one line of Authorization, Proxy-Authorization, WWW-Authenticate or Proxy-Authenticate (RFC 3261 §20.7,
/// §20.27, RFC 8760). Every line holds one, for its commas separate parameters: read them with <see cref="SipMessage.Lines"/>. Quotes are
/// taken off, escapes kept. What is absent is empty; of a parameter that is repeated the first counts.
/// </summary>
public readonly ref struct SipAuthentication
{
    private readonly ReadOnlySpan<byte> _parameters;

    private SipAuthentication(ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> parameters)
    {
        Scheme = scheme;
        _parameters = parameters;
    }

    /// <summary>The scheme as written. Compares without case.</summary>
    public ReadOnlySpan<byte> Scheme { get; }

    /// <summary>The scheme is Digest, the only one that RFC 3261 allows.</summary>
    public bool IsDigest => SipText.EqualsIgnoreCase(Scheme, "Digest"u8);

    /// <summary>For whom the user is one.</summary>
    public ReadOnlySpan<byte> Realm => Get("realm"u8);

    /// <summary>What the server made up.</summary>
    public ReadOnlySpan<byte> Nonce => Get("nonce"u8);

    /// <summary>Who asks. Credentials only.</summary>
    public ReadOnlySpan<byte> UserName => Get("username"u8);

    /// <summary>For which Request-URI. Credentials only.</summary>
    public ReadOnlySpan<byte> Uri => Get("uri"u8);

    /// <summary>The proof, in hexadecimal. Credentials only.</summary>
    public ReadOnlySpan<byte> Response => Get("response"u8);

    /// <summary>The algorithm; absent means MD5.</summary>
    public ReadOnlySpan<byte> Algorithm => Get("algorithm"u8);

    /// <summary>The quality of protection; in a challenge all that are offered, separated by commas.</summary>
    public ReadOnlySpan<byte> Qop => Get("qop"u8);

    /// <summary>What the client made up. Credentials only.</summary>
    public ReadOnlySpan<byte> CNonce => Get("cnonce"u8);

    /// <summary>How often the nonce was used, eight hexadecimal digits. Credentials only.</summary>
    public ReadOnlySpan<byte> NonceCount => Get("nc"u8);

    /// <summary>What the server wants back unchanged.</summary>
    public ReadOnlySpan<byte> Opaque => Get("opaque"u8);

    /// <summary>The nonce was too old, the password right. Challenges only.</summary>
    public bool IsStale => SipText.EqualsIgnoreCase(Get("stale"u8), "true"u8);

    /// <summary>The parameters, in their order.</summary>
    public SipAuthParameterReader Parameters => new(_parameters);

    /// <summary>The value of the first parameter of that name, empty if absent. Names compare without case.</summary>
    public ReadOnlySpan<byte> Get(ReadOnlySpan<byte> name)
    {
        SipAuthParameterReader reader = new(_parameters);
        while (reader.MoveNext())
        {
            if (SipText.EqualsIgnoreCase(reader.Name, name)) return reader.Value;
        }

        return default;
    }

    /// <summary>Takes one line's value apart. False, and an empty view, if scheme or parameters are malformed. Allocates nothing.</summary>
    public static bool TryParse(ReadOnlySpan<byte> value, out SipAuthentication authentication)
    {
        authentication = default;
        value = SipText.Trim(value);
        int schemeLength = SipText.TokenLength(value, 0);
        ReadOnlySpan<byte> parameters = SipText.Trim(value[schemeLength..]);
        if (schemeLength == 0 || parameters.Length == value.Length - schemeLength) return false;

        SipAuthParameterReader reader = new(parameters);
        while (reader.MoveNext())
        {
        }

        if (reader.IsMalformed) return false;

        authentication = new SipAuthentication(value[..schemeLength], parameters);
        return true;
    }
}
