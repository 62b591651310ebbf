namespace HotPath.Commands;

/// <summary>Lists the open sessions, one entry for every billing run. None is the error <c>NOT_FOUND</c>. Source: facts cgrates-engine.md §4.2, wire recordings 124, 288.</summary>
[CgrCommand("SessionSv1.GetActiveSessions", Repeat = RepeatClass.Safe, Reply = typeof(GetActiveSessionsReply))]
public readonly ref partial struct GetActiveSessions
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

/// <summary>The engine's answer to <see cref="GetActiveSessions"/>.</summary>
[CgrReply]
public readonly partial struct GetActiveSessionsReply
{
    /// <summary>One entry for every billing run of every session.</summary>
    [CgrResult] public ActiveSession[]? Sessions { get; init; }
}
