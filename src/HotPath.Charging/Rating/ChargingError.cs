namespace HotPath.Charging;

/// <summary>Why a call could not be charged.</summary>
internal enum ChargingError : byte
{
    /// <summary>It could.</summary>
    None,

    /// <summary>Neither the subject nor <c>*any</c> has a rating profile.</summary>
    RatingPlanNotFound,

    /// <summary>The subject's plans have no rate for the number at that time.</summary>
    UnauthorizedDestination,

    /// <summary>More usage than is ever computed.</summary>
    MaxUsageExceeded,

    /// <summary>There is no such account.</summary>
    AccountNotFound,

    /// <summary>The account may not call.</summary>
    AccountDisabled,

    /// <summary>A blocking balance does not cover the usage.</summary>
    BalanceBlocked,

    /// <summary>No charger profile matches.</summary>
    NotFound,
}

/// <summary>The engine's words for its errors. Source: facts cgrates-engine.md §8.</summary>
internal static class ChargingErrors
{
    public static string Text(this ChargingError error) => error switch
    {
        ChargingError.RatingPlanNotFound => "RATING_PLAN_NOT_FOUND",
        ChargingError.UnauthorizedDestination => "UNAUTHORIZED_DESTINATION",
        ChargingError.MaxUsageExceeded => "MAX_USAGE_EXCEEDED",
        ChargingError.AccountNotFound => "ACCOUNT_NOT_FOUND",
        ChargingError.AccountDisabled => "ACCOUNT_DISABLED",
        ChargingError.BalanceBlocked => "INSUFFICIENT_CREDIT_BALANCE_BLOCKER",
        ChargingError.NotFound => "NOT_FOUND",
        _ => "",
    };
}
