using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace HotPath.Charging.Tests;

/// <summary>
/// A reply in a form in which those of two engines can be compared: without what is random (UUIDs, short IDs, orders of maps), with
/// nothing, null and empty alike, as versions differ in it, and with runs of equal increments put together.
/// </summary>
internal static partial class RecordedReply
{
    /// <summary>Members whose values are of one engine only.</summary>
    private static readonly HashSet<string> s_volatile =
    [
        "Uuid", "UUID", "BalanceUUID", "OrderID", "NodeID", "NextAutoDebit", "RatingID", "AccountingID", "TimingID", "RatesID",
        "RatingFiltersID", "Initial", "LoopIndex", "Extra", "GoVersion", "ActiveGoroutines", "MemoryUsage", "RunningSince", "Version",
        "APIOpts",
    ];

    public static string Normalize(string reply)
    {
        // Names that differ between the versions.
        reply = reply.Replace("CGREventWithArgDispatcher", "CGREvent", StringComparison.Ordinal).Replace("birpc: ", "rpc2: ", StringComparison.Ordinal);
        JsonNode? node = Normalize(JsonNode.Parse(reply));
        return node?.ToJsonString() ?? "null";
    }

    private static JsonNode? Normalize(JsonNode? node) => node switch
    {
        JsonObject map => Normalize(map),
        JsonArray { Count: > 0 } list => NormalizeList(list),
        JsonArray => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => Math.Round(value.Deserialize<decimal>(), 9) / 1.000000000m,
        _ => node?.DeepClone(),
    };

    private static JsonNode? Normalize(JsonObject map)
    {
        if (map.Count > 0 && map.All(member => ShortId().IsMatch(member.Key)))
        {
            return NormalizeList([.. map.Select(member => member.Value?.DeepClone())], isSorted: true);
        }

        JsonObject normal = [];
        foreach ((string name, JsonNode? value) in map.OrderBy(member => member.Key, StringComparer.Ordinal))
        {
            JsonNode? normalized = s_volatile.Contains(name) ? null
                : name == "CostDetails" && value is JsonValue text && text.TryGetValue(out string? json) ? Normalize(JsonNode.Parse(json))
                : name == "Charges" ? NormalizeCharges(value!.AsArray())
                : name == "AttributesDigest" && value is not null ? string.Join(',', value.GetValue<string>().Split(',').Order(StringComparer.Ordinal))
                : Normalize(value);
            if (normalized is not null)
            {
                normal[name] = normalized;
            }
        }

        return normal.Count == 0 ? null : normal;
    }

    private static JsonArray NormalizeList(JsonArray list, bool isSorted = false)
    {
        IEnumerable<JsonNode?> items = list.Select(Normalize);
        bool isUnordered = isSorted || list[0] is JsonValue || (list[0] is JsonObject first && (first.ContainsKey("RunID") || first.ContainsKey("BalanceMap")));
        return [.. isUnordered ? items.OrderBy(item => item?.ToJsonString(), StringComparer.Ordinal) : items];
    }

    private static JsonArray NormalizeCharges(JsonArray charges)
    {
        List<(long Usage, decimal Cost, long Count)> runs = [];
        foreach (JsonNode? charge in charges)
        {
            for (int repeat = charge!["CompressFactor"]!.GetValue<int>(); repeat > 0; repeat--)
            {
                foreach (JsonNode? increment in charge["Increments"]!.AsArray())
                {
                    long usage = increment!["Usage"]!.GetValue<long>();
                    decimal cost = Math.Round(increment["Cost"]!.Deserialize<decimal>(), 9);
                    long count = increment["CompressFactor"]!.GetValue<long>();
                    if (runs.Count > 0 && runs[^1].Usage == usage && runs[^1].Cost == cost)
                    {
                        runs[^1] = (usage, cost, runs[^1].Count + count);
                    }
                    else
                    {
                        runs.Add((usage, cost, count));
                    }
                }
            }
        }

        return [.. runs.Select(run => JsonValue.Create($"{run.Count} x {run.Usage} at {run.Cost / 1.000000000m}"))];
    }

    [GeneratedRegex("^[0-9a-f]{7}$")]
    private static partial Regex ShortId();
}
