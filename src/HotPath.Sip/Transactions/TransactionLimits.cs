namespace HotPath.Sip;

/// <summary>How many transactions a layer holds at once. Memory is only taken as they come to be.</summary>
public sealed record TransactionLimits
{
    /// <summary>Room for 5,000 calls per second, each leaving an INVITE and a BYE behind for 32 s.</summary>
    public static TransactionLimits Default { get; } = new();

    /// <summary>The most server transactions. 500,000.</summary>
    public int ServerTransactions { get; init; } = 500_000;

    /// <summary>The most client transactions, the CANCELs of the layer not counted. 500,000.</summary>
    public int ClientTransactions { get; init; } = 500_000;

    /// <summary>
    /// How many of each are kept back: requests outside a dialog may not take them on the server side, nor INVITEs on the client side,
    /// so that running calls can always end. Half of those on the server side are also for urgent requests
    /// (<see cref="ITransactionUser.IsUrgent"/>). 100,000.
    /// </summary>
    public int Reserved { get; init; } = 100_000;

    /// <summary>Seconds in the Retry-After of the 503 to a request that found no room. 5.</summary>
    public int RetryAfterSeconds { get; init; } = 5;
}
