using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace HotPath.Charging;

/// <summary>
/// Writes how a price came about as CGRateS's <c>EventCost</c>: charges that refer by short IDs to ratings, rates, timings, filters and
/// accounts, each written once. Source: facts cgrates-engine.md §2.5, wire recordings 031, 140.
/// </summary>
internal sealed class EventCostWriter
{
    private readonly Utf8JsonWriter _writer;
    private readonly SortedDictionary<string, Charge> _ratings = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Charge> _accounting = new(StringComparer.Ordinal);

    private EventCostWriter(Utf8JsonWriter writer) => _writer = writer;

    public static void Write(Utf8JsonWriter writer, EventCost cost, string cgrId, string runId) => new EventCostWriter(writer).Write(cost, cgrId, runId);

    private void Write(EventCost cost, string cgrId, string runId)
    {
        _writer.WriteStartObject();
        _writer.WriteString("CGRID"u8, cgrId);
        _writer.WriteString("RunID"u8, runId);
        _writer.WriteString("StartTime"u8, ApiJson.Time(cost.Start));
        _writer.WriteNumber("Usage"u8, cost.Charges.Usage);
        ApiJson.WriteDecimal(_writer, "Cost"u8, cost.Cost);
        WriteCharges(cost.Charges.Charges);
        WriteAccountSummary(cost.AccountSummary);
        WriteRatings();
        WriteAccounting();
        WriteRatingFilters();
        WriteRates();
        WriteTimings();
        _writer.WriteEndObject();
    }

