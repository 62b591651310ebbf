namespace HotPath.Billing;

/// <summary>What the engine's error texts mean to a call (facts: cgrates-engine.md §8).</summary>
internal static class EngineErrors
{
    private static readonly string[] s_account =
    [
        "ACCOUNT_NOT_FOUND", "ACCOUNT_DISABLED", "INSUFFICIENT_CREDIT", "INSUFFICIENT_FUNDS", "UNAUTHORIZED_DESTINATION",
        "RATING_PLAN_NOT_FOUND", "RESOURCE_UNAVAILABLE", "RESOURCE_UNAUTHORIZED", "MAX_USAGE_EXCEEDED",
    ];

    /// <summary>The session, or the CDR, is there already.</summary>
    public static bool IsExists(string? error) => error is "EXISTS" || error?.EndsWith(":EXISTS", StringComparison.Ordinal) == true;

    /// <summary>The command was done, and something that hangs on it (an export, a statistic) failed.</summary>
    public static bool IsPartiallyExecuted(string? error) => error is "PARTIALLY_EXECUTED";

    /// <summary>The refusal is the account's, not the engine's: <c>RALS_ERROR:ACCOUNT_NOT_FOUND</c> and the like.</summary>
    public static bool SpeaksOfAccount(string? error)
    {
        foreach (string name in s_account)
        {
            if (error?.Contains(name, StringComparison.Ordinal) == true)
            {
                return true;
            }
        }

        return false;
    }
}
