using HotPath.Billing;

namespace HotPath.Testing;

/// <summary>A call of a simulation: who calls, what kind of number, and what happens in it.</summary>
/// <param name="Plan">What its phones do.</param>
/// <param name="Account">Who calls.</param>
/// <param name="Number">Whom.</param>
/// <param name="Class">What kind of number that is.</param>
internal sealed record SimulatedCall(CallPlan Plan, string Account, string Number, CallClass Class)
{
    /// <summary>What happens at the first of two next hops, which may not serve.</summary>
    public CallPlan FirstPlan { get; private init; } = Plan;

    /// <summary>The same call where there are two next hops, and half of the calls get no further by the first.</summary>
    public SimulatedCall WithFirstHop(Random chance) => chance.Next(6) switch
    {
        0 => this with { FirstPlan = Plan with { IsCalleeSilent = true } },
        1 or 2 => this with
        {
            FirstPlan = new CallPlan(RejectWith: 503, RingMs: chance.Next(0, 300)) { Forks = Plan.Forks, CalleeDiesAfterMs = Plan.CalleeDiesAfterMs },
        },
        _ => this,
    };

    /// <summary>The same call with a callee that waits for no ACK when it hangs up.</summary>
    public SimulatedCall WithHaste() => new(Plan with { IsCalleeHasty = true }, Account, Number, Class);

    /// <summary>A call of any kind.</summary>
    /// <param name="chance">Draws it.</param>
    /// <param name="account">Who calls.</param>
    /// <param name="number">Whom, if the call is charged.</param>
    /// <param name="exemptPerMille">Of a thousand calls, so many go to numbers that are free or for help.</param>
    public static SimulatedCall Draw(Random chance, string account, string number, int exemptPerMille)
    {
        if (exemptPerMille == 0 || chance.Next(1_000) >= exemptPerMille)
        {
            return new SimulatedCall(CallPlans.Draw(chance, number), account, number, CallClass.Charged);
        }

        return chance.Next(2) == 0
            ? new SimulatedCall(CallPlans.DrawEnding(chance, SimulatedEdge.EmergencyNumber), account, SimulatedEdge.EmergencyNumber, CallClass.Emergency)
            : new SimulatedCall(CallPlans.DrawEnding(chance, SimulatedEdge.FreeNumber), account, SimulatedEdge.FreeNumber, CallClass.Free);
    }
}
