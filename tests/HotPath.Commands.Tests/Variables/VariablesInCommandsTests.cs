using System.Buffers;
using System.Text;

namespace HotPath.Commands.Tests;

/// <summary>Guards: who wins where a variable has the name of a built-in member, as in the reference module (facts: cgrates-module.md §2).</summary>
public sealed class VariablesInCommandsTests
{
    private static readonly DateTimeOffset s_time = DateTimeOffset.FromUnixTimeSeconds(1_795_205_825);

    [Fact]
    public void A_built_in_field_hides_the_variable_where_the_module_forces_it() => Assert.Equal(
        """{"GetMaxUsage":true,"Event":{"Account":"1001","Destination":"1002","SetupTime":"1795205825","Own":"v"}}""",
        Written(new AuthorizeEvent
        {
            GetMaxUsage = true,
            Account = "1001",
            Destination = "1002",
            SetupTime = s_time,
            Variables = Set(("Account", "v"), ("Destination", "v"), ("Own", "v"), ("SetupTime", "v")),
            Options = Set(("GetMaxUsage", "v"), ("Event", "v")),
        }));

    [Fact]
    public void A_variable_shows_through_where_the_built_in_field_is_not_sent() => Assert.Equal(
        """{"TerminateSession":true,"Event":{"OriginID":"o","Usage":"2s","Destination":"scriptdst","SetupTime":"scriptsetup"}}""",
        Written(new TerminateSession
        {
            EndSession = true,
            OriginId = "o",
            Usage = TimeSpan.FromSeconds(2),
            Variables = Set(("Destination", "scriptdst"), ("SetupTime", "scriptsetup"), ("Usage", "v")),
        }));

    [Fact]
    public void The_variable_wins_where_the_module_lets_it() => Assert.Equal(
        """{"InitSession":true,"Tenant":"v","Event":{"Account":"1001","OriginID":"v","DialogID":"v","DialogEntry":"v","RequestType":"v"}}""",
        Written(new InitiateSession
        {
            InitSession = true,
            Tenant = "built-in",
            OriginId = "built-in",
            DialogId = 1,
            DialogEntry = 2,
            RequestType = "built-in",
            Account = "1001",
            Variables = Set(("OriginID", "v"), ("DialogID", "v"), ("DialogEntry", "v"), ("RequestType", "v")),
            Options = Set(("Tenant", "v")),
        }));

    [Fact]
    public void Numbers_are_flags_beside_the_event_and_numbers_in_it()
    {
        CgrVariables variables = Set();
        Assert.True(variables.TrySet("One", 1).IsOk && variables.TrySet("Minus", -1).IsOk && variables.TrySet("Zero", 0).IsOk);
        Assert.True(variables.TrySet("Flag", false).IsOk && variables.TrySet("Text", "1").IsOk && variables.TrySetRaw("Raw", "1").IsOk);
        Assert.Equal(
            """{"One":true,"Minus":true,"Zero":false,"Flag":false,"Text":"1","Raw":1,"Event":{"One":1,"Minus":-1,"Zero":0,"Flag":false,"Text":"1","Raw":1}}""",
            Written(new ProcessCdr { Variables = variables, Options = variables }));
    }

    [Fact]
    public void Variables_alone_make_an_event() =>
        Assert.Equal("""{"Event":{"a":"b"}}""", Written(new AuthorizeEvent { Variables = Set(("a", "b")), Options = Set() }));

    [Fact]
    public void A_member_that_is_always_written_may_yield_too() => Assert.Equal(
        """{"Count":0,"Price":0,"Part":{},"Event":{"Long":0,"Sure":"v","Nanoseconds":"v","SecondsText":"0s","Seconds":0,"WholeSeconds":0,"Time":"-62135596800"}}""",
        Written(new EveryMember { Variables = Set(("Sure", "v"), ("Long", "v"), ("Nanoseconds", "v")), Sure = "built-in", Options = Set(("Count", "v")) }));

    [Fact]
    public void In_the_flat_object_of_the_pre_rc8_dialect_each_name_stands_once()
    {
        CgrVariables fields = Set(("Set", "field"), ("Tenant", "t"), ("Account", "hidden"));
        CgrVariables options = Set(("Set", "option"), ("OriginID", "o"), ("Destination", "hidden"), ("GetMaxUsage", "kept"));
        Assert.True(options.TrySet("GetRoutes", 1).IsOk);
        AuthorizeEvent command = new()
        {
            GetMaxUsage = true,
            Tenant = "built-in",
            OriginId = "built-in",
            Account = "1001",
            Destination = "1002",
            Variables = fields,
            Options = options,
        };
        ArrayBufferWriter<byte> output = new();
        command.Encode(output, CgrDialect.PreRc8);
        Assert.Equal(
            """{"OriginID":"o","GetMaxUsage":"kept","GetRoutes":1,"Account":"1001","Destination":"1002","Set":"field","Tenant":"t"}""",
            Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void The_reader_of_an_engine_skips_them()
    {
        byte[] request = Encoding.UTF8.GetBytes(Written(new AuthorizeEvent { Account = "1001", Variables = Set(("Own", "v")), Options = Set(("Own", "v")) }));
        Assert.Equal(CgrReadResult.Ok, AuthorizeEvent.TryReadRequest(request, CgrDialect.Current, new CgrScratch(), out AuthorizeEvent read));
        Assert.Equal("1001", read.Account.ToString());
        Assert.True(read.Variables is null && read.Options is null);
    }

    private static CgrVariables Set(params (string Name, string Text)[] values)
    {
        CgrVariables variables = new();
        foreach ((string name, string text) in values)
        {
            Assert.True(variables.TrySet(name, text).IsOk);
        }

        return variables;
    }

    private static string Written(scoped in AuthorizeEvent command) => Written<AuthorizeEvent, AuthorizeReply>(command);

    private static string Written(scoped in InitiateSession command) => Written<InitiateSession, InitiateReply>(command);

    private static string Written(scoped in TerminateSession command) => Written<TerminateSession, OkReply>(command);

    private static string Written(scoped in ProcessCdr command) => Written<ProcessCdr, OkReply>(command);

    private static string Written(scoped in EveryMember command) => Written<EveryMember, EveryMemberReply>(command);

    private static string Written<TCommand, TReply>(scoped in TCommand command)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply>
    {
        ArrayBufferWriter<byte> output = new();
        command.Encode(output, CgrDialect.Current);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
