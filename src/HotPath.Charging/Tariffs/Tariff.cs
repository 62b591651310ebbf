using System.Collections.Frozen;

namespace HotPath.Charging;

/// <summary>
/// A whole tariff plan: prefixes, rates, rating profiles, charger and attribute profiles, and the accounts it creates. An immutable
/// snapshot: any thread may rate with it, and calls in progress keep theirs when a new one is loaded. Made by <see cref="TariffLoader"/>.
/// </summary>
public sealed class Tariff
{
    internal Tariff(
        PrefixIndex prefixes,
        Dictionary<string, Destination> destinations,
        Dictionary<RatingProfileKey, RatingProfile> profiles,
        AttributeProfile[] attributes,
        ChargerProfile[] chargers,
        AccountSeed[] accounts,
        IReadOnlyList<TariffError> notices)
    {
        Prefixes = prefixes;
        Destinations = destinations.ToFrozenDictionary();
        Profiles = profiles.ToFrozenDictionary();
        Attributes = attributes;
        Chargers = chargers;
        Accounts = accounts;
        Notices = notices;
    }

    /// <summary>What the embedded engine does not use of the plan, one notice each.</summary>
    public IReadOnlyList<TariffError> Notices { get; }

    /// <summary>How many different number prefixes there are.</summary>
    public int PrefixCount => Prefixes.Count;

    /// <summary>How many rating profiles there are.</summary>
    public int RatingProfileCount => Profiles.Count;

    internal PrefixIndex Prefixes { get; }

    internal FrozenDictionary<string, Destination> Destinations { get; }

    internal FrozenDictionary<RatingProfileKey, RatingProfile> Profiles { get; }

    /// <summary>By weight, highest first.</summary>
    internal AttributeProfile[] Attributes { get; }

    /// <summary>By weight, highest first.</summary>
    internal ChargerProfile[] Chargers { get; }

    internal AccountSeed[] Accounts { get; }
}
