using System.Text.Json;
using System.Text.Json.Serialization;

namespace HotPath.Load;

/// <summary>What calls at one rate came to. The members without <see cref="JsonIgnoreAttribute"/> are the keys of the JSON output.</summary>
/// <param name="EngineDelayMs">How long the engine takes for each of the four answers of a call, milliseconds.</param>
/// <param name="OfferedCallsPerSecond">Calls begun in a second.</param>
/// <param name="CleanCallsPerSecond">Of these, the ones that went as they should without anything sent again.</param>
/// <param name="FailedCalls">Calls refused, given up, or without room.</param>
/// <param name="InviteP50Us">Time from sending an INVITE to its arrival at the callee, which authorisation is part of, median, microseconds; <c>null</c>: not known.</param>
/// <param name="InviteP99Us">Its 99th percentile.</param>
/// <param name="CpuMsPerCall">CPU time of the edge, milliseconds.</param>
/// <param name="MemoryBytesPerCall">What the edge's working set grows by for a call that goes on.</param>
/// <param name="AllocatedBytesPerCall">What the managed code of the edge allocates.</param>
internal sealed record CallsMeasurement(
    int EngineDelayMs,
    double OfferedCallsPerSecond,
    double CleanCallsPerSecond,
    int FailedCalls,
    double? InviteP50Us,
    double? InviteP99Us,
    double CpuMsPerCall,
    double MemoryBytesPerCall,
    double AllocatedBytesPerCall)
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>The heading of the table that <see cref="ToTableRow"/> fills, in the units that the design gives its targets in.</summary>
    public const string TableHeading = """
        | engine ms | offered/s | clean/s | failed | repeated | INVITE p50 ms | p99 ms | edge CPU ms | phones CPU ms | engine CPU ms | memory kB | allocated B |
        |---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
        """;

    /// <summary>What became of the calls before these that were too many, if there were such.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BurstMeasurement? Burst { get; init; }

    /// <summary>Calls that did not fail, but of which a message was sent again.</summary>
    [JsonIgnore]
    public int RepeatedCalls { get; init; }

    /// <summary>CPU time of callers and callees, milliseconds per call: they share the machine.</summary>
    [JsonIgnore]
    public double PhonesCpuMsPerCall { get; init; }

    /// <summary>CPU time of the engine, milliseconds per call.</summary>
    [JsonIgnore]
    public double EngineCpuMsPerCall { get; init; }

    /// <summary>Every call went as it should, and nothing was sent again.</summary>
    [JsonIgnore]
    public bool IsClean => FailedCalls == 0 && RepeatedCalls == 0;

    /// <summary>One line of JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_json);

    /// <summary>One line of the table.</summary>
    public string ToTableRow() => (Burst is null ? "" : FormattableString.Invariant(
        $"Burst of {Burst.OfferedCallsPerSecond:N0} calls/s: {Burst.GoodCallsPerSecond:N0}/s went well, {Burst.CleanCallsPerSecond:N0}/s of them without anything sent again. Afterwards:\n")) + FormattableString.Invariant(
        $"| {EngineDelayMs} | {OfferedCallsPerSecond:N0} | {CleanCallsPerSecond:N0} | {FailedCalls} | {RepeatedCalls} | {InviteP50Us / 1000:0.000} | {InviteP99Us / 1000:0.000} | {CpuMsPerCall:0.000} | {PhonesCpuMsPerCall:0.000} | {EngineCpuMsPerCall:0.000} | {MemoryBytesPerCall / 1000:0.0} | {AllocatedBytesPerCall:0.0} |");
}

/// <summary>What calls came to that were more than the edge can serve.</summary>
/// <param name="OfferedCallsPerSecond">Calls begun in a second, as far as the phones could.</param>
/// <param name="GoodCallsPerSecond">Of these, the ones that went as they should.</param>
/// <param name="CleanCallsPerSecond">Of these, the ones of which nothing was sent again.</param>
internal sealed record BurstMeasurement(double OfferedCallsPerSecond, double GoodCallsPerSecond, double CleanCallsPerSecond);
