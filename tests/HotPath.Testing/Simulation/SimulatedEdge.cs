using System.Net;
using HotPath.Billing;
using HotPath.Edge;
using HotPath.Rpc;
using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>
/// A whole lane in a simulation, between a caller's and a callee's phone; it can die and be started again. What drives the engines is the
/// test's.
/// </summary>
public sealed class SimulatedEdge
{
    private static readonly SipEndpoint s_edge = new(SipTransportKind.Udp, IPAddress.Loopback, 5060);
    private static readonly SipEndpoint s_caller = new(SipTransportKind.Udp, IPAddress.Loopback, 6001);

    /// <summary>The next hop of calls, and where there are two the first of them.</summary>
    public static RouteTarget FirstRoute { get; } = RouteTo(6002);

    /// <summary>The next hop that calls try when the first does not serve.</summary>
    public static RouteTarget SecondRoute { get; } = RouteTo(6003);

    /// <summary>A number for help.</summary>
    public const string EmergencyNumber = "112";

    /// <summary>A number that is free to call.</summary>
    public const string FreeNumber = "08005550100";

    private static readonly TimeSpan s_longestFlush = TimeSpan.FromMilliseconds(4);

    private readonly List<Func<long>> _due = [];
    private readonly EdgeWire _wire;
    private readonly EdgeOptions _options;
    private readonly ICallHandler? _handler;
    private ulong _starts;

    /// <summary>An edge that has just started.</summary>
    /// <param name="world">Clock and chance.</param>
    /// <param name="engines">Its engine client.</param>
    /// <param name="plans">What happens in a call, by Call-ID.</param>
    /// <param name="journal">Its journal; <c>null</c>: none.</param>
    /// <param name="handler">Decides about calls; <c>null</c>: none does.</param>
    /// <param name="options">What the edge is told; <c>null</c>: <see cref="CreateOptions"/>.</param>
    /// <param name="firstPlans">What happens at the first of two next hops; <c>null</c>: the same as at the second.</param>
    public SimulatedEdge(
        SimulatedWorld world,
        IEngineClient engines,
        Func<string, CallPlan> plans,
        IJournalStore? journal = null,
        ICallHandler? handler = null,
        EdgeOptions? options = null,
        Func<string, CallPlan>? firstPlans = null)
    {
        World = world;
        Network = new SimulatedSipNetwork(world);
        _options = options ?? CreateOptions();
        TimeSpan longestFlush = _options.Journal?.Level == JournalLevel.Power ? s_longestFlush : TimeSpan.Zero;
        Rules = new WireRules(world)
        {
            LongestFlush = () => longestFlush,
            AsksBeforeNextHop = _options.Sessions.Any(session => session.Route is not null),
        };
        _wire = new EdgeWire(Rules);
        _handler = handler;
        Lane = Begin(engines, journal);
        _wire.Network = Network.Attach(s_edge, _wire);
        Caller = new SimulatedCaller(world, Network, s_caller, plans);
        Callees = [new SimulatedCallee(world, Network, FirstRoute.Endpoint, firstPlans ?? plans)];
        if (_options.Routes.Count > 1)
        {
            Callees = [Callee, new SimulatedCallee(world, Network, SecondRoute.Endpoint, plans, "second", "t") { OtherLine = Callee }];
            Callee.OtherLine = Callees[1];
        }

        AlsoAdvance(() =>
        {
            _wire.Lane?.Advance();
            return _wire.Lane?.NextDueInMs ?? -1;
        });
    }

    /// <summary>What an edge in a simulation is told.</summary>
    /// <param name="profile">What its sessions send; <c>null</c>: prepaid, by the name <c>edge-1</c>.</param>
    /// <param name="resumesCalls">Calls go on after a restart.</param>
    /// <param name="maxCallDuration">The longest call.</param>
    /// <param name="engines">The names that the journal knows engines by.</param>
    /// <param name="level">What a record survives.</param>
    /// <param name="sessions">The billing sessions that calls have beside their own; <c>null</c>: none.</param>
    /// <param name="hasSecondRoute">There is a next hop for when the first does not serve.</param>
    public static EdgeOptions CreateOptions(
        ChargingProfile? profile = null,
        bool resumesCalls = false,
        TimeSpan? maxCallDuration = null,
        IReadOnlyList<EngineAddress>? engines = null,
        JournalLevel level = JournalLevel.Process,
        IReadOnlyList<EdgeSessionOptions>? sessions = null,
        bool hasSecondRoute = false)
    {
        NumberPatterns.TryParse([EmergencyNumber], out NumberPatterns? emergency, out _, out _);
        NumberPatterns.TryParse([FreeNumber], out NumberPatterns? free, out _, out _);
        return new EdgeOptions
        {
            Listen = [new ListenAddress(SipTransportKind.Udp, IPAddress.Loopback, 5060)],
            Routes = hasSecondRoute ? [FirstRoute, SecondRoute] : [FirstRoute],
            EmergencyNumbers = emergency!,
            FreeNumbers = free!,
            // A run is the same each time it is run.
            Secret = "known to every simulation",
            Engine = new EngineClientOptions { Engines = engines ?? [] },
            Charging = profile ?? new ChargingProfile { OriginHost = "edge-1" },
            Sessions = sessions ?? [],
            MaxCallDuration = maxCallDuration ?? TimeSpan.FromHours(12),
            Journal = new EdgeJournalOptions { Folder = "simulated", ResumesCalls = resumesCalls, Level = level },
        };
    }

