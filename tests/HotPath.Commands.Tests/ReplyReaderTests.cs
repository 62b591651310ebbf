using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace HotPath.Commands.Tests;

/// <summary>Guards: replies are read without loss in every form engines write them in; nonsense is a clear result, never an exception.</summary>
public sealed class ReplyReaderTests
{
    /// <summary>A member of every kind that is more than one value, and a price.</summary>
    private const string NestedReply =
        """{"Names":["a","\\u00e9",null],"Price":-0.64175,"Raw":{"x":[1,{"y":null}]},"Part":{"Name":"p"},"MaybePart":null,"Parts":[{"Usage":5,"Parts":[]},null]}""";

    private const string OldEngineReply =
        """{"Attributes":{"MatchedProfiles":["A\"}"],"CGREvent":{"Event":{"MaxUsage":7}}},"ResourceAllocation":null,"MaxUsage":60000000000,"Suppliers":null}""";

    [Theory]
    [InlineData("""{"MaxUsage":60000000000}""", 60_000_000_000L)]
    [InlineData(OldEngineReply, 60_000_000_000L)]
    [InlineData("""{"MaxUsage":9223372036854775807}""", long.MaxValue)]
    [InlineData("""{"MaxUsage":9223372036854775808}""", long.MaxValue)]
    [InlineData("""{"MaxUsage":99999999999999999999999999}""", long.MaxValue)]
    [InlineData("""{"MaxUsage":1e400}""", long.MaxValue)]
    [InlineData("""{"MaxUsage":-9223372036854775808}""", long.MinValue)]
    [InlineData("""{"MaxUsage":9007199254740993}""", 9_007_199_254_740_993L)]
    [InlineData("""{"MaxUsage":-1}""", -1L)]
    [InlineData("""{"MaxUsage":0}""", 0L)]
    [InlineData("""{"MaxUsage":1.08e13}""", 10_800_000_000_000L)]
    [InlineData("""{"MaxUsage":1E-5}""", 0L)]
    [InlineData("""{"MaxUsage":"3h"}""", 10_800_000_000_000L)]
    [InlineData("""{"MaxUsage":"60000000000"}""", 60_000_000_000L)]
    [InlineData("""{"maxusage":5}""", 5L)]
    [InlineData("""{"M\u0061xUsage":5}""", 5L)]
    [InlineData("""{"MaxUsage":1,"MaxUsage":2}""", 2L)]
    [InlineData(""" { "MaxUsage" : 5 } """, 5L)]
    [InlineData("""{"MaxUsage":null}""", null)]
    [InlineData("""{"MaxUsage":5,"MaxUsage":null}""", null)]
    [InlineData("{}", null)]
    [InlineData("null", null)]
    public void The_grant_is_read_in_nanoseconds(string result, long? expected)
    {
        CgrReadResult read = AuthorizeReply.TryRead(Encoding.UTF8.GetBytes(result), CgrDialect.Current, out AuthorizeReply reply);
        Assert.Equal(CgrReadResult.Ok, read);
        Assert.Equal(expected, reply.MaxUsage?.Nanoseconds);
    }

    [Theory]
    [InlineData("10800", 10_800_000_000_000L)]
    [InlineData("10800.0", 10_800_000_000_000L)]
    [InlineData("1.08e4", 10_800_000_000_000L)]
    [InlineData("0.5", 500_000_000L)]
    [InlineData("59.999999999", 59_999_999_999L)]
    [InlineData("0.0000000019", 1L)]
    [InlineData("0", 0L)]
    [InlineData("-1", -1L)]
    [InlineData("-1e-09", -1L)]
    [InlineData("1e300", long.MaxValue)]
    [InlineData("1e999999999999999999999", long.MaxValue)]
    [InlineData("1e-999999999999999999999", 0L)]
    public void The_grant_of_the_digest_form_is_read_in_seconds(string seconds, long expected)
    {
        CgrReadResult read = AuthorizeWithDigestReply.TryRead(Encoding.UTF8.GetBytes($$"""{"MaxUsage":{{seconds}}}"""), CgrDialect.Current, out AuthorizeWithDigestReply reply);
        Assert.Equal(CgrReadResult.Ok, read);
        Assert.Equal(expected, reply.MaxUsage?.Nanoseconds);
    }

