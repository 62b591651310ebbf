using System.Text;
using HotPath.Commands;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>Promise: what a policy says of a call is in every command of its session, and every command and answer knows the session by one identity.</summary>
public sealed class SessionVariablesTests
{
    private const string Grant = """{"MaxUsage":60000000000}""";

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingEngineClient _engine = new();
    private readonly ChargingSessions _sessions;

    public SessionVariablesTests() => _sessions = new ChargingSessions(_engine, _time);

    [Fact]
    public void Variables_go_into_every_command_and_the_calls_win_over_the_profiles()
    {
        ChargingProfile profile = new() { OriginHost = "edge-1", Variables = Set(("Carrier", "one"), ("RequestType", "*rated")), Options = Set(("Tenant", "other")) };
        ChargingSession session = _sessions.Open(NoOwner.Instance, profile, "call-1", "1001", "1002", default, Set(("Carrier", "two"), ("Account", "none")), Flag("GetRoutes"));
        session.Authorize();
        AssertSays(_engine.Take(), "SessionSv1.AuthorizeEvent", "two");
        session = _sessions.Open(NoOwner.Instance, profile, "call-2", "1001", "1002", default, Set(("Carrier", "two")), Flag("GetRoutes"));
        session.Answer();
        SentCommand initiate = _engine.Take();
        AssertSays(initiate, "SessionSv1.InitiateSession", "two");
        initiate.Reply(Grant);

        session.Variables.TrySet("Carrier", "three");
        session.End(EndCause.CallerBye);
        SentCommand terminate = _engine.Take();
        AssertSays(terminate, "SessionSv1.TerminateSession", "three");
        terminate.Reply("\"OK\"");
        AssertSays(_engine.Take(), "SessionSv1.ProcessCDR", "three");

        static void AssertSays(SentCommand command, string method, string carrier)
        {
            Assert.Equal(method, command.Method);
            Assert.Equal((carrier, "*rated", "1001"), (command.Event("Carrier"), command.Event("RequestType"), command.Event("Account")));
            Assert.Equal("other", command.Parameters.GetProperty("Tenant").GetString());
            Assert.True(command.Parameters.GetProperty("GetRoutes").GetBoolean());
        }
    }

    [Fact]
    public void An_identity_that_is_set_holds_everywhere_and_for_good()
    {
        ChargingSession session = _sessions.Open(
            NoOwner.Instance, new ChargingProfile { OriginHost = "edge-1" }, "call-1", "1001", "1002", default, Set(("OriginID", "mine-\"1\""), ("OriginHost", "other-host")));
        Assert.Equal("mine-\"1\"", Encoding.UTF8.GetString(session.OriginId));
        session.Authorize();
        AssertIdentity(_engine.Take()).Reply(Grant);
        session.Answer();
        AssertIdentity(_engine.Take()).Reply(Grant);
        session.Variables.TrySet("OriginID", "late");
        session.Options.TrySet("OriginHost", "late");

        Assert.Equal("""[{"OriginHost":"other-host","OriginID":"mine-\"1\""}]""", Ask("SessionSv1.GetActiveSessionIDs", "{}"));
        Assert.Equal("error NOT_FOUND", Ask("SessionSv1.DisconnectSession", """{"EventStart":{"OriginID":"call-1"},"Reason":"x"}"""));
        Assert.Equal("error NOT_FOUND", Ask("SessionSv1.DisconnectSession", """{"EventStart":{"OriginID":"mine-\"1\"","OriginHost":"edge-1"},"Reason":"x"}"""));
        Assert.Equal("\"OK\"", Ask("SessionSv1.DisconnectSession", """{"EventStart":{"OriginID":"mine-\"1\"","OriginHost":"other-host"},"Reason":"x"}"""));

        session.End(EndCause.CallerBye);
        AssertIdentity(_engine.Take()).Reply("\"OK\"");
        AssertIdentity(_engine.Take()).Reply("\"OK\"");

        static SentCommand AssertIdentity(SentCommand command)
        {
            Assert.Equal(("mine-\"1\"", "other-host"), (command.Event("OriginID"), command.Event("OriginHost")));
            Assert.False(command.Parameters.TryGetProperty("OriginHost", out _));
            return command;
        }
    }

    [Fact]
    public void Sessions_of_one_call_are_told_apart_by_their_tags()
    {
        ChargingProfile carrier = new() { OriginHost = "edge-1", Tag = "carrier" };
        Assert.Equal("call-1", OriginId(_sessions.Open(NoOwner.Instance, new ChargingProfile { OriginHost = "edge-1" }, "call-1", "1001", "1002")));
        ChargingSession session = _sessions.Open(NoOwner.Instance, carrier, "call-1", "carrier-7", "1002");
        Assert.Equal("call-1|carrier", OriginId(session));
        Assert.Equal("call-1|carrier;a;1", OriginId(_sessions.Open(NoOwner.Instance, carrier, "call-1", "carrier-7", "1002", attempt: "a;1")));
        Assert.Equal("call-1|carrier;b", OriginId(_sessions.Open(NoOwner.Instance, carrier, "call-1|carrier", "carrier-7", "1002", answer: "b")));
        Assert.Equal("mine", OriginId(_sessions.Open(NoOwner.Instance, carrier, "call-1", "carrier-7", "1002", default, Set(("OriginID", "mine")))));

        session.Authorize();
        Assert.Equal("call-1|carrier", _engine.Take().Event("OriginID"));

        static string OriginId(ChargingSession session) => Encoding.UTF8.GetString(session.OriginId);
    }

