namespace HotPath.Charging;

/// <summary>An account at a point in time. Immutable.</summary>
/// <param name="Tenant">Whose customer it is.</param>
/// <param name="Account">Its name.</param>
/// <param name="Money">The sum of its money.</param>
/// <param name="AllowNegative">It may go below zero, and calls have no limit.</param>
/// <param name="Disabled">It may not call.</param>
/// <param name="Balances">Its balances.</param>
public sealed record AccountSnapshot(string Tenant, string Account, decimal Money, bool AllowNegative, bool Disabled, IReadOnlyList<BalanceSnapshot> Balances)
{
    internal static AccountSnapshot Of(Account account) => new(
        account.Tenant,
        account.Name,
        account.Money,
        account.AllowNegative,
        account.Disabled,
        [.. account.Balances.Select(balance => new BalanceSnapshot(balance.Uuid, balance.Id, balance.Type, balance.InitialValue, balance.Value, balance.Disabled))]);
}

/// <summary>A balance at a point in time. Immutable.</summary>
/// <param name="Uuid">Names it for good.</param>
/// <param name="Id">The operator's name for it; may be empty.</param>
/// <param name="Type"><c>*monetary</c>, or the type of record whose units it holds.</param>
/// <param name="InitialValue">What it held when it was last set.</param>
/// <param name="Value">Money, or units: nanoseconds for voice.</param>
/// <param name="Disabled">It is not used.</param>
public sealed record BalanceSnapshot(string Uuid, string Id, string Type, decimal InitialValue, decimal Value, bool Disabled);
