namespace HotPath.Charging;

/// <summary>
/// Rates calls: finds the rates of a subject and number, splits the call where they change, and prices each part. Amounts are exact
/// decimals, rounded where CGRateS rounds. Stateless; allocates nothing. Source: facts cgrates-engine.md §2.
/// </summary>
internal static class RatingEngine
{
    private const string Any = "*any";

    /// <summary>Most increments that CGRateS prices one by one; more are priced as one.</summary>
    private const long MaxIncrements = 1_000_000;

    /// <summary>How deep fallback subjects may refer to fallback subjects.</summary>
    private const int MaxFallbackDepth = 3;

    /// <summary>Rates a piece of a call.</summary>
    /// <param name="tariff">The rates.</param>
    /// <param name="query">What to rate.</param>
    /// <param name="decimals">To how many decimals the cost of an increment is rounded (<c>general.rounding_decimals</c>).</param>
    /// <param name="rated">The outcome; complete only without an error.</param>
    /// <remarks>A piece without usage has one empty span that says where its rate would come from, and costs nothing.</remarks>
    public static ChargingError Rate(Tariff tariff, in RatingQuery query, int decimals, RatedUsage rated)
    {
        rated.Clear();
        if (query.Usage > MaxUsage(query.ToR) - query.UsedBefore)
        {
            return ChargingError.MaxUsageExceeded;
        }

        ChargingError error = FindMatches(tariff, query, rated);
        if (error != ChargingError.None)
        {
            return error;
        }

        Split(query, rated);
        foreach (ref readonly RatedSpan span in rated.Spans)
        {
            if (span.Interval is null)
            {
                return ChargingError.UnauthorizedDestination;
            }
        }

        ExtendToIncrements(rated);
        Price(query, decimals, rated);
        return ChargingError.None;
    }

    /// <summary>The most usage computed for one call of this type.</summary>
    private static long MaxUsage(string tor) => tor switch
    {
        "*voice" => 72 * 3600 * Nanoseconds.PerSecond,
        "*data" => 107_374_182_400,
        "*sms" or "*mms" => 10_000,
        _ => 189 * 3600 * Nanoseconds.PerSecond,
    };

    private static ChargingError FindMatches(Tariff tariff, in RatingQuery query, RatedUsage rated)
    {
        bool hasProfile = FindMatches(tariff, query, query.Subject, rated, 1);
        if (rated.MatchCount == 0)
        {
            hasProfile |= FindMatches(tariff, query, Any, rated, 1);
        }

        return rated.MatchCount > 0 && rated.Matches[0].Plan is not null ? ChargingError.None
            : hasProfile ? ChargingError.UnauthorizedDestination
            : ChargingError.RatingPlanNotFound;
    }

    /// <returns>The subject has a profile, be there rates for the number or not.</returns>
    private static bool FindMatches(Tariff tariff, in RatingQuery query, string subject, RatedUsage rated, int depth)
    {
        if (!tariff.Profiles.TryGetValue(new RatingProfileKey(query.Tenant, query.Category, subject), out RatingProfile? profile))
        {
            return false;
        }

        // The activation in force at the start, then all that begin before the end.
        RatingActivation[] activations = profile.Activations;
        int first = activations.Length - 1;
        while (first > 0 && activations[first].From > query.Start)
        {
            first--;
        }

        ReadOnlySpan<char> number = query.Destination == Any ? default : query.Destination.AsSpan();
        DateTime end = Nanoseconds.After(query.Start, query.Usage);
        for (int i = first; i < activations.Length && (i == first || activations[i].From < end); i++)
        {
            RatingActivation activation = activations[i];
            if (i == first && activation.From > query.Start)
            {
                rated.Add(new RatingMatch(profile, null, Destination.Any, Any, query.Start, []));
            }

            if (activation.Plan.TryFind(tariff.Prefixes, number, query.Start, out Destination destination, out string prefix, out RateInterval[] intervals))
            {
                rated.Add(new RatingMatch(profile, activation.Plan, destination, prefix, activation.From, intervals));
                continue;
            }

            foreach (string fallback in activation.FallbackSubjects)
            {
                int before = rated.MatchCount;
                if (depth < MaxFallbackDepth && fallback != subject)
                {
                    FindMatches(tariff, query, fallback, rated, depth + 1);
                }

                if (rated.MatchCount > before)
                {
                    break;
                }
            }
        }

        return true;
    }

