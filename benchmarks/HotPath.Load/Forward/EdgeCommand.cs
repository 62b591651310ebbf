using System.CommandLine;
using System.Net;
using HotPath.Billing;
using HotPath.Edge;
using HotPath.Rpc;
using HotPath.Sip;

namespace HotPath.Load;

/// <summary>An edge that charges nothing as a process of its own, so that its CPU time is its own.</summary>
internal static class EdgeCommand
{
    public const string Name = "edge";

    public static Command Create()
    {
        var route = new Argument<string>("route");
        var lanes = new Argument<int>("lanes");
        var command = new Command(Name, "An edge that forwards: prints where it listens, and ends when its standard input does.") { Hidden = true };
        command.Arguments.Add(route);
        command.Arguments.Add(lanes);
        command.SetAction(parsed => RunAsync(parsed.GetValue(route)!, parsed.GetValue(lanes)));
        return command;
    }

    private static async Task RunAsync(string route, int lanes)
    {
        if (!RouteTarget.TryParse(route, out RouteTarget? target, out string problem))
        {
            throw new ArgumentException(problem, nameof(route));
        }

        var options = new EdgeOptions
        {
            Listen = [new ListenAddress(SipTransportKind.Udp, IPAddress.Loopback, 0)],
            Routes = [target!],
            Engine = new EngineClientOptions { Engines = [] },
            Charging = new ChargingProfile { OriginHost = "edge-1" },
            IsCharging = false,
            Lanes = lanes,
        };
        await using EdgeHost edge = EdgeHost.Start(options);
        Console.WriteLine(edge.Listeners[0].Port);

        // The input of a child ends with its parent, however that ends.
        await Console.In.ReadToEndAsync();
    }
}
