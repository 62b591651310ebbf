namespace HotPath.Commands;

/// <summary>Counts the open sessions, every billing run for itself. Source: facts cgrates-engine.md §4.2, wire recording 127.</summary>
[CgrCommand("SessionSv1.GetActiveSessionsCount", Repeat = RepeatClass.Safe, Reply = typeof(GetActiveSessionsCountReply))]
public readonly ref partial struct GetActiveSessionsCount
{
    /// <summary>Tenant; absent: the engine's default.</summary>
    [CgrMember("Tenant")] public CgrText Tenant { get; init; }

    /// <summary>Which sessions: filters such as <c>*string:~*req.OriginID:1-1377@127.0.0.1</c>, all of which must match; absent: all.</summary>
    [CgrMember("Filters")] public string[]? Filters { get; init; }

    /// <summary>Most entries; absent: no limit.</summary>
    [CgrMember("Limit")] public int? Limit { get; init; }

    /// <summary>Options of the request: a JSON object. Engines before 0.11 do not know it.</summary>
    [CgrMember("APIOpts", Format = CgrFormat.RawJson)] public CgrText ApiOpts { get; init; }
}

/// <summary>The engine's answer to <see cref="GetActiveSessionsCount"/>.</summary>
[CgrReply]
public readonly partial struct GetActiveSessionsCountReply
{
    /// <summary>Billing runs of open sessions.</summary>
    [CgrResult] public long Count { get; init; }
}
