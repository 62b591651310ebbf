using HotPath.Commands;

namespace HotPath.Testing;

/// <summary>A session that a scripted engine does not have any more, without its client's doing, while it could not tell the client.</summary>
/// <param name="OriginId">The session.</param>
/// <param name="AtMs">When, on the engine's clock.</param>
/// <param name="Debited">What was debited for it.</param>
public sealed record ScriptedLoss(string OriginId, long AtMs, CgrDuration Debited)
{
    /// <summary>What stays debited although nothing charges it: zero unless a restart forgot the session, or another engine has one of its own.</summary>
    public CgrDuration Stranded { get; set; } = Debited;

    /// <summary>It has been opened anew since.</summary>
    public bool IsOpenAgain { get; set; }
}
