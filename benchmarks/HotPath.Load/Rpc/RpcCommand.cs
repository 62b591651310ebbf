using System.CommandLine;
using System.Globalization;

namespace HotPath.Load;

/// <summary>How many requests per second the RPC client carries, at what latency and cost, beside connections that carry one request at a time.</summary>
internal static class RpcCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "One JSON object per configuration instead of a table." };
        Option<int[]> connections = Numbers("--connections", "Connections to the engine.", max: 16, 1, 4, 16);
        Option<int[]> inFlight = Numbers("--in-flight", "Requests under way at any time, over all connections.", max: 65536, 1, 4, 16, 64, 256, 1024);
        var seconds = new Option<double>("--seconds") { Description = "How long each configuration is measured.", DefaultValueFactory = _ => 1 };
        seconds.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and <= 3600))
            {
                result.AddError("--seconds: more than 0, at most 3600");
            }
        });
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

    /// <summary>An option that takes numbers separated by commas.</summary>
    private static Option<int[]> Numbers(string name, string description, int max, params int[] usual) => new(name)
    {
        Description = $"{description} Numbers separated by commas.",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            int[] numbers = [.. text.Split(',').Select(part => int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0)];
            if (!Array.TrueForAll(numbers, number => number > 0 && number <= max))
            {
                result.AddError($"{name} {text}: numbers from 1 to {max}, separated by commas");
            }

            return numbers;
        },
    };
}
