using Microsoft.Extensions.Logging;

namespace HotPath.Rpc;

/// <summary>
/// One engine's log lines: each kind once a minute at its level, and between that only for who debugs. A line that contradicts the one
/// before is said: that the engine is up always, that it is not a few times a minute. So the last line is wrong only of an engine that
/// comes and goes, and for no longer than a minute.
/// </summary>
internal sealed partial class EngineLog(ILogger logger, EngineAddress address)
{
    private const long MinuteMs = 60_000;

    // An engine that is killed may take the next connection yet, as its last: it is down, up and down again at once.
    private const int MostTurnsPerMinute = 3;

    private readonly (long StartMs, int Lines)[] _minutes = [.. Enumerable.Repeat((-MinuteMs, 0), Enum.GetValues<Kind>().Length)];
    private bool _isSaidToBeUp;

    private enum Kind
    {
        Down,
        Silent,
        UnknownReply,
        HandlerFailed,
    }

    public void StateChanged(EngineState state, string reason, long nowMs)
    {
        LogLevel level;
        switch (state)
        {
            case EngineState.Up:
                level = _isSaidToBeUp ? LogLevel.Debug : LogLevel.Information;
                _isSaidToBeUp = true;
                WriteUp(level, address, reason);
                break;
            case EngineState.Down:
                level = LevelOf(Kind.Down, LogLevel.Warning, nowMs, isTurn: _isSaidToBeUp);
                _isSaidToBeUp &= level == LogLevel.Debug;
                WriteDown(level, address, reason);
                break;
            case EngineState.Silent:
                level = LevelOf(Kind.Silent, LogLevel.Warning, nowMs, isTurn: _isSaidToBeUp);
                _isSaidToBeUp &= level == LogLevel.Debug;
                WriteSilent(level, address, reason);
                break;
        }
    }

    public void UnknownReply(long nowMs) => WriteUnknownReply(LevelOf(Kind.UnknownReply, LogLevel.Warning, nowMs), address);

    public void HandlerFailed(Exception failure, long nowMs) => WriteHandlerFailed(LevelOf(Kind.HandlerFailed, LogLevel.Error, nowMs), failure, address);

    private LogLevel LevelOf(Kind kind, LogLevel level, long nowMs, bool isTurn = false)
    {
        ref (long StartMs, int Lines) minute = ref _minutes[(int)kind];
        if (nowMs - minute.StartMs >= MinuteMs)
        {
            minute = (nowMs, 0);
        }

        if (minute.Lines >= (isTurn ? MostTurnsPerMinute : 1))
        {
            return LogLevel.Debug;
        }

        minute.Lines++;
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
