namespace HotPath.Testing;

/// <summary>Draws what happens in a call, so that every kind of ending comes up.</summary>
internal static class CallPlans
{
    private const int LongestRingMs = 4_000;
    private const int LongestTalkMs = 20_000;

    private static ReadOnlySpan<int> Rejections => [300, 404, 480, 486, 488, 500, 503, 600, 603];

    /// <summary>A plan for a call to <paramref name="number"/>.</summary>
    public static CallPlan Draw(Random chance, string number)
    {
        CallPlan plan = DrawTalk(chance, new CallPlan(RingMs: chance.Next(50, LongestRingMs), CallerHangsUpAfterMs: chance.Next(1, LongestTalkMs)));
        return chance.Next(18) switch
        {
            0 => plan with { RejectWith = Rejections[chance.Next(Rejections.Length)] },
            1 => plan with { CancelAfterMs = chance.Next(1, LongestRingMs + 1_000), CallerHangsUpAfterMs = chance.Next(1, 2_000) },
            2 => plan with { CancelAfterMs = plan.RingMs + chance.Next(-20, 20), CallerHangsUpAfterMs = 1_000 },
            3 => plan with { CalleeHangsUpAfterMs = chance.Next(1, LongestTalkMs), CallerHangsUpAfterMs = 0 },
            4 => plan with { CalleeHangsUpAfterMs = plan.CallerHangsUpAfterMs + chance.Next(-10, 10) },
            5 => plan with { IsCalleeSilent = true, CancelAfterMs = chance.Next(2) * chance.Next(1, 20_000) },
            6 => plan with { RingMs = 1_000_000, CancelAfterMs = chance.Next(3) == 0 ? chance.Next(5_000, 60_000) : 0 },
            7 => plan with { CallerNeverAcknowledges = true, CallerHangsUpAfterMs = chance.Next(2) * chance.Next(1, 40_000), CalleeHangsUpWithoutAck = chance.Next(2) == 0 },
            8 => plan with { ChallengeWith = chance.Next(2) == 0 ? 401 : 407 },
            9 => plan with { RedirectTo = number == "1003" ? "1002" : "1003" },
            10 => plan with { IsReliable = true, UpdatesEarly = chance.Next(2) == 0, CancelAfterMs = chance.Next(4) == 0 ? chance.Next(1, LongestRingMs) : 0 },
            11 => plan with { Forks = chance.Next(2, 4), IsReliable = chance.Next(3) == 0, RejectWith = chance.Next(4) == 0 ? 603 : 0 },
            12 => plan with { Forks = 2, SecondAnswerAfterMs = chance.Next(1, 4_000), SecondCallLastsMs = chance.Next(2) * chance.Next(1, 5_000) },
            13 => plan with { CallerDiesAfterMs = chance.Next(1, LongestTalkMs), CalleeHangsUpAfterMs = chance.Next(2) * chance.Next(1, LongestTalkMs) },
            14 => plan with { CalleeDiesAfterMs = chance.Next(1, LongestTalkMs), CallerHangsUpAfterMs = chance.Next(2) * chance.Next(1, LongestTalkMs) },
            15 => plan with { CallerDiesAfterMs = plan.RingMs + chance.Next(1, 5_000), CalleeDiesAfterMs = plan.RingMs + chance.Next(1, 5_000) },
            16 => plan with { CallerHangsUpAfterMs = 0 },
            _ => plan,
        };
    }

    /// <summary>The same, but what the phones do ends the call: nobody else may end one for help.</summary>
    public static CallPlan DrawEnding(Random chance, string number)
    {
        CallPlan plan;
        do
        {
            plan = Draw(chance, number);
        }
        while (plan.RedirectTo is not null || plan.EndsInSilence || plan is { CallerHangsUpAfterMs: 0, CalleeHangsUpAfterMs: 0 });
        return plan;
    }

    /// <summary>What happens while they talk.</summary>
    private static CallPlan DrawTalk(Random chance, CallPlan plan) => chance.Next(8) switch
    {
        0 => plan with { CallerHoldsAfterMs = chance.Next(1, 5_000), RefusesHold = chance.Next(4) == 0 },
        1 => plan with { CalleeHoldsAfterMs = chance.Next(1, 5_000), RefusesHold = chance.Next(4) == 0 },
        2 => plan with { CallerHoldsAfterMs = 3_000, CalleeHoldsAfterMs = chance.Next(2_995, 3_005) },
        3 => plan with { CallerUpdatesAfterMs = chance.Next(1, 5_000), CalleeInformsAfterMs = chance.Next(1, 5_000) },
        _ => plan,
    };
}
