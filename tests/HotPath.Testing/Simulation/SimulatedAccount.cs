using System.Globalization;
using HotPath.Commands;

namespace HotPath.Testing;

/// <summary>An account of simulated calls, whose name says what a scripted engine grants it: nothing else knows.</summary>
/// <param name="Authorized">What Authorize grants; <see cref="CgrDuration.Unlimited"/> without a limit, <c>null</c>: there is no such account.</param>
/// <param name="Initiated">The same of Initiate.</param>
public sealed record SimulatedAccount(CgrDuration? Authorized, CgrDuration? Initiated)
{
    private const char Unknown = 'x';

    /// <summary>The user of a From URI.</summary>
    public string Name => $"a{Write(Authorized)}.{Write(Initiated)}";

    /// <summary>An account of any kind: rich, poor, poorer when the call is answered, unknown.</summary>
    public static SimulatedAccount Draw(Random chance) => chance.Next(12) switch
    {
        0 => new SimulatedAccount(null, null),
        1 => new SimulatedAccount(CgrDuration.FromSeconds(30), null),
        2 => new SimulatedAccount(CgrDuration.FromSeconds(30), CgrDuration.Zero),
        3 => Granted(CgrDuration.Zero),
        4 => Granted(CgrDuration.Unlimited),
        5 or 6 => Granted(Ms(chance.Next(1_000, 15_000))),
        7 => new SimulatedAccount(CgrDuration.FromSeconds(60), Ms(chance.Next(1_000, 10_000))),
        8 => new SimulatedAccount(Ms(chance.Next(2_000, 5_000)), Ms(chance.Next(5_000, 20_000))),
        _ => Granted(CgrDuration.FromSeconds(3600)),
    };

    /// <summary>An account that pays for some time at least.</summary>
    public static SimulatedAccount DrawGranted(Random chance) => Granted(chance.Next(3) == 0 ? Ms(chance.Next(3_000, 30_000)) : CgrDuration.FromSeconds(3600));

    /// <summary>Reads a name.</summary>
    public static SimulatedAccount Parse(string name)
    {
        string[] grants = name[1..].Split('.');
        return new SimulatedAccount(Read(grants[0]), Read(grants[1]));
    }

    private static SimulatedAccount Granted(CgrDuration grant) => new(grant, grant);

    private static CgrDuration Ms(int ms) => new(ms * 1_000_000L);

    private static string Write(CgrDuration? grant) =>
        grant is null ? $"{Unknown}" : grant.Value.IsUnlimited ? "u" : (grant.Value.Nanoseconds / 1_000_000).ToString(CultureInfo.InvariantCulture);

    private static CgrDuration? Read(string grant) =>
        grant[0] == Unknown ? null : grant == "u" ? CgrDuration.Unlimited : Ms(int.Parse(grant, CultureInfo.InvariantCulture));
}
