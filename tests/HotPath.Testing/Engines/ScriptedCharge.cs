using HotPath.Commands;

namespace HotPath.Testing;

/// <summary>Why the scripted engine debited a session.</summary>
public enum ScriptedChargeKind
{
    /// <summary>Initiate asked for a time, which is debited at once and set off when the session ends.</summary>
    Reserved,

    /// <summary>UpdateSession.</summary>
    Updated,

    /// <summary>Terminate of an open session: what is missing to the time used; less than zero is a refund.</summary>
    Terminated,

    /// <summary>Terminate without an open session, be it a repetition: the whole time, in one shot.</summary>
    OneShot,

    /// <summary>A CDR whose session the engine has forgotten: the whole time.</summary>
    LateCdr,

    /// <summary>A CDR of a session that is charged by its CDR only.</summary>
    Postpaid,

    /// <summary>The engine ended the session by itself: the time it ran.</summary>
    EndedByEngine,
}

/// <summary>One debit of the scripted engine's ledger.</summary>
/// <param name="OriginHost">The session's edge.</param>
/// <param name="OriginId">The session's identity there.</param>
/// <param name="Usage">The time debited; less than zero is a refund.</param>
/// <param name="Kind">What for.</param>
public sealed record ScriptedCharge(string OriginHost, string OriginId, CgrDuration Usage, ScriptedChargeKind Kind);
