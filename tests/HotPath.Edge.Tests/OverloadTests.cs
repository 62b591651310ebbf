using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: twice the calls that a lane can serve leave it serving nearly as many as it can, and as soon as they stop it serves all again,
/// each as quickly as before; because it sheds. Without that, what waits is older than its senders' patience, they repeat it, and that is
/// all the lane gets to do.
/// </summary>
public sealed class OverloadTests
{
    private const int BurstPerSecond = 320;
    private const int BurstSeconds = 5;
    private const int UsualPerSecond = 80;

    /// <summary>What a call costs the lane: six messages arrive and have something sent.</summary>
    private static readonly double s_capacity = 1 / (6 * (SlowLane.MessageMs + SlowLane.SendingMs) / 1000);

    private readonly SimulatedWorld _world = new(seed: 1);
    private readonly SlowLane _lane;
    private readonly SimulatedCaller _caller;
    private readonly Dictionary<string, TimeSpan> _begun = [];

    public OverloadTests()
    {
        var network = new SimulatedSipNetwork(_world);
        var plan = new CallPlan(RingMs: 50, CallerHangsUpAfterMs: 300);
        _lane = new SlowLane(_world, network);
        _caller = new SimulatedCaller(_world, network, SlowLane.Caller, _ => plan);
        _ = new SimulatedCallee(_world, network, SlowLane.Callee, _ => plan);
    }

    [Fact]
    public void Shedding_keeps_the_lane_at_what_it_can_do_and_it_is_well_as_soon_as_there_are_fewer_calls()
    {
        _lane.ShedAfter = new StandingQueue(TimeSpan.FromMilliseconds(100));
        Play();

        // From one second on the load is as it stays; until then the lane takes more than it can bring to an end.
        Assert.InRange(PerSecond(1, BurstSeconds, IsServed), 0.85 * s_capacity, s_capacity);
        Assert.InRange(PerSecond(1, BurstSeconds, (call, begun) => IsServed(call, begun) || call.Status == 503), BurstPerSecond * 0.99, BurstPerSecond);
        Assert.Equal(UsualPerSecond, PerSecond(BurstSeconds + 1, BurstSeconds + 5, IsServed));
        Assert.True(_lane.LongestWait < TimeSpan.FromMilliseconds(500), $"something has waited for {_lane.LongestWait}");
    }

    [Fact]
    public void Without_it_hardly_any_call_goes_well_and_the_lane_does_not_recover()
    {
        Play();
        Assert.InRange(PerSecond(1, BurstSeconds, IsServed), 0, s_capacity / 10);
        Assert.InRange(PerSecond(BurstSeconds + 1, BurstSeconds + 5, IsServed), 0, UsualPerSecond / 10);
    }

    /// <summary>Twice as many calls as the lane can serve, then half as many, until all of them are over.</summary>
    private void Play()
    {
        Begin(BurstPerSecond, 0, BurstSeconds);
        Begin(UsualPerSecond, BurstSeconds, BurstSeconds + 5);
        while (_world.Elapsed < TimeSpan.FromSeconds(BurstSeconds + 7))
        {
            _world.Step(_lane.Advance(TimeSpan.FromSeconds(BurstSeconds + 7)));
        }
    }

    private void Begin(int perSecond, int fromSecond, int toSecond)
    {
        for (int i = 0; i < perSecond * (toSecond - fromSecond); i++)
        {
            string callId = $"{fromSecond}-{i}";
            _begun.Add(callId, TimeSpan.FromSeconds(fromSecond + ((double)i / perSecond)));
            _world.After(_begun[callId], () => _caller.Call(callId, "1001", "1002", SlowLane.Edge));
        }
    }

    /// <summary>Of the calls that began in these seconds, how many there were a second of one kind.</summary>
    private double PerSecond(int fromSecond, int toSecond, Func<CallExperience, TimeSpan, bool> isCounted) =>
        _begun.Count(call => call.Value.TotalSeconds >= fromSecond && call.Value.TotalSeconds < toSecond && isCounted(_caller.Experiences[call.Key], call.Value)) / (double)(toSecond - fromSecond);

    /// <summary>Answered and ended, before anybody had to send anything again.</summary>
    private static bool IsServed(CallExperience call, TimeSpan begun) =>
        call is { Status: 200, ByeStatus: 200 } && call.AnsweredAt - begun < TimeSpan.FromMilliseconds(500);

    /// <summary>A lane that needs time for what it does: what arrives meanwhile waits, and anything that is due.</summary>
    private sealed class SlowLane : ISipReceiver, ISipSender
    {
        /// <summary>What a message costs.</summary>
        public const double MessageMs = 0.1;

        /// <summary>What everything costs that is sent because of it, but for a refusal.</summary>
        public const double SendingMs = 0.9;

        public static readonly SipEndpoint Edge = CallBench.Endpoint("127.0.0.1", 5060);
        public static readonly SipEndpoint Caller = CallBench.Endpoint("127.0.0.1", 6001);
        public static readonly SipEndpoint Callee = CallBench.Endpoint("127.0.0.1", 6002);

        private readonly SimulatedWorld _world;
        private readonly ISipSender _network;
        private readonly Lane _lane;
        private readonly Queue<(SipEndpoint Source, byte[] Message, TimeSpan ArrivedAt)> _waiting = new();
        private bool _isBusy;
        private bool _hasSent;

        public SlowLane(SimulatedWorld world, SimulatedSipNetwork network)
        {
            _world = world;
            _network = network.Attach(Edge, this);
            var file = new EdgeConfigFile { Name = "edge-1", Route = "sip:127.0.0.1:6002", Charging = false };
            _lane = new Lane(file.ToOptions("test"), [Edge], this, new RecordingEngineClient(), world.Clock, seed: 1)
            {
                IsBehind = () => ShedAfter is { } limit && limit.IsStanding(Wait, (long)_world.Elapsed.TotalMilliseconds),
            };
        }

        public StandingQueue? ShedAfter { get; set; }

        public TimeSpan LongestWait { get; private set; }

        private TimeSpan Wait => _world.Elapsed - _waiting.Peek().ArrivedAt;

        /// <summary>Runs what is due if there is time for it.</summary>
        /// <returns>When to come again, <paramref name="end"/> at the latest.</returns>
        public TimeSpan Advance(TimeSpan end)
        {
            if (_isBusy)
            {
                return end;
            }

            _lane.Advance();
            TimeSpan next = _world.Elapsed + TimeSpan.FromMilliseconds(Math.Max(_lane.NextDueInMs, 1));
            return next < end ? next : end;
        }

        public void OnMessage(int listener, in SipEndpoint source, ReadOnlySpan<byte> message)
        {
            _waiting.Enqueue((source, message.ToArray(), _world.Elapsed));
            if (!_isBusy)
            {
                Serve();
            }
        }

        public bool Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message)
        {
            _hasSent |= !message.StartsWith("SIP/2.0 503"u8);
            return _network.Send(listener, destination, message);
        }

        /// <summary>Takes the next message, and is busy with it; then the one behind it.</summary>
        private void Serve()
        {
            if (_isBusy = _waiting.TryPeek(out (SipEndpoint Source, byte[] Message, TimeSpan ArrivedAt) next))
            {
                LongestWait = Wait > LongestWait ? Wait : LongestWait;
                _hasSent = false;
                _lane.OnMessage(0, next.Source, next.Message);
                _waiting.Dequeue();
                _world.After(TimeSpan.FromMilliseconds(MessageMs + (_hasSent ? SendingMs : 0)), Serve);
            }
        }
    }
}
