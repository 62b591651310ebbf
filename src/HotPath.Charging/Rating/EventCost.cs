namespace HotPath.Charging;

/// <summary>How the price of a call came about: its charges and, where an account paid, that account as it was then.</summary>
/// <param name="Start">When charging started.</param>
/// <param name="Charges">The charges.</param>
/// <param name="Cost">The price.</param>
/// <param name="AccountSummary">The account after the last charge; <c>null</c>: nobody paid.</param>
internal sealed record EventCost(DateTime Start, ChargeList Charges, decimal Cost, AccountSnapshot? AccountSummary);
