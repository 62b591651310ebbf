namespace HotPath.Sip;

/// <summary>Where a URI sends a message, as far as the URI says so itself (RFC 3263 §4, RFC 3261 §19.1.2).</summary>
public static class NextHop
{
    private const int DefaultPort = 5060;
    private const int DefaultTlsPort = 5061;

    /// <summary>
    /// Resolves a <c>sip:</c> or <c>sips:</c> URI whose host, or <c>maddr</c>, is an address. UDP unless <c>transport</c> or
    /// <c>sips</c> says otherwise; port 5060, 5061 for TLS, unless one is given. Allocates nothing.
    /// </summary>
    /// <param name="uri">The URI without brackets.</param>
    /// <param name="endpoint">Where it leads; empty unless resolved.</param>
    public static NextHopResult Resolve(ReadOnlySpan<byte> uri, out SipEndpoint endpoint)
    {
        endpoint = default;
        if (!SipUri.TryParse(uri, out SipUri parsed)
            || parsed.Scheme is not (SipUriScheme.Sip or SipUriScheme.Sips)
            || !TryGetTransport(parsed, out SipTransportKind transport))
        {
            return NextHopResult.Unusable;
        }

        ReadOnlySpan<byte> host = parsed.TryGetParameter("maddr"u8, out ReadOnlySpan<byte> maddr) ? maddr : parsed.Host;
        if (!IPAddressText.TryParse(host, out UInt128 address))
        {
            return NextHopResult.NeedsDns;
        }

        int port = parsed.Port != 0 ? parsed.Port : transport == SipTransportKind.Tls ? DefaultTlsPort : DefaultPort;
        endpoint = new SipEndpoint(transport, address, (ushort)port);
        return NextHopResult.Resolved;
    }

    private static bool TryGetTransport(in SipUri uri, out SipTransportKind transport)
    {
        bool isSecure = uri.Scheme == SipUriScheme.Sips;
        transport = isSecure ? SipTransportKind.Tls : SipTransportKind.Udp;
        if (!uri.TryGetParameter("transport"u8, out ReadOnlySpan<byte> name))
        {
            return true;
        }

        if (SipText.EqualsIgnoreCase(name, "udp"u8))
        {
            return !isSecure;
        }

        if (SipText.EqualsIgnoreCase(name, "tcp"u8))
        {
            // TLS runs over TCP: that is how a sips URI asks for it (RFC 3261 §26.2.2).
            transport = isSecure ? SipTransportKind.Tls : SipTransportKind.Tcp;
            return true;
        }

        transport = SipTransportKind.Tls;
        return SipText.EqualsIgnoreCase(name, "tls"u8);
    }
}
