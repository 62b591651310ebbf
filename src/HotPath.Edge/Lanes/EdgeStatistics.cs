namespace HotPath.Edge;

/// <summary>Counters of one lane. Written on its thread; reading from another sees recent values.</summary>
public sealed class EdgeStatistics
{
    /// <summary>Well-formed messages.</summary>
    public long Received { get; internal set; }

    /// <summary>Messages the parser refused.</summary>
    public long Malformed { get; internal set; }

    /// <summary>New calls.</summary>
    public long Calls { get; internal set; }

    /// <summary>Emergency calls among them.</summary>
    public long EmergencyCalls { get; internal set; }

    /// <summary>Calls to free numbers among them.</summary>
    public long FreeCalls { get; internal set; }

    /// <summary>Calls that were answered.</summary>
    public long Answered { get; internal set; }

    /// <summary>Calls that ended before an answer, the refused ones included.</summary>
    public long Failed { get; internal set; }

    /// <summary>INVITEs that went to another next hop because one did not serve.</summary>
    public long Rerouted { get; internal set; }

    /// <summary>Calls the edge ended by itself.</summary>
    public long EndedByEdge { get; internal set; }

    /// <summary>Requests that belong to no dialog this edge knows.</summary>
    public long Strays { get; internal set; }

    /// <summary>New requests answered 503 because the inbox of the lane they belong to had no room.</summary>
    public long ShedInbox { get; internal set; }

    /// <summary>New requests answered 503 because the lane did not keep up with what arrived.</summary>
    public long ShedBehind { get; internal set; }
}
