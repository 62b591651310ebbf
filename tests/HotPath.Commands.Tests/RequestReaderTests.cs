using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace HotPath.Commands.Tests;

/// <summary>Guards: the engine's side reads requests as tolerantly as the engine that clients were written for.</summary>
public sealed class RequestReaderTests
{
    [Fact]
    public void Members_are_found_in_any_order_and_case_and_unknown_ones_skipped()
    {
        AuthorizeEvent command = Read("""
            {"Event":{"account":"1001","x":{"OriginID":"no"},"DESTINATION":"1002"},"APIOpts":{"Tenant":"no"},"getmaxusage":true,"GetRoutes":true,"tenant":"cgrates.org"}
            """);
        Assert.True(command.GetMaxUsage);
        Assert.Equal("cgrates.org", command.Tenant.ToString());
        Assert.Equal("1001", command.Account.ToString());
        Assert.Equal("1002", command.Destination.ToString());
        Assert.False(command.OriginId.IsPresent);
    }

    [Fact]
    public void The_last_of_several_members_counts_and_null_is_absent()
    {
        AuthorizeEvent command = Read("""{"Tenant":"a","Tenant":"b","ID":"x","ID":null,"Event":{"Account":"1"},"Event":{"Destination":"2"},"Event":null}""");
        Assert.Equal("b", command.Tenant.ToString());
        Assert.False(command.Id.IsPresent);
        Assert.Equal("1", command.Account.ToString());
        Assert.Equal("2", command.Destination.ToString());
    }

    [Fact]
    public void A_nested_event_of_older_clients_is_read_too()
    {
        AuthorizeEvent command = Read("""{"GetMaxUsage":true,"CGREvent":{"Tenant":"t","ID":"i","CGREvent":{"Tenant":"no"},"Event":{"Account":"1001"}},"GetAttributes":true}""");
        Assert.True(command.GetMaxUsage && command.GetAttributes);
        Assert.Equal("t", command.Tenant.ToString());
        Assert.Equal("1001", command.Account.ToString());
    }

    [Fact]
    public void Text_may_be_empty_escaped_or_a_number_or_boolean()
    {
        AuthorizeEvent command = Read("""{"Tenant":"","Event":{"Account":1001,"Subject":true,"Category":-1.5e3,"Destination":"\u002b49\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud800!"}}""");
        Assert.True(command.Tenant.IsPresent && command.Tenant.IsEmpty);
        Assert.Equal("1001", command.Account.ToString());
        Assert.Equal("true", command.Subject.ToString());
        Assert.Equal("-1.5e3", command.Category.ToString());
        Assert.Equal("+49\"\\/\b\f\n\r\té\U0001F600\uFFFD!", command.Destination.ToString());
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("1", true)]
    [InlineData("\"true\"", true)]
    [InlineData("false", false)]
    [InlineData("0", false)]
    [InlineData("\"\"", false)]
    [InlineData("null", false)]
    public void Flags_are_booleans_or_what_stands_for_them(string flag, bool expected) =>
        Assert.Equal(expected, Read($$$"""{"GetMaxUsage":{{{flag}}},"Event":{}}""").GetMaxUsage);

    [Theory]
    [InlineData("\"20s\"", 20_000_000_000L)]
    [InlineData("\"1m25s\"", 85_000_000_000L)]
    [InlineData("\"1h2m3.5s\"", 3_723_500_000_000L)]
    [InlineData("\"1.5h\"", 5_400_000_000_000L)]
    [InlineData("\".5s\"", 500_000_000L)]
    [InlineData("\"5.s\"", 5_000_000_000L)]
    [InlineData("\"100ms\"", 100_000_000L)]
    [InlineData("\"7us\"", 7_000L)]
    [InlineData("\"7µs\"", 7_000L)]
    [InlineData("\"7μs\"", 7_000L)]
    [InlineData("\"7ns\"", 7L)]
    [InlineData("\"+3s\"", 3_000_000_000L)]
    [InlineData("\"-3s\"", -3_000_000_000L)]
    [InlineData("\"0\"", 0L)]
    [InlineData("\"\"", 0L)]
    [InlineData("\"120000000000\"", 120_000_000_000L)]
    [InlineData("\"1.9\"", 1L)]
    [InlineData("\"*unlimited\"", -1L)]
    [InlineData("\"-1\"", -1L)]
    [InlineData("\"99999999999h\"", long.MaxValue)]
    [InlineData("\"9999999999999999999h9999999999999999999h\"", long.MaxValue)]
    [InlineData("60000000000", 60_000_000_000L)]
    [InlineData("6e10", 60_000_000_000L)]
    [InlineData("null", null)]
    public void Lengths_of_time_are_durations_or_nanoseconds(string usage, long? expected) =>
        Assert.Equal(expected, Read($$$$"""{"Event":{"Usage":{{{{usage}}}}}}""").Usage?.Nanoseconds);

