using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: session timers as a proxy keeps them (RFC 4028): proposed where nobody proposes, passed on where somebody does, required of
/// nobody; a session that is not refreshed in time ends on both legs and in the bill, one that is goes on (field pains 16 and 19).
/// </summary>
public sealed class SessionTimerTests
{
    private readonly CallBench _bench = new();

    [Theory, Trait("FieldPain", "16")]
    [InlineData("", "1800", "")]
    [InlineData("Supported: 100rel, timer\r\n", "1800", "")]
    [InlineData("Supported: timer\r\nSession-Expires: 600;refresher=uac\r\n", "600;refresher=uac", "")]
    [InlineData("k: timer\r\nx: 7200\r\nMin-SE: 120\r\n", "", "120")]
    [InlineData("Min-SE: 3600\r\n", "3600", "3600")]
    [InlineData("Session-Expires: 60\r\nMin-SE: 30\r\n", "90", "90")]
    public void Pain_16_An_interval_is_proposed_or_passed_on_and_nobody_is_forced(string headers, string expires, string minSE)
    {
        string invite = _bench.Invite(headers);
        Assert.Equal((expires, minSE), (CallBench.Header(invite, "Session-Expires"), CallBench.Header(invite, "Min-SE")));
        Assert.DoesNotContain("\r\nRequire", invite);
        Assert.Equal(headers.Contains("timer"), invite.Contains("timer"));
    }

    [Fact]
    public void An_interval_too_short_for_a_caller_that_can_choose_another_is_refused_before_the_engine_is_asked()
    {
        _bench.Receive(CallBench.Caller, _bench.InviteText("Supported: timer\r\nSession-Expires: 60\r\n"));
        Assert.Equal("90", CallBench.Header(_bench.Take(CallBench.Caller, "SIP/2.0 422 "), "Min-SE"));
        Assert.True(_bench.Engine.IsEmpty);
    }

