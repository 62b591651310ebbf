using System.CommandLine;
using System.Globalization;
using HotPath.Edge;

namespace HotPath.Load;

/// <summary>An edge as a process of its own, as <c>hotpath edge</c> runs one, so that what it uses is its own.</summary>
internal static class EdgeCommand
{
    public const string Name = "edge";

    public static Command Create()
    {
        var file = new Option<string?>("--config");
        var route = new Option<string?>("--route");
        var lanes = new Option<int>("--lanes") { DefaultValueFactory = _ => 1 };
        var engine = new Option<string?>("--engine");
        var journal = new Option<string?>("--journal");
        var command = new Command(Name, "An edge: prints where it listens, then, for every line it reads, what it has used; ends with its input.") { Hidden = true };
        command.Options.Add(file);
        command.Options.Add(route);
        command.Options.Add(lanes);
        command.Options.Add(engine);
        command.Options.Add(journal);
        command.SetAction(parsed => RunAsync(parsed.GetValue(file) is { } path ? EdgeConfigFile.Load(path) : new EdgeConfigFile
        {
            Name = "edge-1",
            Listen = ["udp:127.0.0.1:0"],
            Route = parsed.GetValue(route),
            Lanes = parsed.GetValue(lanes),
            Charging = parsed.GetValue(engine) is not null,
            Engines = parsed.GetValue(engine) is { } address ? [address] : null,
            Journal = parsed.GetValue(journal) is { } folder ? new JournalConfig { Folder = folder } : null,
        }));
        return command;
    }

    private static async Task RunAsync(EdgeConfigFile config)
    {
        await using EdgeHost edge = EdgeHost.Start(config.ToOptions(Name));
        Console.WriteLine(edge.Listeners[0].ToIPEndPoint());

        // The input of a child ends with its parent, however that ends.
        while (await Console.In.ReadLineAsync() is not null)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{Environment.CpuUsage.TotalTime.Ticks} {GC.GetTotalAllocatedBytes(precise: true)} {Environment.WorkingSet}"));
        }
    }
}
