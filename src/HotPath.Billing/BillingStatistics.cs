namespace HotPath.Billing;

/// <summary>Counters of one lane's charging. Written on the lane's thread; reading from another thread sees recent values.</summary>
public sealed class BillingStatistics
{
    /// <summary>Calls that were authorised.</summary>
    public long Granted { get; internal set; }

    /// <summary>Calls refused for the account's sake.</summary>
    public long Refused { get; internal set; }

    /// <summary>Calls refused because no engine gave a usable answer.</summary>
    public long NotAsked { get; internal set; }

    /// <summary>Sessions opened on an engine.</summary>
    public long Initiated { get; internal set; }

    /// <summary>Sessions that an engine refused to open after the answer.</summary>
    public long InitiateDenied { get; internal set; }

    /// <summary>Further pieces of time that engines were asked for.</summary>
    public long Updates { get; internal set; }

    /// <summary>Sessions that an engine acknowledged as ended.</summary>
    public long Terminated { get; internal set; }

    /// <summary>Errors in answer to Terminate.</summary>
    public long TerminateErrors { get; internal set; }

    /// <summary>CDRs an engine acknowledged.</summary>
    public long CdrsDelivered { get; internal set; }

    /// <summary>Calls whose end an engine asked for.</summary>
    public long EngineDisconnects { get; internal set; }

    /// <summary>Questions whether an engine still has a session whose Terminate went unanswered.</summary>
    public long Queries { get; internal set; }

    /// <summary>Sessions of running calls that an engine has forgotten.</summary>
    public long LostByEngine { get; internal set; }

    /// <summary>Times that a call was let run although no engine could be asked.</summary>
    public long AllowedWithoutEngine { get; internal set; }

    /// <summary>Sessions that may be open on an engine beside the one that charges the call.</summary>
    public long Orphans { get; internal set; }

    /// <summary>Sessions parked because repeating a command could charge twice.</summary>
    public long Unresolved { get; internal set; }

    /// <summary>Requests of engines that were not understood.</summary>
    public long BadEngineRequests { get; internal set; }

    /// <summary>Sessions brought back from the journal after a restart.</summary>
    public long Restored { get; internal set; }

    /// <summary>Sessions too large for a record: a crash would lose them.</summary>
    public long NotJournaled { get; internal set; }

    /// <summary>Commands and BYEs that left before their record was safe, because the disk took longer than half a second.</summary>
    public long EffectsBeforeSafe { get; internal set; }
}
