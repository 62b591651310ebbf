using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>
/// Turns the files of one plan into a <see cref="Tariff"/>, collecting every mistake on the way. Reads the files in the order in
/// which they refer to each other, whatever order they were added in. Used once.
/// </summary>
internal sealed partial class TariffBuilder
{
    // With these limits, no sum of prices or usage overflows.
    private const decimal MaxPrice = 1_000_000;
    private const decimal MaxBalance = 1_000_000_000_000;
    private const long MaxDuration = 24_000 * 3600 * Nanoseconds.PerSecond;

    private static readonly CsvConfiguration s_csv = new(CultureInfo.InvariantCulture)
    {
        HasHeaderRecord = false,
        AllowComments = true,
        Comment = '#',
        IgnoreBlankLines = true,
        TrimOptions = TrimOptions.Trim,
        BadDataFound = null,
        CacheFields = true,
    };

    /// <summary>Columns by file, as CGRateS names them.</summary>
    private static readonly Dictionary<string, string[]> s_columns = new(StringComparer.Ordinal)
    {
        ["Timings.csv"] = ["ID", "Years", "Months", "MonthDays", "WeekDays", "Time"],
        ["Destinations.csv"] = ["ID", "Prefix"],
        ["Rates.csv"] = ["ID", "ConnectFee", "Rate", "RateUnit", "RateIncrement", "GroupIntervalStart"],
        ["DestinationRates.csv"] = ["ID", "DestinationID", "RatesID", "RoundingMethod", "RoundingDecimals", "MaxCost", "MaxCostStrategy"],
        ["RatingPlans.csv"] = ["ID", "DestinationRatesID", "TimingID", "Weight"],
        ["RatingProfiles.csv"] = ["Tenant", "Category", "Subject", "ActivationTime", "RatingPlanID", "FallbackSubjects"],
        ["Actions.csv"] =
        [
            "ID", "Action", "ExtraParameters", "Filter", "BalanceID", "BalanceType", "Categories", "DestinationIDs", "RatingSubject",
            "SharedGroup", "ExpiryTime", "TimingIDs", "Units", "BalanceWeight", "BalanceBlocker", "BalanceDisabled", "Weight",
        ],
        ["ActionPlans.csv"] = ["ID", "ActionsID", "TimingID", "Weight"],
        ["AccountActions.csv"] = ["Tenant", "Account", "ActionPlanID", "ActionTriggersID", "AllowNegative", "Disabled"],
        ["Filters.csv"] = ["Tenant", "ID", "Type", "Element", "Values", "ActivationInterval"],
        ["Attributes.csv"] =
        [
            "Tenant", "ID", "Contexts", "FilterIDs", "ActivationInterval", "AttributeFilterIDs", "Path", "Type", "Value", "Blocker", "Weight",
        ],
        ["Chargers.csv"] = ["Tenant", "ID", "FilterIDs", "ActivationInterval", "RunID", "AttributeIDs", "Weight"],
    };

    private readonly Dictionary<string, List<CsvRow>> _rows = [];
    private readonly List<TariffError> _errors = [];
    private readonly List<TariffError> _notices = [];

    /// <summary>Takes the rows of one file.</summary>
    public void Add(TariffFile file)
    {
        if (!s_columns.TryGetValue(file.Name, out string[]? columns))
        {
            _notices.Add(new TariffError(file.Name, 0, "is not used by the embedded engine"));
            return;
        }

        List<CsvRow> rows = _rows[file.Name] = [];
        using CsvParser parser = new(new StringReader(file.Text), s_csv);
        while (parser.Read())
        {
            string[] fields = parser.Record!;
            int line = parser.RawRow;
            if (fields.Length < columns.Length)
            {
                Error(file.Name, line, $"has {fields.Length} columns, needs {columns.Length} ({string.Join(',', columns)}); add the missing ones, empty if need be");
            }
            else if (fields.AsSpan(columns.Length).ContainsAnyExcept(""))
            {
                Error(file.Name, line, $"has {fields.Length} columns, only {columns.Length} have a meaning ({string.Join(',', columns)}); remove the others or quote the commas");
            }
            else
            {
                rows.Add(new CsvRow(file.Name, line, fields));
            }
        }
    }

