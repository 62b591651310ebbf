using Microsoft.Extensions.Logging;

namespace HotPath.Charging;

/// <summary>What the engine tells its operator. Names from the wire are arguments, never part of a format.</summary>
internal static partial class EngineLog
{
    [LoggerMessage(1, LogLevel.Warning, "Call {OriginId} of account {Account} cannot be debited ({Error}); its client is asked to end it")]
    public static partial void DebitFailed(ILogger logger, string originId, string account, string error);

    [LoggerMessage(2, LogLevel.Information, "Call {OriginId} of account {Account} is ended: {Reason}")]
    public static partial void Disconnecting(ILogger logger, string originId, string account, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Call {OriginId} of account {Account} was not ended by its client; the engine ended the session and wrote its CDRs")]
    public static partial void EndedByEngine(ILogger logger, string originId, string account);

    [LoggerMessage(4, LogLevel.Warning, "Account {Account} owes {Money}")]
    public static partial void AccountOwes(ILogger logger, string account, decimal money);

    [LoggerMessage(5, LogLevel.Warning, "A client's connection is closed: {Reason}")]
    public static partial void ConnectionEnded(ILogger logger, string reason);
}
