using System.Text.Json;
using BenchmarkDotNet.Attributes;
using HotPath.Commands;

namespace HotPath.Benchmarks;

/// <summary>
/// What does it cost to get the grant out of the result of AuthorizeEvent, as today's engine writes it and as the older one does,
/// which names everything that was not asked for? The yardsticks are a walk with <see cref="Utf8JsonReader"/> and what
/// System.Text.Json's own generator makes of the same reply.
/// </summary>
[MemoryDiagnoser]
public class DecodeBenchmarks
{
    private static readonly byte[] s_current = """{"MaxUsage":10800000000000}"""u8.ToArray();

    private static readonly byte[] s_older =
        """{"Attributes":null,"ResourceAllocation":null,"MaxUsage":10800000000000,"Suppliers":null,"ThresholdIDs":null,"StatQueueIDs":null}"""u8.ToArray();

    private byte[] _result = [];

    [Params("current", "older")]
    public string Engine { get; set; } = "current";

    [GlobalSetup]
    public void Setup()
    {
        _result = Engine == "current" ? s_current : s_older;
        if (Generated() != 10_800_000_000_000 || Walk() != Generated() || SystemTextJsonGenerated() != Generated())
        {
            throw new InvalidOperationException("The candidates read different grants.");
        }
    }

    [Benchmark]
    [BenchmarkCategory(AllocationCheck.Category)]
    public long Generated()
    {
        AuthorizeReply.TryRead(_result, CgrDialect.Current, out AuthorizeReply reply);
        return reply.MaxUsage.GetValueOrDefault().Nanoseconds;
    }

    [Benchmark(Baseline = true)]
    public long Walk()
    {
        Utf8JsonReader reader = new(_result);
        long maxUsage = -1;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isMaxUsage = reader.ValueTextEquals("MaxUsage"u8);
            reader.Read();
            if (isMaxUsage)
            {
                maxUsage = reader.GetInt64();
            }
            else
            {
                reader.Skip();
            }
        }

        reader.Read();
        return maxUsage;
    }

    [Benchmark]
    public long SystemTextJsonGenerated() => JsonSerializer.Deserialize(_result, EncodeJsonContext.Default.GrantMessage).MaxUsage;
}

/// <summary>The reply as System.Text.Json's generator wants it.</summary>
public readonly record struct GrantMessage(long MaxUsage);
