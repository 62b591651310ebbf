using Microsoft.Extensions.Logging;

namespace HotPath.Rpc;

/// <summary>One engine's log lines: each kind once a minute at its level, and between that only for who debugs.</summary>
internal sealed partial class EngineLog(ILogger logger, EngineAddress address)
{
    private const long PauseMs = 60_000;

    private readonly long[] _lastMs = [.. Enumerable.Repeat(-PauseMs, Enum.GetValues<Kind>().Length)];

    private enum Kind
    {
        Up,
        Down,
        Silent,
        UnknownReply,
        HandlerFailed,
    }

    public void StateChanged(EngineState before, EngineState state, string reason, long nowMs)
    {
        switch (state)
        {
            case EngineState.Up:
                WriteUp(LevelOf(Kind.Up, LogLevel.Information, nowMs), address, reason);
                break;
            case EngineState.Down:
                WriteDown(LevelOf(Kind.Down, LogLevel.Warning, nowMs), address, reason);
                break;
            case EngineState.Silent:
                WriteSilent(LevelOf(Kind.Silent, LogLevel.Warning, nowMs), address, reason);
                break;
        }
    }

    public void UnknownReply(long nowMs) => WriteUnknownReply(LevelOf(Kind.UnknownReply, LogLevel.Warning, nowMs), address);

    public void HandlerFailed(Exception failure, long nowMs) => WriteHandlerFailed(LevelOf(Kind.HandlerFailed, LogLevel.Error, nowMs), failure, address);

    private LogLevel LevelOf(Kind kind, LogLevel level, long nowMs)
    {
        if (nowMs - _lastMs[(int)kind] < PauseMs)
        {
            return LogLevel.Debug;
        }

        _lastMs[(int)kind] = nowMs;
        return level;
    }

    [LoggerMessage(EventId = 1, Message = "Engine {Engine} is up: {Reason}.")]
    private partial void WriteUp(LogLevel level, EngineAddress engine, string reason);

    [LoggerMessage(EventId = 2, Message = "Engine {Engine} is down: {Reason}.")]
    private partial void WriteDown(LogLevel level, EngineAddress engine, string reason);

    [LoggerMessage(EventId = 3, Message = "Engine {Engine} does not answer and is not asked until it does: {Reason}.")]
    private partial void WriteSilent(LogLevel level, EngineAddress engine, string reason);

    [LoggerMessage(EventId = 4, Message = "Engine {Engine} answers what it was not asked; such replies are dropped.")]
    private partial void WriteUnknownReply(LogLevel level, EngineAddress engine);

    [LoggerMessage(EventId = 5, Message = "A handler failed on what came from engine {Engine}.")]
    private partial void WriteHandlerFailed(LogLevel level, Exception failure, EngineAddress engine);
}
