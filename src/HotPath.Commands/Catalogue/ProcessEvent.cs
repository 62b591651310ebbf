namespace HotPath.Commands;

/// <summary>Does what its flags say, charging included. Source: facts cgrates-engine.md §4.2.</summary>
[CgrCommand("SessionSv1.ProcessEvent", Repeat = RepeatClass.Never, Reply = typeof(ProcessEventReply))]
public readonly ref partial struct ProcessEvent
{
    /// <summary>What to do: <c>*rals:*authorize</c>, <c>*attributes</c>, <c>*cdrs</c> and so on.</summary>
    [CgrMember("Flags", Yields = true)] public string[]? Flags { get; init; }

    /// <summary>Most routes; absent: all.</summary>
    [CgrMember("Limit", Yields = true)] public int? Limit { get; init; }

    /// <summary>Routes to pass over.</summary>
    [CgrMember("Offset", Yields = true)] public int? Offset { get; init; }

    /// <summary>Tenant; absent: the engine's default.</summary>
    [CgrMember("Tenant", Yields = true)] public CgrText Tenant { get; init; }

    /// <summary>Identifies this request in the engine's logs; absent: the engine makes one.</summary>
    [CgrMember("ID", Yields = true)] public CgrText Id { get; init; }

    /// <summary>Options of the request: a JSON object. Engines before 0.11 do not know it.</summary>
    [CgrMember("APIOpts", Format = CgrFormat.RawJson, Yields = true)] public CgrText ApiOpts { get; init; }

    /// <summary><c>*voice</c> and the like.</summary>
    [CgrField("ToR", Yields = true)] public CgrText ToR { get; init; }

    /// <summary>The call's identity, with <see cref="OriginHost"/>.</summary>
    [CgrField("OriginID", Yields = true)] public CgrText OriginId { get; init; }

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
    [CgrField("Destination")] public CgrText Destination { get; init; }

    /// <summary>When the call was set up.</summary>
    [CgrField("SetupTime", Format = CgrFormat.UnixSeconds)] public DateTimeOffset? SetupTime { get; init; }

    /// <summary>When the call was answered.</summary>
    [CgrField("AnswerTime", Format = CgrFormat.UnixSeconds)] public DateTimeOffset? AnswerTime { get; init; }

    /// <summary>How long the call lasted, or how much was used.</summary>
    [CgrField("Usage", Format = CgrFormat.SecondsText, Yields = true)] public CgrDuration? Usage { get; init; }

    /// <summary>Further fields of the event, set by name.</summary>
    [CgrField] public CgrVariables? Variables { get; init; }

    /// <summary>Further members beside the event, set by name.</summary>
    [CgrMember] public CgrVariables? Options { get; init; }
}

/// <summary>The engine's answer to <see cref="ProcessEvent"/>. Each member is JSON: since 0.11 an object with one value for every billing run, before that the value itself.</summary>
[CgrReply]
public readonly partial struct ProcessEventReply
{
    /// <summary>Time granted, in nanoseconds.</summary>
    [CgrMember("MaxUsage", Format = CgrFormat.RawJson)] public string? MaxUsage { get; init; }

    /// <summary>What the event costs.</summary>
    [CgrMember("Cost", Format = CgrFormat.RawJson)] public string? Cost { get; init; }

    /// <summary>The resource that was taken up.</summary>
    [CgrMember("ResourceAllocation", Format = CgrFormat.RawJson)] public string? ResourceAllocation { get; init; }

    /// <summary>What attribute profiles made of the event.</summary>
    [CgrMember("Attributes", Format = CgrFormat.RawJson)] public string? Attributes { get; init; }

    /// <summary>Routes.</summary>
    [CgrMember("RouteProfiles", Format = CgrFormat.RawJson)] public string? RouteProfiles { get; init; }

    /// <summary>Routes of engines before 0.11.</summary>
    [CgrMember("Suppliers", Format = CgrFormat.RawJson)] public string? Suppliers { get; init; }

    /// <summary>The address.</summary>
    [CgrMember("AllocatedIP", Format = CgrFormat.RawJson)] public string? AllocatedIp { get; init; }

    /// <summary>The signed identity of the caller, for SIP's Identity header (RFC 8224).</summary>
    [CgrMember("STIRIdentity", Format = CgrFormat.RawJson)] public string? StirIdentity { get; init; }

    /// <summary>Thresholds that counted the event.</summary>
    [CgrMember("ThresholdIDs", Format = CgrFormat.RawJson)] public string? ThresholdIds { get; init; }

    /// <summary>Statistics that counted the event.</summary>
    [CgrMember("StatQueueIDs", Format = CgrFormat.RawJson)] public string? StatQueueIds { get; init; }
}