    [Fact]
    public void Two_hosts_may_name_their_calls_alike()
    {
        Open("host-a");
        Open("host-b");
        Assert.Equal("\"OK\"", Ask("AgentV1.DisconnectSession", """{"Event":{"OriginID":"same","OriginHost":"host-a"}}"""));
        Assert.Equal("\"OK\"", Ask("AgentV1.DisconnectSession", """{"Event":{"OriginID":"same","OriginHost":"host-b"}}"""));
        Assert.Equal("error NOT_FOUND", Ask("AgentV1.DisconnectSession", """{"Event":{"OriginID":"same","OriginHost":"host-c"}}"""));

        void Open(string host) =>
            _sessions.Open(NoOwner.Instance, new ChargingProfile { OriginHost = "edge-1" }, "same", "1001", "1002", default, Set(("OriginHost", host))).Answer();
    }

    /// <summary>One OriginID for all calls must not make one session of two answers.</summary>
    [Fact]
    public void A_further_answer_of_a_call_has_an_identity_of_its_own_where_a_variable_says_the_OriginID()
    {
        var profile = new ChargingProfile { OriginHost = "edge-1", Variables = Set(("OriginID", "constant")) };
        ChargingSession first = _sessions.Open(NoOwner.Instance, profile, "call-1", "1001", "1002");
        ChargingSession second = _sessions.Open(NoOwner.Instance, profile, first.OriginId, "1001", "1002", answer: "b2");
        second.Answer();
        Assert.Equal("constant", Encoding.UTF8.GetString(first.OriginId));
        Assert.Equal("constant;b2", _engine.Take().Event("OriginID"));
    }

    [Fact]
    public void The_list_of_active_sessions_reads_as_the_catalogue_declares_it()
    {
        _sessions.Open(NoOwner.Instance, new ChargingProfile { OriginHost = "edge-1" }, "call-1", "1001", "1002").Answer();
        Assert.True(GetActiveSessionIdsReply.TryRead(Encoding.UTF8.GetBytes(Ask("AgentV1.GetActiveSessionIDs", "\"\"")), CgrDialect.Current, out GetActiveSessionIdsReply reply).IsOk);
        ActiveSessionId id = Assert.Single(reply.Ids!);
        Assert.Equal(("edge-1", "call-1"), (id.OriginHost, id.OriginId));
    }

    [Fact]
    public void A_late_CDR_of_a_session_that_a_policy_made_postpaid_is_not_parked()
    {
        ChargingSession session = _sessions.Open(NoOwner.Instance, new ChargingProfile { OriginHost = "edge-1" }, "call-1", "1001", "1002", default, Set(("RequestType", "*postpaid")));
        session.Answer();
        _engine.Take().Reply(Grant);
        session.End(EndCause.CallerBye);
        _engine.Take().Reply("\"OK\"");
        for (int i = 0; i < 5; i++)
        {
            _engine.Take().Fail(RpcStatus.NoEngine);
            _time.Advance(TimeSpan.FromSeconds(20));
            _sessions.Advance();
        }

        Assert.Equal("*postpaid", _engine.Take().Event("RequestType"));
        Assert.Equal(0, _sessions.Statistics.Unresolved);
    }

    [Fact]
    public void Too_many_variables_are_told_when_the_session_is_opened()
    {
        CgrVariables half = new();
        CgrVariables other = new();
        for (int i = 0; i < CgrVariables.MaxCount; i++)
        {
            half.TrySet($"a{i}", i);
            other.TrySet($"b{i}", i);
        }

        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            _sessions.Open(NoOwner.Instance, new ChargingProfile { OriginHost = "edge-1", Variables = half }, "call-1", "1001", "1002", default, other));
        Assert.Contains("TooMany", error.Message);
        Assert.Equal(0, _sessions.Count);
    }

    [Fact]
    public void A_call_with_variables_allocates_nothing()
    {
        GrantingEngineClient engine = new();
        ChargingSessions sessions = new(engine, _time);
        AskingEngine asking = new(sessions);
        ChargingProfile profile = new() { OriginHost = "edge-1", Variables = Set(("Carrier", "one")), Options = Flag("GetRoutes") };
        CgrVariables variables = Set(("OriginHost", "host-\"a\""), ("OriginID", "mine"), ("Note", "x"));
        long listed = 0;
        RepeatedCall();
        Assert.Equal(500 * """[{"OriginHost":"host-\"a\"","OriginID":"mine"}]""".Length, listed);
        Assert.Equal(0, SteadyState.AllocatedBytes(RepeatedCall));

        void RepeatedCall()
        {
            for (int i = 0; i < 500; i++)
            {
                ChargingSession session = sessions.Open(NoOwner.Instance, profile, "call-1"u8, "1001"u8, "1002"u8, default, variables);
                session.Authorize();
                session.Answer();
                listed += asking.Ask("SessionSv1.GetActiveSessionIDs"u8, "{}"u8);
                session.End(EndCause.CallerBye);
            }
        }
    }

    private static CgrVariables Set(params (string Name, string Value)[] values)
    {
        CgrVariables set = new();
        foreach ((string name, string value) in values)
        {
            Assert.True(set.TrySet(name, value).IsOk);
        }

        return set;
    }

    private static CgrVariables Flag(string name)
    {
        CgrVariables set = new();
        Assert.True(set.TrySet(name, 1).IsOk);
        return set;
    }

    private string Ask(string method, string parameters) => new AskingEngine(_sessions).Ask(method, parameters);
}
