using HotPath.Billing;
using HotPath.Rpc;
using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: a call may have several billing sessions, the customer's and the carrier's. All are asked at once and must all grant; the least
/// grant is the limit; each that was started is ended and gets its own CDR, in the order of the configuration, whatever ended the call.
/// </summary>
public sealed class SessionsByTagTests
{
    private const string TwoSeconds = """{"MaxUsage":2000000000}""";

    private readonly CallBench _bench = Bench();

    [Fact, Trait("FieldPain", "2")]
    public void Pain_02_Every_session_of_a_call_gets_its_own_Terminate_and_CDR_in_order()
    {
        _bench.Receive(CallBench.Caller, _bench.InviteText());
        SentCommand customer = Take("AuthorizeEvent", "call-1"), carrier = Take("AuthorizeEvent", "call-1|carrier");
        Assert.Equal(("1001", "1002", "*prepaid"), (customer.Event("Account"), customer.Event("Destination"), customer.Event("RequestType")));
        Assert.Equal(("carrier-7", "1002", "*postpaid"), (carrier.Event("Account"), carrier.Event("Destination"), carrier.Event("RequestType")));
        carrier.Reply("{}");
        Assert.Equal(["100 to caller"], _bench.TakeAll());
        customer.Reply(CallBench.OneHour);

        Answer(_bench.Take(CallBench.Callee, "INVITE "), "call-1", "call-1|carrier");
        _bench.Run(3);
        HangUp();
        AssertEnded("call-1", "call-1|carrier");
        _bench.AssertForgotten();
    }

    [Theory]
    [InlineData("call-1", "call-1|carrier")]
    [InlineData("call-1|carrier", "call-1")]
    public void The_first_refusal_rejects_the_call_and_leaves_no_record_of_any(string refused, string other)
    {
        Dictionary<string, SentCommand> asked = Ask();
        asked[refused].Fail(RpcStatus.EngineError, "RALS_ERROR:ACCOUNT_NOT_FOUND");
        _bench.Take(CallBench.Caller, "SIP/2.0 403 ");
        asked[other].Reply(CallBench.OneHour);
        Assert.True(_bench.Engine.IsEmpty);
        Assert.True(_bench.IsQuiet);
        _bench.AssertForgotten();
    }

    [Theory]
    [InlineData("call-1")]
    [InlineData("call-1|carrier")]
    public void The_least_grant_ends_the_call_for_all(string least)
    {
        Dictionary<string, SentCommand> asked = Ask();
        foreach ((string originId, SentCommand command) in asked)
        {
            command.Reply(originId == least ? TwoSeconds : CallBench.OneHour);
        }

        string ok = CallBench.Response(_bench.Take(CallBench.Callee, "INVITE "), 200);
        _bench.Receive(CallBench.Callee, ok);
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        Acknowledge();
        foreach (string originId in asked.Keys)
        {
            Take("InitiateSession", originId).Reply(originId == least ? TwoSeconds : CallBench.OneHour);
        }

        _bench.Run(1.9);
        Assert.True(_bench.IsQuiet);
        _bench.Run(0.2);
        Assert.Equal(["BYE to caller", "BYE to callee"], _bench.TakeAll());
        AssertEnded("call-1", "call-1|carrier");
    }

    [Theory]
    [InlineData("call-1", "call-1|carrier")]
    [InlineData("call-1|carrier", "call-1")]
    public void A_session_denied_at_the_answer_ends_the_call_and_the_other_is_recorded(string denied, string other)
    {
        string invite = Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        Dictionary<string, SentCommand> initiated = TakeBoth("InitiateSession");
        initiated[denied].Fail(RpcStatus.EngineError, "RALS_ERROR:UNAUTHORIZED_DESTINATION");
        initiated[other].Reply(CallBench.OneHour);
        Acknowledge();
        Assert.Equal(["BYE to caller", "BYE to callee"], _bench.TakeAll());
        AssertEnded(other);
        _bench.AssertForgotten();
    }

