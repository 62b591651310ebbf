using HotPath.Sip;

namespace HotPath.Edge.Tests;

/// <summary>Promise: a call that reaches the edge twice, by whatever way, is made and charged once.</summary>
public sealed class RepeatedRequestTests
{
    private readonly CallBench _bench = new();

    [Fact]
    public void A_repeated_INVITE_gets_the_last_response_again_and_asks_nothing()
    {
        string text = _bench.InviteText(branch: "z9hG4bKsame");
        _bench.Receive(CallBench.Caller, text);
        _bench.Command("SessionSv1.AuthorizeEvent");
        _bench.Receive(CallBench.Caller, text);
        Assert.Equal(["100 to caller", "100 to caller"], _bench.TakeAll());
        Assert.True(_bench.Engine.IsEmpty);
    }

    [Fact]
    public void A_merged_INVITE_is_answered_482_and_its_ACK_goes_nowhere()
    {
        _bench.Invite();
        string merged = _bench.InviteText(branch: "z9hG4bKother");
        _bench.Receive(CallBench.Caller, merged);
        string response = _bench.Take(CallBench.Caller, "SIP/2.0 482 ");
        _bench.Receive(CallBench.Caller, CallBench.Beside(merged, "ACK", CallBench.Header(response, "To")[CallBench.Header(merged, "To").Length..]));
        Assert.True(_bench.IsQuiet);
        Assert.True(_bench.Engine.IsEmpty);
    }

    /// <summary>The next hop sends the call back: as it was it has looped, to another number it would be a second call of the same name.</summary>
    [Theory]
    [InlineData("sip:1002@203.0.113.9")]
    [InlineData("sip:1003@203.0.113.9")]
    public void A_call_that_comes_back_is_answered_482(string target)
    {
        string forwarded = _bench.Invite();
        string back = forwarded.Replace("INVITE sip:1002@198.51.100.2:5060 ", $"INVITE {target} ")
            .Replace("Via: SIP/2.0/UDP 203.0.113.9", "Via: SIP/2.0/UDP 198.51.100.2;branch=z9hG4bKback\r\nVia: SIP/2.0/UDP 203.0.113.9");
        Assert.NotEqual(forwarded, back);
        _bench.Receive(CallBench.Callee, back);
        Assert.Equal("482 to callee", _bench.TakeAll()[^1]);
        Assert.True(_bench.Engine.IsEmpty);
        Assert.Equal(1, _bench.Lane.CallCount);
    }

    [Fact]
    public void An_INVITE_into_a_dialog_that_was_never_answered_is_answered_481()
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 180));
        _bench.TakeAll();
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "INVITE", 11));
        Assert.Equal(["481 to caller"], _bench.TakeAll());
    }

    [Fact]
    public void Options_that_a_proxy_must_know_are_refused_by_name_inside_dialogs_too()
    {
        _bench.Receive(CallBench.Caller, _bench.InviteText("Proxy-Require: timer, teleport\r\nProxy-Require: shrink\r\n"));
        Assert.Equal("teleport, shrink", CallBench.Header(_bench.Take(CallBench.Caller, "SIP/2.0 420 "), "Unsupported"));
        _bench.Invite("Proxy-Require: timer\r\nRequire: teleport\r\n", callId: "call-2");
        _bench.Answered();
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "UPDATE", 11, "Proxy-Require: teleport\r\n"));
        Assert.Equal("teleport", CallBench.Header(_bench.Take(CallBench.Caller, "SIP/2.0 420 "), "Unsupported"));
    }
}
