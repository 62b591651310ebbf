namespace HotPath.Commands;

/// <summary>Charges something that has no length in time, such as a message, at once. Each one charges. Source: facts cgrates-engine.md §4.2.</summary>
[CgrCommand("SessionSv1.ProcessMessage", Repeat = RepeatClass.Never, Reply = typeof(ProcessMessageReply))]
public readonly ref partial struct ProcessMessage
{
    /// <summary>Charge the event.</summary>
    [CgrMember("Debit")] public bool Debit { get; init; }

    /// <summary>Let the engine's attribute profiles fill in the event (request type, account…).</summary>
    [CgrMember("GetAttributes", Yields = true)] public bool GetAttributes { get; init; }

    /// <summary>Ask for the routes, in the order in which they are to be tried.</summary>
    [CgrMember("GetRoutes", Yields = true)] public bool GetRoutes { get; init; }

    /// <summary>The same for engines before 0.11.</summary>
    [CgrMember("GetSuppliers", Yields = true)] public bool GetSuppliers { get; init; }

    /// <summary>Take up the resources that the event uses.</summary>
    [CgrMember("AllocateResources", Yields = true)] public bool AllocateResources { get; init; }

    /// <summary>Count the event in the thresholds that match it.</summary>
    [CgrMember("ProcessThresholds", Yields = true)] public bool ProcessThresholds { get; init; }

    /// <summary>Count the event in the statistics that match it.</summary>
    [CgrMember("ProcessStats", Yields = true)] public bool ProcessStats { get; init; }

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

/// <summary>The engine's answer to <see cref="ProcessMessage"/>. What was not asked for is absent.</summary>
[CgrReply]
public readonly partial struct ProcessMessageReply
{
    /// <summary>How much was charged for; 0: the account cannot pay.</summary>
    [CgrMember("MaxUsage", Format = CgrFormat.Nanoseconds)] public CgrDuration? MaxUsage { get; init; }

    /// <summary>The resource that was taken up.</summary>
    [CgrMember("ResourceAllocation")] public string? ResourceAllocation { get; init; }

    /// <summary>What attribute profiles made of the event: a JSON object.</summary>
    [CgrMember("Attributes", Format = CgrFormat.RawJson)] public string? Attributes { get; init; }

    /// <summary>Routes: a JSON array.</summary>
    [CgrMember("RouteProfiles", Format = CgrFormat.RawJson)] public string? RouteProfiles { get; init; }

    /// <summary>Routes of engines before 0.11: a JSON object.</summary>
    [CgrMember("Suppliers", Format = CgrFormat.RawJson)] public string? Suppliers { get; init; }

    /// <summary>Thresholds that counted the event.</summary>
    [CgrMember("ThresholdIDs")] public string[]? ThresholdIds { get; init; }

    /// <summary>Statistics that counted the event.</summary>
    [CgrMember("StatQueueIDs")] public string[]? StatQueueIds { get; init; }
}
