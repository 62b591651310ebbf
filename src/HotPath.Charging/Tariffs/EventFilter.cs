namespace HotPath.Charging;

/// <summary>A rule over the fields of an event: true where the field has one of the values.</summary>
/// <param name="Field">Name of the event's field.</param>
/// <param name="Values">Any of these.</param>
internal sealed record EventFilter(string Field, string[] Values)
{
    /// <summary>The event has the field, and one of the values in it.</summary>
    public bool Matches(CallEvent callEvent) => callEvent.Get(Field) is { } value && Array.IndexOf(Values, value) >= 0;

    /// <summary>Every rule holds; no rules hold always.</summary>
    public static bool AllMatch(EventFilter[] filters, CallEvent callEvent)
    {
        foreach (EventFilter filter in filters)
        {
            if (!filter.Matches(callEvent))
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>From when to when a profile applies.</summary>
internal readonly record struct ActivationInterval(DateTime? From, DateTime? Until)
{
    /// <summary>The instant lies inside.</summary>
    public bool Contains(DateTime instant) => (From is null || instant >= From) && (Until is null || instant < Until);
}
