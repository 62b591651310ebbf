using System.CommandLine;
using HotPath.Testing;

namespace HotPath.Load;

/// <summary>The scripted engine as a process of its own, so that a load is measured apart from what answers it.</summary>
internal static class EngineCommand
{
    public const string Name = "engine";

    public static Command Create()
    {
        var delayMs = new Option<int>("--delay");
        var command = new Command(Name, "The scripted engine: prints where it listens, and ends when its standard input does.") { Hidden = true };
        command.Options.Add(delayMs);
        command.SetAction(parsed => Run(TimeSpan.FromMilliseconds(parsed.GetValue(delayMs))));
        return command;
    }

    private static void Run(TimeSpan delay)
    {
        using var engine = new ScriptedEngineHost();
        engine.Invoke(it =>
        {
            it.IsRecording = false;
            it.Latency = delay > TimeSpan.Zero ? EngineLatency.Fixed(delay) : null;
        });
        Console.WriteLine(engine.Address);

        // The input of a child ends with its parent, however that ends.
        Console.In.ReadToEnd();
    }
}
