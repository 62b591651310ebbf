namespace HotPath.Charging;

/// <summary>Rates by destination.</summary>
internal sealed class RatingPlan
{
    private readonly Dictionary<int, RateInterval[]> _byDestination;
    private readonly RateInterval[] _any;

    /// <param name="id">Name in <c>RatingPlans.csv</c>.</param>
    /// <param name="byDestination">
    /// By <see cref="Destination.Index"/>, each sorted by weight descending, then by time of day ascending.
    /// </param>
    public RatingPlan(string id, Dictionary<int, RateInterval[]> byDestination)
    {
        Id = id;
        _byDestination = byDestination;
        _any = byDestination.GetValueOrDefault(Destination.Any.Index, []);
    }

    public string Id { get; }

    /// <summary>The rates of the longest prefix of <paramref name="number"/> that has one in force at <paramref name="start"/>.</summary>
    /// <returns>False: this plan has no rate for the number.</returns>
    public bool TryFind(PrefixIndex prefixes, ReadOnlySpan<char> number, DateTime start, out Destination destination, out string prefix, out RateInterval[] intervals)
    {
        PrefixIndex.Matches matches = prefixes.Match(number);
        while (matches.MoveNext())
        {
            destination = Destination.Any;
            intervals = [];
            foreach (Destination candidate in matches.Destinations)
            {
                if (_byDestination.TryGetValue(candidate.Index, out RateInterval[]? found)
                    && IsAnyInForce(found, start)
                    && (intervals.Length == 0 || found[0].Weight > intervals[0].Weight))
                {
                    destination = candidate;
                    intervals = found;
                }
            }

            if (intervals.Length > 0)
            {
                prefix = matches.Prefix;
                return true;
            }
        }

        destination = Destination.Any;
        prefix = Destination.Any.Id;
        intervals = _any;
        return intervals.Length > 0 && IsAnyInForce(intervals, start);
    }

    private static bool IsAnyInForce(RateInterval[] intervals, DateTime start)
    {
        foreach (RateInterval interval in intervals)
        {
            if (interval.Timing.Contains(start))
            {
                return true;
            }
        }

        return false;
    }
}
