namespace HotPath.Billing;

/// <summary>
/// Whether a call is charged. One that is not goes out without an engine being asked, has no session on one and no limit of money; all
/// that becomes of it there is a CDR that names its class (<c>CallClass</c>: <c>free</c>, <c>emergency</c>) and has the request type
/// <c>*none</c>, which no engine rates (facts: cgrates-engine.md §1, §5).
/// </summary>
public enum CallClass : byte
{
    /// <summary>The call is authorised and charged.</summary>
    Charged,

    /// <summary>A number that is free to call.</summary>
    Free,

    /// <summary>A call for help.</summary>
    Emergency,
}
