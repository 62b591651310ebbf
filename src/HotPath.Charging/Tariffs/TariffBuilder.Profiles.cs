namespace HotPath.Charging;

internal sealed partial class TariffBuilder
{
    private const string InlineString = "*string:";
    private const string InlineConstant = "*constant:";
    private const string RequestPath = "*req.";
    private const string RequestElement = "~*req.";

    /// <summary>By tenant and ID; <c>null</c>: a filter that the embedded engine cannot apply.</summary>
    private readonly Dictionary<(string Tenant, string Id), List<EventFilter>?> _filters = [];
    private readonly List<AttributeProfile> _attributes = [];
    private readonly List<ChargerProfile> _chargers = [];

    private void ReadFilters()
    {
        foreach (CsvRow row in Rows("Filters.csv"))
        {
            if (!Require(row, 0, 1))
            {
                continue;
            }

            var key = (row[0], row[1]);
            _filters.TryAdd(key, []);
            if (row[2] == "*string" && row[3].StartsWith(RequestElement, StringComparison.Ordinal))
            {
                _filters[key]?.Add(new EventFilter(row[3][RequestElement.Length..], row.List(4)));
            }
            else if (row[2].Length > 0)
            {
                _filters[key] = null;
            }
        }
    }

    /// <summary>The rules that a column of filters names.</summary>
    /// <returns>False: one of them is wrong, or of a kind the embedded engine does not know; that was said.</returns>
    private bool TryGetFilters(CsvRow row, int column, string tenant, out EventFilter[] filters)
    {
        List<EventFilter> found = [];
        filters = [];
        foreach (string id in row.List(column))
        {
            if (id.StartsWith(InlineString + RequestElement, StringComparison.Ordinal))
            {
                string rule = id[(InlineString.Length + RequestElement.Length)..];
                int colon = rule.IndexOf(':');
                if (colon <= 0)
                {
                    Error(row, column, "is not a filter; write it like *string:~*req.Account:1001|1002");
                    return false;
                }

                found.Add(new EventFilter(rule[..colon], rule[(colon + 1)..].Split('|')));
            }
            else if (id.StartsWith('*'))
            {
                Notice(row, $"filter '{id}' is not known to the embedded engine, so profile '{row[1]}' is left out");
                return false;
            }
            else if (!_filters.TryGetValue((tenant, id), out List<EventFilter>? named))
            {
                Error(row, column, "names a filter that is not in Filters.csv; add it there or correct the name");
                return false;
            }
            else if (named is null)
            {
                Notice(row, $"filter '{id}' is of a kind not known to the embedded engine, so profile '{row[1]}' is left out");
                return false;
            }
            else
            {
                found.AddRange(named);
            }
        }

        filters = [.. found];
        return true;
    }

    private ActivationInterval Activation(CsvRow row, int column)
    {
        string[] parts = row.List(column);
        if (parts.Length > 2)
        {
            Error(row, column, "is not an interval; write a start, or a start and an end with ; between them");
            return default;
        }

        return new ActivationInterval(
            parts.Length > 0 ? Time(row, column, parts[0]) : null,
            parts.Length > 1 ? Time(row, column, parts[1]) : null);
    }

    private void ReadAttributes()
    {
        foreach (var rows in Rows("Attributes.csv").GroupBy(row => (Tenant: row[0], Id: row[1])))
        {
            CsvRow first = rows.First();
            if (!Require(first, 0, 1, 2) || !TryGetFilters(first, 3, first[0], out EventFilter[] filters))
            {
                continue;
            }

            List<AttributeStep> steps = [];
            foreach (CsvRow row in rows)
            {
                if (row[6].Length == 0)
                {
                    continue;
                }

                if (row[7] != "*constant" || !row[6].StartsWith(RequestPath, StringComparison.Ordinal))
                {
                    Notice(row, $"{row[7]} of {row[6]} is not known to the embedded engine and left out");
                }
                else if (TryGetFilters(row, 5, first[0], out EventFilter[] stepFilters))
                {
                    steps.Add(new AttributeStep(row[6][RequestPath.Length..], row[8], stepFilters));
                }
            }

            _attributes.Add(new AttributeProfile
            {
                Tenant = first[0],
                Id = first[1],
                Contexts = first.List(2),
                Filters = filters,
                Activation = Activation(first, 4),
                Weight = Number(first, 10),
                Steps = steps,
            });
        }
    }

    private void ReadChargers()
    {
        foreach (CsvRow row in Rows("Chargers.csv"))
        {
            if (!Require(row, 0, 1, 4) || !TryGetFilters(row, 2, row[0], out EventFilter[] filters))
            {
                continue;
            }

            _chargers.Add(new ChargerProfile
            {
                Tenant = row[0],
                Id = row[1],
                Filters = filters,
                Activation = Activation(row, 3),
                RunId = row[4],
                Steps = ChargerSteps(row),
                Weight = Number(row, 6),
            });
        }
    }

    private AttributeStep[] ChargerSteps(CsvRow row)
    {
        List<AttributeStep> steps = [];
        foreach (string id in row.List(5))
        {
            if (id == "*none")
            {
                continue;
            }

            if (id.StartsWith(InlineConstant + RequestPath, StringComparison.Ordinal))
            {
                string assignment = id[(InlineConstant.Length + RequestPath.Length)..];
                int colon = assignment.IndexOf(':');
                if (colon > 0)
                {
                    steps.Add(new AttributeStep(assignment[..colon], assignment[(colon + 1)..], []));
                    continue;
                }

                Error(row, 5, "is not an assignment; write it like *constant:*req.RequestType:*none");
            }
            else if (_attributes.Find(profile => profile.Tenant == row[0] && profile.Id == id) is { } profile)
            {
                steps.AddRange(profile.Steps.Select(step => step with { Filters = [.. profile.Filters, .. step.Filters] }));
            }
            else
            {
                Error(row, 5, $"names '{id}', which is not in Attributes.csv; add it there or correct the name");
            }
        }

        return [.. steps];
    }
}
