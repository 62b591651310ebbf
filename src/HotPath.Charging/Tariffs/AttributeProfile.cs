namespace HotPath.Charging;

/// <summary>Fields to set on events that match: what <c>Attributes.csv</c> says, as far as it sets constants on the event.</summary>
internal sealed class AttributeProfile
{
    public required string Tenant { get; init; }

    public required string Id { get; init; }

    /// <summary><c>*sessions</c>, <c>*chargers</c>, <c>*any</c>…</summary>
    public required string[] Contexts { get; init; }

    public required EventFilter[] Filters { get; init; }

    public required ActivationInterval Activation { get; init; }

    public required decimal Weight { get; init; }

    public required List<AttributeStep> Steps { get; init; }

    /// <summary>The profile applies to this event in this context.</summary>
    public bool Matches(string context, CallEvent callEvent, DateTime now) =>
        Tenant == callEvent.Tenant
        && (Array.IndexOf(Contexts, context) >= 0 || Array.IndexOf(Contexts, "*any") >= 0)
        && Activation.Contains(now)
        && EventFilter.AllMatch(Filters, callEvent);
}

/// <summary>Sets one field of an event.</summary>
/// <param name="Field">The field's name.</param>
/// <param name="Value">What it becomes.</param>
/// <param name="Filters">Only where these hold.</param>
internal sealed record AttributeStep(string Field, string Value, EventFilter[] Filters)
{
    /// <summary>Sets the field if the filters hold.</summary>
    /// <returns>The field was set.</returns>
    public bool Apply(CallEvent callEvent)
    {
        if (!EventFilter.AllMatch(Filters, callEvent))
        {
            return false;
        }

        callEvent.Set(Field, Value);
        return true;
    }
}