    [Theory]
    [InlineData("10800", 10_800_000_000_000L)]
    [InlineData(" 5 ", 5_000_000_000L)]
    [InlineData("0.5", 500_000_000L)]
    [InlineData("1.08e13", long.MaxValue)]
    [InlineData("-1", -1L)]
    [InlineData("-1.0", -1L)]
    [InlineData("0", 0L)]
    [InlineData("null", null)]
    public void The_grant_of_the_pre_rc8_dialect_is_a_bare_number_of_seconds(string result, long? expected)
    {
        Assert.Equal(CgrReadResult.Ok, InitiateReply.TryRead(Encoding.UTF8.GetBytes(result), CgrDialect.PreRc8, out InitiateReply reply));
        Assert.Equal(expected, reply.MaxUsage?.Nanoseconds);
    }

    [Theory]
    [InlineData("", CgrReadError.InvalidJson, null)]
    [InlineData("5 6", CgrReadError.InvalidJson, null)]
    [InlineData("\"soon\"", CgrReadError.WrongType, "MaxUsage")]
    [InlineData("{\"MaxUsage\":5}", CgrReadError.WrongType, "MaxUsage")]
    [InlineData("[5]", CgrReadError.WrongType, "MaxUsage")]
    [InlineData("true", CgrReadError.WrongType, "MaxUsage")]
    public void Anything_but_a_number_is_refused_there(string result, CgrReadError error, string? member)
    {
        CgrReadResult read = AuthorizeReply.TryRead(Encoding.UTF8.GetBytes(result), CgrDialect.PreRc8, out AuthorizeReply reply);
        Assert.Equal((error, member), (read.Error, read.Member));
        Assert.Null(reply.MaxUsage);
    }

    [Theory]
    [InlineData("", CgrReadError.InvalidJson, 0, null)]
    [InlineData("   ", CgrReadError.InvalidJson, 3, null)]
    [InlineData("{", CgrReadError.InvalidJson, 1, null)]
    [InlineData("}", CgrReadError.InvalidJson, 0, null)]
    [InlineData("""{"MaxUsage":5}x""", CgrReadError.InvalidJson, 14, null)]
    [InlineData("""{"MaxUsage":05}""", CgrReadError.InvalidJson, 12, null)]
    [InlineData("""{"MaxUsage":5,}""", CgrReadError.InvalidJson, 14, null)]
    [InlineData("""{"MaxUsage" 5}""", CgrReadError.InvalidJson, 12, null)]
    [InlineData("""{"A":tru}""", CgrReadError.InvalidJson, 5, null)]
    [InlineData("""{"A":"\x"}""", CgrReadError.InvalidJson, 6, null)]
    [InlineData("""{"MaxUsage":"soon"}""", CgrReadError.WrongType, 12, "MaxUsage")]
    [InlineData("""{"MaxUsage":[1]}""", CgrReadError.WrongType, 12, "MaxUsage")]
    [InlineData("""{"MaxUsage":[1}""", CgrReadError.InvalidJson, 14, null)]
    [InlineData("""{"MaxUsage":true}""", CgrReadError.WrongType, 12, "MaxUsage")]
    [InlineData("\"OK\"", CgrReadError.WrongType, 0, null)]
    [InlineData("[]", CgrReadError.WrongType, 0, null)]
    [InlineData("12", CgrReadError.WrongType, 0, null)]
    public void What_cannot_be_read_says_what_is_wrong_and_where(string result, CgrReadError error, int offset, string? member)
    {
        CgrReadResult read = AuthorizeReply.TryRead(Encoding.UTF8.GetBytes(result), CgrDialect.Current, out AuthorizeReply reply);
        Assert.Equal(new CgrReadResult(error, offset, member), read);
        Assert.Null(reply.MaxUsage);
    }

