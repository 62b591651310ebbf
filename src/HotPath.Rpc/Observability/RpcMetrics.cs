using System.Diagnostics.Metrics;

namespace HotPath.Rpc;

/// <summary>
/// The instruments of the meter <c>HotPath.Rpc</c>, over all clients of the process together (docs/metrics.md lists them). All but the latency
/// are read from the clients' own counters when somebody collects: counting costs nothing else, and allocates nothing.
/// </summary>
internal static class RpcMetrics
{
    public const string EngineTag = "engine";

    private static readonly Meter s_meter = new("HotPath.Rpc");
    private static readonly Lock s_lock = new();
    private static EngineClient[] s_clients = [];

    static RpcMetrics()
    {
        s_meter.CreateObservableCounter("hotpath.rpc.requests", () => PerConnection(it => it.Requests), "{request}", "Requests written, probes included.");
        s_meter.CreateObservableCounter("hotpath.rpc.replies", () => PerConnection(it => it.Replies), "{reply}", "Replies in time.");
        s_meter.CreateObservableUpDownCounter("hotpath.rpc.in_flight", () => PerConnection(it => it.InFlight), "{request}", "Requests waiting for an answer.");
        s_meter.CreateObservableCounter("hotpath.rpc.connects", () => PerConnection(it => it.Connects), "{connection}", "Connections made.");
        s_meter.CreateObservableCounter("hotpath.rpc.sent", () => PerConnection(it => it.BytesSent), "By", "Bytes sent.");
        s_meter.CreateObservableCounter("hotpath.rpc.received", () => PerConnection(it => it.BytesReceived), "By", "Bytes received.");
        s_meter.CreateObservableCounter("hotpath.rpc.failures", Failures, "{failure}", "What went wrong with an engine, by kind.");
        s_meter.CreateObservableCounter("hotpath.rpc.outcomes", Outcomes, "{request}", "Requests that ended, by outcome.");
        s_meter.CreateObservableUpDownCounter("hotpath.rpc.state", States, "{client}", "Clients that see the engine in this state.");
        s_meter.CreateObservableUpDownCounter(
            "hotpath.rpc.orphans", () => Clients.Sum(client => client.Audit.OrphanCount), "{session}", "Sessions whose connection is gone.");
    }

    /// <summary>From writing a request to reading its reply, in seconds.</summary>
    public static Histogram<double> Latency { get; } =
        s_meter.CreateHistogram<double>("hotpath.rpc.latency", "s", "From writing a request to reading its reply.", advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
        });

    private static EngineClient[] Clients => Volatile.Read(ref s_clients);

    public static void Add(EngineClient client)
    {
        lock (s_lock)
        {
            s_clients = [.. s_clients, client];
        }
    }

    public static void Remove(EngineClient client)
    {
        lock (s_lock)
        {
            s_clients = Array.FindAll(s_clients, other => other != client);
        }
    }

    private static IEnumerable<Measurement<long>> PerConnection(Func<ConnectionStatistics, long> figure) =>
        from client in Clients
        from engine in client.Statistics
        from connection in engine.Connections.Index()
        group figure(connection.Item) by (engine.Address, connection.Index) into same
        select new Measurement<long>(same.Sum(), Tag(EngineTag, same.Key.Address.ToString()), Tag("connection", same.Key.Index));

    private static IEnumerable<Measurement<long>> Failures()
    {
        (string Kind, Func<EngineStatistics, long> Figure)[] kinds =
        [
            ("error", it => it.Errors),
            ("invalid_reply", it => it.InvalidReplies),
            ("unanswered", it => it.DeadlinesExceeded),
            ("lost", it => it.Lost),
            ("moved_on", it => it.MovedOn),
            ("late_reply", it => it.LateReplies),
            ("unknown_reply", it => it.UnknownReplies),
            ("connect", it => it.ConnectFailures),
            ("broken_stream", it => it.BrokenStreams),
            ("silence", it => it.Silences),
        ];
        return from client in Clients
               from engine in client.Statistics
               from kind in kinds
               group kind.Figure(engine) by (engine.Address, kind.Kind) into same
               select new Measurement<long>(same.Sum(), Tag(EngineTag, same.Key.Address.ToString()), Tag("kind", same.Key.Kind));
    }

    private static IEnumerable<Measurement<long>> Outcomes() =>
        Enum.GetValues<RpcStatus>().Select(status => new Measurement<long>(Clients.Sum(client => client.CountOf(status)), Tag("outcome", status.ToString())));

    private static IEnumerable<Measurement<long>> States() =>
        from client in Clients
        from engine in client.Statistics
        from state in Enum.GetValues<EngineState>()
        group engine.State == state ? 1 : 0 by (engine.Address, state) into same
        select new Measurement<long>(same.Sum(), Tag(EngineTag, same.Key.Address.ToString()), Tag("state", same.Key.state.ToString()));

    private static KeyValuePair<string, object?> Tag(string name, object value) => new(name, value);
}
