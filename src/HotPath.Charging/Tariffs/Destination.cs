namespace HotPath.Charging;

/// <summary>A named set of number prefixes.</summary>
/// <param name="Id">Name in <c>Destinations.csv</c>.</param>
/// <param name="Index">Place in the tariff's list of destinations; -1 for <see cref="Any"/>.</param>
internal sealed record Destination(string Id, int Index)
{
    /// <summary>The built-in destination that every number matches after all others.</summary>
    public static Destination Any { get; } = new("*any", -1);
}
