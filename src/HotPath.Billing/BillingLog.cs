using HotPath.Commands;
using Microsoft.Extensions.Logging;

namespace HotPath.Billing;

internal static partial class BillingLog
{
    [LoggerMessage(1, LogLevel.Information, "Call {OriginId} must end: {Cause}{Detail}")]
    public static partial void CallMustEnd(this ILogger logger, string originId, string cause, string detail);

    [LoggerMessage(2, LogLevel.Warning, "Call {OriginId}: {State} waits for an engine: {Detail}")]
    public static partial void WaitingForEngine(this ILogger logger, string originId, SessionState state, string detail);

    [LoggerMessage(3, LogLevel.Error, "Call {OriginId} is unresolved and needs a look at the engine's CDRs: {Detail}")]
    public static partial void Unresolved(this ILogger logger, string originId, string detail);

    [LoggerMessage(4, LogLevel.Warning, "Call {OriginId}: the engine answered TerminateSession with {Error}")]
    public static partial void TerminateError(this ILogger logger, string originId, string error);

    [LoggerMessage(5, LogLevel.Warning, "Engine {Engine} sent {Method}, which cannot be served: {Detail}")]
    public static partial void BadEngineRequest(this ILogger logger, string engine, string method, string detail);

    [LoggerMessage(6, LogLevel.Warning, "Call {OriginId} runs for {Seconds} s at most although no engine could be asked: {Detail}")]
    public static partial void AllowedWithoutEngine(this ILogger logger, string originId, long seconds, string detail);

    [LoggerMessage(7, LogLevel.Warning, "Call {OriginId}: engine {Engine} has forgotten the session")]
    public static partial void SessionLost(this ILogger logger, string originId, string engine);

    [LoggerMessage(8, LogLevel.Warning, "Call {OriginId} is charged on engine {Engine}; what engine {Orphan} may have opened for it is ended there")]
    public static partial void Orphaned(this ILogger logger, string originId, string engine, string orphan);

    [LoggerMessage(9, LogLevel.Information, "Call {OriginId}: the engine answered UpdateSession with {Error}: the call ends when what was debited is used")]
    public static partial void UpdateRefused(this ILogger logger, string originId, string error);

    [LoggerMessage(10, LogLevel.Error, "Call {OriginId} could not be settled and is in no journal: it was {State}, and its usage is {Usage}")]
    public static partial void Unsettled(this ILogger logger, string originId, SessionState state, CgrDuration usage);

    [LoggerMessage(20, LogLevel.Error, "Call {OriginId} is too large for the journal: a crash would lose it")]
    public static partial void NotJournaled(this ILogger logger, string originId);

    [LoggerMessage(21, LogLevel.Information, "Journal {Folder}: {Records} records, {Open} sessions to settle or go on with, {Unresolved} unresolved, {NotUnderstood} records not understood")]
    public static partial void JournalReplayed(this ILogger logger, string folder, long records, int open, int unresolved, int notUnderstood);

    [LoggerMessage(22, LogLevel.Warning, "Journal: {Damage}")]
    public static partial void JournalDamaged(this ILogger logger, JournalDamage damage);

    [LoggerMessage(23, LogLevel.Error, "Journal {Folder} takes no new calls: {Reason}")]
    public static partial void JournalFull(this ILogger logger, string folder, string reason);

    [LoggerMessage(24, LogLevel.Information, "Journal {Folder} takes new calls again")]
    public static partial void JournalHasRoom(this ILogger logger, string folder);

    [LoggerMessage(25, LogLevel.Error, "Journal {Folder} could not be flushed, and is tried again: {Reason}")]
    public static partial void JournalNotFlushed(this ILogger logger, string folder, string reason);
}