    [Fact]
    public void A_422_of_the_callee_passes_and_is_no_missed_call()
    {
        string invite = _bench.Invite("Supported: timer\r\n");
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 422, extra: "Min-SE: 3600\r\n"));
        _bench.Take(CallBench.Callee, "ACK ");
        Assert.Equal("3600", CallBench.Header(_bench.Take(CallBench.Caller, "SIP/2.0 422 "), "Min-SE"));
        Assert.True(_bench.Engine.IsEmpty);
        _bench.Receive(CallBench.Caller, _bench.InviteText("Supported: timer\r\nSession-Expires: 3600\r\nMin-SE: 3600\r\n", cseq: 11));
        _bench.Command("SessionSv1.AuthorizeEvent");
    }

    [Theory, Trait("FieldPain", "16")]
    [InlineData("Supported: timer\r\n", "", "1800;refresher=uac")]
    [InlineData("Supported: timer\r\n", "Session-Expires: 900;refresher=uas\r\n", "900;refresher=uas")]
    [InlineData("", "Session-Expires: 900;refresher=uas\r\n", "900;refresher=uas")]
    [InlineData("", "", "")]
    public void Pain_16_A_caller_that_knows_timers_is_asked_to_refresh_where_the_callee_does_not(string offer, string answer, string expected)
    {
        string ok = _bench.Answered(offer, answer);
        Assert.Equal(expected, CallBench.Header(ok, "Session-Expires"));
        Assert.DoesNotContain("\r\nRequire", ok);
    }

    [Theory, Trait("FieldPain", "16")]
    [InlineData("Supported: timer\r\n", "", 1800)]
    [InlineData("", "Session-Expires: 900;refresher=uas\r\n", 900)]
    [InlineData("", "Session-Expires: 5;refresher=uas\r\n", 90)]
    public void Pain_16_A_session_that_is_not_refreshed_ends_on_both_legs(string offer, string answer, int seconds)
    {
        _bench.Answered(offer, answer);
        _bench.Run(seconds - 1);
        Assert.True(_bench.IsQuiet);
        _bench.Run(1.5);
        Assert.Contains("Session expired", CallBench.Header(_bench.Take(CallBench.Caller, "BYE "), "Reason"));
        _bench.Take(CallBench.Callee, "BYE ");
        _bench.Command("SessionSv1.TerminateSession").Reply("\"OK\"");
        SentCommand cdr = _bench.Command("SessionSv1.ProcessCDR");
        Assert.Equal(("Session Timeout", $"{seconds}s"), (cdr.Event("DisconnectCause"), cdr.Event("Usage")));
        cdr.Reply("\"OK\"");
        _bench.AssertForgotten();
    }

    /// <summary>A caller that does not know timers is told to refresh by a callee that should know better, or gets its proposal back.</summary>
    [Theory, Trait("FieldPain", "16")]
    [InlineData("Session-Expires: 1800;refresher=uac\r\n")]
    [InlineData("Session-Expires: 1800\r\n")]
    public void Pain_16_Where_nobody_would_refresh_a_good_call_is_not_cut(string answer)
    {
        _bench.Answered("", answer);
        _bench.Run(3_500);
        Assert.True(_bench.IsQuiet);
        Assert.Equal(1, _bench.Lane.RunningCalls);
    }

    [Fact]
    public void A_callee_that_finds_the_edges_own_proposal_too_short_is_made_a_longer_one_once()
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 422, extra: "Min-SE: 3600\r\n"));
        _bench.Take(CallBench.Callee, "ACK ");
        invite = _bench.Take(CallBench.Callee, "INVITE ");
        Assert.Equal("3600", CallBench.Header(invite, "Session-Expires"));
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 422, extra: "Min-SE: 7200\r\n", tag: "c"));
        Assert.Equal(["ACK to callee", "422 to caller"], _bench.TakeAll());
        Assert.True(_bench.Engine.IsEmpty);
    }

    [Fact, Trait("FieldPain", "16")]
    public void Pain_16_Where_neither_side_knows_timers_there_is_none()
    {
        _bench.Answered();
        _bench.Run(3_500);
        Assert.True(_bench.IsQuiet);
        Assert.Equal(1, _bench.Lane.RunningCalls);
    }

    [Theory, Trait("FieldPain", "16")]
    [InlineData("INVITE", DialogSide.Caller)]
    [InlineData("UPDATE", DialogSide.Caller)]
    [InlineData("UPDATE", DialogSide.Callee)]
    public void Pain_16_A_refresh_from_either_side_keeps_the_session(string method, DialogSide from)
    {
        _bench.Answered("Supported: timer\r\n", "Session-Expires: 600;refresher=uac\r\n");
        for (int i = 0; i < 3; i++)
        {
            _bench.Run(590);
            Refresh(method, from, 20 + i, "Session-Expires: 600;refresher=uac\r\n");
        }

        _bench.Run(590);
        Assert.Equal(1, _bench.Lane.RunningCalls);
        _bench.TakeAll();
        _bench.Run(20);
        Assert.Equal(["BYE to caller", "BYE to callee"], _bench.TakeAll()[..2]);
    }

    [Fact, Trait("FieldPain", "16")]
    public void Pain_16_A_timer_that_the_ends_give_up_is_cleared()
    {
        _bench.Answered("Supported: timer\r\n", "Session-Expires: 600;refresher=uac\r\n");
        _bench.Run(300);
        _bench.Receive(CallBench.Callee, _bench.InDialog(DialogSide.Callee, "UPDATE", 1));
        string update = _bench.Take(CallBench.Caller, "UPDATE ");
        Assert.Equal("1800", CallBench.Header(update, "Session-Expires"));
        _bench.Receive(CallBench.Caller, CallBench.Response(update, 200));
        Assert.Empty(CallBench.Header(_bench.Take(CallBench.Callee, "SIP/2.0 200 "), "Session-Expires"));
        _bench.Run(2_000);
        Assert.True(_bench.IsQuiet);
        Assert.Equal(1, _bench.Lane.RunningCalls);
    }

    [Fact]
    public void A_call_that_has_ended_has_no_timer_left()
    {
        _bench.Answered("Supported: timer\r\n");
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "BYE", 11));
        _bench.Receive(CallBench.Callee, CallBench.Response(_bench.Take(CallBench.Callee, "BYE "), 200));
        _bench.Command("SessionSv1.TerminateSession").Reply("\"OK\"");
        _bench.Command("SessionSv1.ProcessCDR").Reply("\"OK\"");
        _bench.AssertForgotten();
    }

    /// <summary>Field pain 19: a refresh or an OPTIONS that is lost, refused or unanswered is no reason to end a call before its time.</summary>
    [Theory, Trait("FieldPain", "19")]
    [InlineData("UPDATE", 0)]
    [InlineData("UPDATE", 491)]
    [InlineData("UPDATE", 500)]
    [InlineData("OPTIONS", 0)]
    [InlineData("OPTIONS", 408)]
    public void Pain_19_One_lost_keep_alive_does_not_kill_a_good_call(string method, int status)
    {
        _bench.Answered("Supported: timer\r\n", "Session-Expires: 600;refresher=uac\r\n");
        _bench.Run(300);
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, method, 11));
        string request = _bench.Take(CallBench.Callee, method + " ");
        if (status > 0)
        {
            _bench.Receive(CallBench.Callee, CallBench.Response(request, status));
        }

        _bench.Run(100);
        _bench.TakeAll();
        Refresh("UPDATE", DialogSide.Caller, 12, "Session-Expires: 600;refresher=uac\r\n");
        _bench.Run(500);
        Assert.Equal(1, _bench.Lane.RunningCalls);
        Assert.True(_bench.IsQuiet);
    }

    [Fact]
    public void A_refresh_with_too_short_an_interval_is_refused_and_the_session_keeps_its_own()
    {
        _bench.Answered("Supported: timer\r\n", "Session-Expires: 600;refresher=uac\r\n");
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "UPDATE", 11, "Supported: timer\r\nSession-Expires: 30\r\n"));
        Assert.Equal("90", CallBench.Header(_bench.Take(CallBench.Caller, "SIP/2.0 422 "), "Min-SE"));
        _bench.Run(599);
        Assert.True(_bench.IsQuiet);
        _bench.Run(2);
        _bench.Take(CallBench.Caller, "BYE ");
    }

    [Fact]
    public void With_the_proposal_off_only_what_the_ends_agree_on_is_kept()
    {
        var bench = new CallBench(configure: file =>
        {
            file.SessionExpires = 0;
            return file;
        });
        Assert.Empty(CallBench.Header(bench.Invite("Supported: timer\r\n"), "Session-Expires"));
    }

    private void Refresh(string method, DialogSide from, int cseq, string answer)
    {
        (SipEndpoint source, SipEndpoint target) = from == DialogSide.Caller ? (CallBench.Caller, CallBench.Callee) : (CallBench.Callee, CallBench.Caller);
        _bench.Receive(source, _bench.InDialog(from, method, cseq, "Supported: timer\r\nSession-Expires: 600\r\n"));
        if (method == "INVITE")
        {
            _bench.Take(source, "SIP/2.0 100 ");
        }

        _bench.Receive(target, CallBench.Response(_bench.Take(target, method + " "), 200, extra: answer, contact: from == DialogSide.Caller ? "sip:1002@198.51.100.2" : "sip:1001@192.0.2.1:5070"));
        _bench.Take(source, "SIP/2.0 200 ");
        if (method == "INVITE")
        {
            _bench.Receive(source, _bench.InDialog(from, "ACK", cseq));
            _bench.Take(target, "ACK ");
        }
    }
}
