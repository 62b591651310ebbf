namespace HotPath.Commands;

/// <summary>Asks how the engine is. Source: wire recording 001.</summary>
[CgrCommand("CoreSv1.Status", Repeat = RepeatClass.Safe, Reply = typeof(CoreStatusReply))]
public readonly ref partial struct CoreStatus;

/// <summary>The engine's answer to <see cref="CoreStatus"/>.</summary>
[CgrReply]
public readonly partial struct CoreStatusReply
{
    /// <summary>The name of the engine.</summary>
    [CgrMember("NodeID")] public string? NodeId { get; init; }

    /// <summary>Its version.</summary>
    [CgrMember("Version")] public string? Version { get; init; }

    /// <summary>What it was built with.</summary>
    [CgrMember("GoVersion")] public string? GoVersion { get; init; }

    /// <summary>When it was started, in words.</summary>
    [CgrMember("RunningSince")] public string? RunningSince { get; init; }

    /// <summary>Its memory, with unit.</summary>
    [CgrMember("MemoryUsage")] public string? MemoryUsage { get; init; }

    /// <summary>What it does at once.</summary>
    [CgrMember("ActiveGoroutines")] public long? ActiveGoroutines { get; init; }
}