    [Fact]
    public void A_reply_that_is_one_word_is_that_word_and_no_other()
    {
        Assert.True(OkReply.TryRead("\"OK\""u8, CgrDialect.Current, out _).IsOk);
        Assert.True(OkReply.TryRead(" \"OK\" "u8, CgrDialect.Current, out _).IsOk);
        Assert.Equal(CgrReadError.WrongType, OkReply.TryRead("\"Ok\""u8, CgrDialect.Current, out _).Error);
        Assert.Equal(CgrReadError.WrongType, OkReply.TryRead("null"u8, CgrDialect.Current, out _).Error);
        Assert.Equal(CgrReadError.WrongType, OkReply.TryRead("{\"a\":[]}"u8, CgrDialect.Current, out _).Error);
        Assert.Equal(CgrReadError.InvalidJson, OkReply.TryRead("\"OK"u8, CgrDialect.Current, out _).Error);
        Assert.Equal(CgrReadError.InvalidJson, OkReply.TryRead("\"OK\"]"u8, CgrDialect.Current, out _).Error);
        Assert.True(PongReply.TryRead("\"Pong\""u8, CgrDialect.Current, out _).IsOk);
    }

    [Theory]
    [InlineData("[]", "")]
    [InlineData(" [ { \"Name\" : \"a\" } , null , {\"Parts\":[{\"name\":\"b\"}]} ] ", "a,,/b/")]
    [InlineData("null", "-")]
    public void Lists_of_objects_are_read(string result, string expected)
    {
        Assert.Equal(CgrReadResult.Ok, ListReply.TryRead(Encoding.UTF8.GetBytes(result), CgrDialect.Current, out ListReply reply));
        Assert.Equal(expected, Names(reply.Parts));

        static string Names(EveryPart[]? parts) =>
            parts is null ? "-" : string.Join(',', parts.Select(part => part.Name + (part.Parts is null ? "" : $"/{Names(part.Parts).TrimEnd('-')}/")));
    }

    [Theory]
    [InlineData("[", CgrReadError.InvalidJson, null)]
    [InlineData("[{}", CgrReadError.InvalidJson, null)]
    [InlineData("[{},]", CgrReadError.InvalidJson, null)]
    [InlineData("[,{}]", CgrReadError.InvalidJson, null)]
    [InlineData("[{}{}]", CgrReadError.InvalidJson, null)]
    [InlineData("[{}}", CgrReadError.InvalidJson, null)]
    [InlineData("{}", CgrReadError.WrongType, "result")]
    [InlineData("[1]", CgrReadError.WrongType, "result")]
    [InlineData("[{\"Parts\":{}}]", CgrReadError.WrongType, "Parts")]
    public void Lists_that_are_not_are_told(string result, CgrReadError error, string? member)
    {
        CgrReadResult read = ListReply.TryRead(Encoding.UTF8.GetBytes(result), CgrDialect.Current, out ListReply reply);
        Assert.Equal((error, member), (read.Error, read.Member));
        Assert.Null(reply.Parts);
    }

    [Fact]
    public void Objects_in_objects_are_read_to_a_fixed_depth()
    {
        string deep = string.Concat(Enumerable.Repeat("""[{"Parts":""", 100_000));
        Assert.Equal(CgrReadError.TooDeep, ListReply.TryRead(Encoding.UTF8.GetBytes(deep), CgrDialect.Current, out _).Error);
    }

