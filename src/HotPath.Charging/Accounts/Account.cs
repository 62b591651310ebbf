namespace HotPath.Charging;

/// <summary>A customer's balances. Source: facts cgrates-engine.md §3.</summary>
internal sealed class Account(string tenant, string name)
{
    private int _balancesMade;

    public string Tenant { get; } = tenant;

    public string Name { get; } = name;

    /// <summary>The form in which replies name it.</summary>
    public string Id { get; } = $"{tenant}:{name}";

    /// <summary>Debits may go below zero, and no limit is granted.</summary>
    public bool AllowNegative { get; set; }

    /// <summary>It may not call.</summary>
    public bool Disabled { get; set; }

    public List<Balance> Balances { get; } = [];

    /// <summary>The sum of all money.</summary>
    public decimal Money
    {
        get
        {
            decimal sum = 0;
            foreach (Balance balance in Balances)
            {
                sum += balance.IsMoney ? balance.Value : 0;
            }

            return sum;
        }
    }

    /// <summary>The balance of this name and type.</summary>
    public Balance? Find(string type, string id) => Balances.Find(balance => balance.Type == type && balance.Id == id);

    /// <summary>The balance that goes negative, made on need.</summary>
    public Balance GetOrAddDefault() =>
        Find(Balance.Monetary, Balance.DefaultId) ?? AddBalance(new BalanceTemplate { Type = Balance.Monetary, Id = Balance.DefaultId });

    /// <summary>Adds to the balance, or makes it. A balance made by a topup is named by ID; without one, every topup makes a new one.</summary>
    public void TopUp(BalanceTemplate template)
    {
        Balance? balance = template.Id.Length == 0 ? null : Find(template.Type, template.Id);
        if (balance is null)
        {
            AddBalance(template);
            return;
        }

        balance.Value += template.Value;
        balance.InitialValue = balance.Value;
    }

    /// <summary>Sets the balance, or makes it.</summary>
    public void SetBalance(BalanceTemplate template)
    {
        Balance? balance = Find(template.Type, template.Id);
        if (balance is null)
        {
            AddBalance(template);
            return;
        }

        balance.Value = template.Value;
        balance.InitialValue = template.Value;
        balance.Weight = template.Weight;
        balance.DestinationIds = template.DestinationIds;
        balance.Categories = template.Categories;
        balance.RatingSubject = template.RatingSubject;
        balance.Blocker = template.Blocker;
        balance.Disabled = template.Disabled;
        balance.Expires = template.Expires;
    }

    private Balance AddBalance(BalanceTemplate template)
    {
        Balance balance = new()
        {
            Uuid = NamedUuid.Create($"{Id}/{++_balancesMade}"),
            Id = template.Id,
            Type = template.Type,
            Value = template.Value,
            InitialValue = template.Value,
            Weight = template.Weight,
            DestinationIds = template.DestinationIds,
            Categories = template.Categories,
            RatingSubject = template.RatingSubject,
            Blocker = template.Blocker,
            Disabled = template.Disabled,
            Expires = template.Expires,
        };
        Balances.Add(balance);
        return balance;
    }
}
