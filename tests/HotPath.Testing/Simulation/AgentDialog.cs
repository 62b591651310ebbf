using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>A dialog as one user agent sees it (RFC 3261 §12).</summary>
internal sealed class AgentDialog
{
    public required AgentCall Call { get; init; }

    /// <summary>From of what this side sends.</summary>
    public required string Local { get; init; }

    /// <summary>To of what this side sends.</summary>
    public required string Remote { get; init; }

    public required string LocalTag { get; init; }

    public required string RemoteTag { get; init; }

    public required SipEndpoint Peer { get; init; }

    public string Target { get; set; } = "";

    /// <summary>Route header lines.</summary>
    public string Routes { get; set; } = "";

    public int CSeq { get; set; }

    /// <summary>The CSeq of the INVITE that made the dialog.</summary>
    public int InviteCSeq { get; init; }

    public bool IsConfirmed { get; set; }

    public bool HasEnded { get; set; }

    /// <summary>This side has answered the call, and the ACK is still to come.</summary>
    public bool AwaitsAck { get; set; }

    /// <summary>This side hangs up as soon as it may.</summary>
    public bool EndsWhenAcknowledged { get; set; }

    /// <summary>An INVITE of either side is under way in the dialog.</summary>
    public bool HasInviteUnderWay { get; set; }

    /// <summary>The ACKs sent to 2xx, by CSeq, to be repeated when the 2xx is.</summary>
    public Dictionary<int, string> Acks { get; } = [];

    /// <summary>CSeq of the INVITEs whose 2xx of this side has been acknowledged.</summary>
    public HashSet<int> Acknowledged { get; } = [];

    /// <summary>The newest reliable provisional that was acknowledged.</summary>
    public int LastRSeq { get; set; }
}
