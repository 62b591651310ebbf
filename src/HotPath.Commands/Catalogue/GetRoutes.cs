namespace HotPath.Commands;

/// <summary>Asks for the routes of a call, in the order in which they are to be tried. Source: facts cgrates-engine.md §7.</summary>
[CgrCommand("RouteSv1.GetRoutes", Repeat = RepeatClass.Safe, Reply = typeof(GetRoutesReply))]
public readonly ref partial struct GetRoutes
{
    /// <summary>Routes that cost more are left out: a number, or <c>*event_cost</c>.</summary>
    [CgrMember("MaxCost", Yields = true)] public CgrText MaxCost { get; init; }

    /// <summary>Leave out routes that cannot be rated.</summary>
    [CgrMember("IgnoreErrors", Yields = true)] public bool IgnoreErrors { get; init; }

    /// <summary>Most routes.</summary>
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

/// <summary>The engine's answer to <see cref="GetRoutes"/>.</summary>
[CgrReply]
public readonly partial struct GetRoutesReply
{
    /// <summary>The profiles that match, the weightiest first.</summary>
    [CgrResult] public RouteProfile[]? Profiles { get; init; }
}

/// <summary>Routes that one profile gives.</summary>
[CgrObject]
public readonly partial struct RouteProfile
{
    /// <summary>The profile.</summary>
    [CgrMember("ProfileID")] public string? ProfileId { get; init; }

    /// <summary>How they were ordered: <c>*weight</c>, <c>*lc</c> and so on.</summary>
    [CgrMember("Sorting")] public string? Sorting { get; init; }

    /// <summary>In the order in which they are to be tried.</summary>
    [CgrMember("Routes")] public Route[]? Routes { get; init; }
}

/// <summary>A way to send a call.</summary>
[CgrObject]
public readonly partial struct Route
{
    /// <summary>Its name.</summary>
    [CgrMember("RouteID")] public string? RouteId { get; init; }

    /// <summary>What the profile says about it.</summary>
    [CgrMember("RouteParameters")] public string? RouteParameters { get; init; }

    /// <summary>What it was ordered by: a JSON object.</summary>
    [CgrMember("SortingData", Format = CgrFormat.RawJson)] public string? SortingData { get; init; }
}
