namespace HotPath.Commands;

/// <summary>A billing run of an open session. Source: wire recordings 124, 288.</summary>
[CgrObject]
public readonly partial struct ActiveSession
{
    /// <summary>The session's identity in the engine.</summary>
    [CgrMember("CGRID")] public string? CgrId { get; init; }

    /// <summary>The billing run, <c>*default</c> and the like.</summary>
    [CgrMember("RunID")] public string? RunId { get; init; }

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

    /// <summary>Time debited so far.</summary>
    [CgrMember("Usage", Format = CgrFormat.Nanoseconds)] public CgrDuration? Usage { get; init; }

    /// <summary>Fields of the event that have no member of their own: a JSON object.</summary>
    [CgrMember("ExtraFields", Format = CgrFormat.RawJson)] public string? ExtraFields { get; init; }

    /// <summary>The engine that holds the session.</summary>
    [CgrMember("NodeID")] public string? NodeId { get; init; }

    /// <summary>Debits so far.</summary>
    [CgrMember("LoopIndex")] public long? LoopIndex { get; init; }

    /// <summary>Time rated so far.</summary>
    [CgrMember("DurationIndex", Format = CgrFormat.Nanoseconds)] public CgrDuration? DurationIndex { get; init; }

    /// <summary>Highest price of <see cref="MaxRateUnit"/>.</summary>
    [CgrMember("MaxRate")] public decimal? MaxRate { get; init; }

    /// <summary>The length that <see cref="MaxRate"/> is the price of.</summary>
    [CgrMember("MaxRateUnit", Format = CgrFormat.Nanoseconds)] public CgrDuration? MaxRateUnit { get; init; }

    /// <summary>Cost so far.</summary>
    [CgrMember("MaxCostSoFar")] public decimal? MaxCostSoFar { get; init; }

    /// <summary>Time of one debit; 0: the client asks for each.</summary>
    [CgrMember("DebitInterval", Format = CgrFormat.Nanoseconds)] public CgrDuration? DebitInterval { get; init; }

    /// <summary>When the next debit is due.</summary>
    [CgrMember("NextAutoDebit", Format = CgrFormat.Rfc3339)] public DateTimeOffset? NextAutoDebit { get; init; }
}
