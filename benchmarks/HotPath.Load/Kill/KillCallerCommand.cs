using System.CommandLine;
using System.Net;
using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Load;

/// <summary>The caller of a kill run as a process of its own.</summary>
internal static class KillCallerCommand
{
    public const string Name = "kill-caller";

    /// <summary>A call that nobody has answered after this time is given up: the edge died while it was set up.</summary>
    private static readonly TimeSpan s_longestSetUp = TimeSpan.FromSeconds(9);

    /// <summary>A call that nobody has ended after this time is one that the edge lost.</summary>
    private static readonly TimeSpan s_longestCall = TimeSpan.FromSeconds(20);

    public static Command Create()
    {
        var edge = new Argument<string>("edge");
        var rate = new Argument<double>("rate");
        var seconds = new Argument<double>("seconds");
        var seed = new Argument<ulong>("seed");
        var command = new Command(Name, "Calls through an edge at a rate; prints a line when the first is answered, and when the last call is over, what it lived through, a line for each call.") { Hidden = true };
        command.Arguments.Add(edge);
        command.Arguments.Add(rate);
        command.Arguments.Add(seconds);
        command.Arguments.Add(seed);
        command.SetAction(parsed => Run(IPEndPoint.Parse(parsed.GetValue(edge)!), parsed.GetValue(rate), parsed.GetValue(seconds), parsed.GetValue(seed)));
        return command;
    }

    private static void Run(IPEndPoint edge, double rate, double seconds, ulong seed)
    {
        using var phone = new RealTimePhone(seed);
        SimulatedWorld world = phone.World;
        var caller = new SimulatedCaller(world, phone, phone.Endpoint, KillPlans.Of);
        Dictionary<string, TimeSpan> started = [];
        var edgeEndpoint = new SipEndpoint(SipTransportKind.Udp, edge.Address, edge.Port);
        Begin();
        phone.Run(() => caller.Experiences.Values.Any(call => call.Answered));
        Console.WriteLine();
        phone.Run(() => world.Elapsed.TotalSeconds > seconds && caller.Experiences.All(call => IsOver(call.Key, call.Value)));
        foreach ((string callId, CallExperience experience) in caller.Experiences)
        {
            PhoneRecord.Of(phone, callId, experience, started[callId]).WriteTo(Console.Out);
        }

        void Begin()
        {
            string callId = KillPlans.CallIdOf(seed, started.Count);
            started.Add(callId, world.Elapsed);
            caller.Call(callId, "1001", "1002", edgeEndpoint);
            TimeSpan next = TimeSpan.FromSeconds(-Math.Log(1 - world.Chance.NextDouble()) / rate);
            if ((world.Elapsed + next).TotalSeconds < seconds)
            {
                world.After(next, Begin);
            }
        }

        bool IsOver(string callId, CallExperience call) => call switch
        {
            { Answered: true } => call.EndedAt is not null || world.Elapsed - call.AnsweredAt > s_longestCall,
            { Status: >= 300 } => true,
            _ => world.Elapsed - started[callId] > s_longestSetUp,
        };
    }
}
