using System.Net;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>A local address SIP is received on: <c>[udp:]ADDRESS:PORT</c>, the port optional (5060).</summary>
/// <param name="Transport">The transport; only UDP is served.</param>
/// <param name="Address">A local IP address; not "any", because the edge writes it into Via and Record-Route.</param>
/// <param name="Port">0…65535; 0 takes a free port.</param>
public readonly record struct ListenAddress(SipTransportKind Transport, IPAddress Address, int Port)
{
    private const int DefaultPort = 5060;

    /// <summary>Reads the form above, IPv6 in brackets.</summary>
    /// <param name="text">The text.</param>
    /// <param name="address">The result.</param>
    /// <param name="problem">What is wrong and what to write instead; empty on success.</param>
    public static bool TryParse(string text, out ListenAddress address, out string problem)
    {
        address = default;
        string endpoint = text;
        foreach (string scheme in (ReadOnlySpan<string>)["udp:", "tcp:", "tls:"])
        {
            if (text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            {
                endpoint = text[scheme.Length..];
                if (scheme != "udp:")
                {
                    problem = $"'{text}': SIP is served over udp only; write udp:ADDRESS:PORT";
                    return false;
                }
            }
        }

        bool hasPort = endpoint.StartsWith('[') ? endpoint.Contains("]:", StringComparison.Ordinal) : endpoint.AsSpan().Count(':') == 1;
        if (!IPEndPoint.TryParse(hasPort ? endpoint : $"{endpoint}:{DefaultPort}", out IPEndPoint? parsed))
        {
            problem = $"'{text}' is not an address; write udp:ADDRESS:PORT, for example udp:127.0.0.1:5060 or udp:[::1]:5060";
            return false;
        }

        if (parsed.Address.Equals(IPAddress.Any) || parsed.Address.Equals(IPAddress.IPv6Any))
        {
            problem = $"'{text}': calls must be able to come back to this address; write the address of one interface";
            return false;
        }

        address = new ListenAddress(SipTransportKind.Udp, parsed.Address, parsed.Port);
        problem = "";
        return true;
    }

    /// <summary>The form <see cref="TryParse"/> reads.</summary>
    public override string ToString() => $"udp:{new IPEndPoint(Address, Port)}";
}
