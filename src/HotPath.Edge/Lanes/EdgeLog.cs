using System.Text;
using HotPath.Billing;
using HotPath.Sip;
using Microsoft.Extensions.Logging;

namespace HotPath.Edge;

internal static partial class EdgeLog
{
    [LoggerMessage(101, LogLevel.Warning, "Malformed message from {Source}: {Problem}; further ones of this kind from there are only counted")]
    public static partial void Malformed(this ILogger logger, SipEndpoint source, SipParseResult problem);

    [LoggerMessage(102, LogLevel.Debug, "Call {CallId} of account {Account} refused: {Kind} ({Error})", SkipEnabledCheck = true)]
    private static partial void CallRefusedCore(ILogger logger, string callId, string account, RefusalKind kind, string error);

    [LoggerMessage(103, LogLevel.Information, "Edge {Name} serves calls on {Listeners}, lanes: {Lanes}")]
    public static partial void Serving(this ILogger logger, string name, string listeners, int lanes);

    [LoggerMessage(104, LogLevel.Information, "Going down: {Calls} calls, {Sessions} sessions to settle")]
    public static partial void GoingDown(this ILogger logger, int calls, int sessions);

    [LoggerMessage(105, LogLevel.Error, "{Sessions} sessions could not be settled before the edge went down")]
    public static partial void NotSettled(this ILogger logger, int sessions);

    [LoggerMessage(106, LogLevel.Critical, "The lane has failed and ends")]
    public static partial void LaneFailed(this ILogger logger, Exception error);

    [LoggerMessage(107, LogLevel.Error, "An event could not be handled; the other calls go on")]
    public static partial void TurnFailed(this ILogger logger, Exception error);

    [LoggerMessage(108, LogLevel.Error, "A call handler failed")]
    public static partial void HandlerFailed(this ILogger logger, Exception error);

    public static void CallRefused(this ILogger logger, ChargingSession session, RefusalKind kind, string error)
    {
        if (logger.IsEnabled(LogLevel.Debug))
        {
            CallRefusedCore(logger, Encoding.UTF8.GetString(session.OriginId), Encoding.UTF8.GetString(session.Account), kind, error);
        }
    }
}
