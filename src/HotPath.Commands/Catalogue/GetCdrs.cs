namespace HotPath.Commands;

/// <summary>Lists stored call detail records. What is not said does not limit them; none is the error <c>NOT_FOUND</c>. Source: facts cgrates-engine.md §5, wire recordings 139-142.</summary>
[CgrCommand("CDRsV1.GetCDRs", Aliases = ["APIerSv1.GetCDRs", "APIerSv2.GetCDRs"], Repeat = RepeatClass.Safe, Reply = typeof(GetCdrsReply))]
public readonly ref partial struct GetCdrs
{
    /// <summary>The calls, by their identity in the engine.</summary>
    [CgrMember("CGRIDs")] public string[]? CgrIds { get; init; }

    /// <summary>All but these.</summary>
    [CgrMember("NotCGRIDs")] public string[]? NotCgrIds { get; init; }

    /// <summary>Billing runs.</summary>
    [CgrMember("RunIDs")] public string[]? RunIds { get; init; }

    /// <summary>All but these.</summary>
    [CgrMember("NotRunIDs")] public string[]? NotRunIds { get; init; }

    /// <summary>The calls, by their identity at the edge.</summary>
    [CgrMember("OriginIDs")] public string[]? OriginIds { get; init; }

    /// <summary>All but these.</summary>
    [CgrMember("NotOriginIDs")] public string[]? NotOriginIds { get; init; }

    /// <summary>Edges.</summary>
    [CgrMember("OriginHosts")] public string[]? OriginHosts { get; init; }

    /// <summary>All but these.</summary>
    [CgrMember("NotOriginHosts")] public string[]? NotOriginHosts { get; init; }

    /// <summary>Who made the records.</summary>
    [CgrMember("Sources")] public string[]? Sources { get; init; }

    /// <summary>All but these.</summary>
    [CgrMember("NotSources")] public string[]? NotSources { get; init; }

    /// <summary><c>*voice</c> and the like.</summary>
    [CgrMember("ToRs")] public string[]? ToRs { get; init; }

    /// <summary>All but these.</summary>
    [CgrMember("NotToRs")] public string[]? NotToRs { get; init; }

    /// <summary><c>*prepaid</c> and the like.</summary>
    [CgrMember("RequestTypes")] public string[]? RequestTypes { get; init; }

    /// <summary>All but these.</summary>
    [CgrMember("NotRequestTypes")] public string[]? NotRequestTypes { get; init; }

    /// <summary>Tenants.</summary>
    [CgrMember("Tenants")] public string[]? Tenants { get; init; }

    /// <summary>All but these.</summary>
    [CgrMember("NotTenants")] public string[]? NotTenants { get; init; }

    /// <summary>Rating categories.</summary>
    [CgrMember("Categories")] public string[]? Categories { get; init; }

    /// <summary>All but these.</summary>
    [CgrMember("NotCategories")] public string[]? NotCategories { get; init; }

    /// <summary>Who paid.</summary>
    [CgrMember("Accounts")] public string[]? Accounts { get; init; }

    /// <summary>All but these.</summary>
    [CgrMember("NotAccounts")] public string[]? NotAccounts { get; init; }

    /// <summary>Whose rating profile was used.</summary>
    [CgrMember("Subjects")] public string[]? Subjects { get; init; }

    /// <summary>All but these.</summary>
    [CgrMember("NotSubjects")] public string[]? NotSubjects { get; init; }

    /// <summary>Beginnings of the number called.</summary>
    [CgrMember("DestinationPrefixes")] public string[]? DestinationPrefixes { get; init; }

    /// <summary>All but these.</summary>
    [CgrMember("NotDestinationPrefixes")] public string[]? NotDestinationPrefixes { get; init; }

    /// <summary>Costs: a JSON array of numbers.</summary>
    [CgrMember("Costs", Format = CgrFormat.RawJson)] public CgrText Costs { get; init; }

    /// <summary>All but these.</summary>
    [CgrMember("NotCosts", Format = CgrFormat.RawJson)] public CgrText NotCosts { get; init; }

    /// <summary>Fields of your own and their values: a JSON object of texts.</summary>
    [CgrMember("ExtraFields", Format = CgrFormat.RawJson)] public CgrText ExtraFields { get; init; }

    /// <summary>All but these.</summary>
    [CgrMember("NotExtraFields", Format = CgrFormat.RawJson)] public CgrText NotExtraFields { get; init; }

    /// <summary>Set up then or later.</summary>
    [CgrMember("SetupTimeStart", Format = CgrFormat.Rfc3339)] public DateTimeOffset? SetupTimeStart { get; init; }

    /// <summary>Set up before.</summary>
    [CgrMember("SetupTimeEnd", Format = CgrFormat.Rfc3339)] public DateTimeOffset? SetupTimeEnd { get; init; }

    /// <summary>Answered then or later.</summary>
    [CgrMember("AnswerTimeStart", Format = CgrFormat.Rfc3339)] public DateTimeOffset? AnswerTimeStart { get; init; }

    /// <summary>Answered before.</summary>
    [CgrMember("AnswerTimeEnd", Format = CgrFormat.Rfc3339)] public DateTimeOffset? AnswerTimeEnd { get; init; }

    /// <summary>Written then or later.</summary>
    [CgrMember("CreatedAtStart", Format = CgrFormat.Rfc3339)] public DateTimeOffset? CreatedAtStart { get; init; }

    /// <summary>Written before.</summary>
    [CgrMember("CreatedAtEnd", Format = CgrFormat.Rfc3339)] public DateTimeOffset? CreatedAtEnd { get; init; }

    /// <summary>Changed then or later.</summary>
    [CgrMember("UpdatedAtStart", Format = CgrFormat.Rfc3339)] public DateTimeOffset? UpdatedAtStart { get; init; }

    /// <summary>Changed before.</summary>
    [CgrMember("UpdatedAtEnd", Format = CgrFormat.Rfc3339)] public DateTimeOffset? UpdatedAtEnd { get; init; }

    /// <summary>At least so long.</summary>
    [CgrMember("MinUsage", Format = CgrFormat.SecondsText)] public CgrDuration? MinUsage { get; init; }

    /// <summary>Shorter than that.</summary>
    [CgrMember("MaxUsage", Format = CgrFormat.SecondsText)] public CgrDuration? MaxUsage { get; init; }

    /// <summary><c>OrderID;desc</c> and the like.</summary>
    [CgrMember("OrderBy")] public CgrText OrderBy { get; init; }

    /// <summary>Most records.</summary>
    [CgrMember("Limit")] public int? Limit { get; init; }

    /// <summary>Records to pass over.</summary>
    [CgrMember("Offset")] public int? Offset { get; init; }

    /// <summary>Ranges of <c>OrderIDStart</c>, <c>OrderIDEnd</c>, <c>MinCost</c>, <c>MaxCost</c>: a JSON object.</summary>
    [CgrMember("ExtraArgs", Format = CgrFormat.RawJson)] public CgrText ExtraArgs { get; init; }

    /// <summary>Tenant of the request; absent: the engine's default. Engines before 0.11 do not know it.</summary>
    [CgrMember("Tenant")] public CgrText Tenant { get; init; }

    /// <summary>Options of the request: a JSON object. Engines before 0.11 do not know it.</summary>
    [CgrMember("APIOpts", Format = CgrFormat.RawJson)] public CgrText ApiOpts { get; init; }
}

/// <summary>The engine's answer to <see cref="GetCdrs"/>.</summary>
[CgrReply]
public readonly partial struct GetCdrsReply
{
    /// <summary>The records.</summary>
    [CgrResult] public Cdr[]? Cdrs { get; init; }
}
