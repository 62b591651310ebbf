namespace HotPath.Charging;

/// <summary>
/// Debits calls: splits a piece of a call over the balances of an account. Works on runs of increments, so its effort does not depend
/// on how long the piece is. One object is used for all debits of one thread and keeps its memory. Source: facts cgrates-engine.md §3.
/// </summary>
internal sealed class AccountDebit(int decimals)
{
    private const string ZeroRatingSubject = "*zero";

    private readonly RatedUsage _rated = new();
    private readonly ChargeList _charges = new();
    private readonly List<(Balance Balance, int PrefixLength)> _unitBalances = [];
    private readonly List<(Balance Balance, int PrefixLength)> _moneyBalances = [];

    // The piece being debited. They hold between calls only what the next one overwrites.
    private Tariff _tariff = null!;
    private Account _account = null!;
    private RatingQuery _query;
    private bool _isDryRun;
    private bool _isConnected;
    private bool _isConnectFeeUnpaid;
    private bool _isMaxCostReached;
    private bool _isBlocked;
    private long _position;
    private decimal _costSoFar;

    /// <summary>How much of a piece of a call the account can pay.</summary>
    /// <param name="tariff">The rates.</param>
    /// <param name="account">Who pays. Unchanged afterwards.</param>
    /// <param name="query">The piece; <see cref="RatingQuery.Usage"/> is what is asked for.</param>
    /// <param name="granted">What it can pay, at most what was asked for; -1: the account may go negative, so there is no limit.</param>
    /// <remarks>
    /// A <c>*disconnect</c> maximum cost ends the grant with the increment that reaches it. Sums are exact: the tutorial's 0.12 at 0.01
    /// a second are 12 s, where CGRateS, adding floating-point numbers, grants 13 s (facts cgrates-engine.md §2.6).
    /// </remarks>
    public ChargingError GetMaxUsage(Tariff tariff, Account account, in RatingQuery query, out long granted)
    {
        granted = 0;
        if (account.Disabled)
        {
            return ChargingError.AccountDisabled;
        }

        if (account.AllowNegative)
        {
            granted = -1;
            return ChargingError.None;
        }

        ChargingError error = Run(tariff, account, query, isDryRun: true);
        granted = error != ChargingError.None || _isConnectFeeUnpaid ? 0 : Math.Min(_charges.Usage, query.Usage);
        _charges.Undo();
        return error;
    }

    /// <summary>Debits as much of a piece of a call as the account can pay.</summary>
    /// <param name="tariff">The rates.</param>
    /// <param name="account">Who pays.</param>
    /// <param name="query">The piece.</param>
    /// <param name="charges">What was charged is added to it; its usage exceeds what was asked for where the last increment is longer.</param>
    public ChargingError DebitAffordable(Tariff tariff, Account account, in RatingQuery query, ChargeList charges)
    {
        ChargingError error = GetMaxUsage(tariff, account, query, out long granted);
        return error != ChargingError.None || granted == 0
            ? error
            : Debit(tariff, account, granted < 0 ? query : query with { Usage = granted }, charges);
    }

    /// <summary>Debits a piece of a call. What no balance covers, the <c>*default</c> balance owes.</summary>
    /// <param name="tariff">The rates.</param>
    /// <param name="account">Who pays. Unchanged after an error.</param>
    /// <param name="query">The piece.</param>
    /// <param name="charges">What was charged is added to it.</param>
    public ChargingError Debit(Tariff tariff, Account account, in RatingQuery query, ChargeList charges)
    {
        if (account.Disabled)
        {
            return ChargingError.AccountDisabled;
        }

        ChargingError error = Run(tariff, account, query, isDryRun: false);
        if (error != ChargingError.None)
        {
            _charges.Undo();
            return error;
        }

        charges.Add(_charges);
        return ChargingError.None;
    }

    private ChargingError Run(Tariff tariff, Account account, in RatingQuery query, bool isDryRun)
    {
        _tariff = tariff;
        _account = account;
        _query = query;
        _charges.Clear();
        _isDryRun = isDryRun;
        _isConnected = query.IsContinued;
        _isConnectFeeUnpaid = false;
        _isMaxCostReached = false;
        _isBlocked = false;
        _position = 0;
        _costSoFar = query.CostBefore;
        SelectBalances();

        bool hasMoved = true;
        while (hasMoved && !IsCovered && !_isBlocked)
        {
            hasMoved = Use(_unitBalances) | Use(_moneyBalances);
        }

        return IsCovered || _isMaxCostReached ? ChargingError.None
            : _isBlocked ? isDryRun ? ChargingError.None : ChargingError.BalanceBlocked
            : DebitRest();
    }

    private bool IsCovered => _position >= _query.Usage;

