namespace HotPath.Load;

/// <summary>What became of a session of a call of a kill run, and of what it cost.</summary>
internal enum CallOutcome
{
    /// <summary>Answered and ended while the edge ran: one Initiate, Terminate and CDR, the duration within a second.</summary>
    Clean,

    /// <summary>The callee was busy; nothing was charged.</summary>
    Rejected,

    /// <summary>Refused, or never answered for its caller, because the edge or the engine was away; nothing was charged.</summary>
    NotSetUp,

    /// <summary>The edge died between the 2xx and its record: nothing was charged, as the design allows.</summary>
    LostBeforeRecord,

    /// <summary>The edge died and came back during the call, which went on and is billed within a second.</summary>
    Resumed,

    /// <summary>The edge died during the call: billed to the last sign of life, and marked.</summary>
    Estimated,

    /// <summary>The call ended as the edge died, and is billed within a second: the record of the end came first.</summary>
    EndedDuringOutage,

    /// <summary>The engine died about the call, which has one CDR, within a second of what it lasted, but not one Initiate and one Terminate.</summary>
    EngineDied,

    /// <summary>The engine missed the edge, ended the session by itself and charged it.</summary>
    EndedByEngine,

    /// <summary>Parked: nobody can know what the engine did. It is listed by <c>hotpath journal unresolved</c>.</summary>
    Parked,

    /// <summary>None of these: a broken promise.</summary>
    Unexplained,
}
