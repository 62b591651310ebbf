namespace HotPath.Testing;

/// <summary>A call as one user agent sees it.</summary>
internal sealed class AgentCall(string callId, CallPlan plan)
{
    public string CallId { get; } = callId;

    public CallPlan Plan { get; } = plan;

    public CallExperience Experience { get; } = new();

    /// <summary>The dialogs of the call, several when it forks; in the order in which they came to be.</summary>
    public List<AgentDialog> Dialogs { get; } = [];

    /// <summary>CSeqs of the INVITEs that came to begin the call.</summary>
    public HashSet<uint> Invited { get; } = [];

    /// <summary>The line is dead: nothing is heard and nothing said any more.</summary>
    public bool IsDead { get; set; }

    /// <summary>The caller has given up.</summary>
    public bool IsCancelled { get; set; }

    public AgentDialog? Find(string remoteTag, string localTag) =>
        Dialogs.Find(dialog => dialog.LocalTag == localTag && dialog.RemoteTag == remoteTag);
}