    private void SelectBalances()
    {
        _unitBalances.Clear();
        _moneyBalances.Clear();
        string tor = _query.ToR.Length == 0 ? RatingQuery.Voice : _query.ToR;
        foreach (Balance balance in _account.Balances)
        {
            List<(Balance Balance, int PrefixLength)>? list = balance.IsMoney ? _moneyBalances
                : balance.Type == tor || balance.Type == Balance.Generic ? _unitBalances
                : null;
            int length = list is null ? -1 : balance.Match(_tariff, _query);
            if (length < 0)
            {
                continue;
            }

            // Longest prefix first, then highest weight, then as they were made.
            int at = list!.Count;
            while (at > 0 && (list[at - 1].PrefixLength < length || (list[at - 1].PrefixLength == length && list[at - 1].Balance.Weight < balance.Weight)))
            {
                at--;
            }

            list.Insert(at, (balance, length));
        }
    }

    /// <returns>Some balance paid something.</returns>
    private bool Use(List<(Balance Balance, int PrefixLength)> balances)
    {
        bool hasMoved = false;
        foreach ((Balance balance, _) in balances)
        {
            if (IsCovered || _isMaxCostReached || _isBlocked)
            {
                break;
            }

            long before = _position;
            if (balance.IsMoney)
            {
                DebitMoney(balance);
            }
            else if (TryGetFreeIncrement(balance, out long increment))
            {
                DebitFreeUnits(balance, increment);
            }
            else
            {
                DebitRatedUnits(balance);
            }

            hasMoved |= _position > before;
            _isBlocked = balance.Blocker && !IsCovered;
        }

        return hasMoved;
    }

    /// <summary>Units without a price: the balance has no rating subject, or one that says how long an increment is.</summary>
    private bool TryGetFreeIncrement(Balance balance, out long increment)
    {
        increment = _query.IsVoice ? Nanoseconds.PerSecond : 1;
        return balance.RatingSubject.Length == 0
            || (balance.RatingSubject.StartsWith(ZeroRatingSubject, StringComparison.Ordinal)
                && Nanoseconds.TryParse(balance.RatingSubject.AsSpan(ZeroRatingSubject.Length), out increment)
                && increment > 0);
    }

    private void DebitFreeUnits(Balance balance, long increment)
    {
        long needed = ((_query.Usage - _position - 1) / increment) + 1;
        long count = (long)Math.Min(needed, decimal.Floor(balance.Value / increment));
        if (count > 0)
        {
            Take(new Charge(ChargeKind.Usage, default, null, null, increment, count, 0, _account, null, balance));
        }
    }

    /// <summary>Rates what is left of the piece.</summary>
    private ChargingError Rate(string ratingSubject) => RatingEngine.Rate(
        _tariff,
        _query with
        {
            Subject = ratingSubject.Length > 0 ? ratingSubject : _query.Subject,
            Start = Nanoseconds.After(_query.Start, _position),
            Usage = _query.Usage - _position,
            UsedBefore = _query.UsedBefore + _position,
            IsContinued = _isConnected,
        },
        decimals,
        _rated);

    private void DebitMoney(Balance balance)
    {
        if (Rate(balance.RatingSubject) != ChargingError.None || !CanBegin(balance))
        {
            return;
        }

        PayConnectFee();
        foreach (ref readonly RatedSpan span in _rated.Spans)
        {
            long left = span.Count;
            while (left > 0)
            {
                decimal cost = CostWithinMaximum(span, ref left, out long count);
                if (count == 0)
                {
                    return;
                }

                long affordable = cost == 0 ? count : (long)Math.Min(count, decimal.Floor(balance.Value / cost));
                if (affordable > 0)
                {
                    Take(new Charge(ChargeKind.Usage, span.Match, span.Interval, span.Slot, span.Slot.IncrementNs, affordable, cost, _account, balance, null));
                }

                if (affordable < count)
                {
                    return;
                }

                left -= count;
            }
        }
    }

    private void DebitRatedUnits(Balance units)
    {
        if (Rate(units.RatingSubject) != ChargingError.None || units.Value < _rated.Spans[0].Slot.IncrementNs)
        {
            return;
        }

        PayConnectFee();
        foreach (ref readonly RatedSpan span in _rated.Spans)
        {
            long left = span.Count;
            while (left > 0)
            {
                decimal cost = CostWithinMaximum(span, ref left, out long count);
                count = (long)Math.Min(count, decimal.Floor(units.Value / span.Slot.IncrementNs));
                if (count <= 0 || !TryFindPayer(cost, ref count, out Balance? money))
                {
                    return;
                }

                Take(new Charge(ChargeKind.Usage, span.Match, span.Interval, span.Slot, span.Slot.IncrementNs, count, cost, _account, money, units));
                left -= count;
            }
        }
    }

