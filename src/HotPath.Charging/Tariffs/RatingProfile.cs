namespace HotPath.Charging;

/// <summary>Which rating plans a subject uses, and from when.</summary>
/// <param name="Key">Whose profile it is.</param>
/// <param name="Activations">In ascending order of time; never empty.</param>
internal sealed record RatingProfile(RatingProfileKey Key, RatingActivation[] Activations);

/// <summary>Names a rating profile.</summary>
internal readonly record struct RatingProfileKey(string Tenant, string Category, string Subject)
{
    /// <summary>The form in which the engine's replies name it.</summary>
    public override string ToString() => $"*out:{Tenant}:{Category}:{Subject}";
}

/// <summary>A rating plan that takes effect at a point in time.</summary>
/// <param name="From">From when.</param>
/// <param name="Plan">The plan.</param>
/// <param name="FallbackSubjects">Subjects of the same tenant and category to try when the plan has no rate for a number.</param>
internal sealed record RatingActivation(DateTime From, RatingPlan Plan, string[] FallbackSubjects);
