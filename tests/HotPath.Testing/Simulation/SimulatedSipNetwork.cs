using System.Text;
using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>
/// A datagram network between a few endpoints: everything arrives after a while, some of it not at all, some of it twice, some of it long
/// after what was sent later; and sometimes two endpoints do not reach each other.
/// </summary>
public sealed class SimulatedSipNetwork(SimulatedWorld world) : ISipNetwork
{
    private const double LeastDelayMs = 0.2;
    private const double MostReorderingMs = 1_500;

    private readonly Dictionary<SipEndpoint, (ISipReceiver Receiver, int Listener)> _receivers = [];
    private readonly Dictionary<(SipEndpoint, SipEndpoint), TimeSpan> _cutUntil = [];

    /// <summary>The share of datagrams that vanish.</summary>
    public double Loss { get; set; }

    /// <summary>The share of datagrams that arrive twice.</summary>
    public double Duplication { get; set; }

    /// <summary>The share of datagrams that are held up for as long as 1.5 s.</summary>
    public double Reordering { get; set; }

    /// <summary>The longest way of a datagram that is not held up, milliseconds.</summary>
    public double MostDelayMs { get; set; } = 5;

    public long Delivered { get; private set; }

    /// <inheritdoc/>
    public ISipSender Attach(SipEndpoint endpoint, ISipReceiver receiver, int listener = 0)
    {
        _receivers.Add(endpoint, (receiver, listener));
        return new Sender(this, endpoint);
    }

    /// <summary>For a while nothing passes between two endpoints, in neither direction.</summary>
    public void Cut(SipEndpoint one, SipEndpoint other, TimeSpan duration) =>
        _cutUntil[(one, other)] = _cutUntil[(other, one)] = world.Elapsed + duration;

    private bool Send(SipEndpoint source, SipEndpoint destination, ReadOnlySpan<byte> message)
    {
        if (_cutUntil.TryGetValue((source, destination), out TimeSpan until) && world.Elapsed < until)
        {
            world.CountFault("messageCutOff");
            return true;
        }

        byte[] copy = message.ToArray();
        int copies = Happens(Loss, "messageLost") ? 0 : Happens(Duplication, "messageTwice") ? 2 : 1;
        for (int i = 0; i < copies; i++)
        {
            double mostMs = Happens(Reordering, "messageHeldUp") ? MostReorderingMs : MostDelayMs;
            world.Between(LeastDelayMs, mostMs, () => Deliver(source, destination, copy));
        }

        return true;
    }

    private bool Happens(double probability, string fault)
    {
        bool happens = world.Happens(probability);
        if (happens)
        {
            world.CountFault(fault);
        }

        return happens;
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
