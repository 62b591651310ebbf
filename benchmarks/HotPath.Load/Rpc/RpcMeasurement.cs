using System.Text.Json;
using System.Text.Json.Serialization;

namespace HotPath.Load;

/// <summary>What one configuration of the RPC load reached. The public members are the keys of the JSON output.</summary>
/// <param name="Connections">Connections to the engine.</param>
/// <param name="InFlight">Requests under way at any time, over all connections.</param>
/// <param name="RequestsPerSecond">Answered requests per second.</param>
/// <param name="P50Us">Time from sending to the answer, median, in microseconds.</param>
/// <param name="P99Us">Its 99th percentile.</param>
/// <param name="P999Us">Its 99.9th percentile.</param>
/// <param name="CpuUsPerRequest">CPU time of the client's process, in microseconds per request.</param>
/// <param name="AllocatedBytesPerRequest">Bytes allocated in the client's process, per request.</param>
/// <param name="YardstickRequestsPerSecond">What as many connections reach that carry one request at a time.</param>
internal sealed record RpcMeasurement(
    int Connections,
    int InFlight,
    double RequestsPerSecond,
    double P50Us,
    double P99Us,
    double P999Us,
    double CpuUsPerRequest,
    double AllocatedBytesPerRequest,
    double YardstickRequestsPerSecond)
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>The heading of the table that <see cref="ToTableRow"/> fills.</summary>
    public const string TableHeading =
        "connections  in flight  requests/s   p50 µs   p99 µs  p99.9 µs  client CPU µs  engine CPU µs  B/request  one at a time/s";

    /// <summary>CPU time of the engine's process, in microseconds per request: it shares the machine.</summary>
    [JsonIgnore]
    public double EngineCpuUsPerRequest { get; init; }

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>One line of the table.</summary>
    public string ToTableRow() => FormattableString.Invariant(
        $"{Connections,11}{InFlight,11}{RequestsPerSecond,12:N0}{P50Us,9:N1}{P99Us,9:N1}{P999Us,10:N1}{CpuUsPerRequest,15:N2}{EngineCpuUsPerRequest,15:N2}{AllocatedBytesPerRequest,11:N3}{YardstickRequestsPerSecond,17:N0}");
}
