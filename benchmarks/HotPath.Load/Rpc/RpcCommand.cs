using System.CommandLine;

namespace HotPath.Load;

/// <summary>How many requests per second the RPC client carries, at what latency and cost, beside connections that carry one request at a time.</summary>
internal static class RpcCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "One JSON object per configuration instead of a table." };
        Option<int[]> connections = NumberOption.List("--connections", "Connections to the engine.", 1, 16, 1, 4, 16);
        Option<int[]> inFlight = NumberOption.List("--in-flight", "Requests under way at any time, over all connections.", 1, 65_536, 1, 4, 16, 64, 256, 1024);
        Option<double> seconds = NumberOption.Seconds("--seconds", "How long each configuration is measured.", 1);
        var command = new Command("rpc", "The RPC client against the scripted engine in another process.") { json, connections, inFlight, seconds };
        command.SetAction(parsed => Run(
            parsed.GetValue(json), parsed.GetValue(connections)!, parsed.GetValue(inFlight)!, TimeSpan.FromSeconds(parsed.GetValue(seconds))));
        return command;
    }

    private static void Run(bool json, int[] connections, int[] inFlight, TimeSpan time)
    {
        using EngineProcess engine = EngineProcess.Start();
        if (!json)
        {
            Console.WriteLine(RpcMeasurement.TableHeading);
        }

        // Code runs slowly at first, here and there.
        RpcLoad.Measure(engine, connections: 1, inFlight: 64, time);
        foreach (int connectionCount in connections)
        {
            double yardstick = Math.Round(OneAtATimeClients.Measure(engine.Address, connectionCount, time));
            foreach (int inFlightCount in inFlight)
            {
                RpcMeasurement measurement = RpcLoad.Measure(engine, connectionCount, inFlightCount, time) with { YardstickRequestsPerSecond = yardstick };
                Console.WriteLine(json ? measurement.ToJson() : measurement.ToTableRow());
            }
        }
    }
}
