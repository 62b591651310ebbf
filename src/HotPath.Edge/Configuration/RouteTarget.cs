using System.Net;
using System.Net.Sockets;
using System.Text;
using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>The next hop of calls: <c>sip:HOST[:PORT]</c>.</summary>
/// <param name="HostPort">Host and port as they are written into a Request-URI.</param>
/// <param name="Endpoint">Where the packets go.</param>
public sealed record RouteTarget(string HostPort, SipEndpoint Endpoint)
{
    private const int DefaultPort = 5060;

    internal byte[] HostPortUtf8 { get; } = Encoding.UTF8.GetBytes(HostPort);

    /// <summary>Reads the form above. A name is resolved now, and once.</summary>
    /// <param name="text">The text.</param>
    /// <param name="target">The result.</param>
    /// <param name="problem">What is wrong and what to write instead; empty on success.</param>
    public static bool TryParse(string text, out RouteTarget? target, out string problem)
    {
        target = null;
        if (!SipUri.TryParse(Encoding.UTF8.GetBytes(text), out SipUri uri) || uri.Scheme != SipUriScheme.Sip || uri.Host.IsEmpty || !uri.User.IsEmpty)
        {
            problem = $"'{text}' is not a route; write sip:HOST:PORT, for example sip:192.0.2.10:5060";
            return false;
        }

        if (!uri.Parameters.IsEmpty || !uri.Headers.IsEmpty)
        {
            problem = $"'{text}' says more than a route can: SIP goes over udp, and nothing else is understood; write sip:HOST:PORT";
            return false;
        }

        string host = Encoding.UTF8.GetString(uri.Host);
        int port = uri.Port == 0 ? DefaultPort : uri.Port;
        if (!IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address))
        {
            try
            {
                address = Dns.GetHostAddresses(host).FirstOrDefault(candidate => candidate.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6);
            }
            catch (SocketException error)
            {
                problem = $"'{text}': the name {host} cannot be resolved ({error.Message}); check the name or write the address";
                return false;
            }
        }

        if (address is null)
        {
            problem = $"'{text}': the name {host} has no address";
            return false;
        }

        target = new RouteTarget(uri.Port == 0 ? host : $"{host}:{port}", new SipEndpoint(SipTransportKind.Udp, address, port));
        problem = "";
        return true;
    }

    /// <summary>The form <see cref="TryParse"/> reads.</summary>
    public override string ToString() => $"sip:{HostPort}";
}