    /// <summary>The first money balance that can pay an increment, and how many it can pay.</summary>
    private bool TryFindPayer(decimal cost, ref long count, out Balance? payer)
    {
        payer = null;
        if (cost == 0)
        {
            return true;
        }

        foreach ((Balance balance, _) in _moneyBalances)
        {
            if (balance.Value >= cost)
            {
                payer = balance;
                count = (long)Math.Min(count, decimal.Floor(balance.Value / cost));
                return true;
            }
        }

        if (_isDryRun && !_account.AllowNegative)
        {
            return false;
        }

        payer = _account.GetOrAddDefault();
        return true;
    }

    /// <summary>The price of the next increments of a span, and how many of them have it, as its rate's maximum cost says.</summary>
    private decimal CostWithinMaximum(in RatedSpan span, ref long left, out long count)
    {
        DestinationRate rate = span.Interval!.Rate;
        count = left;
        if (rate.MaxCost <= 0 || rate.MaxCostStrategy == MaxCostStrategy.None || (rate.MaxCostStrategy == MaxCostStrategy.Disconnect && !_isDryRun))
        {
            return span.IncrementCost;
        }

        if (_costSoFar < rate.MaxCost)
        {
            if (span.IncrementCost > 0)
            {
                count = (long)Math.Min(left, decimal.Ceiling((rate.MaxCost - _costSoFar) / span.IncrementCost));
            }

            return span.IncrementCost;
        }

        if (rate.MaxCostStrategy == MaxCostStrategy.Disconnect)
        {
            _isMaxCostReached = true;
            count = 0;
        }

        return 0;
    }

    private void Take(in Charge charge)
    {
        if (charge.Money is not null)
        {
            charge.Money.Value -= charge.Cost;
        }

        if (charge.Units is not null)
        {
            charge.Units.Value -= charge.Usage;
        }

        _position += charge.Usage;
        _isConnected = true;
        _costSoFar += charge.Kind == ChargeKind.Usage ? charge.Cost : 0;
        _charges.Add(charge);
    }

    /// <summary>
    /// The call can begin with this balance: it pays for more than the connect fee. So the fee is never taken for a call that the
    /// account then cannot make, unlike in CGRateS.
    /// </summary>
    private bool CanBegin(Balance balance)
    {
        if (_isConnected || _rated.ConnectFee == 0 || _rated.SpanCount == 0)
        {
            return true;
        }

        Balance? payer = FindConnectFeePayer(out bool isBlocked);
        _isConnectFeeUnpaid |= payer is null;
        decimal rest = balance.Value - (ReferenceEquals(payer, balance) ? _rated.ConnectFee : 0);
        return !isBlocked && (payer is not null || !_isDryRun) && rest >= _rated.Spans[0].IncrementCost;
    }

    private Balance? FindConnectFeePayer(out bool isBlocked)
    {
        isBlocked = false;
        foreach ((Balance balance, _) in _moneyBalances)
        {
            if (balance.Value >= _rated.ConnectFee)
            {
                return balance;
            }

            if (balance.Blocker)
            {
                isBlocked = true;
                return null;
            }
        }

        return null;
    }

    private void PayConnectFee()
    {
        if (_isConnected || _rated.SpanCount == 0)
        {
            return;
        }

        _isConnected = true;
        if (_rated.ConnectFee == 0)
        {
            return;
        }

        Balance? payer = FindConnectFeePayer(out _);
        if (payer is null && _isDryRun)
        {
            _isConnectFeeUnpaid = true;
            return;
        }

        RatedSpan first = _rated.Spans[0];
        Take(new Charge(ChargeKind.ConnectFee, first.Match, first.Interval, first.Slot, 0, 1, _rated.ConnectFee, _account, payer ?? _account.GetOrAddDefault(), null));
    }

    /// <summary>What no balance covered: granted if it costs nothing, else owed.</summary>
    private ChargingError DebitRest()
    {
        ChargingError error = Rate("");
        if (error != ChargingError.None)
        {
            return error;
        }

        bool isFree = _rated.EventCost == 0;
        if (_isDryRun && !isFree)
        {
            return ChargingError.None;
        }

        PayConnectFee();
        Balance? owing = isFree ? null : _account.GetOrAddDefault();
        foreach (ref readonly RatedSpan span in _rated.Spans)
        {
            if (span.Count > 0)
            {
                Take(new Charge(ChargeKind.Usage, span.Match, span.Interval, span.Slot, span.Slot.IncrementNs, span.Count, span.IncrementCost, _account, owing, null));
            }
        }

        return ChargingError.None;
    }
}
