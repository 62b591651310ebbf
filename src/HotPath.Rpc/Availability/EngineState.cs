namespace HotPath.Rpc;

/// <summary>What a client knows of one engine.</summary>
public enum EngineState : byte
{
    /// <summary>There is no connection; the next try waits for its time.</summary>
    Down,

    /// <summary>A connection is being made.</summary>
    Connecting,

    /// <summary>Connected, and asked.</summary>
    Up,

    /// <summary>Connected, but it let too many requests in a row go unanswered: not asked until it answers a probe.</summary>
    Silent,
}

/// <summary>An engine's state changed.</summary>
/// <param name="Engine">Index in the configured list.</param>
/// <param name="Address">Where it listens.</param>
/// <param name="State">The new state.</param>
/// <param name="Reason">One line for a log; empty if there is nothing to say.</param>
public readonly record struct EngineStateChange(int Engine, EngineAddress Address, EngineState State, string Reason);
