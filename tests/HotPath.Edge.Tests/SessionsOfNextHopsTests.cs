using HotPath.Rpc;
using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: a session that is bound to a next hop is asked about just before that next hop is tried, and a refusal skips that one only; it is
/// started only if that next hop's answer is the call's, and recorded as missed if it was tried and did not.
/// </summary>
public sealed class SessionsOfNextHopsTests
{
    private const string First = "call-1|first";
    private const string Second = "call-1|second";

    private readonly CallBench _bench = new(["sip:198.51.100.2:5060", "sip:198.51.100.3:5060"], file =>
    {
        file.Sessions =
        [
            new SessionConfig { Tag = "first", Account = "carrier-1", Route = "sip:198.51.100.2:5060" },
            new SessionConfig { Tag = "second", Account = "carrier-2", Route = "sip:198.51.100.3:5060" },
        ];
        return file;
    });

    [Fact]
    public void Only_the_session_of_the_next_hop_that_answers_is_started()
    {
        string invite = InviteToFirst();
        Answer(CallBench.Callee, invite);
        Take("InitiateSession", "call-1").Reply(CallBench.OneHour);
        SentCommand carrier = Take("InitiateSession", First);
        Assert.Equal("carrier-1", carrier.Event("Account"));
        carrier.Reply(CallBench.OneHour);
        Assert.True(_bench.Engine.IsEmpty);
        EndAnswered("call-1", First);
    }

    [Fact]
    public void A_next_hop_that_does_not_serve_is_missed_with_its_own_cause_when_another_answers()
    {
        string second = GoToSecond();
        Answer(CallBench.Fallback, second);
        SentCommand missed = Take("ProcessCDR", First);
        Assert.Equal(("503", "", "0s"), (missed.Event("SipCode"), missed.Event("AnswerTime"), missed.Event("Usage")));
        missed.Reply("\"OK\"");
        Take("InitiateSession", "call-1").Reply(CallBench.OneHour);
        Take("InitiateSession", Second).Reply(CallBench.OneHour);
        EndAnswered("call-1", Second);
    }

    [Fact]
    public void A_next_hop_that_cannot_be_sent_to_is_left_for_the_other()
    {
        _bench.Unreachable.Add(CallBench.Callee);
        Begin();
        Take("AuthorizeEvent", First).Reply(CallBench.OneHour);
        _bench.Run(0.1);
        Take("AuthorizeEvent", Second).Reply(CallBench.OneHour);
        Answer(CallBench.Fallback, _bench.Take(CallBench.Fallback, "INVITE "));
        Assert.Equal("503", Take("ProcessCDR", First).Event("SipCode"));
        Take("InitiateSession", "call-1").Reply(CallBench.OneHour);
        Take("InitiateSession", Second).Reply(CallBench.OneHour);
    }

    [Fact]
    public void When_the_call_fails_each_session_that_was_tried_is_missed()
    {
        string second = GoToSecond();
        _bench.Receive(CallBench.Fallback, CallBench.Response(second, 486));
        Assert.Equal(
            [("call-1", "486"), (First, "503"), (Second, "486")],
            new[] { "call-1", First, Second }.Select(originId => (originId, Take("ProcessCDR", originId).Event("SipCode"))));
    }

    [Fact]
    public void A_refusal_skips_the_next_hop_and_leaves_no_record()
    {
        Begin();
        Take("AuthorizeEvent", First).Fail(RpcStatus.EngineError, "RALS_ERROR:ACCOUNT_NOT_FOUND");
        Take("AuthorizeEvent", Second).Reply(CallBench.OneHour);
        string invite = _bench.Take(CallBench.Fallback, "INVITE ");
        Assert.Equal(0, _bench.Lane.Statistics.Rerouted);
        Answer(CallBench.Fallback, invite);
        Take("InitiateSession", "call-1").Reply(CallBench.OneHour);
        Take("InitiateSession", Second).Reply(CallBench.OneHour);
        EndAnswered("call-1", Second);
    }

