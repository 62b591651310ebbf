namespace HotPath.Charging;

/// <summary>Money or units of an account, and what they may be used for. Source: facts cgrates-engine.md §3.</summary>
internal sealed class Balance
{
    public const string Monetary = "*monetary";
    public const string Generic = "*generic";

    /// <summary>ID of the balance that goes negative.</summary>
    public const string DefaultId = "*default";

    /// <summary>Names the balance for good.</summary>
    public required string Uuid { get; init; }

    /// <summary>The operator's name for it; may be empty.</summary>
    public required string Id { get; init; }

    /// <summary><c>*monetary</c>, or the type of record whose units it holds.</summary>
    public required string Type { get; init; }

    /// <summary>Money, or units: nanoseconds for voice.</summary>
    public decimal Value { get; set; }

    /// <summary>What it held when it was last set by an operator.</summary>
    public decimal InitialValue { get; set; }

    /// <summary>Higher is used first.</summary>
    public decimal Weight { get; set; }

    /// <summary>Destinations it pays for, <c>!</c> before one it does not pay for; empty: all.</summary>
    public string[] DestinationIds { get; set; } = [];

    /// <summary>Categories it pays for; empty: all.</summary>
    public string[] Categories { get; set; } = [];

    /// <summary>Rates calls by this subject; empty: by the call's own.</summary>
    public string RatingSubject { get; set; } = "";

    /// <summary>Nothing is taken from balances after this one.</summary>
    public bool Blocker { get; set; }

    /// <summary>It is not used.</summary>
    public bool Disabled { get; set; }

    /// <summary>When it ends; <c>null</c>: never.</summary>
    public DateTime? Expires { get; set; }

    /// <summary>It holds money, not units.</summary>
    public bool IsMoney => Type == Monetary;

    /// <summary>How well it fits a call.</summary>
    /// <returns>The length of the prefix by which it fits, 0 for a balance for all destinations; -1: it does not fit.</returns>
    public int Match(Tariff tariff, in RatingQuery query)
    {
        if (Disabled
            || (Value <= 0 && !Blocker)
            || Expires <= query.Start
            || (Categories.Length > 0 && Array.IndexOf(Categories, query.Category) < 0))
        {
            return -1;
        }

        if (DestinationIds.Length == 0)
        {
            return 0;
        }

        bool excludesOnly = true;
        foreach (string id in DestinationIds)
        {
            excludesOnly &= id.StartsWith('!');
        }

        PrefixIndex.Matches matches = tariff.Prefixes.Match(query.Destination);
        while (matches.MoveNext())
        {
            foreach (Destination destination in matches.Destinations)
            {
                foreach (string id in DestinationIds)
                {
                    if (id == destination.Id)
                    {
                        return matches.Prefix.Length;
                    }

                    if (id.Length == destination.Id.Length + 1 && id[0] == '!' && id.AsSpan(1).SequenceEqual(destination.Id))
                    {
                        return -1;
                    }
                }
            }
        }

        return excludesOnly ? 0 : -1;
    }
}
