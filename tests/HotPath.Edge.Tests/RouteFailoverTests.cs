using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: a call tries its next hops one after the other until one serves; what an earlier one still says does no harm; the caller gets
/// one final response, and the engine is asked once.
/// </summary>
public sealed class RouteFailoverTests
{
    private readonly CallBench _bench = new(["sip:198.51.100.2:5060", "sip:198.51.100.3:5060"]);

    [Fact]
    public void A_503_sends_the_call_to_the_next_route_without_asking_the_engine_again()
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 503));
        _bench.Take(CallBench.Callee, "ACK ");
        string second = _bench.Take(CallBench.Fallback, "INVITE sip:1002@198.51.100.3:5060 ");
        Assert.True(_bench.Engine.IsEmpty);
        Assert.True(_bench.IsQuiet);

        _bench.Receive(CallBench.Fallback, CallBench.Response(second, 200));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        Assert.Equal("SessionSv1.InitiateSession", _bench.Engine.Take().Method);
        Assert.Equal(1, _bench.Lane.Statistics.Rerouted);
    }

    /// <summary>Field pain 21: a 503 is not passed on, and a next hop that asks for a pause gets it.</summary>
    [Fact, Trait("FieldPain", "21")]
    public void Pain_21_A_next_hop_that_says_Retry_After_gets_no_calls_for_that_time()
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 503, extra: "Retry-After: 20 (soon);duration=60\r\n"));
        _bench.Take(CallBench.Callee, "ACK ");
        invite = _bench.Take(CallBench.Fallback, "INVITE ");
        _bench.Receive(CallBench.Fallback, CallBench.Response(invite, 503, extra: "Retry-After: 10\r\n"));
        _bench.Take(CallBench.Fallback, "ACK ");
        Assert.Empty(CallBench.Header(_bench.Take(CallBench.Caller, "SIP/2.0 500 "), "Retry-After"));
        _bench.Command("SessionSv1.ProcessCDR").Reply("\"OK\"");

        _bench.Receive(CallBench.Caller, _bench.InviteText(callId: "call-2"));
        Assert.Equal("10", CallBench.Header(_bench.Take(CallBench.Caller, "SIP/2.0 503 "), "Retry-After"));
        Assert.True(_bench.Engine.IsEmpty);

        _bench.Run(10);
        _bench.TakeAll();
        _bench.Invite(callId: "call-3", callee: CallBench.Fallback);
        _bench.Run(10);
        _bench.TakeAll();
        _bench.Invite(callId: "call-4", callee: CallBench.Callee);
    }

    [Fact]
    public void A_silent_next_hop_is_left_behind_after_the_route_timeout_and_comes_last_for_a_while()
    {
        _bench.Invite();
        _bench.Run(3.9);
        Assert.All(_bench.TakeAll(), sent => Assert.Equal("INVITE to callee", sent));
        _bench.Run(0.2);
        string second = _bench.Take(CallBench.Fallback, "INVITE ");
        _bench.Receive(CallBench.Fallback, CallBench.Response(second, 180));
        _bench.Take(CallBench.Caller, "SIP/2.0 180 ");

        string other = _bench.Invite(callId: "call-2", callee: CallBench.Fallback);
        _bench.Receive(CallBench.Fallback, CallBench.Response(other, 486));
        _bench.Run(40);
        _bench.TakeAll();
        _bench.AcceptCommands();
        _bench.Invite(callId: "call-3", callee: CallBench.Callee);
    }

    [Fact]
    public void A_next_hop_that_wakes_up_too_late_is_cancelled()
    {
        string first = _bench.Invite();
        _bench.Run(4.1);
        _bench.TakeAll();
        _bench.Receive(CallBench.Callee, CallBench.Response(first, 180, tag: "late"));
        string cancel = _bench.Take(CallBench.Callee, "CANCEL ");
        Assert.Equal(CallBench.Header(first, "Via"), CallBench.Header(cancel, "Via"));
        _bench.Receive(CallBench.Callee, CallBench.Response(cancel, 200, tag: "late"));
        _bench.Receive(CallBench.Callee, CallBench.Response(first, 487, tag: "late"));
        _bench.Take(CallBench.Callee, "ACK ");
        Assert.True(_bench.IsQuiet);
    }

    [Fact]
    public void An_answer_of_a_next_hop_left_behind_is_an_answer_and_the_other_is_cancelled()
    {
        string first = _bench.Invite();
        _bench.Run(3.9);
        _bench.TakeAll();
        _bench.Run(0.2);
        string second = _bench.Take(CallBench.Fallback, "INVITE ");
        _bench.Receive(CallBench.Fallback, CallBench.Response(second, 180, tag: "f"));
        _bench.TakeAll();
        _bench.Receive(CallBench.Callee, CallBench.Response(first, 200));
        Assert.Equal(["200 to caller", "CANCEL to fallback"], _bench.TakeAll());
        _bench.Command("SessionSv1.InitiateSession");
    }

    [Fact]
    public void A_next_hop_that_cannot_be_reached_at_all_costs_no_time()
    {
        _bench.Unreachable.Add(CallBench.Callee);
        _bench.Receive(CallBench.Caller, _bench.InviteText());
        _bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        _bench.Command("SessionSv1.AuthorizeEvent").Reply(CallBench.OneHour);
        _bench.Run(0.01);
        _bench.Take(CallBench.Fallback, "INVITE ");
        Assert.True(_bench.IsQuiet);
    }

    [Fact]
    public void Where_none_can_be_reached_the_call_fails_once()
    {
        _bench.Unreachable.Add(CallBench.Callee);
        _bench.Unreachable.Add(CallBench.Fallback);
        _bench.Receive(CallBench.Caller, _bench.InviteText());
        _bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        _bench.Command("SessionSv1.AuthorizeEvent").Reply(CallBench.OneHour);
        _bench.Run(0.1);
        _bench.Take(CallBench.Caller, "SIP/2.0 500 ");
        SentCommand cdr = _bench.Command("SessionSv1.ProcessCDR");
        Assert.Equal("500", cdr.Event("SipCode"));
        cdr.Reply("\"OK\"");
        _bench.AssertForgotten();
    }

    [Fact]
    public void Silence_everywhere_is_408_after_timer_B()
    {
        _bench.Invite();
        _bench.Run(37);
        Assert.Equal(["408 to caller"], _bench.TakeAll().Where(sent => sent.EndsWith("caller")).Distinct());
        _bench.AssertForgotten();
    }

    [Theory]
    [InlineData(486)]
    [InlineData(603)]
    [InlineData(302)]
    [InlineData(500)]
    public void What_a_callee_says_itself_is_the_answer(int status)
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, status));
        Assert.Equal(["ACK to callee", $"{status} to caller"], _bench.TakeAll());
    }

    [Fact]
    public void A_cancelled_call_tries_no_other_route()
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 100));
        string cancel = CallBench.Beside(_bench.InviteText(branch: "z9hG4bKt0"), "CANCEL");
        _bench.Receive(CallBench.Caller, cancel);
        Assert.Equal(["200 to caller", "CANCEL to callee"], _bench.TakeAll());
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 503));
        Assert.Equal(["ACK to callee", "487 to caller"], _bench.TakeAll());
        Assert.Equal("Cancelled", _bench.Command("SessionSv1.ProcessCDR").Event("DisconnectCause"));
    }

    /// <summary>Field pain 15: a callee that answers neither INVITE nor CANCEL leaves nothing behind, and the caller hears of its own CANCEL.</summary>
    [Fact, Trait("FieldPain", "15")]
    public void Pain_15_A_CANCEL_that_nobody_answers_ends_in_487_and_leaves_nothing()
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 180));
        _bench.Receive(CallBench.Caller, CallBench.Beside(_bench.InviteText(branch: "z9hG4bKt0"), "CANCEL"));
        _bench.TakeAll();
        _bench.Run(33);
        Assert.Equal(["487 to caller"], _bench.TakeAll().Where(sent => sent.EndsWith("caller")).Distinct());
        SentCommand cdr = _bench.Command("SessionSv1.ProcessCDR");
        Assert.Equal("Cancelled", cdr.Event("DisconnectCause"));
        cdr.Reply("\"OK\"");
        _bench.AssertForgotten();
    }

    /// <summary>A redirect goes to the caller, whose next INVITE is authorised for the number it now names.</summary>
    [Fact]
    public void A_call_that_goes_on_to_another_number_is_authorised_anew()
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 302, contact: "sip:1003@203.0.113.9"));
        _bench.TakeAll();
        _bench.Command("SessionSv1.ProcessCDR").Reply("\"OK\"");
        _bench.Receive(CallBench.Caller, _bench.InviteText(cseq: 11, number: "1003"));
        SentCommand authorize = _bench.Command("SessionSv1.AuthorizeEvent");
        Assert.Equal(("1003", "call-1;a;11"), (authorize.Event("Destination"), authorize.Event("OriginID")));
    }
}
