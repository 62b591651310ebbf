namespace HotPath.Charging;

/// <summary>What to do when a call has cost <see cref="DestinationRate.MaxCost"/>.</summary>
internal enum MaxCostStrategy : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary><c>*free</c>: go on without charging.</summary>
    Free,

    /// <summary><c>*disconnect</c>: grant no more time.</summary>
    Disconnect,
}

/// <summary>How calls to a destination are charged: a row of <c>DestinationRates.csv</c> with its rate slots.</summary>
internal sealed class DestinationRate
{
    /// <summary>Name of the rate in <c>Rates.csv</c>.</summary>
    public required string RateId { get; init; }

    /// <summary>In ascending order of <see cref="RateSlot.GroupStartNs"/>; never empty.</summary>
    public required RateSlot[] Slots { get; init; }

    public required RoundingMethod RoundingMethod { get; init; }

    public required int RoundingDecimals { get; init; }

    public required decimal MaxCost { get; init; }

    public required MaxCostStrategy MaxCostStrategy { get; init; }

    /// <summary>Charged once per call.</summary>
    public decimal ConnectFee => Slots[0].ConnectFee;

    /// <summary>The slot in force once a call has lasted <paramref name="durationNs"/>.</summary>
    public RateSlot SlotAt(long durationNs)
    {
        RateSlot found = Slots[0];
        for (int i = 1; i < Slots.Length && Slots[i].GroupStartNs <= durationNs; i++)
        {
            found = Slots[i];
        }

        return found;
    }
}
