using System.CommandLine;
using HotPath.Testing;

namespace HotPath.Load;

/// <summary>The engine of a kill run as a process of its own, whose debits and CDRs outlive it.</summary>
internal static class KillEngineCommand
{
    public const string Name = "kill-engine";

    public static Command Create()
    {
        var file = new Argument<string>("file");
        var port = new Argument<int>("port");
        var storesCosts = new Argument<bool>("stores-session-costs");
        var command = new Command(Name, "The scripted engine, which writes down what it does: prints where it listens, and ends when its standard input does.") { Hidden = true };
        command.Arguments.Add(file);
        command.Arguments.Add(port);
        command.Arguments.Add(storesCosts);
        command.SetAction(parsed => Run(parsed.GetValue(file)!, parsed.GetValue(port), parsed.GetValue(storesCosts)));
        return command;
    }

    private static void Run(string path, int port, bool storesCosts)
    {
        using var file = new ScriptedEngineFile(path);
        var engine = new ScriptedEngine { Grant = KillPlans.Grant, IsRecording = false, StoresSessionCosts = storesCosts };
        engine.Use(file);
        using var host = new ScriptedEngineHost(engine, port);
        Console.WriteLine(host.Address);
        Console.In.ReadToEnd();
    }
}
