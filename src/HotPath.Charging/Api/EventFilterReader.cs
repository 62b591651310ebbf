namespace HotPath.Charging;

/// <summary>Reads the filters of <c>{"Filters":["*string:~*req.Account:1001|1002"]}</c>.</summary>
internal static class EventFilterReader
{
    private const string Prefix = "*string:~*req.";

    /// <returns>False: a filter is of a kind the embedded engine does not know.</returns>
    public static bool TryRead(ReadOnlySpan<byte> parameters, out EventFilter[] filters, out string? error)
    {
        filters = [];
        error = null;
        List<EventFilter> found = [];
        foreach (string text in new ApiParameters(parameters).List("Filters") ?? [])
        {
            int colon = text.StartsWith(Prefix, StringComparison.Ordinal) ? text.IndexOf(':', Prefix.Length) : -1;
            if (colon < 0)
            {
                error = $"NOT_IMPLEMENTED: filter {text}";
                return false;
            }

            found.Add(new EventFilter(text[Prefix.Length..colon], text[(colon + 1)..].Split('|')));
        }

        filters = [.. found];
        return true;
    }
}
