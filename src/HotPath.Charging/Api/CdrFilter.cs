using System.Globalization;
using System.Text;
using HotPath.Commands;

namespace HotPath.Charging;

/// <summary>
/// What of the CDRs a query wants: lists of values a field must have, or with <c>Not</c> before their name must not have, ranges of time
/// and usage, a page. Members it does not know are disregarded. Source: facts cgrates-engine.md §5.
/// </summary>
internal sealed class CdrFilter
{
    private readonly List<Predicate<CallDetailRecord>> _rules = [];
    private readonly int _limit;
    private readonly int _offset;

    public CdrFilter(ApiParameters parameters)
    {
        Equal(parameters, "CGRIDs", cdr => cdr.CgrId);
        Equal(parameters, "RunIDs", cdr => cdr.RunId);
        Equal(parameters, "OriginIDs", cdr => cdr.OriginId);
        Equal(parameters, "OriginHosts", cdr => cdr.OriginHost);
        Equal(parameters, "Sources", cdr => cdr.Source);
        Equal(parameters, "ToRs", cdr => cdr.ToR);
        Equal(parameters, "RequestTypes", cdr => cdr.RequestType);
        Equal(parameters, "Tenants", cdr => cdr.Tenant);
        Equal(parameters, "Categories", cdr => cdr.Category);
        Equal(parameters, "Accounts", cdr => cdr.Account);
        Equal(parameters, "Subjects", cdr => cdr.Subject);
        Equal(parameters, "Costs", cdr => cdr.Cost.ToString("0.############", CultureInfo.InvariantCulture));
        Any(parameters, "DestinationPrefixes", (cdr, prefix) => cdr.Destination.StartsWith(prefix, StringComparison.Ordinal));
        Range(parameters, "SetupTimeStart", "SetupTimeEnd", cdr => cdr.SetupTime);
        Range(parameters, "AnswerTimeStart", "AnswerTimeEnd", cdr => cdr.AnswerTime);
        if (Nanoseconds.TryParse(parameters.Text("MinUsage"), out long least) && least > 0)
        {
            _rules.Add(cdr => cdr.Usage.Nanoseconds >= least);
        }

        if (Nanoseconds.TryParse(parameters.Text("MaxUsage"), out long most) && most > 0)
        {
            _rules.Add(cdr => cdr.Usage.Nanoseconds < most);
        }

        _limit = Page(parameters, "Limit") ?? int.MaxValue;
        _offset = Page(parameters, "Offset") ?? 0;
    }

    /// <summary>The CDRs wanted, in the order of writing.</summary>
    public IEnumerable<CallDetailRecord> Apply(IEnumerable<CallDetailRecord> cdrs) =>
        cdrs.Where(cdr => _rules.TrueForAll(rule => rule(cdr))).Skip(_offset).Take(_limit);

    private static int? Page(ApiParameters parameters, string name) =>
        parameters.Number(name) is { } number and >= 0 and <= int.MaxValue ? (int)number : null;

    private void Equal(ApiParameters parameters, string name, Func<CallDetailRecord, string> field) => Any(parameters, name, (cdr, value) => field(cdr) == value);

    private void Any(ApiParameters parameters, string name, Func<CallDetailRecord, string, bool> matches)
    {
        if (parameters.List(name) is { Length: > 0 } wanted)
        {
            _rules.Add(cdr => Array.Exists(wanted, value => matches(cdr, value)));
        }

        if (parameters.List("Not" + name) is { Length: > 0 } unwanted)
        {
            _rules.Add(cdr => !Array.Exists(unwanted, value => matches(cdr, value)));
        }
    }

    private void Range(ApiParameters parameters, string start, string end, Func<CallDetailRecord, DateTime?> field)
    {
        if (TimeText.TryParse(Encoding.UTF8.GetBytes(parameters.Text(start)), out DateTimeOffset? from) && from is not null)
        {
            _rules.Add(cdr => field(cdr) >= from.Value.UtcDateTime);
        }

        if (TimeText.TryParse(Encoding.UTF8.GetBytes(parameters.Text(end)), out DateTimeOffset? until) && until is not null)
        {
            _rules.Add(cdr => field(cdr) < until.Value.UtcDateTime);
        }
    }
}
