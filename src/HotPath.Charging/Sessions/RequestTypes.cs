namespace HotPath.Charging;

/// <summary>How a run of a call is charged. Source: facts cgrates-engine.md §1.</summary>
internal static class RequestTypes
{
    /// <summary>Authorised against the account, debited during the call.</summary>
    public const string Prepaid = "*prepaid";

    /// <summary>Authorised against the account, debited by the CDR.</summary>
    public const string PseudoPrepaid = "*pseudoprepaid";

    /// <summary>Debited by the CDR, not authorised.</summary>
    public const string Postpaid = "*postpaid";

    /// <summary>Recorded, not charged.</summary>
    public const string None = "*none";

    private const string DynaPrepaid = "*dynaprepaid";

    /// <summary>The call is debited while it lasts.</summary>
    public static bool IsDebitedDuringCall(string requestType) => requestType is Prepaid or DynaPrepaid;

    /// <summary>The account limits how long the call may last.</summary>
    public static bool IsAuthorized(string requestType) => requestType is Prepaid or DynaPrepaid or PseudoPrepaid;

    /// <summary>An account pays for the call; otherwise its cost is only computed.</summary>
    public static bool IsPaidByAccount(string requestType) => requestType is Prepaid or DynaPrepaid or PseudoPrepaid or Postpaid;
}
