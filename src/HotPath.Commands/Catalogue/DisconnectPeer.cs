namespace HotPath.Commands;

/// <summary>The engine tells its client to disconnect a Diameter peer. Source: facts cgrates-engine.md §4.3.</summary>
[CgrCommand("AgentV1.DisconnectPeer", Aliases = ["SessionSv1.DisconnectPeer"], Repeat = RepeatClass.SameEngine, Reply = typeof(OkReply))]
public readonly ref partial struct DisconnectPeer
{
    /// <summary>The peer.</summary>
    [CgrMember("OriginHost")] public CgrText OriginHost { get; init; }

    /// <summary>The peer's realm.</summary>
    [CgrMember("OriginRealm")] public CgrText OriginRealm { get; init; }

    /// <summary>Why, as RFC 6733 §5.4.3 counts it.</summary>
    [CgrMember("DisconnectCause")] public int? DisconnectCause { get; init; }
}