    [Theory]
    [InlineData("\"1795205803\"", "2026-11-20T20:16:43Z")]
    [InlineData("1795205803", "2026-11-20T20:16:43Z")]
    [InlineData("\"1795205803123\"", "2026-11-20T20:16:43.123Z")]
    [InlineData("\"1795205803123456\"", "2026-11-20T20:16:43.123456Z")]
    [InlineData("\"1795205803123456789\"", "2026-11-20T20:16:43.1234567Z")]
    [InlineData("1795205803123456789", "2026-11-20T20:16:43.1234567Z")]
    [InlineData("\"0\"", "1970-01-01T00:00:00Z")]
    [InlineData("\"-1\"", "1969-12-31T23:59:59Z")]
    [InlineData("\"2018-01-07T17:00:10Z\"", "2018-01-07T17:00:10Z")]
    [InlineData("\"2018-01-07T17:00:10.123456789+01:00\"", "2018-01-07T16:00:10.1234567Z")]
    [InlineData("\"2018-01-07T17:00:10-0730\"", "2018-01-08T00:30:10Z")]
    [InlineData("\"2018-01-07 17:00:10\"", "2018-01-07T17:00:10Z")]
    [InlineData("\"20180107170010\"", "2018-01-07T17:00:10Z")]
    [InlineData("\"2016-02-29T00:00:00Z\"", "2016-02-29T00:00:00Z")]
    [InlineData("\"9999-12-31T23:59:59Z\"", "9999-12-31T23:59:59Z")]
    [InlineData("\"0001-01-01T00:00:00Z\"", null)]
    [InlineData("\"*unlimited\"", null)]
    [InlineData("\"\"", null)]
    [InlineData("null", null)]
    public void Points_in_time_are_unix_time_or_a_calendar_date(string time, string? expected) =>
        Assert.Equal(expected is null ? null : DateTimeOffset.Parse(expected), Read($$$$"""{"Event":{"SetupTime":{{{{time}}}}}}""").SetupTime);

    [Theory]
    [InlineData("12", 12L)]
    [InlineData("\"12\"", 12L)]
    [InlineData("12.0", 12L)]
    [InlineData("1.2e1", 12L)]
    [InlineData("-9223372036854775808", long.MinValue)]
    [InlineData("null", null)]
    public void Whole_numbers_are_numbers_or_strings_of_them(string number, long? expected)
    {
        byte[] json = Encoding.UTF8.GetBytes($$$$"""{"Event":{"DialogID":{{{{number}}}}}}""");
        Assert.True(InitiateSession.TryReadRequest(json, CgrDialect.Current, new CgrScratch(), out InitiateSession command).IsOk);
        Assert.Equal(expected, command.DialogId);
    }

