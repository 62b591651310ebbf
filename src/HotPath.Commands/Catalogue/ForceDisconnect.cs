namespace HotPath.Commands;

/// <summary>Ends sessions and tells their clients to end the calls. Source: facts cgrates-engine.md §4.2, wire recording 272.</summary>
[CgrCommand("SessionSv1.ForceDisconnect", Repeat = RepeatClass.Never, Reply = typeof(OkReply))]
public readonly ref partial struct ForceDisconnect
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
