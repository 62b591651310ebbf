using System.Globalization;

namespace HotPath.Charging;

internal sealed partial class TariffBuilder
{
    private readonly Dictionary<string, Timing> _timings = new(StringComparer.Ordinal) { ["*any"] = Timing.Any };
    private readonly Dictionary<string, Destination> _destinations = new(StringComparer.Ordinal) { ["*any"] = Destination.Any };
    private readonly Dictionary<string, List<Destination>> _prefixes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RateSlot[]> _rates = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(Destination Destination, DestinationRate Rate)>> _destinationRates = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RatingPlan> _plans = new(StringComparer.Ordinal);
    private readonly Dictionary<RatingProfileKey, List<RatingActivation>> _profiles = [];

    private void ReadTimings()
    {
        foreach (CsvRow row in Rows("Timings.csv"))
        {
            if (!Require(row, 0))
            {
                continue;
            }

            int[] weekDays = TimingList(row, 4, 0, 7);
            for (int i = 0; i < weekDays.Length; i++)
            {
                weekDays[i] %= 7;
            }

            (TimeSpan start, TimeSpan? end) = PartOfDay(row, 5);
            Timing timing = new(row[0], TimingList(row, 1, 1, 9999), TimingList(row, 2, 1, 12), TimingList(row, 3, 1, 31), weekDays, start, end);
            if (!_timings.TryAdd(row[0], timing))
            {
                Error(row, 0, "is there twice; give each timing one row and a name of its own");
            }
        }
    }

    private int[] TimingList(CsvRow row, int column, int least, int most)
    {
        if (row[column] == "*any")
        {
            return [];
        }

        List<int> values = [];
        foreach (string text in row.List(column))
        {
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least && value <= most)
            {
                values.Add(value);
            }
            else
            {
                Error(row, column, $"is not a list of numbers from {least} to {most}; write it like 1;2;3, or *any");
                return [];
            }
        }

