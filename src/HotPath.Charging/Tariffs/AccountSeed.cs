namespace HotPath.Charging;

/// <summary>An account as a tariff plan creates it: a row of <c>AccountActions.csv</c> with the actions that run at once.</summary>
/// <param name="Tenant">Whose customer it is.</param>
/// <param name="Account">Its name.</param>
/// <param name="AllowNegative">Debits may go below zero, and no limit is granted.</param>
/// <param name="Disabled">It may not call.</param>
/// <param name="Actions">What is done to it, in order.</param>
internal sealed record AccountSeed(string Tenant, string Account, bool AllowNegative, bool Disabled, AccountAction[] Actions);

/// <summary>What an action does to an account.</summary>
internal enum AccountActionKind : byte
{
    /// <summary><c>*topup</c>: adds to a balance, or makes it.</summary>
    TopUp,

    /// <summary><c>*topup_reset</c>: sets a balance, or makes it.</summary>
    TopUpReset,

    /// <summary><c>*allow_negative</c>.</summary>
    AllowNegative,

    /// <summary><c>*deny_negative</c>.</summary>
    DenyNegative,

    /// <summary><c>*enable_account</c>.</summary>
    Enable,

    /// <summary><c>*disable_account</c>.</summary>
    Disable,
}

/// <summary>One action on an account.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Balance">The balance concerned; <c>null</c> where none is.</param>
internal sealed record AccountAction(AccountActionKind Kind, BalanceTemplate? Balance);

/// <summary>A balance as a tariff plan or an API call describes it.</summary>
internal sealed record BalanceTemplate
{
    /// <summary>The balance's name; empty: none.</summary>
    public string Id { get; init; } = "";

    /// <summary><c>*monetary</c>, <c>*voice</c>, <c>*sms</c>…</summary>
    public required string Type { get; init; }

    /// <summary>Money, or units (nanoseconds for voice).</summary>
    public decimal Value { get; init; }

    /// <summary>Higher is used first.</summary>
    public decimal Weight { get; init; }

    /// <summary>Destinations it pays for, <c>!</c> before one it does not pay for; empty: all.</summary>
    public string[] DestinationIds { get; init; } = [];

    /// <summary>Categories it pays for; empty: all.</summary>
    public string[] Categories { get; init; } = [];

    /// <summary>Rates calls by this subject; empty: by the call's own.</summary>
    public string RatingSubject { get; init; } = "";

    /// <summary>Nothing is taken from balances after this one.</summary>
    public bool Blocker { get; init; }

    /// <summary>It is not used.</summary>
    public bool Disabled { get; init; }

    /// <summary>When it ends; <c>null</c>: never.</summary>
    public DateTime? Expires { get; init; }
}
