namespace HotPath.Commands;

/// <summary>
/// Lists the sessions that an engine keeps as copies of another's, one entry for every billing run: it goes on with one when it is told
/// something of it. None is the error <c>NOT_FOUND</c>. Source: facts cgrates-engine.md §4.2, §4.3.
/// </summary>
[CgrCommand("SessionSv1.GetPassiveSessions", Repeat = RepeatClass.Safe, Reply = typeof(GetActiveSessionsReply))]
public readonly ref partial struct GetPassiveSessions
{
    /// <summary>Tenant; absent: the engine's default.</summary>
    [CgrMember("Tenant")] public CgrText Tenant { get; init; }

    /// <summary>Which sessions: as those of <see cref="GetActiveSessions"/>; absent: all.</summary>
    [CgrMember("Filters")] public string[]? Filters { get; init; }

    /// <summary>Most entries; absent: no limit.</summary>
    [CgrMember("Limit")] public int? Limit { get; init; }

    /// <summary>Options of the request: a JSON object. Engines before 0.11 do not know it.</summary>
    [CgrMember("APIOpts", Format = CgrFormat.RawJson)] public CgrText ApiOpts { get; init; }
}
