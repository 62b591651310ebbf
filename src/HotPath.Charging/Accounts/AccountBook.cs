namespace HotPath.Charging;

/// <summary>All accounts, in memory.</summary>
internal sealed class AccountBook
{
    private readonly Dictionary<(string Tenant, string Name), Account> _accounts = [];

    /// <summary>In no particular order.</summary>
    public IEnumerable<Account> All => _accounts.Values;

    public int Count => _accounts.Count;

    public Account? Find(string tenant, string name) => _accounts.GetValueOrDefault((tenant, name));

    public Account GetOrAdd(string tenant, string name)
    {
        if (!_accounts.TryGetValue((tenant, name), out Account? account))
        {
            _accounts.Add((tenant, name), account = new Account(tenant, name));
        }

        return account;
    }

    public bool Remove(string tenant, string name) => _accounts.Remove((tenant, name));

    /// <summary>Makes an account as a tariff plan says.</summary>
    public void Create(AccountSeed seed)
    {
        Account account = GetOrAdd(seed.Tenant, seed.Account);
        account.AllowNegative = seed.AllowNegative;
        account.Disabled = seed.Disabled;
        foreach (AccountAction action in seed.Actions)
        {
            switch (action.Kind)
            {
                case AccountActionKind.TopUp:
                    account.TopUp(action.Balance!);
                    break;
                case AccountActionKind.TopUpReset:
                    account.SetBalance(action.Balance!);
                    break;
                case AccountActionKind.AllowNegative:
                    account.AllowNegative = true;
                    break;
                case AccountActionKind.DenyNegative:
                    account.AllowNegative = false;
                    break;
                case AccountActionKind.Enable:
                    account.Disabled = false;
                    break;
                case AccountActionKind.Disable:
                    account.Disabled = true;
                    break;
            }
        }
    }
}