        return [.. values];
    }

    private (TimeSpan Start, TimeSpan? End) PartOfDay(CsvRow row, int column)
    {
        string[] parts = row.List(column);
        TimeSpan start = TimeSpan.Zero;
        TimeSpan end = TimeSpan.Zero;

        // *asap says when an action runs; as part of a rate it would mean the whole day.
        if (row[column] is "" or "*any" or "*asap")
        {
            return (start, null);
        }

        if (parts.Length > 2
            || !TimeSpan.TryParseExact(parts[0], @"hh\:mm\:ss", CultureInfo.InvariantCulture, out start)
            || (parts.Length == 2 && (!TimeSpan.TryParseExact(parts[1], @"hh\:mm\:ss", CultureInfo.InvariantCulture, out end) || end <= start)))
        {
            Error(row, column, "is not a part of a day; write it like 08:00:00 or 08:00:00;19:00:00");
        }

        return (start, parts.Length == 2 ? end : null);
    }

    private void ReadDestinations()
    {
        foreach (CsvRow row in Rows("Destinations.csv"))
        {
            if (!Require(row, 0, 1))
            {
                continue;
            }

            if (row[1].Length > PrefixIndex.MaxPrefixLength)
            {
                Error(row, 1, $"is longer than {PrefixIndex.MaxPrefixLength} characters; shorten it");
                continue;
            }

            if (!_destinations.TryGetValue(row[0], out Destination? destination))
            {
                // *any is in the dictionary and has no index of its own.
                _destinations.Add(row[0], destination = new Destination(row[0], _destinations.Count - 1));
            }

            if (!_prefixes.TryGetValue(row[1], out List<Destination>? holders))
            {
                _prefixes.Add(row[1], holders = new List<Destination>(1));
            }

            if (!holders.Contains(destination))
            {
                holders.Add(destination);
            }
        }
    }

    private void ReadRates()
    {
        foreach (IGrouping<string, CsvRow> rate in Rows("Rates.csv").GroupBy(row => row[0]))
        {
            List<RateSlot> slots = [];
            foreach (CsvRow row in rate)
            {
                if (!Require(row, 0))
                {
                    continue;
                }

                long unit = Duration(row, 3);
                long increment = Duration(row, 4);
                RateSlot slot = new(Amount(row, 1), Amount(row, 2), unit > 0 ? unit : Nanoseconds.PerSecond, increment > 0 ? increment : Nanoseconds.PerSecond, Duration(row, 5));
                if (slots.Exists(other => other.GroupStartNs == slot.GroupStartNs))
                {
                    Error(row, 5, $"is there twice for rate '{row[0]}'; let each row of a rate begin at another time");
                }

                slots.Add(slot);
            }

            _rates[rate.Key] = [.. slots.OrderBy(slot => slot.GroupStartNs)];
        }
    }

    private void ReadDestinationRates()
    {
        foreach (CsvRow row in Rows("DestinationRates.csv"))
        {
            if (!Require(row, 0, 1, 2))
            {
                continue;
            }

            Destination? destination = Find(row, 1, _destinations, "Destinations.csv");
            RateSlot[]? slots = Find(row, 2, _rates, "Rates.csv");
            RoundingMethod method = row[3] switch
            {
                "*up" => RoundingMethod.Up,
                "*down" => RoundingMethod.Down,
                "*middle" => RoundingMethod.Middle,
                _ => RoundingMethod.None,
            };
            if (method == RoundingMethod.None && row[3].Length > 0)
            {
                Error(row, 3, "is not a way to round; write *up, *middle, *down or nothing");
            }

            MaxCostStrategy strategy = row[6] switch
            {
                "*free" => MaxCostStrategy.Free,
                "*disconnect" => MaxCostStrategy.Disconnect,
                _ => MaxCostStrategy.None,
            };
            if (strategy == MaxCostStrategy.None && row[6].Length > 0)
            {
                Error(row, 6, "is not what to do at the maximum cost; write *free, *disconnect or nothing");
            }

            int decimals = WholeNumber(row, 4, 0, 12);
            decimal maxCost = Amount(row, 5);
            if (destination is null || slots is null or [])
            {
                continue;
            }

            if (!_destinationRates.TryGetValue(row[0], out List<(Destination, DestinationRate)>? bindings))
            {
                _destinationRates.Add(row[0], bindings = []);
            }

            bindings.Add((destination, new DestinationRate
            {
                RateId = row[2],
                Slots = slots,
                RoundingMethod = method,
                RoundingDecimals = decimals,
                MaxCost = maxCost,
                MaxCostStrategy = strategy,
            }));
        }
    }

    private void ReadRatingPlans()
    {
        foreach (IGrouping<string, CsvRow> plan in Rows("RatingPlans.csv").GroupBy(row => row[0]))
        {
            Dictionary<int, List<RateInterval>> intervals = [];
            foreach (CsvRow row in plan)
            {
                if (!Require(row, 0, 1, 2))
                {
                    continue;
                }

                var bindings = Find(row, 1, _destinationRates, "DestinationRates.csv");
                Timing? timing = Find(row, 2, _timings, "Timings.csv");
                decimal weight = Number(row, 3);
                if (bindings is null || timing is null)
                {
                    continue;
                }

                foreach ((Destination destination, DestinationRate rate) in bindings)
                {
                    if (!intervals.TryGetValue(destination.Index, out List<RateInterval>? list))
                    {
                        intervals.Add(destination.Index, list = new List<RateInterval>(1));
                    }

                    list.Add(new RateInterval(timing, rate, weight));
                }
            }

            _plans[plan.Key] = new RatingPlan(
                plan.Key,
                intervals.ToDictionary(
                    pair => pair.Key,
                    pair => pair.Value.OrderByDescending(interval => interval.Weight).ThenBy(interval => interval.Timing.Start).ToArray()));
        }
    }

    private void ReadRatingProfiles()
    {
        foreach (CsvRow row in Rows("RatingProfiles.csv"))
        {
            if (!Require(row, 0, 1, 2, 4))
            {
                continue;
            }

            DateTime from = Time(row, 3, row[3]) ?? DateTime.MinValue;
            RatingPlan? plan = Find(row, 4, _plans, "RatingPlans.csv");
            if (plan is null)
            {
                continue;
            }

            RatingProfileKey key = new(row[0], row[1], row[2]);
            if (!_profiles.TryGetValue(key, out List<RatingActivation>? activations))
            {
                _profiles.Add(key, activations = new List<RatingActivation>(1));
            }

            if (activations.Exists(other => other.From == from))
            {
                Error(row, 3, "is there twice for this subject; let only one plan begin at a time");
            }

            activations.Add(new RatingActivation(from, plan, row.List(5)));
        }
    }

    private Dictionary<RatingProfileKey, RatingProfile> BuildProfiles() =>
        _profiles.ToDictionary(pair => pair.Key, pair => new RatingProfile(pair.Key, [.. pair.Value.OrderBy(activation => activation.From)]));
}
