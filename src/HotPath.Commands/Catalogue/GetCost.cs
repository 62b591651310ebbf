namespace HotPath.Commands;

/// <summary>Asks what a call costs by the tariff. Source: facts cgrates-engine.md §2.5, wire recordings 030-038.</summary>
[CgrCommand("APIerSv1.GetCost", Repeat = RepeatClass.Safe, Reply = typeof(GetCostReply))]
public readonly ref partial struct GetCost
{
    /// <summary>Tenant; absent: the engine's default.</summary>
    [CgrMember("Tenant")] public CgrText Tenant { get; init; }

    /// <summary>Rating category, usually <c>call</c>.</summary>
    [CgrMember("Category")] public CgrText Category { get; init; }

    /// <summary>Whose rating profile is used.</summary>
    [CgrMember("Subject")] public CgrText Subject { get; init; }

    /// <summary>The number called.</summary>
    [CgrMember("Destination")] public CgrText Destination { get; init; }

    /// <summary>When the call begins; absent: now.</summary>
    [CgrMember("AnswerTime", Format = CgrFormat.UnixSeconds)] public DateTimeOffset? AnswerTime { get; init; }

    /// <summary>How long it lasts.</summary>
    [CgrMember("Usage", Format = CgrFormat.SecondsText)] public CgrDuration? Usage { get; init; }

    /// <summary>Options of the request: a JSON object. Engines before 0.11 do not know it.</summary>
    [CgrMember("APIOpts", Format = CgrFormat.RawJson)] public CgrText ApiOpts { get; init; }
}

/// <summary>The engine's answer to <see cref="GetCost"/>.</summary>
[CgrReply]
public readonly partial struct GetCostReply
{
    /// <summary>What it costs, and why.</summary>
    [CgrResult] public EventCost? EventCost { get; init; }
}