    [Theory]
    [InlineData("""{"Event":{"Usage":"20"s"}}""", CgrReadError.InvalidJson, null)]
    [InlineData("""{"Event":{"Usage":"20x"}}""", CgrReadError.WrongType, "Usage")]
    [InlineData("""{"Event":{"Usage":"s"}}""", CgrReadError.WrongType, "Usage")]
    [InlineData("""{"Event":{"Usage":"."}}""", CgrReadError.WrongType, "Usage")]
    [InlineData("""{"Event":{"Usage":"1.2.3"}}""", CgrReadError.WrongType, "Usage")]
    [InlineData("""{"Event":{"Usage":"-"}}""", CgrReadError.WrongType, "Usage")]
    [InlineData("""{"Event":{"Usage":"20s "}}""", CgrReadError.WrongType, "Usage")]
    [InlineData("""{"Event":{"Usage":"\u0032s"}}""", CgrReadError.WrongType, "Usage")]
    [InlineData("""{"Event":{"Usage":{}}}""", CgrReadError.WrongType, "Usage")]
    [InlineData("""{"Event":{"SetupTime":"2018-13-07T17:00:10Z"}}""", CgrReadError.WrongType, "SetupTime")]
    [InlineData("""{"Event":{"SetupTime":"2018-02-29T17:00:10Z"}}""", CgrReadError.WrongType, "SetupTime")]
    [InlineData("""{"Event":{"SetupTime":"2018-01-07T24:00:10Z"}}""", CgrReadError.WrongType, "SetupTime")]
    [InlineData("""{"Event":{"SetupTime":"2018-01-07T17:00:10+"}}""", CgrReadError.WrongType, "SetupTime")]
    [InlineData("""{"Event":{"SetupTime":"0001-01-01T00:00:00+01:00"}}""", CgrReadError.WrongType, "SetupTime")]
    [InlineData("""{"Event":{"SetupTime":"999999999999999999999"}}""", CgrReadError.None, null)]
    [InlineData("""{"Event":{"SetupTime":"-"}}""", CgrReadError.WrongType, "SetupTime")]
    [InlineData("""{"Event":{"SetupTime":"-99999999999999"}}""", CgrReadError.WrongType, "SetupTime")]
    [InlineData("""{"Event":{"SetupTime":true}}""", CgrReadError.WrongType, "SetupTime")]
    [InlineData("""{"Event":{"Account":[]}}""", CgrReadError.WrongType, "Account")]
    [InlineData("""{"Event":"x"}""", CgrReadError.WrongType, "Event")]
    [InlineData("""{"CGREvent":[]}""", CgrReadError.WrongType, "CGREvent")]
    [InlineData("""{"GetMaxUsage":"yes"}""", CgrReadError.WrongType, "GetMaxUsage")]
    [InlineData("\"\"", CgrReadError.WrongType, null)]
    public void What_does_not_fit_is_told_with_the_members_name(string json, CgrReadError error, string? member)
    {
        CgrReadResult read = AuthorizeEvent.TryReadRequest(Encoding.UTF8.GetBytes(json), CgrDialect.Current, new CgrScratch(), out AuthorizeEvent command);
        Assert.Equal(error, read.Error);
        Assert.Equal(member, read.Member);
        Assert.True(read.IsOk || !command.Account.IsPresent);
    }

    [Theory]
    [InlineData("2147483648")]
    [InlineData("1.5")]
    [InlineData("\"\"")]
    [InlineData("\"0x10\"")]
    public void A_number_out_of_range_is_of_the_wrong_type(string number)
    {
        byte[] json = Encoding.UTF8.GetBytes($$$$"""{"Event":{"SipCode":{{{{number}}}}}}""");
        CgrReadResult read = ProcessCdr.TryReadRequest(json, CgrDialect.Current, new CgrScratch(), out _);
        Assert.Equal(new CgrReadResult(CgrReadError.WrongType, 20, "SipCode"), read);
    }

    [Fact]
    public void A_required_member_that_is_absent_is_told()
    {
        CgrReadResult read = TerminateSession.TryReadRequest("""{"TerminateSession":true,"Event":{"Account":"1001"}}"""u8, CgrDialect.Current, new CgrScratch(), out _);
        Assert.Equal(CgrReadError.MissingMember, read.Error);
        Assert.Equal("OriginID", read.Member);
        Assert.True(TerminateSession.TryReadRequest("""{"Event":{"OriginID":""}}"""u8, CgrDialect.Current, new CgrScratch(), out _).IsOk);
    }

