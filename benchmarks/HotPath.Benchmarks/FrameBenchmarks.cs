using System.Text.Json;
using BenchmarkDotNet.Attributes;
using HotPath.Rpc;

namespace HotPath.Benchmarks;

/// <summary>
/// What does it cost to find where a reply ends, as today's engine writes it and as the older one does? The yardstick is a walk with
/// <see cref="Utf8JsonReader"/>, which also checks the values; the scalar scanner shows what the vectors bring.
/// </summary>
[MemoryDiagnoser]
public class FrameBenchmarks
{
    private static readonly byte[] s_current = """{"id":1318049766,"result":{"MaxUsage":10800000000000},"error":null}"""u8.ToArray();

    private static readonly byte[] s_older =
        """{"id":1318049766,"result":{"Attributes":null,"ResourceAllocation":null,"MaxUsage":10800000000000,"Suppliers":null,"ThresholdIDs":null,"StatQueueIDs":null},"error":null}"""u8.ToArray();

    private byte[] _reply = [];

    [Params("current", "older")]
    public string Engine { get; set; } = "current";

    [GlobalSetup]
    public void Setup()
    {
        _reply = Engine == "current" ? s_current : s_older;
        if (Scan() != _reply.Length || ScanScalar() != _reply.Length || Walk() != _reply.Length)
        {
            throw new InvalidOperationException("The candidates find different ends.");
        }
    }

    [Benchmark]
    public int Scan()
    {
        FrameScanner scanner = default;
        scanner.Scan(_reply, out int length);
        return length;
    }

    [Benchmark]
    public int ScanScalar()
    {
        FrameScanner scanner = default;
        scanner.ScanSlow(_reply, out int length);
        return length;
    }

    [Benchmark(Baseline = true)]
    public long Walk()
    {
        Utf8JsonReader reader = new(_reply);
        reader.Read();
        reader.Skip();
        return reader.BytesConsumed;
    }
}