    /// <summary>The process dies at this moment. Its engine client is the test's to close.</summary>
    /// <param name="recordedTo">What it wrote since then is lost; <c>null</c>: nothing is.</param>
    public void Kill(TimeSpan? recordedTo = null)
    {
        _wire.Lane = null;
        Rules.OnDeath(recordedTo ?? World.Elapsed);
    }

    /// <summary>The process may die in the middle of what it does (<see cref="SimulatedCrashException"/>), and whoever looks after the disk knows.</summary>
    public bool IgnoresCrashes { get; init; }

    /// <summary>Another process begins; what the journal says is the test's to hand to its <see cref="Lane"/>.</summary>
    public void Restart(IEngineClient engines, IJournalStore journal) => Lane = Begin(engines, journal);

    public SimulatedWorld World { get; }

    public SimulatedSipNetwork Network { get; }

    /// <summary>The lane that runs, or the last one that did.</summary>
    public Lane Lane { get; private set; }

    /// <summary>Nothing runs: messages to the edge are lost.</summary>
    public bool IsDead => _wire.Lane is null;

    public SimulatedCaller Caller { get; }

    /// <summary>The phone behind the first next hop.</summary>
    public SimulatedCallee Callee => Callees[0];

    /// <summary>The phones behind each next hop.</summary>
    public IReadOnlyList<SimulatedCallee> Callees { get; }

    /// <summary>Checks everything that arrives at the edge and leaves it.</summary>
    public WireRules Rules { get; }

    /// <summary>A mistake to be made with everything the edge sends.</summary>
    public WireFault? Fault
    {
        get => _wire.Fault;
        set => _wire.Fault = value;
    }

    /// <summary>What the lane still holds of calls: transactions, dialogs and timers.</summary>
    public int Leftovers => Lane.Transactions.ServerCount + Lane.Transactions.ClientCount + Lane.Dialogs.Count + Lane.Timers.Count;

    /// <summary>Something else that has work due: called after every event, gives the milliseconds until it wants to be called again, or -1.</summary>
    public void AlsoAdvance(Func<long> advance) => _due.Add(advance);

    public void Call(string callId, string account = "1001", string number = "1002") => Caller.Call(callId, account, number, s_edge);

    /// <summary>Nothing passes between the edge and the caller, or the first next hop, for a while.</summary>
    public void Cut(bool callerSide, TimeSpan duration) => Network.Cut(s_edge, callerSide ? s_caller : FirstRoute.Endpoint, duration);

    /// <summary>Lets time pass.</summary>
    public void Run(TimeSpan time)
    {
        TimeSpan end = World.Elapsed + time;
        do
        {
            Step(end);
        }
        while (World.Elapsed < end);
    }

    /// <summary>Lets time pass until something is so.</summary>
    /// <returns><c>false</c> if it is not so even after <paramref name="most"/>.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan most)
    {
        TimeSpan end = World.Elapsed + most;
        while (!condition() && World.Elapsed < end)
        {
            Step(end);
        }

        return condition();
    }

    private static RouteTarget RouteTo(int port)
    {
        RouteTarget.TryParse($"sip:127.0.0.1:{port}", out RouteTarget? route, out _);
        return route!;
    }

    private Lane Begin(IEngineClient engines, IJournalStore? journal)
    {
        var process = new Process(_wire);
        var lane = new Lane(_options, [s_edge], process, engines, World.Clock, World.Seed + _starts++, journal, handler: _handler);
        process.Lane = _wire.Lane = lane;
        return lane;
    }

    /// <summary>The next thing that happens, <paramref name="end"/> at the latest.</summary>
    private void Step(TimeSpan end)
    {
        try
        {
            long next = long.MaxValue;
            foreach (Func<long> advance in _due)
            {
                long wait = advance();
                next = wait < 0 ? next : Math.Min(next, Math.Max(wait, 1));
            }

            TimeSpan until = next == long.MaxValue || World.Elapsed + TimeSpan.FromMilliseconds(next) > end ? end : World.Elapsed + TimeSpan.FromMilliseconds(next);
            World.Step(until);
        }
        catch (SimulatedCrashException) when (IgnoresCrashes)
        {
            // What was due goes on in the next step.
        }
    }

    /// <summary>What a dead process still says is not heard.</summary>
    private sealed class Process(EdgeWire wire) : ISipSender
    {
        public Lane? Lane { get; set; }

        public bool Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message) =>
            wire.Lane == Lane && wire.Send(listener, destination, message);
    }
}