    [Theory, Trait("FieldPain", "2")]
    [InlineData("call-1")]
    [InlineData("call-1|carrier")]
    public void Pain_02_The_engine_ends_all_by_ending_one(string originId)
    {
        Answered();
        Assert.Equal("\"OK\"", _bench.Disconnect(originId));
        Assert.Equal(["BYE to caller", "BYE to callee"], _bench.TakeAll());
        AssertEnded("call-1", "call-1|carrier");
        _bench.AssertForgotten();
    }

    [Fact]
    public void The_engine_hears_of_all_active_sessions()
    {
        Answered();
        Assert.Equal(
            """[{"OriginHost":"edge-1","OriginID":"call-1"},{"OriginHost":"edge-1","OriginID":"call-1|carrier"}]""",
            new AskingEngine(_bench.Lane.EngineRequests).Ask("SessionSv1.GetActiveSessionIDs", "{}"));
    }

    [Fact]
    public void A_missed_call_is_recorded_by_the_flags_of_each_session()
    {
        CallBench bench = Bench(new SessionConfig { Tag = "carrier" }, new SessionConfig { Tag = "quiet", MissedCdr = false }, new SessionConfig { Tag = "unasked", Authorize = false });
        bench.Receive(CallBench.Caller, bench.InviteText());
        foreach (string originId in new[] { "call-1", "call-1|carrier", "call-1|quiet" })
        {
            Take("AuthorizeEvent", originId, bench).Reply(CallBench.OneHour);
        }

        bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        bench.Receive(CallBench.Callee, CallBench.Response(bench.Take(CallBench.Callee, "INVITE "), 486));
        foreach (string originId in new[] { "call-1", "call-1|carrier", "call-1|unasked" })
        {
            SentCommand cdr = Take("ProcessCDR", originId, bench);
            Assert.Equal("486", cdr.Event("SipCode"));
            cdr.Reply("\"OK\"");
        }

        bench.AssertForgotten();
    }

    [Fact]
    public void A_session_that_is_not_asked_about_is_started_at_the_answer()
    {
        CallBench bench = Bench(new SessionConfig { Tag = "carrier", Authorize = false });
        Answer(bench.Invite(), bench, "call-1", "call-1|carrier");
    }

    [Fact]
    public void An_emergency_call_has_its_records_and_nothing_else()
    {
        CallBench bench = new(configure: file =>
        {
            file.Emergency = ["112"];
            file.Sessions = [new SessionConfig { Tag = "carrier" }];
            return file;
        });
        bench.Receive(CallBench.Caller, bench.InviteText(number: "112"));
        bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        bench.Receive(CallBench.Callee, CallBench.Response(bench.Take(CallBench.Callee, "INVITE "), 486));
        Assert.Equal("emergency", Take("ProcessCDR", "call-1", bench).Event("CallClass"));
        Assert.Equal("emergency", Take("ProcessCDR", "call-1|carrier", bench).Event("CallClass"));
    }

