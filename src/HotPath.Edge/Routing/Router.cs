using HotPath.Sip;

namespace HotPath.Edge;

/// <summary>Where a request outside a dialog goes.</summary>
/// <param name="NextHop">Where the packets go.</param>
/// <param name="Listener">From which listener.</param>
/// <param name="RewriteHost">The Request-URI names this edge, and gets the target's host instead (RFC 3261 §16.5).</param>
/// <param name="Route">Which of the router's routes it is.</param>
internal readonly record struct RouteDecision(SipEndpoint NextHop, int Listener, bool RewriteHost, int Route = 0);

/// <summary>
/// Decides the next hop of calls: to the configured routes if there are any, else to the address in the Request-URI if that is another
/// element's. Immutable.
/// </summary>
internal sealed class Router(IReadOnlyList<SipEndpoint> listeners, IReadOnlyList<RouteTarget> routes, NatFlow natFlow = NatFlow.Auto, RouteTarget? emergencyRoute = null)
{
    /// <summary>How many next hops a call can try: the configured ones, or the one that its Request-URI names.</summary>
    public int RouteCount => Math.Max(1, routes.Count);

    /// <summary>The choice that means the next hop of emergency calls, behind those of all calls; -1: they have none of their own.</summary>
    public int EmergencyRoute => emergencyRoute is null ? -1 : RouteCount;

    /// <summary>The address is one of ours.</summary>
    public bool IsOurs(in SipEndpoint endpoint)
    {
        // By index: the enumerator of a list behind an interface is allocated.
        for (int i = 0; i < listeners.Count; i++)
        {
            if (listeners[i].AddressBits == endpoint.AddressBits && listeners[i].Port == endpoint.Port)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Finds the way of a request.</summary>
    /// <param name="requestUri">Its target.</param>
    /// <param name="arrivedOn">The listener it came in on.</param>
    /// <param name="decision">The way.</param>
    /// <param name="choice">Which of the <see cref="RouteCount"/> next hops to take, or <see cref="EmergencyRoute"/>.</param>
    /// <returns><c>false</c> if there is none: the request is for nobody this edge can reach.</returns>
    public bool TryRoute(ReadOnlySpan<byte> requestUri, int arrivedOn, out RouteDecision decision, int choice = 0)
    {
        bool hasAddress = NextHop.Resolve(requestUri, out SipEndpoint target) == NextHopResult.Resolved;
        bool isOurs = hasAddress && IsOurs(target);
        RouteTarget? route = TargetOf(choice);
        decision = default;
        if (route is null && (!hasAddress || isOurs))
        {
            return false;
        }

        SipEndpoint nextHop = route?.Endpoint ?? target;
        int listener = ListenerToward(nextHop, arrivedOn);
        decision = new RouteDecision(nextHop, listener, isOurs, choice);
        return listener >= 0;
    }

    /// <summary>Finds the way of a request to a side of a call.</summary>
    /// <param name="leg">The way that side's own requests came.</param>
    /// <param name="named">The address it names; with a transport not served, or empty, its requests' way is taken.</param>
    /// <param name="decision">The way.</param>
    /// <returns><c>false</c> if no listener speaks that address family.</returns>
    public bool TryRouteToward(in DialogLeg leg, in SipEndpoint named, out RouteDecision decision)
    {
        bool takesFlow = named.IsEmpty || named.Transport != SipTransportKind.Udp || natFlow switch
        {
            NatFlow.Always => true,
            NatFlow.Never => false,
            _ => leg.Hides(named),
        };
        SipEndpoint nextHop = takesFlow ? leg.Endpoint : named;
        decision = new RouteDecision(nextHop, ListenerToward(nextHop, leg.Listener), RewriteHost: false);
        return decision.Listener >= 0;
    }

    /// <summary>The listener to send from: the one the request came in on if it speaks the family of the target, else the first that does.</summary>
    /// <returns>-1 if none does.</returns>
    private int ListenerToward(in SipEndpoint target, int preferred)
    {
        if (preferred < listeners.Count && listeners[preferred].IsIPv4 == target.IsIPv4)
        {
            return preferred;
        }

        for (int i = 0; i < listeners.Count; i++)
        {
            if (listeners[i].IsIPv4 == target.IsIPv4)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Writes the Request-URI with the route's host and port in place of ours.</summary>
    public bool TryWriteTarget(ReadOnlySpan<byte> requestUri, int route, Span<byte> destination, out int written)
    {
        SipWriter writer = new(destination);
        if (TargetOf(route) is { } target && SipUri.TryParse(requestUri, out SipUri uri))
        {
            writer.Append("sip:"u8);
            if (!uri.User.IsEmpty)
            {
                writer.Append(uri.User);
                writer.Append((byte)'@');
            }

            writer.Append(target.HostPortUtf8);
            writer.Append(uri.Parameters);
        }

        written = writer.Written.Length;
        return written > 0 && !writer.Overflowed;
    }

    /// <summary>The configured next hop of a choice; <c>null</c>: the address in the Request-URI.</summary>
    private RouteTarget? TargetOf(int choice) => choice == EmergencyRoute ? emergencyRoute : choice < routes.Count ? routes[choice] : null;
}