    [Theory]
    [InlineData("0.64175", "0.64175")]
    [InlineData("\"0.6\"", "0.6")]
    [InlineData("-1", "-1")]
    [InlineData("1e3", "1000")]
    public void Prices_are_exact(string price, string expected)
    {
        Assert.True(EveryMemberReply.TryRead(Encoding.UTF8.GetBytes($$"""{"Price":{{price}}}"""), CgrDialect.Current, out EveryMemberReply reply).IsOk);
        Assert.Equal(expected, reply.Price.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("1e400")]
    [InlineData("true")]
    [InlineData("\"\"")]
    [InlineData("[]")]
    public void A_price_that_is_none_is_of_the_wrong_type(string price) => Assert.Equal(
        (CgrReadError.WrongType, "Price"),
        EveryMemberReply.TryRead(Encoding.UTF8.GetBytes($$"""{"Price":{{price}}}"""), CgrDialect.Current, out _) is var read ? (read.Error, read.Member) : default);

    [Fact]
    public void Json_is_kept_as_it_stands()
    {
        Assert.True(EveryMemberReply.TryRead("""{"Raw" : { "a":[1, 2] } ,"Names":["x",null,1]}"""u8, CgrDialect.Current, out EveryMemberReply reply).IsOk);
        Assert.Equal("""{ "a":[1, 2] }""", reply.Raw);
        Assert.Equal("x,,1", string.Join(',', reply.Names!));
    }

    [Theory]
    [InlineData("{bad")]
    [InlineData("")]
    [InlineData("1 2")]
    public void What_is_not_json_is_written_as_null(string json)
    {
        System.Buffers.ArrayBufferWriter<byte> output = new();
        new AnythingReply { Json = json }.Encode(output, CgrDialect.Current);
        using Utf8JsonWriter writer = new(output, CgrJson.WriterOptions);
        new AnythingReply { Json = json }.WriteTo(writer, CgrDialect.Current);
        writer.Flush();
        Assert.Equal("nullnull", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData(62, CgrReadError.None)]
    [InlineData(63, CgrReadError.None)]
    [InlineData(64, CgrReadError.TooDeep)]
    [InlineData(100_000, CgrReadError.TooDeep)]
    public void Nesting_is_read_to_a_fixed_depth(int arrays, CgrReadError expected)
    {
        string deep = $$"""{"Unknown":{{new string('[', arrays)}}{{new string(']', arrays)}},"MaxUsage":5}""";
        Assert.Equal(expected, AuthorizeReply.TryRead(Encoding.UTF8.GetBytes(deep), CgrDialect.Current, out _).Error);
    }

    [Fact]
    public void Cut_at_any_byte_it_is_invalid_and_nothing_is_thrown()
    {
        byte[] whole = Encoding.UTF8.GetBytes(OldEngineReply);
        for (int length = 0; length < whole.Length; length++)
        {
            CgrReadResult read = AuthorizeReply.TryRead(whole.AsSpan(0, length), CgrDialect.Current, out AuthorizeReply reply);
            Assert.Equal(CgrReadError.InvalidJson, read.Error);
            Assert.InRange(read.Offset, 0, length);
            Assert.Null(reply.MaxUsage);
        }
    }

    [Fact]
    public void Cut_at_any_byte_lists_and_objects_are_invalid_too()
    {
        byte[] whole = Encoding.UTF8.GetBytes(NestedReply);
        Assert.Equal(CgrReadResult.Ok, EveryMemberReply.TryRead(whole, CgrDialect.Current, out _));
        for (int length = 0; length < whole.Length; length++)
        {
            CgrReadResult read = EveryMemberReply.TryRead(whole.AsSpan(0, length), CgrDialect.Current, out EveryMemberReply reply);
            Assert.Equal(CgrReadError.InvalidJson, read.Error);
            Assert.InRange(read.Offset, 0, length);
            Assert.Null(reply.Names);
        }
    }

    [Theory]
    [InlineData(null, CgrReadError.None, null)]
    [InlineData("null", CgrReadError.None, null)]
    [InlineData("""{"MatchedProfiles":["A"],"CGREvent":{"ID":"x"}}""", CgrReadError.None, "A x")]
    [InlineData("""{"MatchedProfiles":["A"]} more""", CgrReadError.InvalidJson, null)]
    [InlineData("\"text\"", CgrReadError.WrongType, null)]
    public void Raw_JSON_that_has_a_shape_is_read_when_it_is_asked_for(string? json, CgrReadError error, string? read)
    {
        Assert.Equal(error, CgrJson.TryRead(json, out AlteredEvent? altered).Error);
        Assert.Equal(read, altered is { } value ? $"{value.MatchedProfiles![0]} {value.CgrEvent?.Id}" : null);
    }

    [Fact]
    public void A_very_long_string_is_stepped_over()
    {
        byte[] json = Encoding.UTF8.GetBytes($$"""{"Unknown":"{{new string('x', 10_000_000)}}","MaxUsage":5}""");
        Assert.True(AuthorizeReply.TryRead(json, CgrDialect.Current, out AuthorizeReply reply).IsOk);
        Assert.Equal(5, reply.MaxUsage?.Nanoseconds);
    }

    [Fact]
    public void Every_reply_written_reads_back_the_same() =>
        Prop.ForAll(SampleValues.Arbitrary, values => CommandSamples.VisitAll(values, new ReadsBack()))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20_263, 7));

