namespace HotPath.Commands;

/// <summary>Asks what an event costs, without charging it. Source: facts cgrates-engine.md §4.2.</summary>
[CgrCommand("SessionSv1.GetCost", Repeat = RepeatClass.Safe, Reply = typeof(GetSessionCostReply))]
public readonly ref partial struct GetSessionCost
{
    /// <summary><c>*attributes</c>: let attribute profiles fill in the event first.</summary>
    [CgrMember("Flags", Yields = true)] public string[]? Flags { get; init; }

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

/// <summary>The engine's answer to <see cref="GetSessionCost"/>.</summary>
[CgrReply]
public readonly partial struct GetSessionCostReply
{
    /// <summary>What attribute profiles made of the event, if they were asked for and one matched: JSON, read as <see cref="AlteredEvent"/> (<see cref="CgrJson.TryRead"/>).</summary>
    [CgrMember("Attributes", Format = CgrFormat.RawJson)] public string? Attributes { get; init; }

    /// <summary>What it costs, and why.</summary>
    [CgrMember("EventCost")] public EventCost? EventCost { get; init; }
}
