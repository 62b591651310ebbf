using System.Diagnostics.Metrics;

namespace HotPath.Edge;

/// <summary>
/// The instruments of the meter <c>HotPath.Edge</c>, over all lanes of the process together (docs/metrics.md lists them). They are read
/// from the lanes' own counters when somebody collects: counting costs nothing else, and allocates nothing.
/// </summary>
internal static class EdgeMetrics
{
    private static readonly Meter s_meter = new("HotPath.Edge");
    private static readonly Lock s_lock = new();
    private static LaneThread[] s_lanes = [];

    static EdgeMetrics()
    {
        Counter("messages", "{message}", "Messages, by what the parser said.", "outcome", ("well_formed", it => it.Received), ("malformed", it => it.Malformed));
        Counter(
            "calls",
            "{call}",
            "New calls, by class.",
            "class",
            ("charged", it => it.Calls - it.EmergencyCalls - it.FreeCalls),
            ("emergency", it => it.EmergencyCalls),
            ("free", it => it.FreeCalls));
        Counter("calls_set_up", "{call}", "Calls whose set-up is over, by what came of it.", "outcome", ("answered", it => it.Answered), ("failed", it => it.Failed));
        Counter("calls_rerouted", "{call}", "INVITEs that went to another next hop because one did not serve.", it => it.Rerouted);
        Counter("calls_ended", "{call}", "Calls that the edge ended by itself.", it => it.EndedByEdge);
        Counter("strays", "{request}", "Requests that belong to no dialog.", it => it.Strays);
        Counter("shed", "{request}", "New requests answered 503 because a lane was too busy, by what showed it.", "reason", ("inbox", it => it.ShedInbox), ("behind", it => it.ShedBehind));
        s_meter.CreateObservableUpDownCounter("hotpath.edge.running_calls", () => Lanes.Sum(it => it.Lane.RunningCalls), "{call}", "Calls that are not over.");
        s_meter.CreateObservableUpDownCounter("hotpath.edge.inbox", () => PerLane(it => it.Inbox.Count), "{message}", "Messages that wait in a lane's inbox.");
        s_meter.CreateObservableCounter("hotpath.edge.inbox_refused", () => PerLane(it => it.Inbox.Refused), "{message}", "Messages for which there was no place in a lane's inbox.");
    }

    private static LaneThread[] Lanes => Volatile.Read(ref s_lanes);

    public static void Add(LaneThread lane)
    {
        lock (s_lock)
        {
            s_lanes = [.. s_lanes, lane];
        }
    }

    public static void Remove(LaneThread lane)
    {
        lock (s_lock)
        {
            s_lanes = Array.FindAll(s_lanes, other => other != lane);
        }
    }

    private static void Counter(string name, string unit, string description, Func<EdgeStatistics, long> figure) =>
        s_meter.CreateObservableCounter("hotpath.edge." + name, () => Sum(figure), unit, description);

    private static void Counter(string name, string unit, string description, string tag, params (string Value, Func<EdgeStatistics, long> Figure)[] figures) =>
        s_meter.CreateObservableCounter("hotpath.edge." + name, () => figures.Select(it => Of(Sum(it.Figure), tag, it.Value)), unit, description);

    private static IEnumerable<Measurement<long>> PerLane(Func<LaneThread, long> figure) =>
        Lanes.GroupBy(lane => lane.Index, figure, (index, figures) => Of(figures.Sum(), "lane", index));

    private static long Sum(Func<EdgeStatistics, long> figure) => Lanes.Sum(it => figure(it.Lane.Statistics));

    private static Measurement<long> Of(long value, string tag, object tagValue) => new(value, new KeyValuePair<string, object?>(tag, tagValue));
}
