using System.Buffers;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using HotPath.Commands;

namespace HotPath.Benchmarks;

/// <summary>
/// What do eight variables cost a call: setting them, and writing them with each command? The yardstick writes the same bytes by hand, out of
/// values that somebody else keeps.
/// </summary>
[MemoryDiagnoser]
public class VariablesBenchmarks
{
    private static readonly byte[] s_originId = "1-1377-6f2c4b9a@192.0.2.10"u8.ToArray();
    private static readonly byte[] s_account = "1001"u8.ToArray();
    private static readonly byte[] s_destination = "+4930123456"u8.ToArray();
    private static readonly byte[] s_trunk = "carrier-7.example.org"u8.ToArray();
    private static readonly byte[] s_attributeIds = """["ATTR_1001","ATTR_CARRIER"]"""u8.ToArray();

    private readonly CgrVariableSets _sets = new();
    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly Utf8JsonWriter _writer;

    public VariablesBenchmarks() => _writer = new Utf8JsonWriter(_output, CgrJson.WriterOptions);

    /// <summary>A comparison of things that write different bytes would say nothing.</summary>
    [GlobalSetup]
    public void BothWriteTheSame()
    {
        Set();
        WriteByHand();
        string byHand = Encoding.UTF8.GetString(_output.WrittenSpan);
        Write();
        string written = Encoding.UTF8.GetString(_output.WrittenSpan);
        if (written != byHand)
        {
            throw new InvalidOperationException($"The candidates differ:\n{written}\n{byHand}");
        }
    }

    [Benchmark]
    [BenchmarkCategory(AllocationCheck.Category)]
    public int Set()
    {
        _sets.Clear();
        _sets.TryGetOrAdd("carrier"u8, out CgrSessionVariables? set);
        CgrVariables variables = set!.Variables;
        variables.TrySet("RequestType", "*prepaid");
        variables.TrySet("Category", "call");
        variables.TrySet("Trunk"u8, s_trunk);
        variables.TrySet("TrunkGroup", 12);
        variables.TrySet("Account"u8, s_trunk);
        variables.TrySetRaw("AttributeIDs"u8, s_attributeIds);
        set.Options.TrySet("GetRoutes", 1);
        set.Options.TrySet("Tenant", "cgrates.org");
        return variables.Count;
    }

    [Benchmark]
    [BenchmarkCategory(AllocationCheck.Category)]
    public int Write()
    {
        _output.ResetWrittenCount();
        _sets.TryGet("carrier"u8, out CgrSessionVariables? set);
        new AuthorizeEvent
        {
            GetMaxUsage = true,
            OriginId = s_originId,
            Account = s_account,
            Destination = s_destination,
            Variables = set!.Variables,
            Options = set.Options,
        }.Encode(_output, CgrDialect.Current);
        return _output.WrittenCount;
    }

    [Benchmark]
    [BenchmarkCategory(AllocationCheck.Category)]
    public int WriteWithoutVariables()
    {
        _output.ResetWrittenCount();
        new AuthorizeEvent
        {
            GetMaxUsage = true,
            OriginId = s_originId,
            Account = s_account,
            Destination = s_destination,
        }.Encode(_output, CgrDialect.Current);
        return _output.WrittenCount;
    }

    [Benchmark(Baseline = true)]
    public int WriteByHand()
    {
        _output.ResetWrittenCount();
        _writer.Reset(_output);
        _writer.WriteStartObject();
        _writer.WriteBoolean("GetMaxUsage"u8, true);
        _writer.WriteBoolean("GetRoutes"u8, true);
        _writer.WriteString("Tenant"u8, "cgrates.org"u8);
        _writer.WriteStartObject("Event"u8);
        _writer.WriteString("OriginID"u8, s_originId);
        _writer.WriteString("Account"u8, s_account);
        _writer.WriteString("Destination"u8, s_destination);
        _writer.WriteString("RequestType"u8, "*prepaid"u8);
        _writer.WriteString("Category"u8, "call"u8);
        _writer.WriteString("Trunk"u8, s_trunk);
        _writer.WriteNumber("TrunkGroup"u8, 12);
        _writer.WritePropertyName("AttributeIDs"u8);
        _writer.WriteRawValue(s_attributeIds, skipInputValidation: true);
        _writer.WriteEndObject();
        _writer.WriteEndObject();
        _writer.Flush();
        return _output.WrittenCount;
    }
}