    [Fact]
    public void When_all_next_hops_are_refused_the_call_fails()
    {
        Begin();
        Take("AuthorizeEvent", First).Fail(RpcStatus.EngineError, "RALS_ERROR:ACCOUNT_NOT_FOUND");
        Take("AuthorizeEvent", Second).Reply("""{"MaxUsage":0}""");
        _bench.Take(CallBench.Caller, "SIP/2.0 503 ");
        SentCommand missed = Take("ProcessCDR", "call-1");
        Assert.Equal("503", missed.Event("SipCode"));
        missed.Reply("\"OK\"");
        Assert.True(_bench.Engine.IsEmpty);
        _bench.AssertForgotten();
    }

    [Fact]
    public void When_the_last_next_hop_is_refused_the_caller_hears_of_the_one_before()
    {
        string invite = InviteToFirst();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 503));
        _bench.Take(CallBench.Callee, "ACK ");
        Take("AuthorizeEvent", Second).Fail(RpcStatus.EngineError, "RALS_ERROR:ACCOUNT_NOT_FOUND");
        _bench.Take(CallBench.Caller, "SIP/2.0 500 ");
        Take("ProcessCDR", "call-1").Reply("\"OK\"");
        Take("ProcessCDR", First).Reply("\"OK\"");
        _bench.AssertForgotten();
    }

    [Fact]
    public void A_caller_that_gives_up_while_the_engine_is_asked_gets_487_at_once()
    {
        Begin(out string invite);
        SentCommand asked = Take("AuthorizeEvent", First);
        _bench.Receive(CallBench.Caller, CallBench.Beside(invite, "CANCEL"));
        Assert.Equal(["200 to caller", "487 to caller"], _bench.TakeAll());
        asked.Reply(CallBench.OneHour);
        Assert.True(_bench.IsQuiet);
        SentCommand missed = Take("ProcessCDR", "call-1");
        Assert.Equal("Cancelled", missed.Event("DisconnectCause"));
        missed.Reply("\"OK\"");
        Assert.True(_bench.Engine.IsEmpty);
        _bench.AssertForgotten();
    }

    [Fact]
    public void A_caller_that_gives_up_between_two_next_hops_gets_487_at_once()
    {
        Begin(out string invite);
        Take("AuthorizeEvent", First).Reply(CallBench.OneHour);
        _bench.Receive(CallBench.Callee, CallBench.Response(_bench.Take(CallBench.Callee, "INVITE "), 503));
        SentCommand asked = Take("AuthorizeEvent", Second);
        _bench.TakeAll();
        _bench.Receive(CallBench.Caller, CallBench.Beside(invite, "CANCEL"));
        Assert.Equal(["200 to caller", "487 to caller"], _bench.TakeAll());
        asked.Reply(CallBench.OneHour);
        Assert.Equal("487", Take("ProcessCDR", "call-1").Event("SipCode"));
        Assert.Equal("503", Take("ProcessCDR", First).Event("SipCode"));
        Assert.True(_bench.Engine.IsEmpty);
        Assert.True(_bench.IsQuiet);
    }

    [Fact]
    public void A_silent_next_hop_that_wakes_up_while_the_engine_is_asked_keeps_the_call()
    {
        string invite = InviteToFirst();
        _bench.Run(4.1);
        _bench.TakeAll();
        SentCommand asked = Take("AuthorizeEvent", Second);
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 180));
        _bench.Take(CallBench.Caller, "SIP/2.0 180 ");
        asked.Reply(CallBench.OneHour);
        Assert.True(_bench.IsQuiet);

        // It does not serve after all, and the other is asked about once more.
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 503));
        _bench.Take(CallBench.Callee, "ACK ");
        Take("AuthorizeEvent", Second).Reply(CallBench.OneHour);
        Answer(CallBench.Fallback, _bench.Take(CallBench.Fallback, "INVITE "));
        Assert.Equal("503", Take("ProcessCDR", First).Event("SipCode"));
        Take("InitiateSession", "call-1").Reply(CallBench.OneHour);
        Take("InitiateSession", Second).Reply(CallBench.OneHour);
    }

    [Fact]
    public void A_silent_next_hop_that_answers_while_another_rings_wins()
    {
        string first = InviteToFirst();
        _bench.Run(4.1);
        Take("AuthorizeEvent", Second).Reply(CallBench.OneHour);
        _bench.TakeAll();
        Answer(CallBench.Callee, first);
        SentCommand missed = Take("ProcessCDR", Second);
        Assert.Equal(("487", "26"), (missed.Event("SipCode"), missed.Event("Q850Cause")));
        missed.Reply("\"OK\"");
        Take("InitiateSession", "call-1").Reply(CallBench.OneHour);
        Take("InitiateSession", First).Reply(CallBench.OneHour);
    }

    [Fact]
    public void A_further_answer_of_another_next_hop_is_charged_to_its_own_session()
    {
        string first = InviteToFirst();
        _bench.Run(4.1);
        Take("AuthorizeEvent", Second).Reply(CallBench.OneHour);
        string second = _bench.Take(CallBench.Fallback, "INVITE ", skip: true);
        Answer(CallBench.Fallback, second);
        Take("ProcessCDR", First).Reply("\"OK\"");
        Take("InitiateSession", "call-1").Reply(CallBench.OneHour);
        Take("InitiateSession", Second).Reply(CallBench.OneHour);
        _bench.Receive(CallBench.Callee, CallBench.Response(first, 200, tag: "b2"));
        _bench.Run(2.1);
        Take("InitiateSession", "call-1;b2").Reply(CallBench.OneHour);
        Take("InitiateSession", $"{First};b2").Reply(CallBench.OneHour);
        Assert.True(_bench.Engine.IsEmpty);
    }

    private void Begin() => Begin(out _);

    private void Begin(out string invite)
    {
        invite = _bench.InviteText();
        _bench.Receive(CallBench.Caller, invite);
        _bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        Take("AuthorizeEvent", "call-1").Reply(CallBench.OneHour);
        Assert.True(_bench.IsQuiet);
    }

    private string InviteToFirst()
    {
        Begin();
        Take("AuthorizeEvent", First).Reply(CallBench.OneHour);
        Assert.True(_bench.Engine.IsEmpty);
        return _bench.Take(CallBench.Callee, "INVITE ");
    }

    private string GoToSecond()
    {
        string invite = InviteToFirst();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 503));
        _bench.Take(CallBench.Callee, "ACK ");
        Assert.True(_bench.IsQuiet);
        Take("AuthorizeEvent", Second).Reply(CallBench.OneHour);
        Assert.Equal(1, _bench.Lane.Statistics.Rerouted);
        return _bench.Take(CallBench.Fallback, "INVITE ");
    }

    private void Answer(SipEndpoint by, string invite)
    {
        _bench.Receive(by, CallBench.Response(invite, 200));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ", skip: true);
    }

    private void EndAnswered(params string[] originIds)
    {
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "ACK", 10));
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "BYE", 11));
        SentCommand[] ends = [.. originIds.Select(originId => Take("TerminateSession", originId))];
        foreach ((SentCommand end, string originId) in ends.Zip(originIds))
        {
            end.Reply("\"OK\"");
            Take("ProcessCDR", originId).Reply("\"OK\"");
        }

        Assert.True(_bench.Engine.IsEmpty);
        _bench.AssertForgotten();
    }

    private SentCommand Take(string method, string originId)
    {
        SentCommand command = _bench.Command($"SessionSv1.{method}");
        Assert.Equal(originId, command.Event("OriginID"));
        return command;
    }
}
