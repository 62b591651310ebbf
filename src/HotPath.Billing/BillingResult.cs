using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Billing;

/// <summary>What came of asking an engine something.</summary>
public enum BillingOutcome : byte
{
    /// <summary>Nothing yet.</summary>
    None,

    /// <summary>The engine did what was asked: the call may run, the session is open, the command was executed.</summary>
    Ok,

    /// <summary>No engine could be asked; the call may run for a while and is settled later (<see cref="ChargingProfile.AllowedWithoutEngine"/>).</summary>
    AllowedWithoutEngine,

    /// <summary>The account cannot pay: no money, unknown, disabled, or no right to the destination.</summary>
    Refused,

    /// <summary>The engine answered with an error that does not speak of the account.</summary>
    EngineError,

    /// <summary>No engine could be asked: nothing was written to one.</summary>
    NoEngine,

    /// <summary>An engine was asked and did not answer in time, or the connection ended. It may have done what was asked.</summary>
    Unanswered,

    /// <summary>The engine's answer is not what the command's reply is.</summary>
    InvalidReply,

    /// <summary>Nothing was asked: the call does not say who it is, who pays, or who is called.</summary>
    InvalidMessage,

    /// <summary>Nothing was asked: what the call says is longer than its limits.</summary>
    TooLarge,

    /// <summary>Nothing was asked: the journal can take no new calls.</summary>
    NoRoom,

    /// <summary>The call ended, the caller cancelled, or the client was closed before there was an answer.</summary>
    Canceled,
}

/// <summary>
/// What came of one of the three verbs. <see cref="Code"/> is what a script of the reference module gets
/// (facts: cgrates-module.md §4, new dialect; <c>docs/opensips-migration.md</c> has the table).
/// </summary>
/// <param name="Kind">What happened.</param>
/// <param name="Grant">
/// How long the call may run from its answer; <see cref="CgrDuration.Unlimited"/> if there is no limit. Zero where nothing is granted.
/// </param>
/// <param name="Error">The engine's text, or what happened instead of an answer; for logs, not for the caller. Empty if all is well.</param>
public readonly record struct BillingResult(BillingOutcome Kind, CgrDuration Grant, string Error)
{
    /// <summary>The call may run, or the command was executed.</summary>
    public bool IsOk => Kind is BillingOutcome.Ok or BillingOutcome.AllowedWithoutEngine;

    /// <summary>The reference module's return code: 1, or -4 to -1; 0 while there is none.</summary>
    public int Code => Kind switch
    {
        BillingOutcome.None => 0,
        BillingOutcome.Ok or BillingOutcome.AllowedWithoutEngine => 1,
        BillingOutcome.Refused or BillingOutcome.EngineError or BillingOutcome.Unanswered => -2,
        BillingOutcome.NoEngine => -3,
        BillingOutcome.InvalidMessage => -4,
        _ => -1,
    };

    /// <summary>The engine grants nothing, and gives no reason.</summary>
    internal static BillingResult NoCredit => Failed(BillingOutcome.Refused, "no credit");

    internal static BillingResult Allowed(CgrDuration grant) => new(BillingOutcome.Ok, grant, "");

    internal static BillingResult Failed(BillingOutcome kind, string error) => new(kind, CgrDuration.Zero, error);

    /// <summary>What an engine's error text says.</summary>
    internal static BillingResult Rejected(string error) =>
        Failed(EngineErrors.SpeaksOfAccount(error) ? BillingOutcome.Refused : BillingOutcome.EngineError, error);

    /// <summary>What a request that went wrong says.</summary>
    internal static BillingResult Failed(RpcStatus status, string error) => status switch
    {
        RpcStatus.EngineError => Rejected(error),
        RpcStatus.InvalidReply => Failed(BillingOutcome.InvalidReply, error),
        RpcStatus.DeadlineExceeded or RpcStatus.ConnectionLost => Failed(BillingOutcome.Unanswered, error),
        RpcStatus.Canceled => Failed(BillingOutcome.Canceled, error),
        _ => Failed(BillingOutcome.NoEngine, error),
    };
}

/// <summary>What came of a command.</summary>
/// <typeparam name="TReply">The command's reply.</typeparam>
/// <param name="Result">What happened; it grants nothing: what the engine granted is in the reply.</param>
/// <param name="Reply">The reply, if all is well.</param>
public readonly record struct BillingReply<TReply>(BillingResult Result, TReply Reply)
    where TReply : struct;
