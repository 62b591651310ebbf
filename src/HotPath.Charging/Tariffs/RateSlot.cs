namespace HotPath.Charging;

/// <summary>The price of a call from a certain duration on: a row of <c>Rates.csv</c>.</summary>
internal sealed class RateSlot
{
    public RateSlot(decimal connectFee, decimal rate, long unitNs, long incrementNs, long groupStartNs)
    {
        ConnectFee = connectFee;
        Rate = rate;
        UnitNs = unitNs;
        IncrementNs = incrementNs;
        GroupStartNs = groupStartNs;

        decimal cost = rate * incrementNs / unitNs;
        ExactIncrementCost = cost * unitNs == rate * incrementNs ? CgrRounding.Trim(cost) : null;
    }

    /// <summary>Charged once per call if this is the first slot.</summary>
    public decimal ConnectFee { get; }

    /// <summary>Price of <see cref="UnitNs"/>.</summary>
    public decimal Rate { get; }

    /// <summary>What <see cref="Rate"/> is the price of; nanoseconds for voice, units for everything else.</summary>
    public long UnitNs { get; }

    /// <summary>The smallest part that is charged.</summary>
    public long IncrementNs { get; }

    /// <summary>The duration of the call at which this slot begins.</summary>
    public long GroupStartNs { get; }

    /// <summary>Price of one increment, where a decimal can say it exactly, without trailing zeros.</summary>
    public decimal? ExactIncrementCost { get; }
}
