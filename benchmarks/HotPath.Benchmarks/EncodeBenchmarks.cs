using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using BenchmarkDotNet.Attributes;
using HotPath.Commands;

namespace HotPath.Benchmarks;

/// <summary>
/// What does the generated encoder gain over writing the same AuthorizeEvent by hand, or with System.Text.Json's own generator?
/// All three write the same bytes into the same buffer.
/// </summary>
[MemoryDiagnoser]
public class EncodeBenchmarks
{
    private static readonly byte[] s_tenant = "cgrates.org"u8.ToArray();
    private static readonly byte[] s_toR = "*voice"u8.ToArray();
    private static readonly byte[] s_originId = "1-1377-6f2c4b9a@192.0.2.10"u8.ToArray();
    private static readonly byte[] s_originHost = "edge1.example.org"u8.ToArray();
    private static readonly byte[] s_requestType = "*prepaid"u8.ToArray();
    private static readonly byte[] s_category = "call"u8.ToArray();
    private static readonly byte[] s_account = "1001"u8.ToArray();
    private static readonly byte[] s_destination = "+4930123456"u8.ToArray();
    private static readonly DateTimeOffset s_setupTime = DateTimeOffset.FromUnixTimeSeconds(1_795_205_803);

    private static readonly AuthorizeMessage s_message = new(
        true,
        "cgrates.org",
        new AuthorizeMessage.EventFields("*voice", "1-1377-6f2c4b9a@192.0.2.10", "edge1.example.org", "*prepaid", "call", "1001", "+4930123456", "1795205803", "10800s"));

    private static readonly EncodeJsonContext s_json = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private readonly ArrayBufferWriter<byte> _output = new(4096);
    private readonly Utf8JsonWriter _writer;

    public EncodeBenchmarks() => _writer = new Utf8JsonWriter(_output, CgrJson.WriterOptions);

    /// <summary>A comparison of things that write different bytes would say nothing.</summary>
    [GlobalSetup]
    public void AllWriteTheSame()
    {
        Generated();
        string generated = Encoding.UTF8.GetString(_output.WrittenSpan);
        HandWritten();
        string byHand = Encoding.UTF8.GetString(_output.WrittenSpan);
        SystemTextJsonGenerated();
        string bySystem = Encoding.UTF8.GetString(_output.WrittenSpan);
        if (generated != byHand || generated != bySystem)
        {
            throw new InvalidOperationException($"The candidates differ:\n{generated}\n{byHand}\n{bySystem}");
        }
    }

    [Benchmark]
    [BenchmarkCategory(AllocationCheck.Category)]
    public int Generated()
    {
        _output.ResetWrittenCount();
        AuthorizeEvent command = new()
        {
            GetMaxUsage = true,
            Tenant = s_tenant,
            ToR = s_toR,
            OriginId = s_originId,
            OriginHost = s_originHost,
            RequestType = s_requestType,
            Category = s_category,
            Account = s_account,
            Destination = s_destination,
            SetupTime = s_setupTime,
            Usage = new CgrDuration(10_800_000_000_000),
        };
        command.Encode(_output, CgrDialect.Current);
        return _output.WrittenCount;
    }

    [Benchmark(Baseline = true)]
    public int HandWritten()
    {
        _output.ResetWrittenCount();
        _writer.Reset(_output);
        _writer.WriteStartObject();
        _writer.WriteBoolean("GetMaxUsage"u8, true);
        _writer.WriteString("Tenant"u8, s_tenant);
        _writer.WriteStartObject("Event"u8);
        _writer.WriteString("ToR"u8, s_toR);
        _writer.WriteString("OriginID"u8, s_originId);
        _writer.WriteString("OriginHost"u8, s_originHost);
        _writer.WriteString("RequestType"u8, s_requestType);
        _writer.WriteString("Category"u8, s_category);
        _writer.WriteString("Account"u8, s_account);
        _writer.WriteString("Destination"u8, s_destination);
        Span<byte> text = stackalloc byte[21];
        Utf8Formatter.TryFormat(s_setupTime.ToUnixTimeSeconds(), text, out int length);
        _writer.WriteString("SetupTime"u8, text[..length]);
        Utf8Formatter.TryFormat(10_800L, text, out length);
        text[length++] = (byte)'s';
        _writer.WriteString("Usage"u8, text[..length]);
        _writer.WriteEndObject();
        _writer.WriteEndObject();
        _writer.Flush();
        return _output.WrittenCount;
    }

    [Benchmark]
    public int SystemTextJsonGenerated()
    {
        _output.ResetWrittenCount();
        _writer.Reset(_output);
        JsonSerializer.Serialize(_writer, s_message, s_json.AuthorizeMessage);
        _writer.Flush();
        return _output.WrittenCount;
    }
}

/// <summary>The message as System.Text.Json's generator wants it: with strings, which a SIP edge would have to make first.</summary>
public sealed record AuthorizeMessage(bool GetMaxUsage, string Tenant, AuthorizeMessage.EventFields Event)
{
    public sealed record EventFields(
        string ToR,
        [property: JsonPropertyName("OriginID")] string OriginId,
        string OriginHost,
        string RequestType,
        string Category,
        string Account,
        string Destination,
        string SetupTime,
        string Usage);
}

/// <summary>What System.Text.Json's generator writes for the message and for the grant.</summary>
[JsonSerializable(typeof(AuthorizeMessage))]
[JsonSerializable(typeof(GrantMessage))]
public sealed partial class EncodeJsonContext : JsonSerializerContext;