    /// <summary>Splits the call at plan changes and midnights, where prices depend on time at all, and where rates change.</summary>
    private static void Split(in RatingQuery query, RatedUsage rated)
    {
        rated.Insert(0, new RatedSpan { End = query.Usage, UsedAtEnd = query.UsedBefore + query.Usage, Match = rated.Matches[0] });
        if (query.IsVoice)
        {
            for (int i = 1; i < rated.MatchCount; i++)
            {
                ref readonly RatingMatch match = ref rated.Matches[i];
                int last = rated.SpanCount - 1;
                long at = Nanoseconds.Between(query.Start, match.From);
                if (at <= rated.Spans[last].Start)
                {
                    rated.Spans[last].Match = match;
                }
                else if (at < rated.Spans[last].End)
                {
                    SplitAt(rated, last, at);
                    rated.Spans[last + 1].Match = match;
                }
            }

            for (int i = 0; i < rated.SpanCount; i++)
            {
                DateTime start = Nanoseconds.After(query.Start, rated.Spans[i].Start);
                if (start.Date < DateTime.MaxValue.Date)
                {
                    SplitAt(rated, i, Nanoseconds.Between(query.Start, start.Date.AddDays(1)));
                }
            }
        }

        for (int i = 0; i < rated.SpanCount; i++)
        {
            SelectInterval(query, rated, i);
        }
    }

    /// <summary>Cuts the span in two, if the place lies inside.</summary>
    /// <returns>It did.</returns>
    private static bool SplitAt(RatedUsage rated, int index, long at)
    {
        ref RatedSpan span = ref rated.Spans[index];
        if (at <= span.Start || at >= span.End)
        {
            return false;
        }

        RatedSpan right = span with { Start = at };
        span.UsedAtEnd -= span.End - at;
        span.End = at;
        rated.Insert(index + 1, right);
        return true;
    }

    /// <summary>
    /// Gives a span its rate: of those in force at its start, the one with the highest weight that began last; then those of the same
    /// weight that begin later in the span. Cuts the span at the first change, so that the rest is looked at next.
    /// </summary>
    private static void SelectInterval(in RatingQuery query, RatedUsage rated, int index)
    {
        RateInterval[] intervals = rated.Spans[index].Match.Intervals;
        DateTime start = Nanoseconds.After(query.Start, rated.Spans[index].Start);
        DateTime end = Nanoseconds.After(query.Start, rated.Spans[index].End);
        int best = 0;
        bool isAnyInForce = false;
        for (int i = 0; i < intervals.Length; i++)
        {
            if (intervals[i].Timing.Contains(start))
            {
                if (isAnyInForce && intervals[i].Weight < intervals[best].Weight)
                {
                    break;
                }

                if (!isAnyInForce || intervals[i].Timing.Start > intervals[best].Timing.Start)
                {
                    best = i;
                }

                isAnyInForce = true;
            }
        }

        for (int i = best; i < intervals.Length && intervals[i].Weight == intervals[best].Weight; i++)
        {
            if ((i == best || intervals[i].Timing.StartOn(start) < end) && Apply(query, rated, index, intervals[i], start, end))
            {
                return;
            }
        }
    }

