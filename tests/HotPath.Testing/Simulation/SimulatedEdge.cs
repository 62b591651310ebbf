using System.Net;
using HotPath.Billing;
using HotPath.Edge;
using HotPath.Rpc;
using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>A whole lane in a simulation, between a caller's and a callee's phone. What drives the engines is the test's.</summary>
public sealed class SimulatedEdge
{
    private static readonly SipEndpoint s_edge = new(SipTransportKind.Udp, IPAddress.Loopback, 5060);
    private static readonly SipEndpoint s_caller = new(SipTransportKind.Udp, IPAddress.Loopback, 6001);
    private static readonly SipEndpoint s_callee = new(SipTransportKind.Udp, IPAddress.Loopback, 6002);

    private readonly List<Func<long>> _due = [];

    public SimulatedEdge(SimulatedWorld world, IEngineClient engines, Func<string, CallPlan> plans, IJournalStore? journal = null)
    {
        World = world;
        Network = new SimulatedSipNetwork(world);
        RouteTarget.TryParse("sip:127.0.0.1:6002", out RouteTarget? route, out _);
        var options = new EdgeOptions
        {
            Listen = [new ListenAddress(SipTransportKind.Udp, IPAddress.Loopback, 5060)],
            Routes = [route!],
            Engine = new EngineClientOptions { Engines = [] },
            Charging = new ChargingProfile { OriginHost = "edge-1" },
        };
        var sender = new LateSender();
        Lane = new Lane(options, [s_edge], sender, engines, world.Clock, world.Seed, journal);
        sender.Target = Network.Attach(s_edge, Lane);
        Caller = new SimulatedPhone(world, Network, s_caller, "caller", plans);
        Callee = new SimulatedPhone(world, Network, s_callee, "callee", plans);
        AlsoAdvance(() =>
        {
            Lane.Advance();
            return Lane.NextDueInMs;
        });
    }

    public SimulatedWorld World { get; }

    public SimulatedSipNetwork Network { get; }

    public Lane Lane { get; }

    public SimulatedPhone Caller { get; }

    public SimulatedPhone Callee { get; }

    /// <summary>Something else that has work due: called after every event, gives the milliseconds until it wants to be called again, or -1.</summary>
    public void AlsoAdvance(Func<long> advance) => _due.Add(advance);

    public void Call(string callId, string account = "1001", string number = "1002") => Caller.Call(callId, account, number, s_edge);

    /// <summary>Lets time pass.</summary>
    public void Run(TimeSpan time)
    {
        TimeSpan end = World.Elapsed + time;
        do
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
        while (World.Elapsed < end);
    }

    /// <summary>Lets time pass until something is so.</summary>
    /// <returns><c>false</c> if it is not so even after <paramref name="most"/>.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan most)
    {
        TimeSpan end = World.Elapsed + most;
        while (!condition() && World.Elapsed < end)
        {
            Run(TimeSpan.FromMilliseconds(1));
        }

        return condition();
    }
}
