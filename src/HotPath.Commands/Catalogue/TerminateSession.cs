namespace HotPath.Commands;

/// <summary>
/// Ends the charging session of a call. Repeating it charges the call again. Source: facts cgrates-engine.md §4.2, wire/README.md.
/// </summary>
[CgrCommand("SessionSv1.TerminateSession", Compat = "SMGenericV1.TerminateSession", Repeat = RepeatClass.AfterQuery, Reply = typeof(OkReply))]
public readonly ref partial struct TerminateSession
{
    /// <summary>End the charging session and settle what was used.</summary>
    [CgrMember("TerminateSession", Compat = CgrCompat.Implied)] public bool EndSession { get; init; }

    /// <summary>Let the engine's attribute profiles fill in the event (request type, account…).</summary>
    [CgrMember("GetAttributes", Yields = true)] public bool GetAttributes { get; init; }

    /// <summary>Give back the resources that the event uses.</summary>
    [CgrMember("ReleaseResources", Yields = true)] public bool ReleaseResources { get; init; }

    /// <summary>Give back the address that the event uses. Engines before 0.11 do not know it.</summary>
    [CgrMember("ReleaseIP", Yields = true)] public bool ReleaseIp { get; init; }

    /// <summary>All of the length asked for or nothing: less is the error <c>INSUFFICIENT_CREDIT</c>.</summary>
    [CgrMember("ForceDuration", Yields = true)] public bool ForceDuration { get; init; }

    /// <summary>Count the event in the thresholds that match it.</summary>
    [CgrMember("ProcessThresholds", Yields = true)] public bool ProcessThresholds { get; init; }

    /// <summary>Count the event in the statistics that match it.</summary>
    [CgrMember("ProcessStats", Yields = true)] public bool ProcessStats { get; init; }

    /// <summary>The thresholds to count the event in; absent: those that match.</summary>
    [CgrMember("ThresholdIDs", Yields = true)] public string[]? ThresholdIds { get; init; }

    /// <summary>The statistics to count the event in; absent: those that match.</summary>
    [CgrMember("StatIDs", Yields = true)] public string[]? StatIds { get; init; }

    /// <summary>Tenant; absent: the engine's default.</summary>
    [CgrMember("Tenant", Yields = true)] public CgrText Tenant { get; init; }

    /// <summary>Identifies this request in the engine's logs; absent: the engine makes one.</summary>
    [CgrMember("ID", Yields = true)] public CgrText Id { get; init; }

    /// <summary>Options of the request: a JSON object. Engines before 0.11 do not know it.</summary>
    [CgrMember("APIOpts", Format = CgrFormat.RawJson, Yields = true)] public CgrText ApiOpts { get; init; }

    /// <summary><c>*voice</c> and the like.</summary>
    [CgrField("ToR", Yields = true)] public CgrText ToR { get; init; }

    /// <summary>The call's identity, with <see cref="OriginHost"/>. The engine insists on it.</summary>
    [CgrField("OriginID", Required = true, Yields = true)] public CgrText OriginId { get; init; }

    /// <summary>The stable name of the edge the call is on.</summary>
    [CgrField("OriginHost", Yields = true)] public CgrText OriginHost { get; init; }

    /// <summary><c>*prepaid</c>, <c>*postpaid</c>, <c>*pseudoprepaid</c>, <c>*rated</c>.</summary>
    [CgrField("RequestType", Yields = true)] public CgrText RequestType { get; init; }

    /// <summary>Rating category, usually <c>call</c>.</summary>
    [CgrField("Category", Yields = true)] public CgrText Category { get; init; }

    /// <summary>Who pays.</summary>
    [CgrField("Account")] public CgrText Account { get; init; }

    /// <summary>Whose rating profile is used; absent: the account's.</summary>
    [CgrField("Subject", Yields = true)] public CgrText Subject { get; init; }

    /// <summary>The number called.</summary>
    [CgrField("Destination", Yields = true)] public CgrText Destination { get; init; }

    /// <summary>When the call was set up.</summary>
    [CgrField("SetupTime", Format = CgrFormat.UnixSeconds)] public DateTimeOffset? SetupTime { get; init; }

    /// <summary>When the call was answered.</summary>
    [CgrField("AnswerTime", Format = CgrFormat.UnixSeconds)] public DateTimeOffset? AnswerTime { get; init; }

    /// <summary>How long the call lasted.</summary>
    [CgrField("Usage", Format = CgrFormat.SecondsText)] public CgrDuration? Usage { get; init; }

    /// <summary>Why the call ended, in the reference module's words.</summary>
    [CgrField("DisconnectCause", Yields = true)] public CgrText DisconnectCause { get; init; }

    /// <summary>Further fields of the event, set by name.</summary>
    [CgrField] public CgrVariables? Variables { get; init; }

    /// <summary>Further members beside the event, set by name.</summary>
    [CgrMember] public CgrVariables? Options { get; init; }
}
