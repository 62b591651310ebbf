using System.Buffers;
using System.Diagnostics;
using System.Reflection;
using System.Text;
using System.Text.Json;

namespace HotPath.Commands.Tests;

/// <summary>
/// Guards: whatever stands on the wire, every reader of the catalogue, for requests and replies and in both dialects, gives a result that names
/// the place, never throws, never looks behind the end, and takes time and memory in proportion to the input.
/// </summary>
public sealed class BadInputTests
{
    /// <summary>Long enough to tell a reader that takes the square of the length, which would need hours, from a slow machine.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>What the runtime may allocate while it compiles code.</summary>
    private const int Slack = 64 * 1024;

    private static readonly SampleValues s_full = new(
        ["1001", "a\"b\\\u0001", "ünï", "x", "y", "z", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"],
        [5, -1, 60_000_000_000, 1_795_205_803, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18],
        [.. Enumerable.Repeat(true, 16)]);

    private readonly ITestOutputHelper _output = TestContext.Current.TestOutputHelper!;

    private delegate CgrReadResult Reader(ReadOnlySpan<byte> json);

    [Fact]
    public void Cut_at_any_byte_every_message_is_invalid()
    {
        int cases = 0;
        ForAllMessages((name, message, read) =>
        {
            Assert.True(read(message) is { Error: CgrReadError.None or CgrReadError.MissingMember }, name);

            // What stands behind the cut must not matter: a quote and brackets would make some of the rest whole.
            byte[] tempting = new byte[message.Length + 32];
            for (int length = 0; length < message.Length; length++)
            {
                message.AsSpan(0, length).CopyTo(tempting);
                tempting.AsSpan(length).Fill((byte)"\"}]0"[length % 4]);
                CgrReadResult result = read(tempting.AsSpan(0, length));

                // A number is a number wherever it ends.
                if (message[0] is not ((byte)'{' or (byte)'[' or (byte)'"'))
                {
                    Assert.True(result.Error is CgrReadError.None or CgrReadError.InvalidJson, $"{name} cut at {length}: {result}");
                    continue;
                }

                Assert.True(result.Error == CgrReadError.InvalidJson && result.Offset >= 0 && result.Offset <= length, $"{name} cut at {length}: {result}");
                cases++;
            }
        });
        _output.WriteLine($"{cases} cuts");
        Assert.True(cases > 5_000);
    }

    [Fact]
    public void Something_behind_the_value_is_told_at_its_place()
    {
        foreach (string rest in (ReadOnlySpan<string>)["}", "]", ",", "x", "{}", "\0", "\u00a0", "//", " null"])
        {
            ForAllMessages((name, message, read) =>
            {
                byte[] longer = [.. message, .. " "u8, .. Encoding.UTF8.GetBytes(rest)];
                CgrReadResult result = read(longer);
                Assert.True(result.Error == CgrReadError.InvalidJson && result.Offset == message.Length + 1 + (rest[0] == ' ' ? 1 : 0), $"{name}{rest}: {result}");
            });
        }
    }

    [Fact]
    public void Ten_thousand_levels_are_too_deep_wherever_they_stand()
    {
        const int Levels = 10_000;
        string[] deep =
        [
            new string('[', Levels),
            new string('[', Levels) + new string(']', Levels),
            string.Concat(Enumerable.Repeat("{\"Unknown\":", Levels)),
            string.Concat(Enumerable.Repeat("{\"Event\":", Levels)),
            string.Concat(Enumerable.Repeat("{\"CGREvent\":", Levels)),
            string.Concat(Enumerable.Repeat("[{\"Parts\":", Levels)),
        ];
        ForAllReaders((name, members, read) =>
        {
            foreach (string json in deep)
            {
                Check(json);
                Check($$"""{"Unknown":{{json}}}""");
                Check($$$"""{"Event":{"Unknown":{{{json}}}}}""");
            }

            foreach (WireMember member in members)
            {
                Check(member.With(deep[0]));
                Check(member.With(deep[2]));
            }

            void Check(string json)
            {
                CgrReadResult result = read(Encoding.UTF8.GetBytes(json));
                Assert.True(result.Error is CgrReadError.TooDeep or CgrReadError.WrongType && result.Offset <= json.Length, $"{name} {json[..40]}…: {result}");
                Assert.True(result.Error == CgrReadError.TooDeep || result.Offset < 200, $"{name} {json[..40]}…: {result}");
            }
        });
    }

    [Fact]
    public void A_value_of_the_wrong_type_is_told_with_its_member_and_place()
    {
        int cases = 0;
        ForAllReaders((name, members, read) =>
        {
            foreach (WireMember member in members.Where(member => member.WrongValue.Length != 0))
            {
                string json = member.With(member.WrongValue);
                int offset = json.LastIndexOf(member.WrongValue, StringComparison.Ordinal);
                Assert.Equal((name, new CgrReadResult(CgrReadError.WrongType, offset, member.Name)), (name, read(Encoding.UTF8.GetBytes(json))));
                cases++;
            }
        });
        _output.WriteLine($"{cases} members");
        Assert.True(cases > 400);
    }

    [Theory]
    [InlineData("1e999999")]
    [InlineData("-1e999999")]
    [InlineData("1e-400")]
    [InlineData("1e99999999999999999999")]
    [InlineData("1e-99999999999999999999")]
    [InlineData("-0")]
    [InlineData("-0.0e0")]
    [InlineData("9223372036854775807")]
    [InlineData("9223372036854775808")]
    [InlineData("-9223372036854775808")]
    [InlineData("-9223372036854775809")]
    [InlineData("2147483648")]
    [InlineData("79228162514264337593543950336")]
    [InlineData("0.00000000000000000000000000000000000000001")]
    [InlineData("400 digits")]
    [InlineData("400 decimals")]
    [InlineData("400 zeros")]
    public void A_number_of_any_size_is_read_or_told(string number)
    {
        number = number switch
        {
            "400 digits" => new string('7', 400),
            "400 decimals" => "0." + new string('7', 400),
            "400 zeros" => "1" + new string('0', 400),
            _ => number,
        };
        ForAllReaders((name, members, read) =>
        {
            foreach (WireMember member in members)
            {
                foreach (string value in (ReadOnlySpan<string>)[number, $"\"{number}\""])
                {
                    string json = member.With(value);
                    CgrReadResult result = read(Encoding.UTF8.GetBytes(json));
                    bool isTold = result.Error == CgrReadError.WrongType && result.Member == member.Name && result.Offset == json.LastIndexOf(value, StringComparison.Ordinal);
                    Assert.True(isTold || result.Error is CgrReadError.None or CgrReadError.MissingMember, $"{name}.{member.Name} = {value}: {result}");
                }
            }
        });
    }

    [Theory]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("9223372036854775806", long.MaxValue - 1)]
    [InlineData("-9223372036854775807", long.MinValue + 1)]
    [InlineData("9223372036854775808", null)]
    [InlineData("-9223372036854775809", null)]
    [InlineData("9223372036854775807.0", long.MaxValue)]
    [InlineData("922337203685477580.7e1", long.MaxValue)]
    [InlineData("9223372036854775807.5", null)]
    [InlineData("1e18", 1_000_000_000_000_000_000L)]
    [InlineData("1e19", null)]
    [InlineData("1e999999", null)]
    [InlineData("1e-400", null)]
    [InlineData("0e999999", 0L)]
    [InlineData("-0", 0L)]
    [InlineData("00", null)]
    [InlineData("-", null)]
    [InlineData("+1", null)]
    [InlineData("1.", null)]
    [InlineData(".5", null)]
    [InlineData("1e", null)]
    [InlineData("0x10", null)]
    [InlineData("NaN", null)]
    public void Whole_numbers_are_exact_or_refused(string number, long? expected)
    {
        CgrReadResult result = EveryMemberReply.TryRead(Encoding.UTF8.GetBytes($$"""{"Long":{{number}}}"""), CgrDialect.Current, out EveryMemberReply reply);
        Assert.Equal(expected, result.IsOk ? reply.Long : null);
        Assert.Equal(expected is null, !result.IsOk);
    }

