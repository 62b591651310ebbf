using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: why a caller gives up reaches the callee, so that its phone shows no missed call where another has answered, and stands in the
/// CDR (RFC 3326).
/// </summary>
public sealed class CancelReasonTests
{
    private const string Elsewhere = "Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n";

    private readonly CallBench _bench = new(["sip:198.51.100.2:5060", "sip:198.51.100.3:5060"]);

    [Theory]
    [InlineData("", "", "487", "")]
    [InlineData(Elsewhere, "SIP;cause=200;text=\"Call completed elsewhere\"", "487", "26")]
    [InlineData("Reason: Q.850;cause=31\r\n", "Q.850;cause=31", "487", "31")]
    [InlineData("Reason: SIP;cause=200 , Q.850;cause=31\r\n", "SIP;cause=200|Q.850;cause=31", "487", "31")]
    [InlineData("Reason: SIP;cause=480\r\nReason: Q.850;cause=999\r\n", "SIP;cause=480|Q.850;cause=999", "487", "")]
    public void The_reason_passes_with_the_CANCEL_and_stands_in_the_CDR(string reason, string passed, string sipCode, string q850Cause)
    {
        string invite = _bench.Invite();
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 180));
        _bench.Take(CallBench.Caller, "SIP/2.0 180 ");
        Cancel(reason);
        Assert.Equal(passed, ReasonsOf(_bench.Take(CallBench.Callee, "CANCEL ")));
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 487));
        SentCommand cdr = _bench.Command("SessionSv1.ProcessCDR");
        Assert.Equal(("Cancelled", sipCode, q850Cause), (cdr.Event("DisconnectCause"), cdr.Event("SipCode"), cdr.Event("Q850Cause") ?? ""));
    }

    [Fact]
    public void It_waits_with_a_CANCEL_that_must_wait_for_the_callee()
    {
        string invite = _bench.Invite();
        Cancel(Elsewhere);
        Cancel("");
        Assert.True(_bench.IsQuiet);
        _bench.Receive(CallBench.Callee, CallBench.Response(invite, 100));
        Assert.Equal("SIP;cause=200;text=\"Call completed elsewhere\"", ReasonsOf(_bench.Take(CallBench.Callee, "CANCEL ")));
    }

    [Fact]
    public void A_reason_longer_than_any_is_left_out_and_the_CANCEL_passes()
    {
        _bench.Receive(CallBench.Callee, CallBench.Response(_bench.Invite(), 180));
        _bench.Take(CallBench.Caller, "SIP/2.0 180 ");
        Cancel($"Reason: SIP;cause=480;text=\"{new string('x', 2_000)}\"\r\n");
        Assert.Empty(ReasonsOf(_bench.Take(CallBench.Callee, "CANCEL ")));
    }

    [Fact]
    public void A_next_hop_that_is_cancelled_because_another_has_answered_hears_so()
    {
        string first = _bench.Invite();
        _bench.Run(3.9);
        _bench.TakeAll();
        _bench.Run(0.2);
        string second = _bench.Take(CallBench.Fallback, "INVITE ");
        _bench.Receive(CallBench.Fallback, CallBench.Response(second, 180, tag: "f"));
        _bench.TakeAll();
        _bench.Receive(CallBench.Callee, CallBench.Response(first, 200));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        Assert.Equal("SIP;cause=200;text=\"Call completed elsewhere\"", ReasonsOf(_bench.Take(CallBench.Fallback, "CANCEL ")));
    }

    private static string ReasonsOf(string message) =>
        string.Join('|', message.Split("\r\n").Where(line => line.StartsWith("Reason: ", StringComparison.Ordinal)).Select(line => line["Reason: ".Length..]));

    private void Cancel(string reason)
    {
        string invite = _bench.InviteText(branch: "z9hG4bKt0");
        _bench.Receive(CallBench.Caller, CallBench.Beside(invite, "CANCEL").Replace("Content-Length", $"{reason}Content-Length"));
        _bench.Take(CallBench.Caller, "SIP/2.0 200 ");
    }
}
