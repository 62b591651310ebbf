namespace HotPath.Commands;

/// <summary>
/// Asks whether a call may run and for how long. Source: facts cgrates-engine.md §4.2, cgrates-module.md §2.
/// </summary>
[CgrCommand("SessionSv1.AuthorizeEvent", Compat = "SMGenericV1.GetMaxUsage", Repeat = RepeatClass.Safe, Reply = typeof(AuthorizeReply))]
public readonly ref partial struct AuthorizeEvent
{
    /// <summary>Ask for the time the account can pay for.</summary>
    [CgrMember("GetMaxUsage", Compat = CgrCompat.Implied)] public bool GetMaxUsage { get; init; }

    /// <summary>Let the engine's attribute profiles fill in the event (request type, account…).</summary>
    [CgrMember("GetAttributes", Yields = true)] public bool GetAttributes { get; init; }

    /// <summary>Ask whether the resources that the event uses have room.</summary>
    [CgrMember("AuthorizeResources", Yields = true)] public bool AuthorizeResources { get; init; }

    /// <summary>Ask whether there is an address for the event. Engines before 0.11 do not know it.</summary>
    [CgrMember("AuthorizeIP", Yields = true)] public bool AuthorizeIp { get; init; }

    /// <summary>All of the length asked for or nothing: less is the error <c>INSUFFICIENT_CREDIT</c>.</summary>
    [CgrMember("ForceDuration", Yields = true)] public bool ForceDuration { get; init; }

    /// <summary>Count the event in the thresholds that match it.</summary>
    [CgrMember("ProcessThresholds", Yields = true)] public bool ProcessThresholds { get; init; }

    /// <summary>Count the event in the statistics that match it.</summary>
    [CgrMember("ProcessStats", Yields = true)] public bool ProcessStats { get; init; }

    /// <summary>Ask for the routes, in the order in which they are to be tried.</summary>
    [CgrMember("GetRoutes", Yields = true)] public bool GetRoutes { get; init; }

    /// <summary>Routes that cost more are left out: a number, or <c>*event_cost</c>.</summary>
    [CgrMember("RoutesMaxCost", Yields = true)] public CgrText RoutesMaxCost { get; init; }

    /// <summary>Leave out routes that cannot be rated.</summary>
    [CgrMember("RoutesIgnoreErrors", Yields = true)] public bool RoutesIgnoreErrors { get; init; }

    /// <summary><see cref="GetRoutes"/> for engines before 0.11.</summary>
    [CgrMember("GetSuppliers", Yields = true)] public bool GetSuppliers { get; init; }

    /// <summary><see cref="RoutesMaxCost"/> for engines before 0.11.</summary>
    [CgrMember("SuppliersMaxCost", Yields = true)] public CgrText SuppliersMaxCost { get; init; }

    /// <summary><see cref="RoutesIgnoreErrors"/> for engines before 0.11.</summary>
    [CgrMember("SuppliersIgnoreErrors", Yields = true)] public bool SuppliersIgnoreErrors { get; init; }

    /// <summary>The attribute profiles to apply; absent: those that match.</summary>
    [CgrMember("AttributeIDs", Yields = true)] public string[]? AttributeIds { get; init; }

    /// <summary>The thresholds to count the event in; absent: those that match.</summary>
    [CgrMember("ThresholdIDs", Yields = true)] public string[]? ThresholdIds { get; init; }

    /// <summary>The statistics to count the event in; absent: those that match.</summary>
    [CgrMember("StatIDs", Yields = true)] public string[]? StatIds { get; init; }

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

    /// <summary>The length asked for; absent: the engine's default.</summary>
    [CgrField("Usage", Format = CgrFormat.SecondsText, Yields = true)] public CgrDuration? Usage { get; init; }

    /// <summary>Further fields of the event, set by name.</summary>
    [CgrField] public CgrVariables? Variables { get; init; }

    /// <summary>Further members beside the event, set by name.</summary>
    [CgrMember] public CgrVariables? Options { get; init; }
}

/// <summary>The engine's answer to <see cref="AuthorizeEvent"/>. What was not asked for is absent, from engines before 0.11 <c>null</c> or 0.</summary>
[CgrReply]
public readonly partial struct AuthorizeReply
{
    /// <summary>Time granted. Absent or -1: no limit; 0: denied.</summary>
    [CgrMember("MaxUsage", Format = CgrFormat.Nanoseconds, Compat = CgrCompat.WholeResult, CompatFormat = CgrFormat.WholeSeconds)] public CgrDuration? MaxUsage { get; init; }

    /// <summary>The resource that was authorised.</summary>
    [CgrMember("ResourceAllocation")] public string? ResourceAllocation { get; init; }

    /// <summary>The address: JSON. Engines before 0.11 do not know it.</summary>
    [CgrMember("AllocatedIP", Format = CgrFormat.RawJson)] public string? AllocatedIp { get; init; }

    /// <summary>What attribute profiles made of the event, if they were asked for and one matched: JSON, read as <see cref="AlteredEvent"/> (<see cref="CgrJson.TryRead"/>).</summary>
    [CgrMember("Attributes", Format = CgrFormat.RawJson)] public string? Attributes { get; init; }

    /// <summary>The routes, in the order in which they are to be tried, of each profile that matches.</summary>
    [CgrMember("RouteProfiles")] public RouteProfile[]? RouteProfiles { get; init; }

    /// <summary>The routes of engines before 0.11: JSON, read as <see cref="SupplierProfile"/> (<see cref="CgrJson.TryRead"/>).</summary>
    [CgrMember("Suppliers", Format = CgrFormat.RawJson)] public string? Suppliers { get; init; }

    /// <summary>Thresholds that counted the event.</summary>
    [CgrMember("ThresholdIDs")] public string[]? ThresholdIds { get; init; }

    /// <summary>Statistics that counted the event.</summary>
    [CgrMember("StatQueueIDs")] public string[]? StatQueueIds { get; init; }
}