    private void WriteCharges(ReadOnlySpan<Charge> charges)
    {
        _writer.WriteStartArray("Charges"u8);
        for (int i = 0; i < charges.Length;)
        {
            Charge first = charges[i];
            string ratingId = first.Interval is null ? "" : RatingId(first);
            if (ratingId.Length > 0)
            {
                _ratings.TryAdd(ratingId, first);
            }

            _writer.WriteStartObject();
            _writer.WriteString("RatingID"u8, ratingId);
            _writer.WriteStartArray("Increments"u8);
            for (; i < charges.Length && charges[i].IsSamePart(first); i++)
            {
                WriteIncrement(charges[i]);
            }

            _writer.WriteEndArray();
            _writer.WriteNumber("CompressFactor"u8, 1);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
    }

    private void WriteIncrement(in Charge charge)
    {
        string accountingId = charge.Payer is null ? "" : AccountingId(charge);
        if (accountingId.Length > 0)
        {
            _accounting.TryAdd(accountingId, charge);
        }

        _writer.WriteStartObject();
        _writer.WriteNumber("Usage"u8, charge.Increment);
        ApiJson.WriteDecimal(_writer, "Cost"u8, charge.IncrementCost);
        _writer.WriteString("AccountingID"u8, accountingId);
        _writer.WriteNumber("CompressFactor"u8, charge.Count);
        _writer.WriteEndObject();
    }

    private void WriteAccountSummary(AccountSnapshot? account)
    {
        if (account is null)
        {
            _writer.WriteNull("AccountSummary"u8);
            return;
        }

        _writer.WriteStartObject("AccountSummary"u8);
        _writer.WriteString("Tenant"u8, account.Tenant);
        _writer.WriteString("ID"u8, account.Account);
        _writer.WriteStartArray("BalanceSummaries"u8);
        foreach (BalanceSnapshot balance in account.Balances)
        {
            _writer.WriteStartObject();
            _writer.WriteString("UUID"u8, balance.Uuid);
            _writer.WriteString("ID"u8, balance.Id);
            _writer.WriteString("Type"u8, balance.Type);
            ApiJson.WriteDecimal(_writer, "Initial"u8, balance.InitialValue);
            ApiJson.WriteDecimal(_writer, "Value"u8, balance.Value);
            _writer.WriteBoolean("Disabled"u8, balance.Disabled);
            _writer.WriteEndObject();
        }

        _writer.WriteEndArray();
        _writer.WriteBoolean("AllowNegative"u8, account.AllowNegative);
        _writer.WriteBoolean("Disabled"u8, account.Disabled);
        _writer.WriteEndObject();
    }

    private void WriteRatings()
    {
        _writer.WriteStartObject("Rating"u8);
        foreach ((string id, Charge charge) in _ratings)
        {
            DestinationRate rate = charge.Interval!.Rate;
            _writer.WriteStartObject(id);
            ApiJson.WriteDecimal(_writer, "ConnectFee"u8, rate.ConnectFee);
            _writer.WriteString("RoundingMethod"u8, rate.RoundingMethod switch
            {
                RoundingMethod.Up => "*up",
                RoundingMethod.Down => "*down",
                RoundingMethod.Middle => "*middle",
                _ => "",
            });
            _writer.WriteNumber("RoundingDecimals"u8, rate.RoundingDecimals);
            ApiJson.WriteDecimal(_writer, "MaxCost"u8, rate.MaxCost);
            _writer.WriteString("MaxCostStrategy"u8, rate.MaxCostStrategy switch
            {
                MaxCostStrategy.Free => "*free",
                MaxCostStrategy.Disconnect => "*disconnect",
                _ => "",
            });
            _writer.WriteString("TimingID"u8, TimingId(charge));
            _writer.WriteString("RatesID"u8, RatesId(charge));
            _writer.WriteString("RatingFiltersID"u8, FilterId(charge));
            _writer.WriteEndObject();
        }

        _writer.WriteEndObject();
    }

    private void WriteAccounting()
    {
        _writer.WriteStartObject("Accounting"u8);
        foreach ((string id, Charge charge) in _accounting)
        {
            _writer.WriteStartObject(id);
            _writer.WriteString("AccountID"u8, charge.Payer!.Id);
            _writer.WriteString("BalanceUUID"u8, (charge.Units ?? charge.Money)?.Uuid ?? "");
            _writer.WriteString("RatingID"u8, charge.Kind == ChargeKind.Rounding ? "*rounding" : "");
            ApiJson.WriteDecimal(_writer, "Units"u8, charge.Units is null ? charge.IncrementCost : charge.Increment);
            _writer.WriteString("ExtraChargeID"u8, charge is { Units: not null, Money: not null } ? charge.Money.Uuid : "");
            _writer.WriteEndObject();
        }

        _writer.WriteEndObject();
    }

    private void WriteRatingFilters()
    {
        _writer.WriteStartObject("RatingFilters"u8);
        foreach (Charge charge in _ratings.Values.DistinctBy(charge => FilterId(charge)))
        {
            _writer.WriteStartObject(FilterId(charge));
            _writer.WriteString("DestinationID"u8, charge.Match.Destination.Id);
            _writer.WriteString("DestinationPrefix"u8, charge.Match.Prefix);
            _writer.WriteString("RatingPlanID"u8, charge.Match.Plan!.Id);
            _writer.WriteString("Subject"u8, charge.Match.Profile.Key.ToString());
            _writer.WriteEndObject();
        }

        _writer.WriteEndObject();
    }

    private void WriteRates()
    {
        _writer.WriteStartObject("Rates"u8);
        foreach (Charge charge in _ratings.Values.DistinctBy(charge => RatesId(charge)))
        {
            _writer.WriteStartArray(RatesId(charge));
            foreach (RateSlot slot in charge.Interval!.Rate.Slots)
            {
                _writer.WriteStartObject();
                _writer.WriteNumber("GroupIntervalStart"u8, slot.GroupStartNs);
                ApiJson.WriteDecimal(_writer, "Value"u8, slot.Rate);
                _writer.WriteNumber("RateIncrement"u8, slot.IncrementNs);
                _writer.WriteNumber("RateUnit"u8, slot.UnitNs);
                _writer.WriteEndObject();
            }

            _writer.WriteEndArray();
        }

        _writer.WriteEndObject();
    }

    private void WriteTimings()
    {
        _writer.WriteStartObject("Timings"u8);
        foreach (Charge charge in _ratings.Values.DistinctBy(charge => TimingId(charge)))
        {
            Timing timing = charge.Interval!.Timing;
            _writer.WriteStartObject(TimingId(charge));
            WriteList("Years"u8, timing.Years);
            WriteList("Months"u8, timing.Months);
            WriteList("MonthDays"u8, timing.MonthDays);
            WriteList("WeekDays"u8, timing.WeekDays);
            _writer.WriteString("StartTime"u8, timing.Start.ToString(@"hh\:mm\:ss", System.Globalization.CultureInfo.InvariantCulture));
            _writer.WriteEndObject();
        }

        _writer.WriteEndObject();
    }

    private void WriteList(ReadOnlySpan<byte> name, int[] values)
    {
        _writer.WriteStartArray(name);
        foreach (int value in values)
        {
            _writer.WriteNumberValue(value);
        }

        _writer.WriteEndArray();
    }

    private static string RatingId(in Charge charge) => ShortId($"rating {RatesId(charge)} {TimingId(charge)} {FilterId(charge)} {charge.Interval!.Rate.RoundingMethod} {charge.Interval.Rate.RoundingDecimals} {charge.Interval.Rate.MaxCost}");

    private static string RatesId(in Charge charge) => ShortId($"rates {charge.Interval!.Rate.RateId}");

    private static string TimingId(in Charge charge) => ShortId($"timing {charge.Interval!.Timing.Id}");

    private static string FilterId(in Charge charge) => ShortId($"filter {charge.Match.Profile.Key} {charge.Match.Plan!.Id} {charge.Match.Destination.Id} {charge.Match.Prefix}");

    private static string AccountingId(in Charge charge) => ShortId($"accounting {charge.Kind} {charge.Units?.Uuid} {charge.Money?.Uuid} {charge.Increment} {charge.IncrementCost}");

    /// <summary>Seven hexadecimal digits, as CGRateS's random IDs look, here the same whenever the content is.</summary>
    private static string ShortId(string content) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(content)))[..7];
}
