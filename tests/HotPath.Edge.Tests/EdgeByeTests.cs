using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: a call the edge ends by itself ends on both legs as user agents accept it: no BYE to a caller that has not acknowledged, the
/// CSeq one above what each direction has seen, to where each side is reached now, and whatever comes back, the leg has ended.
/// </summary>
public sealed class EdgeByeTests
{
    private const string ThreeSeconds = """{"MaxUsage":3000000000}""";

    private readonly CallBench _bench = new();

    [Fact]
    public void The_CSeq_of_each_BYE_is_one_above_the_highest_request_of_its_direction()
    {
        _bench.Answered();
        Exchange(DialogSide.Caller, "INFO", 14);
        Exchange(DialogSide.Callee, "UPDATE", 70, "sip:1002@198.51.100.2");
        Exchange(DialogSide.Caller, "OPTIONS", 13);
        Disconnect();
        Assert.Equal("71 BYE", CallBench.Header(_bench.Take(CallBench.Caller, "BYE "), "CSeq"));
        Assert.Equal("15 BYE", CallBench.Header(_bench.Take(CallBench.Callee, "BYE "), "CSeq"));
    }

    [Theory]
    [InlineData("INVITE")]
    [InlineData("UPDATE")]
    public void A_BYE_goes_to_the_targets_of_the_last_refresh(string method)
    {
        _bench.Answered();
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, method, 11, contact: "sip:moved@192.0.2.1:5070"));
        string request = TakeForwarded(CallBench.Callee, CallBench.Caller, method);
        _bench.Receive(CallBench.Callee, CallBench.Response(request, 200, contact: "sip:there@198.51.100.3"));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        Disconnect();
        _bench.Take(CallBench.Caller, "BYE sip:moved@192.0.2.1:5070 ");
        _bench.Take(CallBench.Fallback, "BYE sip:there@198.51.100.3 ");
    }

    [Fact]
    public void A_refused_refresh_moves_nothing()
    {
        _bench.Answered();
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "UPDATE", 11, contact: "sip:moved@192.0.2.99"));
        _bench.Receive(CallBench.Callee, CallBench.Response(_bench.Take(CallBench.Callee, "UPDATE "), 491));
        _bench.Take(CallBench.Caller, "SIP/2.0 491 ");
        Disconnect();
        _bench.Take(CallBench.Caller, "BYE sip:1001@192.0.2.1:5070 ");
    }

    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    [InlineData(407)]
    [InlineData(408)]
    [InlineData(481)]
    [InlineData(500)]
    [InlineData(0)]
    public void Whatever_a_side_says_to_the_BYE_its_leg_has_ended(int status)
    {
        _bench.Answered();
        Disconnect();
        string toCaller = _bench.Take(CallBench.Caller, "BYE ");
        string toCallee = _bench.Take(CallBench.Callee, "BYE ");
        if (status > 0)
        {
            _bench.Receive(CallBench.Caller, CallBench.Response(toCaller, status));
            _bench.Receive(CallBench.Callee, CallBench.Response(toCallee, status));
            _bench.Run(10);
            Assert.True(_bench.IsQuiet);
        }

        _bench.AcceptCommands();
        _bench.AssertForgotten();
    }

    [Fact]
    public void From_then_on_the_edge_answers_for_both_sides()
    {
        _bench.Answered();
        Disconnect();
        Assert.Equal(["BYE to caller", "BYE to callee"], _bench.TakeAll());
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "BYE", 11));
        _bench.Receive(CallBench.Callee, _bench.InDialog(DialogSide.Callee, "BYE", 1));
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "INFO", 12));
        _bench.Receive(CallBench.Callee, _bench.InDialog(DialogSide.Callee, "INVITE", 2));
        Assert.Equal(["200 to caller", "200 to callee", "481 to caller", "481 to callee"], _bench.TakeAll());
    }

    [Fact, Trait("FieldPain", "29")]
    public void An_end_decided_before_the_ACK_waits_for_it()
    {
        AnsweredWithoutAck(ThreeSeconds);
        _bench.Run(5);
        Assert.True(_bench.IsQuiet);
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "ACK", 10));
        Assert.Equal(["ACK to callee", "BYE to caller", "BYE to callee"], _bench.TakeAll());
    }

    /// <summary>Field pain 29: the limit runs from the answer, whichever of the ACK and the engine's grant comes first, or not at all.</summary>
    [Theory, Trait("FieldPain", "29")]
    [InlineData(0.5, 2.0)]
    [InlineData(2.0, 0.5)]
    [InlineData(0.5, 30.0)]
    public void Pain_29_The_limit_holds_from_the_moment_the_grant_is_known(double ackAfter, double grantAfter)
    {
        string invite = _bench.Invite(grant: ThreeSeconds);
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        SentCommand initiate = _bench.Command("SessionSv1.InitiateSession");
        bool isGranted = false;
        for (int tenths = 0; tenths < 30; tenths++)
        {
            Assert.True(_bench.IsQuiet);
            if (tenths == (int)(10 * ackAfter))
            {
                _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "ACK", 10));
                _bench.Take(CallBench.Callee, "ACK ");
            }

            if (tenths == (int)(10 * grantAfter))
            {
                isGranted = true;
                initiate.Reply(ThreeSeconds);
            }

            _bench.Run(0.1);
        }

        Assert.Equal(["BYE to caller", "BYE to callee"], _bench.TakeAll());
        Assert.Equal(grantAfter < 3, isGranted);
    }

    /// <summary>Field pain 1: no ACK ever comes. The callee gets one of ours before its BYE, both sides end, and the session is closed.</summary>
    [Fact, Trait("FieldPain", "1")]
    public void Pain_01_Without_an_ACK_the_callee_gets_ours_before_the_BYE_and_the_session_ends()
    {
        AnsweredWithoutAck(CallBench.OneHour);
        _bench.Run(31.9);
        Assert.True(_bench.IsQuiet);
        _bench.Run(0.2);
        Assert.Equal("10 ACK", CallBench.Header(_bench.Take(CallBench.Callee, "ACK "), "CSeq"));
        Assert.Equal(["BYE to caller", "BYE to callee"], _bench.TakeAll());
        SentCommand terminate = _bench.Command("SessionSv1.TerminateSession");
        terminate.Reply("\"OK\"");
        SentCommand cdr = _bench.Command("SessionSv1.ProcessCDR");
        Assert.Equal("ACK Timeout", cdr.Event("DisconnectCause"));
        cdr.Reply("\"OK\"");
        _bench.AssertForgotten();
    }

    /// <summary>
    /// A callee that misses the ACK gives up at 64·T1 as the edge does (RFC 3261 §13.3.1.4): what is billed does not hang on whose timer is
    /// faster. One that hangs up before that has hung up.
    /// </summary>
    [Theory]
    [InlineData(31.6, "ACK Timeout", "0s")]
    [InlineData(31.4, "Upstream BYE", "32s")]
    public void A_callee_that_misses_the_ACK_ends_the_call_for_the_same_cause_as_the_edge(double after, string cause, string usage)
    {
        CallBench bench = new(configure: file =>
        {
            file.NoAckBilling = "zero";
            return file;
        });
        bench.Answered(acknowledged: false);
        bench.Run(after);
        bench.Receive(CallBench.Callee, bench.InDialog(DialogSide.Callee, "BYE", 1));
        bench.Take(CallBench.Caller, "BYE ");
        SentCommand terminate = bench.Command("SessionSv1.TerminateSession");
        Assert.Equal(usage, terminate.Event("Usage"));
        terminate.Reply("\"OK\"");
        Assert.Equal(cause, bench.Command("SessionSv1.ProcessCDR").Event("DisconnectCause"));
    }

    /// <summary>Field pain 1: the caller is gone for good, and its BYE is never answered: still the engine hears the end once.</summary>
    [Fact, Trait("FieldPain", "1")]
    public void A_side_that_hung_up_while_the_end_waited_for_the_ACK_ends_the_call_with_the_cause_decided_first()
    {
        AnsweredWithoutAck(ThreeSeconds);
        _bench.Run(5);
        _bench.Receive(CallBench.Callee, _bench.InDialog(DialogSide.Callee, "BYE", 1));
        _bench.Take(CallBench.Caller, "BYE ");
        _bench.Command("SessionSv1.TerminateSession").Reply("\"OK\"");
        Assert.Equal("Lifetime Timeout", _bench.Command("SessionSv1.ProcessCDR").Event("DisconnectCause"));
    }

    /// <summary>Field pain 11: an engine that asks for a disconnect and hears OK gets its BYEs, the OK first.</summary>
    [Fact, Trait("FieldPain", "11")]
    public void Pain_11_An_engine_that_asks_for_a_disconnect_gets_a_BYE_on_both_legs()
    {
        _bench.Answered();
        Disconnect();
        Assert.Contains("Ended by charging", CallBench.Header(_bench.Take(CallBench.Caller, "BYE "), "Reason"));
        _bench.Take(CallBench.Callee, "BYE ");
        _bench.Command("SessionSv1.TerminateSession").Reply("\"OK\"");
        Assert.Equal("CGRateS Disconnect: TEST", _bench.Command("SessionSv1.ProcessCDR").Event("DisconnectCause"));
    }

    /// <summary>Field pain 23: both sides hang up at once, and the engine asks too: one end, one CDR.</summary>
    [Fact, Trait("FieldPain", "23")]
    public void Pain_23_However_many_ends_come_at_once_there_is_one_CDR()
    {
        _bench.Answered();
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "BYE", 11));
        _bench.Receive(CallBench.Callee, _bench.InDialog(DialogSide.Callee, "BYE", 1));
        _bench.Disconnect();
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "BYE", 12));
        Assert.Equal(["BYE to callee", "BYE to caller", "BYE to callee"], _bench.TakeAll());
        _bench.Command("SessionSv1.TerminateSession").Reply("\"OK\"");
        SentCommand cdr = _bench.Command("SessionSv1.ProcessCDR");
        Assert.Equal("Downstream BYE", cdr.Event("DisconnectCause"));
        cdr.Reply("\"OK\"");
        Assert.True(_bench.Engine.IsEmpty);
        _bench.AssertForgotten();
    }

    [Fact]
    public void The_longest_call_ends_whatever_the_engine_grants()
    {
        var bench = new CallBench(configure: file =>
        {
            file.MaxCallDuration = 60;
            return file;
        });
        bench.Answered();
        bench.Run(59.9);
        Assert.True(bench.IsQuiet);
        bench.Run(0.2);
        Assert.Equal(["BYE to caller", "BYE to callee"], bench.TakeAll());
        bench.Command("SessionSv1.TerminateSession").Reply("\"OK\"");
        Assert.Equal("Lifetime Timeout", bench.Command("SessionSv1.ProcessCDR").Event("DisconnectCause"));
    }

    [Fact]
    public void The_longest_ringing_ends_in_CANCEL_and_408_however_often_the_callee_says_180()
    {
        string invite = _bench.Invite();
        for (int i = 0; i < 6; i++)
        {
            _bench.Receive(CallBench.Callee, CallBench.Response(invite, 180));
            _bench.Run(29.9);
        }

        Assert.DoesNotContain("CANCEL to callee", _bench.TakeAll());
        _bench.Run(0.7);
        _bench.Take(CallBench.Callee, "CANCEL ");
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 487));
        Assert.Equal(["ACK to callee", "408 to caller"], _bench.TakeAll());
        Assert.Equal("408", _bench.Command("SessionSv1.ProcessCDR").Event("SipCode"));
    }

    [Fact]
    public void Where_the_address_family_changes_both_sides_find_us_at_an_address_of_theirs()
    {
        var bench = new CallBench(["sip:[2001:db8::2]:5060"]);
        string invite = bench.Invite(callee: CallBench.CalleeV6);
        string[] routes = CallBench.Header(invite, "Record-Route").Split(", ");
        Assert.StartsWith("<sip:[2001:db8::9]:5060;lr;", routes[0]);
        Assert.StartsWith("<sip:203.0.113.9:5060;lr;", routes[1]);

        bench.Receive(CallBench.CalleeV6, CallBench.Response(invite, 200, contact: "sip:1002@[2001:db8::2]:5060"));
        bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        bench.Command("SessionSv1.InitiateSession").Reply(ThreeSeconds);
        string ack = bench.InDialog(DialogSide.Caller, "ACK", 10).Replace("Route: <sip:203.0.113.9:5060;lr>", $"Route: {routes[1]}, {routes[0]}");
        bench.Receive(CallBench.Caller, ack);
        Assert.Empty(CallBench.Header(bench.Take(CallBench.CalleeV6, "ACK "), "Route"));
        bench.Run(3.1);
        bench.Take(CallBench.Caller, "BYE ");
        Assert.Contains("[2001:db8::9]:5060", CallBench.Header(bench.Take(CallBench.CalleeV6, "BYE "), "Via"));
    }

    private void AnsweredWithoutAck(string grant)
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        _bench.Command("SessionSv1.InitiateSession").Reply(grant);
    }

    private void Exchange(DialogSide from, string method, int cseq, string? contact = null)
    {
        (SipEndpoint source, SipEndpoint target) = from == DialogSide.Caller ? (CallBench.Caller, CallBench.Callee) : (CallBench.Callee, CallBench.Caller);
        _bench.Receive(source, _bench.InDialog(from, method, cseq, contact: contact));
        _bench.Receive(target, CallBench.Response(TakeForwarded(target, source, method), 200, contact: from == DialogSide.Caller ? "sip:1002@198.51.100.2" : "sip:1001@192.0.2.1:5070"));
        _bench.Take(source, "SIP/2.0 200 ");
    }

    private string TakeForwarded(SipEndpoint target, SipEndpoint source, string method)
    {
        if (method == "INVITE")
        {
            _bench.Take(source, "SIP/2.0 100 ");
        }

        return _bench.Take(target, method + " ");
    }

    private void Disconnect() => Assert.Equal("\"OK\"", _bench.Disconnect());
}
