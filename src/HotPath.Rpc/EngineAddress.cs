using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HotPath.Rpc;

/// <summary>
/// Where an engine listens, and how it is spoken to: <c>[tls://]host[:port]</c>, an IPv6 literal in brackets when a port follows. Names
/// are resolved at each connect.
/// </summary>
/// <param name="Host">DNS name or IP literal, without brackets.</param>
/// <param name="Port">TCP port, 1…65535.</param>
public readonly record struct EngineAddress(string Host, int Port)
{
    /// <summary>The port of CGRateS's two-way JSON listener (facts: cgrates-module.md §1).</summary>
    public const int DefaultPort = 2014;

    private const string TlsPrefix = "tls://";

    /// <summary>Speak TLS, like this; <c>null</c>: plain TCP. The prefix <c>tls://</c> stands for <see cref="EngineTls.Default"/>.</summary>
    public EngineTls? Tls { get; init; }

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[v6]</c>, <c>[v6]:port</c> or a bare IPv6 literal, each with <c>tls://</c> before it or not.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out EngineAddress address)
    {
        address = default;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        ReadOnlySpan<char> host = text.AsSpan().Trim();
        ReadOnlySpan<char> port = default;
        bool isTls = host.StartsWith(TlsPrefix, StringComparison.OrdinalIgnoreCase);
        if (isTls)
        {
            host = host[TlsPrefix.Length..];
        }

        if (host.StartsWith('['))
        {
            int close = host.IndexOf(']');
            if (close < 0)
            {
                return false;
            }

            ReadOnlySpan<char> rest = host[(close + 1)..];
            if (!rest.IsEmpty)
            {
                if (rest[0] != ':' || rest.Length == 1)
                {
                    return false;
                }

                port = rest[1..];
            }

            host = host[1..close];
            if (!System.Net.IPAddress.TryParse(host, out _))
            {
                return false;
            }
        }
        else if (host.Count(':') == 1)
        {
            int colon = host.IndexOf(':');
            port = host[(colon + 1)..];
            host = host[..colon];
            if (port.IsEmpty)
            {
                return false;
            }
        }
        else if (host.Contains(':') && !System.Net.IPAddress.TryParse(host, out _))
        {
            return false;
        }

        int number = DefaultPort;
        if (host.IsEmpty || host.ContainsAny(" /,;")
            || (!port.IsEmpty && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number is 0 or > 65535)))
        {
            return false;
        }

        address = new EngineAddress(host.ToString(), number) { Tls = isTls ? EngineTls.Default : null };
        return true;
    }

    /// <summary>The form <see cref="TryParse"/> reads, always with the port.</summary>
    public override string ToString() => $"{(Tls is null ? "" : TlsPrefix)}{(Host.Contains(':') ? $"[{Host}]" : Host)}:{Port}";
}
