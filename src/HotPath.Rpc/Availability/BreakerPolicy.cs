namespace HotPath.Rpc;

/// <summary>
/// When an engine is taken out: after so many requests in a row whose time passed unanswered, or when a connection to it cannot be
/// made and no other is open. Immutable.
/// </summary>
public sealed record BreakerPolicy
{
    /// <summary>Five unanswered in a row.</summary>
    public static BreakerPolicy Default { get; } = new();

    /// <summary>Requests unanswered in a row, over all connections and clients that share an <see cref="EngineAvailability"/>; 1…255.</summary>
    public int UnansweredInRow { get; init; } = 5;
}
