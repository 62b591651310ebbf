namespace HotPath.Commands;

/// <summary>The engine asks its client for the sessions it knows; those that are missing in the answer, it ends. Source: facts cgrates-module.md §8, cgrates-engine.md §4.3.</summary>
[CgrCommand("SessionSv1.GetActiveSessionIDs", Aliases = ["SMGClientV1.GetActiveSessionIDs", "AgentV1.GetActiveSessionIDs"], Repeat = RepeatClass.Safe, Reply = typeof(GetActiveSessionIdsReply))]
public readonly ref partial struct GetActiveSessionIds;

/// <summary>The client's answer to <see cref="GetActiveSessionIds"/>.</summary>
[CgrReply]
public readonly partial struct GetActiveSessionIdsReply
{
    /// <summary>The pairs that were sent in InitiateSession.</summary>
    [CgrResult] public ActiveSessionId[]? Ids { get; init; }
}

/// <summary>The identity of a session as its client gave it.</summary>
[CgrObject]
public readonly partial struct ActiveSessionId
{
    /// <summary>The stable name of the edge the call is on.</summary>
    [CgrMember("OriginHost")] public string OriginHost { get; init; }

    /// <summary>The call's identity there.</summary>
    [CgrMember("OriginID")] public string OriginId { get; init; }
}
