using HotPath.Commands;

namespace HotPath.Billing;

/// <summary>What became of what a call owed.</summary>
public enum SettlementKind : byte
{
    /// <summary>There was nothing to settle: the call was refused, or came to nothing and wants no CDR.</summary>
    NothingOwed,

    /// <summary>The engine ended the session; no CDR was wanted.</summary>
    Terminated,

    /// <summary>An engine has the CDR.</summary>
    CdrDelivered,

    /// <summary>
    /// It is not known what the engine did, and trying again could charge twice: a person has to look at the engine's CDRs. A journal
    /// keeps the session (<c>hotpath journal unresolved</c>).
    /// </summary>
    Parked,

    /// <summary>
    /// The client was closed first. With a journal the next client settles the call; without one it is left to the engine.
    /// </summary>
    Left,
}

/// <summary>What was delivered for a call that is over.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Usage">What it was charged for, in whole seconds; zero for a call that was not answered.</param>
/// <param name="Detail">Why it was parked; else empty.</param>
public readonly record struct CallSettlement(SettlementKind Kind, CgrDuration Usage, string Detail);
