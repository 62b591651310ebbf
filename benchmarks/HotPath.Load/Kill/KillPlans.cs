using System.Globalization;
using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Load;

/// <summary>
/// What the phones of a kill run do. Both sides draw it from the Call-ID, which is the run's seed and the call's number: they need not talk
/// to each other to agree.
/// </summary>
internal static class KillPlans
{
    /// <summary>What the engine grants every call: those in which nobody hangs up end with it.</summary>
    public static readonly CgrDuration Grant = CgrDuration.FromSeconds(8);

    private const int LongestTalkMs = 9_000;

    /// <summary>The tag of a call's second session; the first has none.</summary>
    public const string SecondTag = "carrier";

    /// <summary>What the records of the edge's journal survive in a run.</summary>
    public static string LevelOf(ulong seed) => seed % 2 == 0 ? "power" : "process";

    /// <summary>How many billing sessions each call of a run has.</summary>
    public static int SessionsOf(ulong seed) => seed % 4 < 2 ? 1 : 2;

    /// <summary>A Call-ID.</summary>
    public static string CallIdOf(ulong seed, int number) => string.Create(CultureInfo.InvariantCulture, $"{seed}-{number}");

    /// <summary>What happens in a call.</summary>
    public static CallPlan Of(string callId)
    {
        string[] parts = callId.Split('-');
        ulong seed = ulong.Parse(parts[0], CultureInfo.InvariantCulture);
        var chance = new Random((int)(((seed * 1_000_003) + ulong.Parse(parts[1], CultureInfo.InvariantCulture)) % int.MaxValue));
        int talkMs = chance.Next(50, LongestTalkMs);
        CallPlan plan = new(RingMs: chance.Next(20, 400)) { CalleeHangsUpWithoutAck = true };
        plan = chance.Next(4) switch
        {
            0 => plan with { CallerHoldsAfterMs = chance.Next(20, talkMs) },
            1 => plan with { CallerUpdatesAfterMs = chance.Next(20, talkMs), CalleeInformsAfterMs = chance.Next(20, talkMs) },
            _ => plan,
        };
        return chance.Next(20) switch
        {
            0 => plan with { RejectWith = 486 },
            1 => plan,
            < 8 => plan with { CalleeHangsUpAfterMs = talkMs },
            _ => plan with { CallerHangsUpAfterMs = talkMs },
        };
    }
}