    /// <summary>Makes the tariff.</summary>
    /// <exception cref="TariffException">There were mistakes.</exception>
    public Tariff Build()
    {
        ReadTimings();
        ReadDestinations();
        ReadRates();
        ReadDestinationRates();
        ReadRatingPlans();
        ReadRatingProfiles();
        ReadFilters();
        ReadAttributes();
        ReadChargers();
        ReadActions();
        ReadActionPlans();
        ReadAccountActions();
        return _errors.Count > 0
            ? throw new TariffException([.. _errors.OrderBy(error => error.File, StringComparer.Ordinal).ThenBy(error => error.Line)])
            : new Tariff(
                new PrefixIndex(_prefixes),
                _destinations,
                BuildProfiles(),
                [.. _attributes.OrderByDescending(profile => profile.Weight)],
                [.. _chargers.OrderByDescending(profile => profile.Weight)],
                [.. _accounts],
                _notices);
    }

    private List<CsvRow> Rows(string file) => _rows.GetValueOrDefault(file, []);

    private void Error(string file, int line, string message) => _errors.Add(new TariffError(file, line, message));

    private void Error(CsvRow row, string message) => Error(row.File, row.Line, message);

    private void Error(CsvRow row, int column, string message) =>
        Error(row, $"{s_columns[row.File][column]} '{row[column]}' {message}");

    private void Notice(CsvRow row, string message) => _notices.Add(new TariffError(row.File, row.Line, message));

    private bool Require(CsvRow row, params ReadOnlySpan<int> columns)
    {
        foreach (int column in columns)
        {
            if (row[column].Length == 0)
            {
                Error(row, $"{s_columns[row.File][column]} is empty; fill it in");
                return false;
            }
        }

        return true;
    }

    private TValue? Find<TValue>(CsvRow row, int column, Dictionary<string, TValue> known, string file)
        where TValue : class
    {
        if (known.TryGetValue(row[column], out TValue? value))
        {
            return value;
        }

        Error(row, column, $"is not in {file}; add it there or correct the name");
        return null;
    }

    private decimal Number(CsvRow row, int column)
    {
        if (row[column].Length == 0)
        {
            return 0;
        }

        if (!decimal.TryParse(row[column], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out decimal value))
        {
            Error(row, column, "is not a number; write it like 0.05");
        }

        return value;
    }

    private decimal Amount(CsvRow row, int column, decimal most = MaxPrice)
    {
        decimal value = Number(row, column);
        if (value < 0 || value > most)
        {
            Error(row, column, value < 0 ? "is negative; write 0 or more" : $"is too high; write {most:0} or less");
        }

        return value;
    }

    private int WholeNumber(CsvRow row, int column, int least, int most)
    {
        if (row[column].Length == 0)
        {
            return least;
        }

        if (!int.TryParse(row[column], NumberStyles.None, CultureInfo.InvariantCulture, out int value) || value < least || value > most)
        {
            Error(row, column, $"is not a whole number from {least} to {most}");
        }

        return value;
    }

    private bool Flag(CsvRow row, int column)
    {
        if (row[column].Length > 0 && !row[column].Equals("true", StringComparison.OrdinalIgnoreCase) && !row[column].Equals("false", StringComparison.OrdinalIgnoreCase))
        {
            Error(row, column, "is neither true nor false");
        }

        return row[column].Equals("true", StringComparison.OrdinalIgnoreCase);
    }

    private long Duration(CsvRow row, int column)
    {
        if (!Nanoseconds.TryParse(row[column], out long value) || value < 0)
        {
            Error(row, column, "is not a length of time; write it like 60s or 1m30s (a number without a unit counts nanoseconds, messages or bytes)");
        }

        if (value > MaxDuration)
        {
            Error(row, column, "is too long; write at most 24000h");
        }

        return value;
    }

    private DateTime? Time(CsvRow row, int column, string text)
    {
        if (!TimeText.TryParse(Encoding.UTF8.GetBytes(text), out DateTimeOffset? value))
        {
            Error(row, column, "is not a point in time; write it like 2014-01-14T00:00:00Z");
        }

        return value?.UtcDateTime;
    }
}