    [Fact]
    public void A_further_answer_has_a_session_of_each_tag()
    {
        string invite = Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200, tag: "b"));
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200, tag: "b2"));
        Take("InitiateSession", "call-1").Reply(CallBench.OneHour);
        Take("InitiateSession", "call-1|carrier").Reply(CallBench.OneHour);
        Assert.True(_bench.Engine.IsEmpty);
        _bench.Run(2.1);
        Take("InitiateSession", "call-1;b2").Reply(CallBench.OneHour);
        SentCommand carrier = Take("InitiateSession", "call-1|carrier;b2");
        Assert.Equal("carrier-7", carrier.Event("Account"));
        carrier.Reply(CallBench.OneHour);
        _bench.TakeAll();

        _bench.Receive(CallBench.Callee, _bench.InDialog(DialogSide.Callee, "BYE", 1, tag: "b2"));
        AssertEnded("call-1;b2", "call-1|carrier;b2");
        Assert.Equal(1, _bench.Lane.RunningCalls);
    }

    [Fact]
    public void BYEs_wait_until_the_end_of_every_session_is_written_down()
    {
        HeldJournal journal = new();
        CallBench bench = new(configure: WithCarrier, journal: journal);
        Answered(bench);
        journal.IsHeld = true;
        bench.Lane.Drain();
        long last = journal.Last;
        bench.Run(0.01);
        Assert.True(bench.IsQuiet);
        journal.SafeSequence = last - 1;
        bench.Run(0.01);
        Assert.True(bench.IsQuiet);
        journal.SafeSequence = last;
        bench.Run(0.01);
        Assert.Equal(["BYE to caller", "BYE to callee"], bench.TakeAll());
    }

    private static CallBench Bench(params SessionConfig[] sessions) => new(configure: sessions.Length == 0 ? WithCarrier : file =>
    {
        file.Sessions = [.. sessions];
        return file;
    });

    private static EdgeConfigFile WithCarrier(EdgeConfigFile file)
    {
        file.Sessions = [new SessionConfig { Tag = "carrier", Account = "carrier-7", RequestType = "*postpaid" }];
        return file;
    }

    private SentCommand Take(string method, string originId) => Take(method, originId, _bench);

    private static SentCommand Take(string method, string originId, CallBench bench)
    {
        SentCommand command = bench.Command($"SessionSv1.{method}");
        Assert.Equal(originId, command.Event("OriginID"));
        return command;
    }

    private Dictionary<string, SentCommand> TakeBoth(string method) =>
        new[] { "call-1", "call-1|carrier" }.ToDictionary(originId => originId, originId => Take(method, originId));

    private Dictionary<string, SentCommand> Ask()
    {
        _bench.Receive(CallBench.Caller, _bench.InviteText());
        _bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        return TakeBoth("AuthorizeEvent");
    }

    private string Invite(CallBench? bench = null)
    {
        bench ??= _bench;
        bench.Receive(CallBench.Caller, bench.InviteText());
        bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        Take("AuthorizeEvent", "call-1", bench).Reply(CallBench.OneHour);
        Take("AuthorizeEvent", "call-1|carrier", bench).Reply(CallBench.OneHour);
        return bench.Take(CallBench.Callee, "INVITE ");
    }

    private void Answered(CallBench? bench = null) => Answer(Invite(bench), bench ?? _bench, "call-1", "call-1|carrier");

    private void Answer(string invite, params string[] originIds) => Answer(invite, _bench, originIds);

    private static void Answer(string invite, CallBench bench, params string[] originIds)
    {
        bench.Receive(CallBench.Callee, CallBench.Response(invite, 200));
        bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        foreach (string originId in originIds)
        {
            Take("InitiateSession", originId, bench).Reply(CallBench.OneHour);
        }

        bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "ACK", 10));
        bench.Take(CallBench.Callee, "ACK ");
    }

    private void Acknowledge()
    {
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "ACK", 10));
        _bench.Take(CallBench.Callee, "ACK ");
    }

    private void HangUp()
    {
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "BYE", 11));
        _bench.Receive(CallBench.Callee, CallBench.Response(_bench.Take(CallBench.Callee, "BYE "), 200));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ");
    }

    /// <summary>All are terminated, in this order, and each then gets its CDR; nothing else is sent.</summary>
    private void AssertEnded(params string[] originIds)
    {
        SentCommand[] ends = [.. originIds.Select(originId => Take("TerminateSession", originId))];
        foreach ((SentCommand end, string originId) in ends.Zip(originIds))
        {
            end.Reply("\"OK\"");
            SentCommand cdr = Take("ProcessCDR", originId);
            Assert.Equal(end.Event("Usage"), cdr.Event("Usage"));
            cdr.Reply("\"OK\"");
        }

        Assert.True(_bench.Engine.IsEmpty);
    }

    /// <summary>A journal whose records become safe when the test says so.</summary>
    private sealed class HeldJournal : IJournalStore
    {
        private long _safe;

        public bool IsHeld { get; set; }

        public long Last { get; private set; }

        public long SafeSequence
        {
            get => IsHeld ? _safe : Last;
            set => _safe = value;
        }

        public bool HasRoom => true;

        public bool IsGrown(long neededBytes) => false;

        public long Append(ReadOnlySpan<byte> record) => ++Last;

        public void Maintain()
        {
        }

        public void Release(long sequence)
        {
        }
    }
}
