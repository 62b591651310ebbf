namespace HotPath.Sip;

/// <summary>
/// What one listener has counted since it was opened. Written by the lane that owns the listener; any thread may read single values.
/// </summary>
public sealed class UdpCounters
{
    /// <summary>Datagrams received, empty ones included.</summary>
    public long DatagramsReceived { get; internal set; }

    /// <summary>Bytes received.</summary>
    public long BytesReceived { get; internal set; }

    /// <summary>Errors instead of datagrams: what the network says about datagrams sent earlier, such as a refused port.</summary>
    public long ReceiveErrors { get; internal set; }

    /// <summary>Datagrams handed to the system.</summary>
    public long DatagramsSent { get; internal set; }

    /// <summary>Bytes handed to the system.</summary>
    public long BytesSent { get; internal set; }

    /// <summary>Datagrams that could not be sent and are lost.</summary>
    public long SendErrors { get; internal set; }
}
