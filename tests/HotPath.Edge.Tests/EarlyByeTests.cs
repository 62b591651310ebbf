using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: nobody is charged for talking to a callee that hung up before its 2xx came by, though RFC 3261 §15 forbids it to: the BYE and the
/// 2xx pass, and the call ends as soon as a BYE may reach the caller.
/// </summary>
public sealed class EarlyByeTests
{
    private readonly CallBench _bench = new(configure: file =>
    {
        file.NoAckBilling = "zero";
        return file;
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_late_answer_of_a_callee_that_hung_up_ends_when_it_is_acknowledged(bool hasRung)
    {
        AnswerAfterBye(hasRung);
        Assert.True(_bench.IsQuiet);
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "ACK", 10));
        Assert.Equal(["ACK to callee", "BYE to caller", "BYE to callee"], _bench.TakeAll());
        AssertEnded("Upstream BYE", "19");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_an_ACK_it_ends_as_any_call_without_one(bool hasRung)
    {
        AnswerAfterBye(hasRung);
        _bench.Run(32.1);
        Assert.Equal(["ACK to callee", "BYE to caller", "BYE to callee"], _bench.TakeAll());
        AssertEnded("ACK Timeout", "");
    }

    [Theory]
    [InlineData(DialogSide.Callee, "other")]
    [InlineData(DialogSide.Caller, "b")]
    public void The_BYE_of_another_dialog_or_of_the_caller_does_not_end_it(DialogSide from, string tag)
    {
        string invite = _bench.Invite();
        _bench.Receive(from == DialogSide.Caller ? CallBench.Caller : CallBench.Callee, Bye(invite, from, tag));
        _bench.Take(from == DialogSide.Caller ? CallBench.Callee : CallBench.Caller, "BYE ");
        Answer(invite);
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "ACK", 10));
        _bench.Take(CallBench.Callee, "ACK ", skip: true);
        _bench.Run(40);
        Assert.Equal(1, _bench.Lane.RunningCalls);
    }

    private void AnswerAfterBye(bool hasRung)
    {
        string invite = _bench.Invite();
        if (hasRung)
        {
            _bench.Receive(CallBench.Callee, CallBench.Response(invite, 180));
            _bench.Take(CallBench.Caller, "SIP/2.0 180 ");
        }

        _bench.Receive(CallBench.Callee, Bye(invite, DialogSide.Callee, "b"));
        _bench.Receive(CallBench.Caller, CallBench.Response(_bench.Take(CallBench.Caller, "BYE "), 481));
        _bench.Take(CallBench.Callee, "SIP/2.0 481 ");
        Answer(invite);
    }

    private string Bye(string invite, DialogSide from, string tag) => _bench.InDialog(from, "BYE", 11, "Reason: Q.850;cause=19\r\n", tag)
        .Replace("Route: <sip:203.0.113.9:5060;lr>", $"Route: {CallBench.Header(invite, "Record-Route")}");

    private void Answer(string invite)
    {
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ", skip: true);
        _bench.Command("SessionSv1.InitiateSession").Reply(CallBench.OneHour);
    }

    private void AssertEnded(string cause, string q850Cause)
    {
        SentCommand terminate = _bench.Command("SessionSv1.TerminateSession");
        Assert.Equal("0s", terminate.Event("Usage"));
        terminate.Reply("\"OK\"");
        SentCommand cdr = _bench.Command("SessionSv1.ProcessCDR");
        Assert.Equal((cause, q850Cause), (cdr.Event("DisconnectCause"), cdr.Event("Q850Cause")));
        cdr.Reply("\"OK\"");
        _bench.AssertForgotten();
    }
}
