using System.Text;
using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>A datagram network between a few endpoints: everything arrives after a while, some of it not at all, some of it twice.</summary>
public sealed class SimulatedSipNetwork(SimulatedWorld world)
{
    private readonly Dictionary<SipEndpoint, (ISipReceiver Receiver, int Listener)> _receivers = [];

    /// <summary>The share of datagrams that vanish.</summary>
    public double Loss { get; set; }

    /// <summary>The share of datagrams that arrive twice.</summary>
    public double Duplication { get; set; }

    public long Delivered { get; private set; }

    /// <summary>Attaches a receiver and gives what it sends with.</summary>
    public ISipSender Attach(SipEndpoint endpoint, ISipReceiver receiver, int listener = 0)
    {
        _receivers.Add(endpoint, (receiver, listener));
        return new Sender(this, endpoint);
    }

    private bool Send(SipEndpoint source, SipEndpoint destination, ReadOnlySpan<byte> message)
    {
        byte[] copy = message.ToArray();
        int copies = world.Happens(Loss) ? 0 : world.Happens(Duplication) ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            world.Between(0.2, 5, () => Deliver(source, destination, copy));
        }

        return true;
    }

    private void Deliver(SipEndpoint source, SipEndpoint destination, byte[] message)
    {
        if (_receivers.TryGetValue(destination, out (ISipReceiver Receiver, int Listener) to))
        {
            Delivered++;
            world.Trace($"{source.Port}->{destination.Port} {Encoding.UTF8.GetString(message)}");
            to.Receiver.OnMessage(to.Listener, source, message);
        }
    }

    private sealed class Sender(SimulatedSipNetwork network, SipEndpoint source) : ISipSender
    {
        public bool Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message) => network.Send(source, destination, message);
    }
}

/// <summary>Breaks the circle of a lane that needs a sender and a network that needs a receiver.</summary>
public sealed class LateSender : ISipSender
{
    public ISipSender? Target { get; set; }

    public bool Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message) => Target!.Send(listener, destination, message);
}
