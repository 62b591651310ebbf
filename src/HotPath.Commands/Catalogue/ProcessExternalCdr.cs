namespace HotPath.Commands;

/// <summary>Hands over a call detail record made elsewhere. Source: facts cgrates-engine.md §5.</summary>
[CgrCommand("CDRsV1.ProcessExternalCDR", Repeat = RepeatClass.SameEngineDedup, Reply = typeof(OkReply))]
public readonly ref partial struct ProcessExternalCdr
{
    /// <summary>The call's identity in the engine; absent: made of OriginID and OriginHost.</summary>
    [CgrMember("CGRID")] public CgrText CgrId { get; init; }

    /// <summary>The billing run.</summary>
    [CgrMember("RunID")] public CgrText RunId { get; init; }

    /// <summary>The call's identity, with <see cref="OriginHost"/>.</summary>
    [CgrMember("OriginID")] public CgrText OriginId { get; init; }

    /// <summary>The stable name of the edge the call was on.</summary>
    [CgrMember("OriginHost")] public CgrText OriginHost { get; init; }

    /// <summary>Who made the record.</summary>
    [CgrMember("Source")] public CgrText Source { get; init; }

    /// <summary><c>*voice</c> and the like.</summary>
    [CgrMember("ToR")] public CgrText ToR { get; init; }

    /// <summary><c>*prepaid</c>, <c>*postpaid</c>, <c>*rated</c>.</summary>
    [CgrMember("RequestType")] public CgrText RequestType { get; init; }

    /// <summary>Tenant; absent: the engine's default.</summary>
    [CgrMember("Tenant")] public CgrText Tenant { get; init; }

    /// <summary>Rating category, usually <c>call</c>.</summary>
    [CgrMember("Category")] public CgrText Category { get; init; }

    /// <summary>Who pays.</summary>
    [CgrMember("Account")] public CgrText Account { get; init; }

    /// <summary>Whose rating profile is used; absent: the account's.</summary>
    [CgrMember("Subject")] public CgrText Subject { get; init; }

    /// <summary>The number called.</summary>
    [CgrMember("Destination")] public CgrText Destination { get; init; }

    /// <summary>When the call was set up.</summary>
    [CgrMember("SetupTime", Format = CgrFormat.Rfc3339)] public DateTimeOffset? SetupTime { get; init; }

    /// <summary>When the call was answered.</summary>
    [CgrMember("AnswerTime", Format = CgrFormat.Rfc3339)] public DateTimeOffset? AnswerTime { get; init; }

    /// <summary>How long it lasted.</summary>
    [CgrMember("Usage", Format = CgrFormat.SecondsText)] public CgrDuration? Usage { get; init; }

    /// <summary>Fields of your own: a JSON object of texts.</summary>
    [CgrMember("ExtraFields", Format = CgrFormat.RawJson)] public CgrText ExtraFields { get; init; }

    /// <summary>Where the cost comes from.</summary>
    [CgrMember("CostSource")] public CgrText CostSource { get; init; }

    /// <summary>What it costs, if it has been rated.</summary>
    [CgrMember("Cost")] public decimal? Cost { get; init; }

    /// <summary>Why: the JSON text of an <see cref="EventCost"/>.</summary>
    [CgrMember("CostDetails")] public CgrText CostDetails { get; init; }

    /// <summary>What went wrong.</summary>
    [CgrMember("ExtraInfo")] public CgrText ExtraInfo { get; init; }

    /// <summary>The cost stands: do not rate it.</summary>
    [CgrMember("PreRated")] public bool PreRated { get; init; }

    /// <summary>Options of the request: a JSON object. Engines before 0.11 do not know it.</summary>
    [CgrMember("APIOpts", Format = CgrFormat.RawJson)] public CgrText ApiOpts { get; init; }
}