    /// <returns>The span was cut, so no other interval concerns this part of it.</returns>
    private static bool Apply(in RatingQuery query, RatedUsage rated, int index, RateInterval interval, DateTime start, DateTime end)
    {
        bool hasStart = interval.Timing.Contains(start);
        bool hasEnd = !query.IsVoice || rated.Spans[index].Length == 0 || interval.Timing.ContainsEnd(end);
        if (hasStart)
        {
            RatedSpan span = rated.Spans[index];
            rated.Spans[index].Interval = interval;
            foreach (RateSlot slot in interval.Rate.Slots)
            {
                if (SplitAt(rated, index, span.Start + slot.GroupStartNs - span.UsedAtStart))
                {
                    return true;
                }
            }

            if (hasEnd || !SplitAt(rated, index, Nanoseconds.Between(query.Start, interval.Timing.EndOn(start))))
            {
                return false;
            }

            rated.Spans[index + 1].Interval = null;
            return true;
        }

        if (hasEnd && query.IsVoice && SplitAt(rated, index, Nanoseconds.Between(query.Start, interval.Timing.StartOn(end.AddTicks(-1)))))
        {
            rated.Spans[index + 1].Interval = interval;
            return true;
        }

        return false;
    }

    /// <summary>Makes every span a multiple of its increment, at the cost of what follows; the last one makes the call longer.</summary>
    private static void ExtendToIncrements(RatedUsage rated)
    {
        for (int i = 0; i < rated.SpanCount; i++)
        {
            ref RatedSpan span = ref rated.Spans[i];
            span.Slot = span.Interval!.Rate.SlotAt(span.UsedAtStart);
            long rest = span.Length % span.Slot.IncrementNs;
            if (rest == 0)
            {
                continue;
            }

            long missing = span.Slot.IncrementNs - rest;
            span.End += missing;
            span.UsedAtEnd += missing;
            while (i + 1 < rated.SpanCount && rated.Spans[i + 1].End <= span.End)
            {
                rated.RemoveAt(i + 1);
            }

            if (i + 1 < rated.SpanCount)
            {
                rated.Spans[i + 1].Start = span.End;
            }
        }
    }

    private static void Price(in RatingQuery query, int decimals, RatedUsage rated)
    {
        decimal sum = 0;
        decimal capped = 0;
        decimal soFar = query.CostBefore;
        int roundingDecimals = 0;
        RoundingMethod roundingMethod = RoundingMethod.None;
        if (!query.IsContinued && query.Usage > 0)
        {
            rated.HasConnectFee = true;
            rated.ConnectFee = rated.Spans[0].Interval!.Rate.ConnectFee;
            sum = capped = rated.ConnectFee;
        }

        foreach (ref RatedSpan span in rated.Spans)
        {
            DestinationRate rate = span.Interval!.Rate;
            PriceIncrements(ref span, decimals);
            sum += span.Cost;
            capped += span.Cost;

            // The running sum adds the cost so far once more for every span, as CGRateS does.
            soFar += capped;
            if (rate is { MaxCostStrategy: MaxCostStrategy.Free, MaxCost: > 0 } && soFar >= rate.MaxCost)
            {
                capped = soFar = rate.MaxCost;
            }

            if (rate.RoundingDecimals > roundingDecimals || roundingMethod == RoundingMethod.None)
            {
                roundingDecimals = rate.RoundingDecimals;
                roundingMethod = rate.RoundingMethod;
            }
        }

        rated.CallCost = CgrRounding.Round(capped, roundingDecimals, roundingMethod);
        rated.EventCost = CgrRounding.Round(sum, decimals);
    }

    /// <summary>
    /// The price of an increment is the rounded price of the span, divided and rounded again: this is where 0.1 a minute, by the
    /// second, becomes 0.00167 a second.
    /// </summary>
    private static void PriceIncrements(ref RatedSpan span, int decimals)
    {
        RateSlot slot = span.Slot;
        span.Count = span.Length / slot.IncrementNs;
        if (slot.ExactIncrementCost is { } exact && exact.Scale <= decimals)
        {
            span.IncrementCost = exact;
        }
        else if (span.Count > 0)
        {
            decimal spanCost = CgrRounding.Round(span.Length * slot.Rate / slot.UnitNs, decimals);
            span.IncrementCost = span.Count > MaxIncrements ? spanCost / span.Count : CgrRounding.Round(spanCost / span.Count, decimals);
        }
    }
}
