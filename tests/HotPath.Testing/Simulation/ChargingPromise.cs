namespace HotPath.Testing;

/// <summary>What must hold of every call's charging, whatever happens to the edge, its engines, its disk and the network (design: what always holds).</summary>
public enum ChargingPromise
{
    /// <summary>A call that was not authorised does not reach the callee; one that comes when the journal takes none is answered 503 with Retry-After.</summary>
    RefusedCallsDoNotRing,

    /// <summary>Calls to free numbers and for help pass whatever befalls engines and disk, are not charged, and only their phones end those for help.</summary>
    ExemptCallsPass,

    /// <summary>No session is charged twice, nor beyond the time that was seen to pass.</summary>
    ChargedOnce,

    /// <summary>An answered call is charged for the time that was lived through, unless it is parked or its engine lost or ended the session itself.</summary>
    ChargedAsLived,

    /// <summary>No answered call goes uncharged, but those whose answer and whose edge's death fell together.</summary>
    NothingLost,

    /// <summary>An answered call has one CDR, unless it is parked or its engine recorded it itself.</summary>
    OneCdr,

    /// <summary>A session that is bound to a next hop is charged if the call is answered there, and never otherwise: it is a missed call if that one was tried.</summary>
    BoundToItsNextHop,

    /// <summary>A CDR says when its call was answered and for how long it ran.</summary>
    CdrTellsTheCall,

    /// <summary>A call that was offered and not answered has one CDR without usage, if one is wanted.</summary>
    MissedCallRecorded,

    /// <summary>No call runs longer than what it was granted and a second, nor an edge that comes back later lets it.</summary>
    WithinGrant,

    /// <summary>No call runs longer than an audit interval and a second after an engine that can be asked has lost its session.</summary>
    EndedWhenLost,

    /// <summary>Both sides of an answered call hear that it is over.</summary>
    BothSidesHear,

    /// <summary>In the end nothing is owed, open or left behind.</summary>
    Settled,

    /// <summary>What is parked had to be: repeating it could have charged twice.</summary>
    ParkedForAReason,

    /// <summary>What a command rests on is in the journal before the command leaves.</summary>
    RecordBeforeEffect,

    /// <summary>An engine that asks for the end of a session is answered at once, and before the session is terminated.</summary>
    EngineAnsweredFirst,

    /// <summary>An engine that asks for the active sessions is told of every one it has open.</summary>
    EnginesKnowOurSessions,

    /// <summary>What left the accounts is what the CDRs say.</summary>
    MoneyAddsUp,
}

/// <summary>A promise that was broken.</summary>
/// <param name="Promise">Name of a <see cref="ChargingPromise"/> or <see cref="WireRule"/>.</param>
/// <param name="Detail">To which call, and how.</param>
public sealed record BrokenPromise(string Promise, string Detail)
{
    public override string ToString() => $"{Promise}: {Detail}";
}
