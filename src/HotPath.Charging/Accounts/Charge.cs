namespace HotPath.Charging;

/// <summary>What a charge is for.</summary>
internal enum ChargeKind : byte
{
    /// <summary>Increments of usage.</summary>
    Usage,

    /// <summary>The connect fee.</summary>
    ConnectFee,

    /// <summary>What rounding a part of the call to its rate's decimals adds, or takes off.</summary>
    Rounding,
}

/// <summary>
/// So many increments of a call at so much each, and who pays them: an entry of a <see cref="ChargeList"/>. Any number of
/// increments is one entry.
/// </summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Match">Where the rate comes from; no plan for free units.</param>
/// <param name="Interval">The rate; <c>null</c> for free units.</param>
/// <param name="Slot">The slot of the rate; <c>null</c> for free units.</param>
/// <param name="Increment">Length of an increment; 0 for fees and rounding.</param>
/// <param name="Count">How many.</param>
/// <param name="IncrementCost">Price of one.</param>
/// <param name="Payer">Whose account pays; <c>null</c>: only rated.</param>
/// <param name="Money">The balance that pays the price; <c>null</c>: none did.</param>
/// <param name="Units">The balance that gives the units; <c>null</c>: none.</param>
internal readonly record struct Charge(
    ChargeKind Kind,
    RatingMatch Match,
    RateInterval? Interval,
    RateSlot? Slot,
    long Increment,
    long Count,
    decimal IncrementCost,
    Account? Payer,
    Balance? Money,
    Balance? Units)
{
    /// <summary>Price of all.</summary>
    public decimal Cost => Count * IncrementCost;

    /// <summary>Usage of all.</summary>
    public long Usage => Count * Increment;

    /// <summary>The other is priced by the same part of the same rate, so that they are rounded together.</summary>
    public bool IsSamePart(in Charge other) =>
        ReferenceEquals(Interval, other.Interval)
        && ReferenceEquals(Slot, other.Slot)
        && ReferenceEquals(Match.Profile, other.Match.Profile)
        && ReferenceEquals(Match.Destination, other.Match.Destination)
        && (Interval is not null || ReferenceEquals(Units, other.Units));

    /// <summary>The other differs in nothing but the number of increments.</summary>
    public bool IsSameExceptCount(in Charge other) =>
        Kind == other.Kind
        && Kind == ChargeKind.Usage
        && IsSamePart(other)
        && Increment == other.Increment
        && IncrementCost == other.IncrementCost
        && ReferenceEquals(Payer, other.Payer)
        && ReferenceEquals(Money, other.Money)
        && ReferenceEquals(Units, other.Units);

    /// <summary>Gives so many increments back to the balances they came from.</summary>
    public void Refund(long count)
    {
        if (Money is not null)
        {
            Money.Value += count * IncrementCost;
        }

        if (Units is not null)
        {
            Units.Value += (decimal)count * Increment;
        }
    }
}
