namespace HotPath.Charging;

/// <summary>A destination's rate bound to the time it applies: what one row of <c>RatingPlans.csv</c> means for one destination.</summary>
/// <param name="Timing">When it applies.</param>
/// <param name="Rate">What it costs.</param>
/// <param name="Weight">Higher wins over lower.</param>
internal sealed record RateInterval(Timing Timing, DestinationRate Rate, decimal Weight);
