using HotPath.Billing;

namespace HotPath.Edge;

/// <summary>A billing session that calls have beside the one of <see cref="EdgeOptions.Charging"/>: a carrier's or a reseller's.</summary>
public sealed class EdgeSessionOptions
{
    /// <summary>The most that calls can have beside their own.</summary>
    public const int MostPerCall = 8;

    /// <summary>What the session sends. Its <see cref="ChargingProfile.Tag"/> is unlike those of the other sessions.</summary>
    public required ChargingProfile Profile { get; init; }

    /// <summary>Who pays; <c>null</c>: the account of the call.</summary>
    public string? Account { get; init; }

    /// <summary>The number that is rated; <c>null</c>: the number called.</summary>
    public string? Destination { get; init; }

    /// <summary>The engine is asked whether the call may run. If not, it first hears of the session when the call is answered.</summary>
    public bool IsAuthorized { get; init; } = true;

    /// <summary>
    /// One of <see cref="EdgeOptions.Routes"/>: only a call that tries this next hop has the session. It is asked about just before, and a
    /// refusal skips the next hop; it is started only if this next hop's answer is the call's. <c>null</c>: every call has it.
    /// </summary>
    public RouteTarget? Route { get; init; }
}
