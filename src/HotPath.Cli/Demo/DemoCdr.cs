using System.Globalization;
using HotPath.Charging;

namespace HotPath.Cli;

/// <summary>What the demo shows of a CDR.</summary>
/// <param name="CgrId">The engine's name for the call.</param>
/// <param name="RunId">The billing run: <c>*default</c> is charged, the tutorial's <c>*raw</c> only keeps what came.</param>
/// <param name="OriginId">The Call-ID.</param>
/// <param name="Account">Who pays.</param>
/// <param name="Destination">The number called.</param>
/// <param name="RequestType">How the account pays.</param>
/// <param name="SetupTime">When the call began, UTC.</param>
/// <param name="AnswerTime">When it was answered, UTC; <c>null</c>: never.</param>
/// <param name="UsageSeconds">How long it lasted.</param>
/// <param name="Cost">What it cost; -1: this run is not rated.</param>
/// <param name="DisconnectCause">How it ended; empty where the SIP status says it.</param>
/// <param name="SipCode">The status that ended it; 0: a BYE.</param>
internal sealed record DemoCdr(
    string CgrId,
    string RunId,
    string OriginId,
    string Account,
    string Destination,
    string RequestType,
    DateTime? SetupTime,
    DateTime? AnswerTime,
    double UsageSeconds,
    decimal Cost,
    string DisconnectCause,
    int SipCode)
{
    /// <summary>The run that is charged.</summary>
    public const string ChargedRun = "*default";

    /// <summary>Takes from an engine's CDR what is shown.</summary>
    public static DemoCdr From(CallDetailRecord cdr) => new(
        cdr.CgrId,
        cdr.RunId,
        cdr.OriginId,
        cdr.Account,
        cdr.Destination,
        cdr.RequestType,
        cdr.SetupTime,
        cdr.AnswerTime,
        cdr.Usage.ToTimeSpan().TotalSeconds,
        Shortest(cdr.Cost),
        cdr.ExtraFields.GetValueOrDefault("DisconnectCause", ""),
        int.TryParse(cdr.ExtraFields.GetValueOrDefault("SipCode"), NumberStyles.None, CultureInfo.InvariantCulture, out int code) ? code : 0);

    /// <summary>The same amount without zeros at its end: 0.6, not 0.6000.</summary>
    public static decimal Shortest(decimal amount) => amount / 1.0000000000000000000000000000m;
}