    [Fact]
    public void A_disconnect_is_read_in_the_forms_of_all_client_protocols()
    {
        Assert.True(DisconnectSession.TryReadRequest(
            """{"EventStart":{"OriginID":"1-10668@127.0.0.1","DialogID":1707857480,"DialogEntry":323,"Usage":0},"Reason":"INSUFFICIENT_FUNDS"}"""u8,
            CgrDialect.Current, new CgrScratch(), out DisconnectSession old).IsOk);
        Assert.Equal("1-10668@127.0.0.1", old.OriginId.ToString());
        Assert.Equal((1707857480L, 323L), (old.DialogId, old.DialogEntry));
        Assert.Equal("INSUFFICIENT_FUNDS", old.Reason.ToString());

        Assert.True(DisconnectSession.TryReadRequest(
            """{"Tenant":"cgrates.org","ID":"x","Time":"2026-11-20T20:39:57Z","Event":{"OriginID":"a","OriginHost":"h","DisconnectCause":"INSUFFICIENT_CREDIT"},"APIOpts":{}}"""u8,
            CgrDialect.Current, new CgrScratch(), out DisconnectSession current).IsOk);
        Assert.Equal("a", current.OriginId.ToString());
        Assert.Equal("h", current.OriginHost.ToString());
        Assert.Equal("INSUFFICIENT_CREDIT", current.DisconnectCause.ToString());
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    public void A_command_that_says_nothing_is_read_whatever_its_parameter(string parameter) =>
        Assert.True(GetActiveSessionIds.TryReadRequest(Encoding.UTF8.GetBytes(parameter), CgrDialect.Current, new CgrScratch(), out _).IsOk);

    [Fact]
    public void Many_escaped_texts_outgrow_the_scratch_and_stay_apart()
    {
        string longText = "\\n" + new string('a', 3000);
        CgrScratch scratch = new();
        byte[] json = Encoding.UTF8.GetBytes($$$"""{"Tenant":"\t{{{longText}}}","Event":{"Account":"{{{longText}}}","Destination":"\r{{{longText}}}"}}""");
        Assert.True(AuthorizeEvent.TryReadRequest(json, CgrDialect.Current, scratch, out AuthorizeEvent command).IsOk);
        Assert.Equal("\t\n" + new string('a', 3000), command.Tenant.ToString());
        Assert.Equal("\n" + new string('a', 3000), command.Account.ToString());
        Assert.Equal("\r\n" + new string('a', 3000), command.Destination.ToString());
    }

    [Fact]
    public void Cut_at_any_byte_it_is_invalid_and_nothing_is_thrown()
    {
        byte[] whole = """{"GetMaxUsage":true,"CGREvent":{"Tenant":"c\u0041\"s"},"Event":{"Account":"1\\001","Usage":"20s","SetupTime":"2018-01-07T17:00:00Z","x":[1,{"y":-1.5e-3}]}}"""u8.ToArray();
        for (int length = 0; length < whole.Length; length++)
        {
            CgrReadResult read = AuthorizeEvent.TryReadRequest(whole.AsSpan(0, length), CgrDialect.Current, new CgrScratch(), out _);
            Assert.Equal(CgrReadError.InvalidJson, read.Error);
            Assert.InRange(read.Offset, 0, length);
        }
    }

    [Fact]
    public void A_flat_request_is_read_where_the_dialect_has_it()
    {
        byte[] json = """{"OriginID":"o","getattributes":1,"Event":{"OriginID":"no"},"D\u0065stination":"1002","Account":"1001","InitSession":false}"""u8.ToArray();
        Assert.True(InitiateSession.TryReadRequest(json, CgrDialect.PreRc8, new CgrScratch(), out InitiateSession command).IsOk);
        Assert.Equal("o 1001 1002", $"{command.OriginId.ToString()} {command.Account.ToString()} {command.Destination.ToString()}");
        Assert.True(command.GetAttributes);
        Assert.True(command.InitSession);

        CgrReadResult read = TerminateSession.TryReadRequest("""{"Account":"1001"}"""u8, CgrDialect.PreRc8, new CgrScratch(), out _);
        Assert.Equal((CgrReadError.MissingMember, "OriginID"), (read.Error, read.Member));
    }

    [Fact]
    public void Every_command_written_reads_back_the_same() =>
        Prop.ForAll(SampleValues.Arbitrary, values => CommandSamples.VisitAll(values, new ReadsBack()))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20_265, 7));

    private static AuthorizeEvent Read(string json)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(json);
        Assert.Equal(CgrReadResult.Ok, AuthorizeEvent.TryReadRequest(utf8, CgrDialect.Current, new CgrScratch(), out AuthorizeEvent command));
        return command;
    }

    /// <summary>U+FFFD that stands for invalid input is written as an escape, U+FFFD itself is not.</summary>
    private static string Plain(ReadOnlySpan<byte> json) => Encoding.UTF8.GetString(json).Replace("\\uFFFD", "\uFFFD");

    private sealed class ReadsBack : CommandSamples.IVisitor
    {
        public void Command<TCommand, TReply>(scoped in TCommand command)
            where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
            where TReply : struct, ICgrReply<TReply>
        {
            foreach (CgrDialect dialect in CommandSamples.DialectsOf<TCommand, TReply>())
            {
                ArrayBufferWriter<byte> first = new();
                command.Encode(first, dialect);
                CgrReadResult result = TCommand.TryReadRequest(first.WrittenSpan, dialect, new CgrScratch(), out TCommand read);
                if (result.Error == CgrReadError.MissingMember)
                {
                    continue;
                }

                Assert.Equal(CgrReadResult.Ok, result);
                ArrayBufferWriter<byte> second = new();
                read.Encode(second, dialect);
                Assert.Equal(Plain(first.WrittenSpan), Plain(second.WrittenSpan));
            }
        }

        public void Reply<TReply>(in TReply reply)
            where TReply : struct, ICgrReply<TReply>
        {
        }
    }
}