    /// <summary>JSON that is almost right: a valid reply in which a few bytes were changed, dropped or doubled.</summary>
    [Fact]
    public void What_JsonDocument_accepts_is_accepted_and_nothing_else()
    {
        string[] seeds = [OldEngineReply, NestedReply, """{"a":[{},[],{"b":[1,-2.5e+3,true,false,null,"\u00e9\n"]},""],"MaxUsage":-1}""", """ { "A" : [ 0 , 1 ] , "MaxUsage" : 12 } """];
        const string Alphabet = "{}[]\",:\\u0019.-+eEtrfalsn \n\t\u0001é/";
        Random random = new(20_264);
        int accepted = 0;
        const int Cases = 60_000;
        for (int i = 0; i < Cases; i++)
        {
            List<byte> json = [.. Encoding.UTF8.GetBytes(seeds[random.Next(seeds.Length)])];
            for (int edits = random.Next(1, 4); edits > 0; edits--)
            {
                int at = random.Next(json.Count);
                switch (random.Next(3))
                {
                    case 0:
                        json[at] = (byte)Alphabet[random.Next(Alphabet.Length)];
                        break;
                    case 1:
                        json.RemoveAt(at);
                        break;
                    default:
                        json.Insert(at, (byte)Alphabet[random.Next(Alphabet.Length)]);
                        break;
                }
            }

            byte[] bytes = [.. json];
            CgrReadResult read = EveryMemberReply.TryRead(bytes, CgrDialect.Current, out _);
            bool isJson = IsJson(bytes);
            // Behind a value of the wrong type nothing is looked at.
            bool agrees = read.Error switch
            {
                CgrReadError.None => isJson,
                CgrReadError.WrongType => true,
                _ => !isJson,
            };
            Assert.True(agrees, $"{read} for {Encoding.Latin1.GetString(bytes)}");
            accepted += isJson ? 1 : 0;
        }

        Assert.InRange(accepted, Cases / 50, Cases * 49 / 50);
    }

    private static bool IsJson(byte[] bytes)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>U+FFFD that stands for invalid input is written as an escape, U+FFFD itself is not.</summary>
    private static string Plain(ReadOnlySpan<byte> json) => Encoding.UTF8.GetString(json).Replace("\\uFFFD", "\uFFFD");

    private sealed class ReadsBack : CommandSamples.IVisitor
    {
        public void Command<TCommand, TReply>(scoped in TCommand command)
            where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
            where TReply : struct, ICgrReply<TReply>
        {
        }

        public void Reply<TReply>(in TReply reply)
            where TReply : struct, ICgrReply<TReply>
        {
            foreach (CgrDialect dialect in Enum.GetValues<CgrDialect>())
            {
                System.Buffers.ArrayBufferWriter<byte> first = new();
                reply.Encode(first, dialect);
                Assert.Equal(CgrReadResult.Ok, TReply.TryRead(first.WrittenSpan, dialect, out TReply read));

                System.Buffers.ArrayBufferWriter<byte> second = new();
                read.Encode(second, dialect);
                Assert.Equal(Plain(first.WrittenSpan), Plain(second.WrittenSpan));
            }
        }
    }
}
