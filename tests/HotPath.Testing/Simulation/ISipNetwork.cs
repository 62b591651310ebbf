using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>The network that a user agent is attached to: a simulated one, or a socket.</summary>
public interface ISipNetwork
{
    /// <summary>Attaches a receiver and gives what it sends with.</summary>
    ISipSender Attach(SipEndpoint endpoint, ISipReceiver receiver, int listener = 0);
}
