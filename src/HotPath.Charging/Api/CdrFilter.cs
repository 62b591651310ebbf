using System.Globalization;
using System.Text.Json;
using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>
/// What of the CDRs a query wants: lists of values a field must have or must not have, ranges of time and usage, a page.
/// Source: facts cgrates-engine.md §5.
/// </summary>
internal sealed class CdrFilter
{
    private readonly List<Predicate<CallDetailRecord>> _rules = [];
    private readonly int _limit;
    private readonly int _offset;

    public CdrFilter(scoped in GetCdrs query)
    {
        Equal(query.CgrIds, query.NotCgrIds, cdr => cdr.CgrId);
        Equal(query.RunIds, query.NotRunIds, cdr => cdr.RunId);
        Equal(query.OriginIds, query.NotOriginIds, cdr => cdr.OriginId);
        Equal(query.OriginHosts, query.NotOriginHosts, cdr => cdr.OriginHost);
        Equal(query.Sources, query.NotSources, cdr => cdr.Source);
        Equal(query.ToRs, query.NotToRs, cdr => cdr.ToR);
        Equal(query.RequestTypes, query.NotRequestTypes, cdr => cdr.RequestType);
        Equal(query.Tenants, query.NotTenants, cdr => cdr.Tenant);
        Equal(query.Categories, query.NotCategories, cdr => cdr.Category);
        Equal(query.Accounts, query.NotAccounts, cdr => cdr.Account);
        Equal(query.Subjects, query.NotSubjects, cdr => cdr.Subject);
        Equal(Items(query.Costs), Items(query.NotCosts), cdr => cdr.Cost.ToString("0.############", CultureInfo.InvariantCulture));
        Any(query.DestinationPrefixes, query.NotDestinationPrefixes, (cdr, prefix) => cdr.Destination.StartsWith(prefix, StringComparison.Ordinal));
        Fields(query.ExtraFields, isWanted: true);
        Fields(query.NotExtraFields, isWanted: false);
        Range(query.SetupTimeStart, query.SetupTimeEnd, cdr => cdr.SetupTime);
        Range(query.AnswerTimeStart, query.AnswerTimeEnd, cdr => cdr.AnswerTime);
        if (query.MinUsage is { Nanoseconds: > 0 } least)
        {
            _rules.Add(cdr => cdr.Usage.Nanoseconds >= least.Nanoseconds);
        }

        if (query.MaxUsage is { Nanoseconds: > 0 } most)
        {
            _rules.Add(cdr => cdr.Usage.Nanoseconds < most.Nanoseconds);
        }

        _limit = query.Limit is { } limit and >= 0 ? limit : int.MaxValue;
        _offset = Math.Max(0, query.Offset ?? 0);
    }

    /// <summary>The member of a query that asks for something CDRs here do not have; <c>null</c>: there is none.</summary>
    public static string? FindUnknown(scoped in GetCdrs query) =>
        query.CreatedAtStart is not null || query.CreatedAtEnd is not null ? "CreatedAt"
        : query.UpdatedAtStart is not null || query.UpdatedAtEnd is not null ? "UpdatedAt"
        : query.ExtraArgs.IsEmpty ? null
        : "ExtraArgs";

    /// <summary>The CDRs wanted, in the order of writing.</summary>
    public IEnumerable<CallDetailRecord> Apply(IEnumerable<CallDetailRecord> cdrs) =>
        cdrs.Where(cdr => _rules.TrueForAll(rule => rule(cdr))).Skip(_offset).Take(_limit);

    /// <summary>The items of a JSON array as text.</summary>
    private static string[]? Items(CgrText json)
    {
        if (json.IsEmpty)
        {
            return null;
        }

        using JsonDocument document = JsonDocument.Parse(json.Utf8.ToArray());
        return document.RootElement.ValueKind == JsonValueKind.Array ? [.. document.RootElement.EnumerateArray().Select(item => item.ToString())] : null;
    }

    private void Equal(string[]? wanted, string[]? unwanted, Func<CallDetailRecord, string> field) =>
        Any(wanted, unwanted, (cdr, value) => field(cdr) == value);

    private void Any(string[]? wanted, string[]? unwanted, Func<CallDetailRecord, string, bool> matches)
    {
        if (wanted is { Length: > 0 })
        {
            _rules.Add(cdr => Array.Exists(wanted, value => matches(cdr, value)));
        }

        if (unwanted is { Length: > 0 })
        {
            _rules.Add(cdr => !Array.Exists(unwanted, value => matches(cdr, value)));
        }
    }

    private void Fields(CgrText json, bool isWanted)
    {
        if (json.IsEmpty)
        {
            return;
        }

        using JsonDocument document = JsonDocument.Parse(json.Utf8.ToArray());
        foreach (JsonProperty field in document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.EnumerateObject() : default)
        {
            (string name, string value) = (field.Name, field.Value.ToString());
            _rules.Add(cdr => (cdr.ExtraFields.GetValueOrDefault(name) == value) == isWanted);
        }
    }

    private void Range(DateTimeOffset? start, DateTimeOffset? end, Func<CallDetailRecord, DateTime?> field)
    {
        if (start is { } from)
        {
            _rules.Add(cdr => field(cdr) >= from.UtcDateTime);
        }

        if (end is { } until)
        {
            _rules.Add(cdr => field(cdr) < until.UtcDateTime);
        }
    }
}
