namespace HotPath.Charging;

/// <summary>A rule over the fields of an event: true where the field has one of the values, or begins with one.</summary>
/// <param name="Field">Name of the event's field.</param>
/// <param name="Values">Any of these.</param>
/// <param name="IsPrefix">The field need only begin with the value.</param>
internal sealed record EventFilter(string Field, string[] Values, bool IsPrefix = false)
{
    private const string Equality = "*string:~*req.";
    private const string Beginning = "*prefix:~*req.";

    /// <summary>Reads filters of the forms <c>*string:~*req.Account:1001|1002</c> and <c>*prefix:~*req.Destination:+49</c>.</summary>
    /// <param name="texts">The filters; <c>null</c>: none.</param>
    /// <param name="filters">The result.</param>
    /// <param name="error">The error text for a filter of a kind that is not known; else <c>null</c>.</param>
    public static bool TryParse(string[]? texts, out EventFilter[] filters, out string? error)
    {
        filters = new EventFilter[texts?.Length ?? 0];
        for (int i = 0; i < filters.Length; i++)
        {
            string text = texts![i];
            bool isPrefix = text.StartsWith(Beginning, StringComparison.Ordinal);
            int colon = isPrefix || text.StartsWith(Equality, StringComparison.Ordinal) ? text.IndexOf(':', Equality.Length) : -1;
            if (colon < 0)
            {
                error = $"NOT_IMPLEMENTED: filter {text}";
                return false;
            }

            filters[i] = new EventFilter(text[Equality.Length..colon], text[(colon + 1)..].Split('|'), isPrefix);
        }

        error = null;
        return true;
    }

    /// <summary>The event has the field, and one of the values in it.</summary>
    public bool Matches(CallEvent callEvent) => callEvent.Get(Field) is { } value
        && (IsPrefix ? Array.Exists(Values, beginning => value.StartsWith(beginning, StringComparison.Ordinal)) : Array.IndexOf(Values, value) >= 0);

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