    [Theory]
    [InlineData(new byte[] { 0x80 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xC3 })]
    [InlineData(new byte[] { 0xE0, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xE2, 0x82 })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xED, 0xBF, 0xBF })]
    [InlineData(new byte[] { 0xF0, 0x80, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xF0, 0x9F, 0x98 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xF8, 0x88, 0x80, 0x80, 0x80 })]
    [InlineData(new byte[] { 0xFE })]
    [InlineData(new byte[] { 0xFF })]
    public void Invalid_utf8_is_a_replacement_character_in_text_and_invalid_elsewhere(byte[] invalid)
    {
        string expected = "a" + Encoding.UTF8.GetString(invalid) + "b";
        Assert.Contains('\uFFFD', expected);

        byte[] inText = [.. """{"Text":"a"""u8, .. invalid, .. "b\"}"u8];
        Assert.True(EveryMemberReply.TryRead(inText, CgrDialect.Current, out EveryMemberReply reply).IsOk);
        Assert.Equal(expected, reply.Text);

        byte[] besideEscape = [.. """{"Text":"\u0061"""u8, .. invalid, .. "b\"}"u8];
        Assert.True(EveryMemberReply.TryRead(besideEscape, CgrDialect.Current, out reply).IsOk);
        Assert.Equal(expected, reply.Text);

        // In a request the bytes stay what they are; whoever writes them on writes valid UTF-8.
        byte[] inRequest = [.. """{"Event":{"Account":"a"""u8, .. invalid, .. "b\"}}"u8];
        Assert.True(GetCost(inRequest, out string? account).IsOk);
        Assert.Equal(expected, account);

        foreach (byte[] bare in (ReadOnlySpan<byte[]>)[invalid, [.. "{"u8, .. invalid, .. "}"u8], [.. """{"Text":"""u8, .. invalid, .. "}"u8], [.. "{\"Text\":1"u8, .. invalid, .. "}"u8]])
        {
            Assert.Equal(CgrReadError.InvalidJson, EveryMemberReply.TryRead(bare, CgrDialect.Current, out _).Error);
        }

        byte[] inName = [.. "{\"Te"u8, .. invalid, .. "xt\":\"no\",\"Text\":\"yes\"}"u8];
        Assert.True(EveryMemberReply.TryRead(inName, CgrDialect.Current, out reply).IsOk);
        Assert.Equal("yes", reply.Text);

        static CgrReadResult GetCost(byte[] json, out string? account)
        {
            CgrReadResult result = AuthorizeEvent.TryReadRequest(json, CgrDialect.Current, new CgrScratch(), out AuthorizeEvent command);
            ArrayBufferWriter<byte> written = new();
            command.Encode(written, CgrDialect.Current);
            using JsonDocument document = JsonDocument.Parse(written.WrittenMemory);
            account = document.RootElement.GetProperty("Event").GetProperty("Account").GetString();
            return result;
        }
    }

    [Theory]
    [InlineData("""\ud800""", "\uFFFD")]
    [InlineData("""\udc00""", "\uFFFD")]
    [InlineData("""\ud800\ud800""", "\uFFFD\uFFFD")]
    [InlineData("""\udc00\ud800""", "\uFFFD\uFFFD")]
    [InlineData("""\ud800\udc""", null)]
    [InlineData("""\ud800\n""", "\uFFFD\n")]
    [InlineData("""\ud800x""", "\uFFFDx")]
    [InlineData("""\ud83d\ude00""", "\U0001F600")]
    [InlineData("""\uD83D\uDE00""", "\U0001F600")]
    [InlineData("""\u0000""", "\0")]
    [InlineData("""\u00g0""", null)]
    [InlineData("""\U0041""", null)]
    [InlineData("""\x41""", null)]
    [InlineData("""\""", null)]
    [InlineData("\n", null)]
    [InlineData("\0", null)]
    public void Surrogates_without_their_half_are_replacement_characters(string escaped, string? expected)
    {
        CgrReadResult result = EveryMemberReply.TryRead(Encoding.UTF8.GetBytes($$"""{"Text":"{{escaped}}"}"""), CgrDialect.Current, out EveryMemberReply reply);
        Assert.Equal(expected is null ? CgrReadError.InvalidJson : CgrReadError.None, result.Error);
        Assert.Equal(expected, reply.Text);

        result = AuthorizeEvent.TryReadRequest(Encoding.UTF8.GetBytes($$"""{"Tenant":"{{escaped}}"}"""), CgrDialect.Current, new CgrScratch(), out AuthorizeEvent command);
        Assert.Equal(expected is null ? CgrReadError.InvalidJson : CgrReadError.None, result.Error);
        Assert.Equal(expected, command.Tenant.IsPresent ? command.Tenant.ToString() : null);
    }

    /// <summary>Ten megabytes of one byte, two of anything longer. The figure is how many bytes may be allocated for each byte that is read.</summary>
    [Theory]
    [InlineData("{\"Unknown\":\"", "x", "\"}", 0)]
    [InlineData("{\"Unknown\":\"", "\\u0041", "\"}", 0)]
    [InlineData("{\"Unknown\":\"", "\\\\", "\"}", 0)]
    [InlineData("{\"Unknown\":\"", "ü", "\"}", 0)]
    [InlineData("{\"", "x", "\":1}", 0)]
    [InlineData("{\"", "\\u0078", "\":1}", 0)]
    [InlineData("{\"Unknown\":", "1", "}", 0)]
    [InlineData("{\"Unknown\":[0", ",0", "]}", 0)]
    [InlineData("{\"Unknown\":[0", ",[{}]", "]}", 0)]
    [InlineData("{\"Count\":1", ",\"Count\":1", "}", 0)]
    [InlineData("{\"Count\":1", ",\"\":{}", "}", 0)]
    [InlineData("{\"Count\":1", ",\"C\\u006funt\":1", "}", 0)]
    [InlineData("{\"Count\":1", " ", "}", 0)]
    [InlineData("{\"Price\":0.", "1", "}", 0)]
    [InlineData("{\"Price\":1e", "0", "}", 0)]
    [InlineData("{\"Nanoseconds\":", "1", "}", 0)]
    [InlineData("{\"Seconds\":0.", "1", "}", 0)]
    [InlineData("{\"Seconds\":\"", "1h", "\"}", 0)]
    [InlineData("{\"Time\":", "1", "}", 0)]
    [InlineData("{\"Time\":\"2018-01-07T17:00:10.", "1", "Z\"}", 0)]
    [InlineData("{\"Text\":\"", "x", "\"}", 2)]
    [InlineData("{\"Text\":\"", "\\n", "\"}", 2)]
    [InlineData("{\"Raw\":\"", "x", "\"}", 2)]
    [InlineData("{\"Names\":[\"", "x", "\"]}", 2)]
    [InlineData("{\"Text\":\"a", "\",\"Text\":\"a", "\"}", 3)]
    public void Megabytes_take_no_more_than_their_due(string start, string repeated, string end, int allocatedPerByte)
    {
        byte[] piece = Encoding.UTF8.GetBytes(repeated);
        int pieces = (piece.Length == 1 ? 10_000_000 : 2_000_000) / piece.Length;
        byte[] json = new byte[start.Length + (pieces * piece.Length) + end.Length];
        Encoding.UTF8.GetBytes(start, json);
        for (int at = start.Length; at < json.Length - end.Length; at += piece.Length)
        {
            piece.CopyTo(json, at);
        }

        Encoding.UTF8.GetBytes(end, json.AsSpan(json.Length - end.Length));
        EveryMemberReply.TryRead("{}"u8, CgrDialect.Current, out _);

        Stopwatch clock = Stopwatch.StartNew();
        long before = GC.GetAllocatedBytesForCurrentThread();
        CgrReadResult result = EveryMemberReply.TryRead(json, CgrDialect.Current, out _);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(result.Error is CgrReadError.None or CgrReadError.WrongType, result.ToString());
        Assert.InRange(allocated, 0, ((long)allocatedPerByte * json.Length) + Slack);
        Assert.True(clock.Elapsed < s_patience);
    }

    /// <summary>Two or three bytes on the wire can be an element of hundreds: what is allocated has a limit of its own.</summary>
    [Theory]
    [InlineData("{\"Parts\":[{}", ",{}", "]}")]
    [InlineData("{\"Parts\":[{}", ",null", "]}")]
    [InlineData("{\"Parts\":[{}", ",{\"Parts\":[{}]}", "]}")]
    [InlineData("{\"Names\":[\"\"", ",\"\"", "]}")]
    [InlineData("{\"Names\":[1", "],\"Names\":[1", "]}")]
    public void A_list_without_end_is_too_many(string start, string repeated, string end)
    {
        byte[] json = Encoding.UTF8.GetBytes(start + string.Concat(Enumerable.Repeat(repeated, CgrJson.MaxElements)) + end);
        long before = GC.GetAllocatedBytesForCurrentThread();
        CgrReadResult result = EveryMemberReply.TryRead(json, CgrDialect.Current, out EveryMemberReply reply);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal((CgrReadError.TooMany, true), (result.Error, result.Offset is > 0 && result.Offset < json.Length));
        Assert.Null(reply.Parts);
        Assert.InRange(allocated, 0, 200L * CgrJson.MaxElements);
        Assert.True(EveryMemberReply.TryRead(json.AsSpan(0, 0), CgrDialect.Current, out _).Error == CgrReadError.InvalidJson);
    }

    [Fact]
    public void A_list_as_long_as_the_limit_is_read()
    {
        string names = string.Join(',', Enumerable.Repeat("\"x\"", CgrJson.MaxElements));
        Assert.True(EveryMemberReply.TryRead(Encoding.UTF8.GetBytes($$"""{"Names":[{{names}}]}"""), CgrDialect.Current, out EveryMemberReply reply).IsOk);
        Assert.Equal(CgrJson.MaxElements, reply.Names!.Length);
    }

    [Fact]
    public void A_request_of_megabytes_of_escapes_takes_its_length_in_scratch()
    {
        byte[] json = Encoding.UTF8.GetBytes($$$"""{"Event":{"Account":"{{{string.Concat(Enumerable.Repeat("\\n", 1_000_000))}}}"}}""");
        CgrScratch scratch = new();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.True(AuthorizeEvent.TryReadRequest(json, CgrDialect.Current, scratch, out AuthorizeEvent command).IsOk);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, json.Length + Slack);
        Assert.Equal(1_000_000, command.Account.Utf8.Length);
    }

    /// <summary>Every message of the catalogue, with every member set.</summary>
    private static void ForAllMessages(Action<string, byte[], Reader> check)
    {
        // Without a member there is nothing to read, and anything is taken for it.
        CommandSamples.VisitAll(s_full, new Messages((name, message, read) =>
        {
            if (message is not [(byte)'{', (byte)'}'])
            {
                check(name, message, read);
            }
        }));
    }

    /// <summary>Every reader of the catalogue, with the members that it knows.</summary>
    private static void ForAllReaders(Action<string, WireMember[], Reader> check) => CommandSamples.VisitAll(s_full, new Readers(check));

    private sealed class Messages(Action<string, byte[], Reader> check) : CommandSamples.IVisitor
    {
        public void Command<TCommand, TReply>(scoped in TCommand command)
            where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
            where TReply : struct, ICgrReply<TReply>
        {
            foreach (CgrDialect dialect in CommandSamples.DialectsOf<TCommand, TReply>())
            {
                ArrayBufferWriter<byte> output = new();
                command.Encode(output, dialect);
                check($"{typeof(TCommand).Name} {dialect}", output.WrittenSpan.ToArray(), json => TCommand.TryReadRequest(json, dialect, new CgrScratch(), out _));
            }
        }

        public void Reply<TReply>(in TReply reply)
            where TReply : struct, ICgrReply<TReply>
        {
            foreach (CgrDialect dialect in Enum.GetValues<CgrDialect>())
            {
                ArrayBufferWriter<byte> output = new();
                reply.Encode(output, dialect);
                check($"{typeof(TReply).Name} {dialect}", output.WrittenSpan.ToArray(), json => TReply.TryRead(json, dialect, out _));
            }
        }
    }

    private sealed class Readers(Action<string, WireMember[], Reader> check) : CommandSamples.IVisitor
    {
        private readonly HashSet<Type> _done = [];

        public void Command<TCommand, TReply>(scoped in TCommand command)
            where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
            where TReply : struct, ICgrReply<TReply>
        {
            WireMember[] members = WireMember.Of(typeof(TCommand), typeof(TCommand).GetCustomAttribute<CgrCommandAttribute>()!.EventName);
            if (members.Length != 0 && _done.Add(typeof(TCommand)))
            {
                check(typeof(TCommand).Name, members, json => TCommand.TryReadRequest(json, CgrDialect.Current, new CgrScratch(), out _));
            }
        }

        public void Reply<TReply>(in TReply reply)
            where TReply : struct, ICgrReply<TReply>
        {
            WireMember[] members = WireMember.Of(typeof(TReply), "");
            if (members.Length != 0 && _done.Add(typeof(TReply)))
            {
                check(typeof(TReply).Name, members, json => TReply.TryRead(json, CgrDialect.Current, out _));
            }
        }
    }

    /// <summary>A member that a schema names, and a message in which it alone stands.</summary>
    private sealed record WireMember(string Name, string Before, string After, string WrongValue)
    {
        public static WireMember[] Of(Type type, string eventName) => [.. Of(type, eventName, "", "", [])];

        public string With(string value) => Before + value + After;

        private static IEnumerable<WireMember> Of(Type type, string eventName, string before, string after, HashSet<Type> around)
        {
            foreach (PropertyInfo property in type.GetProperties())
            {
                if (property.GetCustomAttribute<CgrPlaceAttribute>() is not { } place || property.PropertyType == typeof(CgrVariables))
                {
                    continue;
                }

                (string open, string close) = place switch
                {
                    CgrResultAttribute => ("", ""),
                    CgrFieldAttribute => ($"{{\"{eventName}\":{{\"{place.Name}\":", "}}"),
                    _ => ($"{{\"{place.Name}\":", "}"),
                };
                Type value = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
                Type element = value.IsArray ? value.GetElementType()! : value;
                bool isObject = element.GetCustomAttribute<CgrObjectAttribute>() is not null;
                string wrong = place.Format == CgrFormat.RawJson ? "" : value.IsArray ? "{}" : "[]";
                yield return new WireMember(place.Name, before + open, close + after, wrong);
                if (isObject && around.Add(element))
                {
                    foreach (WireMember inner in Of(element, "", before + open + (value.IsArray ? "[" : ""), (value.IsArray ? "]" : "") + close + after, around))
                    {
                        yield return inner;
                    }
                }
            }
        }
    }
}
