using HotPath.Sip;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: a lane that does not keep up refuses what begins something new, with 503 and Retry-After and without remembering it; whatever
/// belongs to a call that it has taken, and a call for help, is served (design §7, §8.8, §12).
/// </summary>
public sealed class SheddingTests
{
    private readonly CallBench _bench = new(configure: file =>
    {
        file.Emergency = ["112"];
        return file;
    });

    [Theory]
    [InlineData("INVITE")]
    [InlineData("OPTIONS")]
    [InlineData("REGISTER")]
    public void What_begins_something_new_is_refused_and_not_remembered(string method)
    {
        _bench.Lane.IsBehind = () => true;
        string request = _bench.InviteText().Replace("INVITE", method, StringComparison.Ordinal);
        _bench.Receive(CallBench.Caller, request);
        Assert.Equal("5", CallBench.Header(_bench.Take(CallBench.Caller, "SIP/2.0 503 "), "Retry-After"));
        Assert.Equal((1, 0), (_bench.Lane.Statistics.ShedBehind, _bench.Lane.Statistics.Calls));
        _bench.AssertForgotten();
        Assert.True(_bench.IsQuiet);
    }

    [Fact]
    public void The_same_INVITE_is_taken_as_soon_as_the_lane_keeps_up_again()
    {
        string invite = _bench.InviteText();
        _bench.Lane.IsBehind = () => true;
        _bench.Receive(CallBench.Caller, invite);
        _bench.Receive(CallBench.Caller, CallBench.Beside(invite, "ACK", ";tag=x"));
        Assert.Equal(["503 to caller"], _bench.TakeAll());
        _bench.Lane.IsBehind = () => false;
        _bench.Receive(CallBench.Caller, invite);
        _bench.Take(CallBench.Caller, "SIP/2.0 100 ");
    }

    [Fact]
    public void A_call_that_was_taken_goes_through_from_ringing_to_its_end()
    {
        string invite = _bench.InviteText();
        _bench.Receive(CallBench.Caller, invite);
        _bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        _bench.Lane.IsBehind = () => true;
        _bench.Receive(CallBench.Caller, invite);
        _bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        _bench.Command("SessionSv1.AuthorizeEvent").Reply(CallBench.OneHour);
        string forwarded = _bench.Take(CallBench.Callee, "INVITE ");
        _bench.Receive(CallBench.Callee, CallBench.Response(forwarded, 200));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        _bench.Command("SessionSv1.InitiateSession").Reply(CallBench.OneHour);
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "ACK", 10));
        _bench.Receive(CallBench.Callee, _bench.InDialog(DialogSide.Callee, "UPDATE", 1));
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "INVITE", 11));
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "BYE", 12));
        Assert.Equal(["ACK to callee", "UPDATE to caller", "100 to caller", "INVITE to callee", "BYE to callee"], _bench.TakeAll());
        Assert.Equal(0, _bench.Lane.Statistics.ShedBehind);
    }

    [Fact]
    public void A_CANCEL_ends_a_call_that_was_taken()
    {
        string invite = _bench.InviteText();
        _bench.Receive(CallBench.Caller, invite);
        _bench.Lane.IsBehind = () => true;
        _bench.Receive(CallBench.Caller, CallBench.Beside(invite, "CANCEL"));
        Assert.Equal(["100 to caller", "200 to caller", "487 to caller"], _bench.TakeAll());
    }

    [Fact]
    public void A_call_for_help_is_taken()
    {
        _bench.Lane.IsBehind = () => true;
        _bench.Receive(CallBench.Caller, _bench.InviteText(number: "112"));
        Assert.Equal(["100 to caller", "INVITE to callee"], _bench.TakeAll());
        Assert.Equal(0, _bench.Lane.Statistics.ShedBehind);
    }
}
