using HotPath.Edge;
using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>Where the edge meets the simulated network: everything that arrives and leaves passes the rules here.</summary>
internal sealed class EdgeWire(WireRules rules) : ISipReceiver, ISipSender
{
    /// <summary>The edge; null: it is dead, and what comes to it is lost.</summary>
    public Lane? Lane { get; set; }

    /// <summary>The network; to be set before anything passes.</summary>
    public ISipSender? Network { get; set; }

    /// <summary>Puts mistakes into what leaves, to try the rules.</summary>
    public WireFault? Fault { get; set; }

    public void OnMessage(int listener, in SipEndpoint source, ReadOnlySpan<byte> message)
    {
        // What was due before has happened before, for the rules too.
        if (Lane is null)
        {
            return;
        }

        Lane.Advance();
        rules.OnArriving(source, message);
        Lane.OnMessage(listener, source, message);
    }

    public bool Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message)
    {
        if (Fault is null)
        {
            return Leave(listener, destination, message);
        }

        foreach (byte[] changed in Fault.Apply(message.ToArray()))
        {
            Leave(listener, destination, changed);
        }

        return true;
    }

    private bool Leave(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message)
    {
        rules.OnLeaving(destination, message);
        return Network!.Send(listener, destination, message);
    }
}
