namespace HotPath.Charging;

/// <summary>Forks matching events into a billing run of their own. Source: facts cgrates-engine.md §4.4.</summary>
internal sealed class ChargerProfile
{
    public required string Tenant { get; init; }

    public required string Id { get; init; }

    public required EventFilter[] Filters { get; init; }

    public required ActivationInterval Activation { get; init; }

    /// <summary>Name of the run, for example <c>*default</c>.</summary>
    public required string RunId { get; init; }

    /// <summary>What the run changes on its copy of the event.</summary>
    public required AttributeStep[] Steps { get; init; }

    public required decimal Weight { get; init; }

    /// <summary>The profile applies to this event.</summary>
    public bool Matches(CallEvent callEvent, DateTime now) =>
        Tenant == callEvent.Tenant && Activation.Contains(now) && EventFilter.AllMatch(Filters, callEvent);
}
