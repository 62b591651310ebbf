namespace HotPath.Commands;

/// <summary>The engine's answer to <see cref="AuthorizeResources"/> and <see cref="AllocateResources"/>.</summary>
[CgrReply]
public readonly partial struct ResourceReply
{
    /// <summary>The message of the resource that has room, or its name.</summary>
    [CgrResult] public string? Allocation { get; init; }
}
