using System.Buffers;
using System.Text;
using System.Text.Json;

namespace HotPath.Commands.Tests;

/// <summary>Guards: the transport's encoder writes, byte for byte, what the <c>Utf8JsonWriter</c> form writes.</summary>
public sealed class WriterEqualityTests
{
    [Fact]
    public void A_typical_request_is_written_as_the_module_writes_it()
    {
        AuthorizeEvent command = new()
        {
            GetMaxUsage = true,
            Tenant = "cgrates.org",
            OriginId = "1-1377@127.0.0.1"u8,
            Account = "1001",
            Destination = "+491002"u8,
            SetupTime = DateTimeOffset.FromUnixTimeSeconds(1795205803),
            Usage = TimeSpan.FromSeconds(12),
        };

        ArrayBufferWriter<byte> output = new();
        command.Encode(output, CgrDialect.Current);

        Assert.Equal(
            """{"GetMaxUsage":true,"Tenant":"cgrates.org","Event":{"OriginID":"1-1377@127.0.0.1","Account":"1001","Destination":"+491002","SetupTime":"1795205803","Usage":"12s"}}""",
            Encoding.UTF8.GetString(output.WrittenSpan));

        ArrayBufferWriter<byte> oracle = new();
        using (Utf8JsonWriter writer = new(oracle, CgrJson.WriterOptions))
        {
            command.WriteTo(writer, CgrDialect.Current);
        }

        Assert.Equal(oracle.WrittenSpan, output.WrittenSpan);
        Assert.True(AuthorizeEvent.TryReadRequest(output.WrittenSpan, CgrDialect.Current, new CgrScratch(), out AuthorizeEvent read).IsOk);
        Assert.Equal("1001", read.Account.ToString());
        Assert.Equal(TimeSpan.FromSeconds(12), read.Usage!.Value.ToTimeSpan());
        Assert.True(AuthorizeReply.TryRead("""{"Attributes":null,"MaxUsage":60000000000}"""u8, CgrDialect.Current, out AuthorizeReply reply).IsOk);
        Assert.Equal(60, reply.MaxUsage!.Value.WholeSeconds);
        Assert.True(OkReply.TryRead("\"OK\""u8, CgrDialect.Current, out _).IsOk);
        Assert.False(OkReply.TryRead("\"KO\""u8, CgrDialect.Current, out _).IsOk);
    }
}
