using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace HotPath.Commands.Tests;

/// <summary>Guards: the transport's encoder writes, byte for byte, what the <c>Utf8JsonWriter</c> form writes, whatever the values.</summary>
public sealed class WriterEqualityTests
{
    [Fact]
    public void A_typical_request_is_written_as_the_reference_module_writes_it()
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
    }

    [Fact]
    public void Nothing_set_leaves_the_empty_event_that_engines_expect()
    {
        ArrayBufferWriter<byte> output = new();
        default(AuthorizeEvent).Encode(output, CgrDialect.Current);
        Assert.Equal("""{"Event":{}}""", Encoding.UTF8.GetString(output.WrittenSpan));

        output.Clear();
        default(Ping).Encode(output, CgrDialect.Current);
        Assert.Equal("{}", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Both_writers_give_the_same_bytes_for_every_command_and_reply() =>
        Prop.ForAll(SampleValues.Arbitrary, values => CommandSamples.VisitAll(values with { HasVariables = true }, new SameBytes()))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(20_261, 7));

    [Fact]
    public void With_other_options_the_value_stays_the_same() =>
        Prop.ForAll(SampleValues.Arbitrary, values => CommandSamples.VisitAll(values with { HasVariables = true }, new SameValue()))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithReplay(20_262, 7));

    [Fact]
    public void The_pre_rc8_dialect_is_one_flat_object_with_flags_as_integers()
    {
        InitiateSession command = new() { InitSession = true, GetAttributes = true, Tenant = "t", OriginId = "o", DialogId = 5, AnswerTime = DateTimeOffset.UnixEpoch };
        Assert.Equal("""{"GetAttributes":1,"Tenant":"t","OriginID":"o","DialogID":5,"AnswerTime":"0"}""", PreRc8<InitiateSession, InitiateReply>(command));
        Assert.Equal("{}", PreRc8<AuthorizeEvent, AuthorizeReply>(new() { GetMaxUsage = true }));
    }

    [Theory]
    [InlineData(5_900_000_000L, "5")]
    [InlineData(0L, "0")]
    [InlineData(-1L, "-1")]
    [InlineData(null, "null")]
    public void A_grant_in_the_pre_rc8_dialect_is_a_whole_number_of_seconds(long? nanoseconds, string expected)
    {
        AuthorizeReply reply = new() { MaxUsage = nanoseconds is { } value ? new CgrDuration(value) : null };
        ArrayBufferWriter<byte> output = new();
        reply.Encode(output, CgrDialect.PreRc8);
        Assert.Equal(expected, Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static string PreRc8<TCommand, TReply>(scoped in TCommand command)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>
    {
        ArrayBufferWriter<byte> output = new();
        command.Encode(output, CgrDialect.PreRc8);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static byte[] Written<T>(scoped in T value, JsonWriterOptions options, CgrDialect dialect, Write<T> write)
        where T : struct, allows ref struct
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter writer = new(output, options))
        {
            write(in value, writer, dialect);
        }

        return output.WrittenSpan.ToArray();
    }

    private delegate void Write<T>(scoped in T value, Utf8JsonWriter writer, CgrDialect dialect)
        where T : struct, allows ref struct;

    private sealed class SameBytes : CommandSamples.IVisitor
    {
        public void Command<TCommand, TReply>(scoped in TCommand command)
            where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
            where TReply : struct, ICgrReply<TReply>
        {
            foreach (CgrDialect dialect in CommandSamples.DialectsOf<TCommand, TReply>())
            {
                byte[] oracle = Written(in command, CgrJson.WriterOptions, dialect, static (scoped in TCommand value, Utf8JsonWriter writer, CgrDialect dialect) => value.WriteTo(writer, dialect));
                foreach (Output output in Output.All)
                {
                    command.Encode(output, dialect);
                    Assert.Equal(oracle, output.Written);
                }
            }
        }

        public void Reply<TReply>(in TReply reply)
            where TReply : struct, ICgrReply<TReply>
        {
            foreach (CgrDialect dialect in Enum.GetValues<CgrDialect>())
            {
                byte[] oracle = Written(in reply, CgrJson.WriterOptions, dialect, static (scoped in TReply value, Utf8JsonWriter writer, CgrDialect dialect) => value.WriteTo(writer, dialect));
                foreach (Output output in Output.All)
                {
                    reply.Encode(output, dialect);
                    Assert.Equal(oracle, output.Written);
                }
            }
        }
    }

    private sealed class SameValue : CommandSamples.IVisitor
    {
        private static readonly JsonWriterOptions s_other = new() { Encoder = JavaScriptEncoder.Default, Indented = true };

        public void Command<TCommand, TReply>(scoped in TCommand command)
            where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
            where TReply : struct, ICgrReply<TReply>
        {
            foreach (CgrDialect dialect in CommandSamples.DialectsOf<TCommand, TReply>())
            {
                byte[] other = Written(in command, s_other, dialect, static (scoped in TCommand value, Utf8JsonWriter writer, CgrDialect dialect) => value.WriteTo(writer, dialect));
                ArrayBufferWriter<byte> output = new();
                command.Encode(output, dialect);
                AssertSameValue(output.WrittenSpan, other);
            }
        }

        public void Reply<TReply>(in TReply reply)
            where TReply : struct, ICgrReply<TReply>
        {
            foreach (CgrDialect dialect in Enum.GetValues<CgrDialect>())
            {
                byte[] other = Written(in reply, s_other, dialect, static (scoped in TReply value, Utf8JsonWriter writer, CgrDialect dialect) => value.WriteTo(writer, dialect));
                ArrayBufferWriter<byte> output = new();
                reply.Encode(output, dialect);
                AssertSameValue(output.WrittenSpan, other);
            }
        }

        private static void AssertSameValue(ReadOnlySpan<byte> first, byte[] second)
        {
            using JsonDocument one = JsonDocument.Parse(first.ToArray());
            using JsonDocument two = JsonDocument.Parse(second);
            Assert.True(JsonElement.DeepEquals(one.RootElement, two.RootElement));
        }
    }

    /// <summary>Gives as much room as was asked for, as the contract allows, and so many bytes more.</summary>
    private sealed class Output(int surplus) : IBufferWriter<byte>
    {
        private byte[] _room = [];

        /// <summary>All the room in the world, exactly what is asked for, a little more.</summary>
        public static IEnumerable<Output> All => [new Output(100_000), new Output(0), new Output(7)];

        public byte[] Written { get; private set; } = [];

        public void Advance(int count) => Written = [.. Written, .. _room.AsSpan(0, count)];

        public Memory<byte> GetMemory(int sizeHint = 0) => _room = new byte[Math.Max(sizeHint, 1) + surplus];

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
