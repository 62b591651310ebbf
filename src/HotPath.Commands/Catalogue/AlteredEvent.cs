namespace HotPath.Commands;

/// <summary>
/// What attribute profiles made of an event. Engines before 0.11 put the event into an object of its own (<see cref="CgrEvent"/>).
/// Source: facts cgrates-engine.md §4.2, wire recording 069 of both engines.
/// </summary>
[CgrObject]
public readonly partial struct AlteredEvent
{
    /// <summary>The profiles that were applied; since 0.11 with their tenant in front, <c>cgrates.org:ATTR_1</c>.</summary>
    [CgrMember("MatchedProfiles")] public string[]? MatchedProfiles { get; init; }

    /// <summary>The fields that they set, <c>*req.RequestType</c> and the like.</summary>
    [CgrMember("AlteredFields")] public string[]? AlteredFields { get; init; }

    /// <summary>Tenant; before 0.11 in <see cref="CgrEvent"/>.</summary>
    [CgrMember("Tenant")] public string? Tenant { get; init; }

    /// <summary>The request's own identity; before 0.11 in <see cref="CgrEvent"/>.</summary>
    [CgrMember("ID")] public string? Id { get; init; }

    /// <summary>When it was made, if the request said so; before 0.11 in <see cref="CgrEvent"/>.</summary>
    [CgrMember("Time", Format = CgrFormat.Rfc3339)] public DateTimeOffset? Time { get; init; }

    /// <summary>The event as it is now: a JSON object; before 0.11 in <see cref="CgrEvent"/>.</summary>
    [CgrMember("Event", Format = CgrFormat.RawJson)] public string? Event { get; init; }

    /// <summary>Options of the request: a JSON object.</summary>
    [CgrMember("APIOpts", Format = CgrFormat.RawJson)] public string? ApiOpts { get; init; }

    /// <summary>The event, from engines before 0.11.</summary>
    [CgrMember("CGREvent")] public NestedEvent? CgrEvent { get; init; }
}

/// <summary>An event with what stands beside it, as engines before 0.11 nest it. Source: wire recording 069 of v0.10.4.</summary>
[CgrObject]
public readonly partial struct NestedEvent
{
    /// <summary>Tenant.</summary>
    [CgrMember("Tenant")] public string? Tenant { get; init; }

    /// <summary>The request's own identity.</summary>
    [CgrMember("ID")] public string? Id { get; init; }

    /// <summary>When it was made, if the request said so.</summary>
    [CgrMember("Time", Format = CgrFormat.Rfc3339)] public DateTimeOffset? Time { get; init; }

    /// <summary>The event: a JSON object.</summary>
    [CgrMember("Event", Format = CgrFormat.RawJson)] public string? Event { get; init; }
}
