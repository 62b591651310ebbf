namespace HotPath.Charging;

/// <summary>Where the rates of a call come from.</summary>
/// <param name="Profile">Whose rating profile.</param>
/// <param name="Plan">Which plan; <c>null</c>: the call starts before the first one.</param>
/// <param name="Destination">The destination matched.</param>
/// <param name="Prefix">By which prefix.</param>
/// <param name="From">When the plan takes effect.</param>
/// <param name="Intervals">Its rates, by weight descending, then by time of day ascending.</param>
internal readonly record struct RatingMatch(
    RatingProfile Profile,
    RatingPlan? Plan,
    Destination Destination,
    string Prefix,
    DateTime From,
    RateInterval[] Intervals);
