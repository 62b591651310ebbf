using System.CommandLine;
using HotPath.Testing;

namespace HotPath.Load;

/// <summary>The callee of a kill run as a process of its own.</summary>
internal static class KillCalleeCommand
{
    public const string Name = "kill-callee";

    public static Command Create()
    {
        var command = new Command(Name, "Answers calls: prints where, and when its standard input ends, what it lived through, a line for each call.") { Hidden = true };
        command.SetAction(_ => Run());
        return command;
    }

    private static void Run()
    {
        using var phone = new RealTimePhone(seed: 0);
        var callee = new SimulatedCallee(phone.World, phone, phone.Endpoint, KillPlans.Of);
        Console.WriteLine(phone.Endpoint.ToIPEndPoint());
        var ended = Task.Run(Console.In.ReadToEnd);
        phone.Run(() => ended.IsCompleted);
        foreach ((string callId, CallExperience experience) in callee.Experiences)
        {
            PhoneRecord.Of(phone, callId, experience, experience.OfferedAt).WriteTo(Console.Out);
        }
    }
}
