using System.Runtime.InteropServices;

namespace HotPath.Charging;

/// <summary>Everything a run of a call was charged, in the order of time: the engine's <c>EventCost</c>. Source: facts cgrates-engine.md §2.5, §4.3.</summary>
internal sealed class ChargeList
{
    private readonly List<Charge> _charges = [];

    /// <summary>The entries.</summary>
    public ReadOnlySpan<Charge> Charges => CollectionsMarshal.AsSpan(_charges);

    /// <summary>Usage charged; more than used where the last increment is longer.</summary>
    public long Usage { get; private set; }

    /// <summary>The sum of all charges.</summary>
    public decimal Cost { get; private set; }

    /// <summary>Forgets everything. Balances keep what they have.</summary>
    public void Clear()
    {
        _charges.Clear();
        Usage = 0;
        Cost = 0;
    }

    /// <summary>Adds a charge, to the last entry if it is more of the same.</summary>
    public void Add(in Charge charge)
    {
        Usage += charge.Usage;
        Cost += charge.Cost;
        if (_charges.Count > 0 && _charges[^1].IsSameExceptCount(charge))
        {
            _charges[^1] = charge with { Count = _charges[^1].Count + charge.Count };
        }
        else
        {
            _charges.Add(charge);
        }
    }

    /// <summary>Adds all of another list's charges.</summary>
    public void Add(ChargeList other)
    {
        foreach (ref readonly Charge charge in other.Charges)
        {
            Add(charge);
        }
    }

    /// <summary>Adds what a rating says, paid by nobody; a connect fee of 0 too, as <c>APIerSv1.GetCost</c> shows it.</summary>
    public void Add(RatedUsage rated)
    {
        foreach (ref readonly RatedSpan span in rated.Spans)
        {
            if (rated.HasConnectFee && _charges.Count == 0)
            {
                Add(new Charge(ChargeKind.ConnectFee, span.Match, span.Interval, span.Slot, 0, 1, rated.ConnectFee, null, null, null));
            }

            if (span.Count > 0)
            {
                Add(new Charge(ChargeKind.Usage, span.Match, span.Interval, span.Slot, span.Slot.IncrementNs, span.Count, span.IncrementCost, null, null, null));
            }
        }
    }

    /// <summary>
    /// Takes back what was charged beyond a usage. The increment in which the usage ends stays whole; without any usage, everything
    /// is taken back, the connect fee too.
    /// </summary>
    public void Trim(long usage)
    {
        long used = 0;
        int kept = 0;
        while (kept < _charges.Count && usage > 0)
        {
            Charge charge = _charges[kept];
            if (charge.Increment > 0 && used >= usage)
            {
                break;
            }

            long needed = charge.Increment == 0 ? charge.Count : Math.Min(charge.Count, (usage - used + charge.Increment - 1) / charge.Increment);
            used += needed * charge.Increment;
            kept++;
            if (needed < charge.Count)
            {
                Remove(kept - 1, charge.Count - needed);
                break;
            }
        }

        while (_charges.Count > kept)
        {
            Remove(_charges.Count - 1, _charges[^1].Count);
        }
    }

    /// <summary>Takes everything back.</summary>
    public void Undo() => Trim(0);

    /// <summary>
    /// Rounds each part of the call as its rate says. The difference is taken from, or given to, the balance that paid the part's
    /// first charge; parts that no money balance began to pay are left as they are.
    /// </summary>
    public void Round()
    {
        for (int first = 0; first < _charges.Count; first++)
        {
            int last = first;
            decimal cost = _charges[first].Cost;
            while (last + 1 < _charges.Count && _charges[last + 1].IsSamePart(_charges[first]))
            {
                cost += _charges[++last].Cost;
            }

            if (_charges[first] is { Money: { } money, Interval.Rate: { } rate } charge)
            {
                decimal correction = CgrRounding.Round(cost, rate.RoundingDecimals, rate.RoundingMethod) - cost;
                if (correction != 0)
                {
                    money.Value -= correction;
                    Cost += correction;
                    _charges.Insert(++last, charge with { Kind = ChargeKind.Rounding, Increment = 0, Count = 1, IncrementCost = correction, Units = null });
                }
            }

            first = last;
        }
    }

    private void Remove(int index, long count)
    {
        Charge charge = _charges[index];
        charge.Refund(count);
        Usage -= count * charge.Increment;
        Cost -= count * charge.IncrementCost;
        if (count == charge.Count)
        {
            _charges.RemoveAt(index);
        }
        else
        {
            _charges[index] = charge with { Count = charge.Count - count };
        }
    }
}
