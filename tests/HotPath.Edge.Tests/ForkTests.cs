using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: every answer of a forked INVITE reaches the caller and is a dialog of its own. The first is the call; a later one is charged
/// for itself if it is still up after two seconds. What ends one does not end the other.
/// </summary>
public sealed class ForkTests
{
    private readonly CallBench _bench = new();

    [Fact]
    public void Several_early_dialogs_live_side_by_side_until_one_is_answered()
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 180, tag: "b1"));
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 183, tag: "b2"));
        Assert.Equal(["180 to caller", "183 to caller"], _bench.TakeAll());
        Assert.Equal(2, _bench.Lane.Dialogs.Count);

        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "PRACK", 11, tag: "b2"));
        _bench.Receive(CallBench.Callee, CallBench.Response(_bench.Take(CallBench.Callee, "PRACK "), 200));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "INVITE", 12, tag: "b1"));
        _bench.Take(CallBench.Caller, "SIP/2.0 481 ");

        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200, tag: "b1"));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        _bench.Run(33);
        Assert.Equal(1, _bench.Lane.Dialogs.Count);
    }

    [Fact, Trait("FieldPain", "18")]
    public void Pain_18_A_second_answer_still_up_after_two_seconds_has_a_session_of_its_own()
    {
        AnswerTwice();
        SentCommand first = _bench.Command("SessionSv1.InitiateSession");
        Assert.Equal("call-1", first.Event("OriginID"));
        first.Reply(CallBench.OneHour);
        Assert.True(_bench.Engine.IsEmpty);
        _bench.Run(2.1);

        SentCommand second = _bench.Command("SessionSv1.InitiateSession");
        Assert.Equal(("call-1;b2", "1001", "1002"), (second.Event("OriginID"), second.Event("Account"), second.Event("Destination")));
        Assert.Equal(first.Event("AnswerTime"), second.Event("AnswerTime"));
        second.Reply(CallBench.OneHour);
        _bench.Run(8);
        _bench.TakeAll();

        // The end of the second leaves the first as it is.
        _bench.Receive(CallBench.Callee, _bench.InDialog(DialogSide.Callee, "BYE", 1, tag: "b2"));
        _bench.Receive(CallBench.Caller, CallBench.Response(_bench.Take(CallBench.Caller, "BYE "), 200));
        _bench.Take(CallBench.Callee, "SIP/2.0 200 ");
        SentCommand terminate = _bench.Command("SessionSv1.TerminateSession");
        Assert.Equal(("call-1;b2", "11s"), (terminate.Event("OriginID"), terminate.Event("Usage")));
        terminate.Reply("\"OK\"");
        Assert.Equal("call-1;b2", _bench.Command("SessionSv1.ProcessCDR").Event("OriginID"));
        Assert.Equal(1, _bench.Lane.RunningCalls);

        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "BYE", 11, tag: "b1"));
        _bench.Take(CallBench.Callee, "BYE ");
        Assert.Equal("call-1", _bench.Command("SessionSv1.TerminateSession").Event("OriginID"));
    }

    [Fact]
    public void A_second_answer_ended_at_once_is_never_charged_and_the_first_goes_on()
    {
        AnswerTwice();
        _bench.Command("SessionSv1.InitiateSession").Reply(CallBench.OneHour);
        _bench.Run(0.5);
        _bench.TakeAll();
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "BYE", 11, tag: "b2"));
        _bench.Receive(CallBench.Callee, CallBench.Response(_bench.Take(CallBench.Callee, "BYE "), 200));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        _bench.Run(10);
        Assert.True(_bench.Engine.IsEmpty);
        Assert.Equal(1, _bench.Lane.RunningCalls);

        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "BYE", 11, tag: "b1"));
        _bench.Command("SessionSv1.TerminateSession").Reply("\"OK\"");
        _bench.Command("SessionSv1.ProcessCDR").Reply("\"OK\"");
        _bench.AssertForgotten();
    }

    [Fact]
    public void The_end_of_the_first_does_not_end_the_second()
    {
        AnswerTwice();
        _bench.Command("SessionSv1.InitiateSession").Reply(CallBench.OneHour);
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "BYE", 11, tag: "b1"));
        _bench.Command("SessionSv1.TerminateSession").Reply("\"OK\"");
        _bench.Command("SessionSv1.ProcessCDR").Reply("\"OK\"");
        _bench.Run(2.1);
        _bench.Command("SessionSv1.InitiateSession").Reply("""{"MaxUsage":60000000000}""");
        _bench.Run(50);
        _bench.TakeAll();
        _bench.Run(10);
        Assert.Equal(["BYE to caller", "BYE to callee"], _bench.TakeAll()[..2]);
        Assert.Equal("call-1;b2", _bench.Command("SessionSv1.TerminateSession").Event("OriginID"));
    }

    [Fact]
    public void A_repeated_answer_passes_and_changes_nothing()
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200));
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200));
        Assert.Equal(["200 to caller", "200 to caller"], _bench.TakeAll());
        _bench.Command("SessionSv1.InitiateSession");
        Assert.True(_bench.Engine.IsEmpty);
        Assert.Equal((1, 1), (_bench.Lane.CallCount, _bench.Lane.Dialogs.Count));
    }

    [Fact]
    public void An_answer_to_a_caller_that_was_told_no_is_acknowledged_and_ended_at_once()
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 180));
        _bench.Lane.Drain();
        Assert.Equal(["180 to caller", "CANCEL to callee", "503 to caller"], _bench.TakeAll());
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200));
        string ack = _bench.Take(CallBench.Callee, "ACK sip:1002@198.51.100.2 ");
        string bye = _bench.Take(CallBench.Callee, "BYE sip:1002@198.51.100.2 ");
        Assert.Equal(("10 ACK", "11 BYE"), (CallBench.Header(ack, "CSeq"), CallBench.Header(bye, "CSeq")));

        // The repeated answer needs its ACK again; the BYE repeats by itself.
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200));
        Assert.Equal(["ACK to callee"], _bench.TakeAll());
        _bench.Receive(CallBench.Callee, _bench.InDialog(DialogSide.Callee, "BYE", 1));
        _bench.Take(CallBench.Callee, "SIP/2.0 200 ");
        _bench.Receive(CallBench.Callee, CallBench.Response(bye, 200));
        _bench.Command("SessionSv1.ProcessCDR").Reply("\"OK\"");
        Assert.True(_bench.Engine.IsEmpty);
        _bench.AssertForgotten();
    }

    [Fact]
    public void A_callee_without_a_tag_can_be_called_and_hung_up_on()
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200, tag: ""));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        _bench.Command("SessionSv1.InitiateSession").Reply(CallBench.OneHour);
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "ACK", 10, tag: ""));
        _bench.Take(CallBench.Callee, "ACK ");
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "BYE", 11, tag: ""));
        _bench.Take(CallBench.Callee, "BYE ");
        _bench.Command("SessionSv1.TerminateSession");
    }

    private void AnswerTwice()
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200, tag: "b1"));
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200, tag: "b2"));
        Assert.Equal(["200 to caller", "200 to caller"], _bench.TakeAll());
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "ACK", 10, tag: "b1"));
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "ACK", 10, tag: "b2"));
        Assert.Equal(["ACK to callee", "ACK to callee"], _bench.TakeAll());
    }
}
