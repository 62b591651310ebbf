using HotPath.Billing;

namespace HotPath.Edge;

/// <summary>Where an edge writes down what it owes, and what it does with the calls it finds there when it starts.</summary>
public sealed class EdgeJournalOptions
{
    /// <summary>The folder; belongs to one edge at a time.</summary>
    public required string Folder { get; init; }

    /// <summary>What a record survives.</summary>
    public JournalLevel Level { get; init; }

    /// <summary>
    /// Calls that ran when the last edge died go on: their limits are armed, and requests inside their dialogs are served. Else they are
    /// ended with a BYE to each side, and billed up to that edge's last sign of life.
    /// </summary>
    public bool ResumesCalls { get; init; }
}
