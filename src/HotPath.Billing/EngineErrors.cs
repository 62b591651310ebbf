namespace HotPath.Billing;

/// <summary>What the engine's error texts mean to a call (facts: cgrates-engine.md §8).</summary>
internal static class EngineErrors
{
    private static readonly string[] s_account =
    [
        "ACCOUNT_NOT_FOUND", "ACCOUNT_DISABLED", "INSUFFICIENT_CREDIT", "INSUFFICIENT_FUNDS", "UNAUTHORIZED_DESTINATION",
        "RATING_PLAN_NOT_FOUND", "RESOURCE_UNAVAILABLE", "RESOURCE_UNAUTHORIZED", "MAX_USAGE_EXCEEDED",
    ];

    private static readonly string[] s_passing =
    [
        "SERVER_ERROR", "can't find service", "can't find method", "DISCONNECTED", "MAX_CONCURRENT_RPC_EXCEEDED", "TIMEOUT", "connection refused", "EOF",
    ];

    /// <summary>The session, or the CDR, is there already.</summary>
    public static bool IsExists(string? error) => error is "EXISTS" || error?.EndsWith(":EXISTS", StringComparison.Ordinal) == true;

    /// <summary>The command was done, and something that hangs on it (an export, a statistic) failed.</summary>
    public static bool IsPartiallyExecuted(string? error) => error is "PARTIALLY_EXECUTED";

    /// <summary>The refusal is the account's, not the engine's: <c>RALS_ERROR:ACCOUNT_NOT_FOUND</c> and the like.</summary>
    public static bool SpeaksOfAccount(string? error) => ContainsAny(error, s_account);

    /// <summary>The error is the engine's state, as in the middle of a restart, and says nothing of the command: it may be taken later.</summary>
    public static bool IsPassing(string? error) => ContainsAny(error, s_passing) && !SpeaksOfAccount(error);

    private static bool ContainsAny(string? error, string[] names)
    {
        foreach (string name in names)
        {
            if (error?.Contains(name, StringComparison.Ordinal) == true)
            {
                return true;
            }
        }

        return false;
    }
}
