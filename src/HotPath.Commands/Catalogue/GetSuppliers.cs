namespace HotPath.Commands;

/// <summary><see cref="GetRoutes"/> of engines before 0.11. Source: facts cgrates-engine.md §7, wire recording 214 of v0.10.4.</summary>
[CgrCommand("SupplierSv1.GetSuppliers", Repeat = RepeatClass.Safe, Reply = typeof(GetSuppliersReply))]
public readonly ref partial struct GetSuppliers
{
    /// <summary>Suppliers that cost more are left out: a number, or <c>*event_cost</c>.</summary>
    [CgrMember("MaxCost", Yields = true)] public CgrText MaxCost { get; init; }

    /// <summary>Leave out suppliers that cannot be rated.</summary>
    [CgrMember("IgnoreErrors", Yields = true)] public bool IgnoreErrors { get; init; }

    /// <summary>Most suppliers.</summary>
    [CgrMember("Limit", Yields = true)] public int? Limit { get; init; }

    /// <summary>Suppliers to pass over.</summary>
    [CgrMember("Offset", Yields = true)] public int? Offset { get; init; }

    /// <summary>Tenant; absent: the engine's default.</summary>
    [CgrMember("Tenant", Yields = true)] public CgrText Tenant { get; init; }

    /// <summary>Identifies this request in the engine's logs; absent: the engine makes one.</summary>
    [CgrMember("ID", Yields = true)] public CgrText Id { get; init; }

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

/// <summary>The engine's answer to <see cref="GetSuppliers"/>.</summary>
[CgrReply]
public readonly partial struct GetSuppliersReply
{
    /// <summary>The profile that matches, with its routes.</summary>
    [CgrResult] public SupplierProfile? Profile { get; init; }
}

/// <summary>Routes that one profile gives, of engines before 0.11; later <see cref="RouteProfile"/>.</summary>
[CgrObject]
public readonly partial struct SupplierProfile
{
    /// <summary>The profile.</summary>
    [CgrMember("ProfileID")] public string? ProfileId { get; init; }

    /// <summary>How they were ordered: <c>*weight</c>, <c>*lc</c> and so on.</summary>
    [CgrMember("Sorting")] public string? Sorting { get; init; }

    /// <summary>How many there are.</summary>
    [CgrMember("Count")] public long? Count { get; init; }

    /// <summary>In the order in which they are to be tried.</summary>
    [CgrMember("SortedSuppliers")] public Supplier[]? SortedSuppliers { get; init; }
}

/// <summary>A way to send a call.</summary>
[CgrObject]
public readonly partial struct Supplier
{
    /// <summary>Its name.</summary>
    [CgrMember("SupplierID")] public string? SupplierId { get; init; }

    /// <summary>What the profile says about it.</summary>
    [CgrMember("SupplierParameters")] public string? SupplierParameters { get; init; }

    /// <summary>What it was ordered by: a JSON object.</summary>
    [CgrMember("SortingData", Format = CgrFormat.RawJson)] public string? SortingData { get; init; }
}
