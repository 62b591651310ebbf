using System.Text;
using HotPath.Sip;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: what belongs to another lane's call goes into that lane's inbox; where there is no room, something new is refused with 503 and
/// Retry-After by the lane that received it, and what belongs to a running call, or is a call for help, still has its place.
/// </summary>
public sealed class LaneRouterTests
{
    private readonly CallBench _bench = new(configure: file =>
    {
        file.Emergency = ["112"];
        return file;
    });

    // Its only place is kept for running calls.
    private readonly LaneInbox _other = new(capacity: 1, reserved: 1, () => { });
    private readonly LaneRouter _router;
    private readonly string _othersCallId = Enumerable.Range(0, 1_000).Select(i => $"call-{i}").First(id => LaneRouter.LaneOf(Encoding.ASCII.GetBytes(id), 2) == 1);

    public LaneRouterTests() => _router = new LaneRouter(0, _bench.Lane, [new LaneInbox(1, 0, () => { }), _other]);

    [Fact]
    public void A_new_call_that_finds_no_room_is_refused()
    {
        Receive(_bench.InviteText(callId: _othersCallId));
        string refusal = _bench.Take(CallBench.Caller, "SIP/2.0 503");
        Assert.Equal("5", CallBench.Header(refusal, "Retry-After"));
        Assert.Equal(1, _bench.Lane.Statistics.ShedInbox);
        Assert.Equal(0, _bench.Lane.CallCount);
    }

    [Fact]
    public void A_message_of_a_running_call_gets_its_place() =>
        Gets(_bench.InviteText(callId: _othersCallId).Replace("INVITE", "BYE", StringComparison.Ordinal).Replace("\r\nCall-ID", ";tag=b\r\nCall-ID", StringComparison.Ordinal));

    [Fact]
    public void A_call_for_help_gets_a_place_of_those_kept_for_running_calls() => Gets(_bench.InviteText(callId: _othersCallId, number: "112"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void That_the_lane_that_received_it_is_behind_is_known_to_the_lane_of_its_call(bool isBehind)
    {
        LaneInbox other = new(capacity: 2, reserved: 0, () => { });
        LaneRouter router = new(0, _bench.Lane, [new LaneInbox(1, 0, () => { }), other]);
        _bench.Lane.IsBehind = () => isBehind;
        router.OnMessage(0, CallBench.Caller, Encoding.ASCII.GetBytes(_bench.InviteText(callId: _othersCallId)));
        CallBench bench = new();
        bench.Lane.IsBehind = () => other.IsBehind;
        other.TakeAll(bench.Lane);
        bench.Take(CallBench.Caller, isBehind ? "SIP/2.0 503 " : "SIP/2.0 100 ");
    }

    private void Gets(string message)
    {
        Receive(message);
        Assert.True(_bench.IsQuiet);
        List<string> taken = [];
        _other.TakeAll(new Collector(taken));
        Assert.Equal([message], taken);
    }

    private void Receive(string message) => _router.OnMessage(0, CallBench.Caller, Encoding.ASCII.GetBytes(message));

    private sealed class Collector(List<string> taken) : ISipReceiver
    {
        public void OnMessage(int listener, in SipEndpoint source, ReadOnlySpan<byte> message) => taken.Add(Encoding.ASCII.GetString(message));
    }
}
