namespace HotPath.Commands;

/// <summary>A stored call detail record. <c>APIerSv1</c> and <c>APIerSv2</c> write its usage as <c>"1m25s"</c>, <c>CDRsV1</c> in nanoseconds; both are read. Source: facts cgrates-engine.md §5, wire recordings 139-142.</summary>
[CgrObject]
public readonly partial struct Cdr
{
    /// <summary>The session's identity in the engine.</summary>
    [CgrMember("CGRID")] public string? CgrId { get; init; }

    /// <summary>The billing run, <c>*default</c> and the like.</summary>
    [CgrMember("RunID")] public string? RunId { get; init; }

    /// <summary>Counts the records.</summary>
    [CgrMember("OrderID")] public long? OrderId { get; init; }

    /// <summary><c>*voice</c> and the like.</summary>
    [CgrMember("ToR")] public string? ToR { get; init; }

    /// <summary>The call's identity, with <see cref="OriginHost"/>.</summary>
    [CgrMember("OriginID")] public string? OriginId { get; init; }

    /// <summary>The stable name of the edge the call is on.</summary>
    [CgrMember("OriginHost")] public string? OriginHost { get; init; }

    /// <summary>Who made the entry.</summary>
    [CgrMember("Source")] public string? Source { get; init; }

    /// <summary><c>*prepaid</c> and the like.</summary>
    [CgrMember("RequestType")] public string? RequestType { get; init; }

    /// <summary>Tenant.</summary>
    [CgrMember("Tenant")] public string? Tenant { get; init; }

    /// <summary>Rating category.</summary>
    [CgrMember("Category")] public string? Category { get; init; }

    /// <summary>Who pays.</summary>
    [CgrMember("Account")] public string? Account { get; init; }

    /// <summary>Whose rating profile is used.</summary>
    [CgrMember("Subject")] public string? Subject { get; init; }

    /// <summary>The number called.</summary>
    [CgrMember("Destination")] public string? Destination { get; init; }

    /// <summary>When the call was set up.</summary>
    [CgrMember("SetupTime", Format = CgrFormat.Rfc3339)] public DateTimeOffset? SetupTime { get; init; }

    /// <summary>When the call was answered.</summary>
    [CgrMember("AnswerTime", Format = CgrFormat.Rfc3339)] public DateTimeOffset? AnswerTime { get; init; }

    /// <summary>How long the call lasted.</summary>
    [CgrMember("Usage", Format = CgrFormat.Nanoseconds)] public CgrDuration? Usage { get; init; }

    /// <summary>Fields of the event that have no member of their own: a JSON object.</summary>
    [CgrMember("ExtraFields", Format = CgrFormat.RawJson)] public string? ExtraFields { get; init; }

    /// <summary>What went wrong.</summary>
    [CgrMember("ExtraInfo")] public string? ExtraInfo { get; init; }

    /// <summary>It is not complete yet.</summary>
    [CgrMember("Partial")] public bool? Partial { get; init; }

    /// <summary>It came with its cost.</summary>
    [CgrMember("PreRated")] public bool? PreRated { get; init; }

    /// <summary>Who rated it: <c>*sessions</c>, <c>*cdrs</c>.</summary>
    [CgrMember("CostSource")] public string? CostSource { get; init; }

    /// <summary>What it cost; -1: not rated.</summary>
    [CgrMember("Cost")] public decimal? Cost { get; init; }

    /// <summary>Why: JSON, read as <see cref="EventCost"/> (<see cref="CgrJson.TryRead"/>) or, from <c>APIerSv1</c> and <c>APIerSv2</c>, its text.</summary>
    [CgrMember("CostDetails", Format = CgrFormat.RawJson)] public string? CostDetails { get; init; }
}
