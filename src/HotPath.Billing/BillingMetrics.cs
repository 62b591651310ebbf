using System.Diagnostics.Metrics;

namespace HotPath.Billing;

/// <summary>
/// The instruments of the meter <c>HotPath.Billing</c>, over all lanes, clients and journals of the process together (docs/metrics.md lists
/// them). They are read from the lanes' own counters when somebody collects: counting costs nothing else, and allocates nothing.
/// </summary>
internal static class BillingMetrics
{
    private static readonly Meter s_meter = new("HotPath.Billing");

    static BillingMetrics()
    {
        Counter(
            "authorizations",
            "{session}",
            "Sessions asked for, by what came of it.",
            ("granted", it => it.Granted),
            ("refused", it => it.Refused),
            ("not_asked", it => it.NotAsked));
        Counter("initiations", "{session}", "Sessions of answered calls, by what the engine said.", ("accepted", it => it.Initiated), ("denied", it => it.InitiateDenied));
        Counter("updates", "{request}", "Further pieces of time that engines were asked for.", it => it.Updates);
        Counter("terminations", "{session}", "Ends told to an engine, by what it said.", ("accepted", it => it.Terminated), ("error", it => it.TerminateErrors));
        Counter("cdrs", "{record}", "CDRs that an engine acknowledged.", it => it.CdrsDelivered);
        Counter("allowed_without_engine", "{session}", "Times that a call was let run although no engine could be asked.", it => it.AllowedWithoutEngine);
        Counter("engine_disconnects", "{session}", "Ends that an engine asked for.", it => it.EngineDisconnects);
        Counter("engine_requests_refused", "{request}", "Requests of engines that were not understood.", it => it.BadEngineRequests);
        Counter("queries", "{request}", "Questions whether an engine still has a session.", it => it.Queries);
        Counter("lost_by_engine", "{session}", "Sessions of running calls that an engine has forgotten.", it => it.LostByEngine);
        Counter("orphans", "{session}", "Sessions that may be open on an engine beside the one that charges the call.", it => it.Orphans);
        Counter("restored", "{session}", "Sessions brought back from a journal.", it => it.Restored);
        Counter("not_journaled", "{session}", "Sessions too large for a record.", it => it.NotJournaled);
        Counter("effects_before_safe", "{effect}", "Commands and BYEs that left before their record was safe.", it => it.EffectsBeforeSafe);
        s_meter.CreateObservableUpDownCounter("hotpath.billing.sessions", () => Sessions.All.Sum(it => it.Count), "{session}", "Sessions that are not settled.");
        s_meter.CreateObservableUpDownCounter(
            "hotpath.billing.unresolved",
            () => Sessions.All.Sum(it => it.Statistics.Unresolved) + Journals.All.Sum(it => it.FoundUnresolved),
            "{session}",
            "Sessions that are parked until a person looks at them.");
        s_meter.CreateObservableUpDownCounter("hotpath.journal.backlog", () => Journals.All.Sum(it => it.Backlog), "{record}", "Records that are not safe yet.");
        s_meter.CreateObservableUpDownCounter("hotpath.journal.size", () => Journals.All.Sum(it => it.SizeBytes), "By", "Size of all segments.");
        s_meter.CreateObservableUpDownCounter("hotpath.journal.full", () => Journals.All.Count(it => !it.HasRoom), "{journal}", "Journals that take no new calls.");
    }

    /// <summary>The lanes and clients that are told of.</summary>
    public static Metered<ChargingSessions> Sessions { get; } = new();

    /// <summary>The journals that are told of.</summary>
    public static Metered<SharedJournal> Journals { get; } = new();

    private static void Counter(string name, string unit, string description, Func<BillingStatistics, long> figure) =>
        s_meter.CreateObservableCounter("hotpath.billing." + name, () => Sum(figure), unit, description);

    private static void Counter(string name, string unit, string description, params (string Outcome, Func<BillingStatistics, long> Figure)[] figures) =>
        s_meter.CreateObservableCounter(
            "hotpath.billing." + name,
            () => figures.Select(it => new Measurement<long>(Sum(it.Figure), new KeyValuePair<string, object?>("outcome", it.Outcome))),
            unit,
            description);

    private static long Sum(Func<BillingStatistics, long> figure) => Sessions.All.Sum(it => figure(it.Statistics));

    /// <summary>What comes and goes while somebody collects.</summary>
    public sealed class Metered<T>
        where T : class
    {
        private readonly Lock _lock = new();
        private T[] _all = [];

        public T[] All => Volatile.Read(ref _all);

        public void Add(T item)
        {
            lock (_lock)
            {
                _all = [.. _all, item];
            }
        }

        public void Remove(T item)
        {
            lock (_lock)
            {
                _all = Array.FindAll(_all, other => other != item);
            }
        }
    }
}
