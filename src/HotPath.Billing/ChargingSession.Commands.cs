using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Billing;

/// <summary>What all commands have in common: which engine and connection they go to, and what is said of those that came to nothing.</summary>
public sealed partial class ChargingSession
{
    private static ReadOnlySpan<byte> Voice => "*voice"u8;

    /// <summary>Whichever engine is asked may have the session, and can go on with it.</summary>
    private bool IsOnOtherEngines => _isAccepted && _profile.EnginesReplicate && !_isOrphan;

    /// <summary>A session stays with its engine. Where there was none to be chosen, nobody is handed anything: the outcome is that no engine could be reached.</summary>
    private RpcRequestOptions SameEngine => new(Engine: _engine) { Connection = _engine < 0 ? GoneConnection : 0 };

    /// <summary>
    /// And what would be charged a second time if the engine had ended the session by itself is written while the connection stands that
    /// the session hangs on, or over which it was just found, and not later.
    /// </summary>
    private RpcRequestOptions SameConnection => _engine < 0 ? SameEngine : SameEngine with { Connection = IsOffline ? _askedOver : _connection };

    /// <summary>
    /// Several engines may have charged the session, or have its CDR, and which of them is not known: what is found on none may have been
    /// there.
    /// </summary>
    private bool IsEngineForgotten => _engine < 0 && _sought >= 0 && !_profile.EnginesReplicate && _sessions.EngineNames.Count > 1;

    /// <summary>A session that has no engine gets one, if there is one to be had. It has to be written down before anything is sent to it.</summary>
    /// <returns>It has one.</returns>
    private bool ChooseEngine()
    {
        if (_engine < 0 && !IsEngineForgotten)
        {
            _engine = _sessions.Engines.Choose(except: _movedFrom);
            _connection = 0;
            _askedOver = GoneConnection;
        }

        return _engine >= 0;
    }

    /// <summary>The engine that was handed a command has the session. Until one was, it is nobody's.</summary>
    /// <param name="engine">-1: the command was not written.</param>
    private void TakeEngine(int engine)
    {
        _isReached |= engine >= 0;
        _engine = engine >= 0 || !_isReached ? engine : _engine;
    }

    /// <summary>Where else the session could go, once: the engine that it was on may have it open still.</summary>
    /// <returns>-1: nowhere.</returns>
    private int FindOtherEngine() => _engine >= 0 && _movedFrom < 0 ? _sessions.Engines.Choose(except: _engine) : -1;

    /// <summary>
    /// The session goes to another engine that shares it. What the one before may have open is ended there, once it can be asked: that is
    /// written down first, and then where the session is.
    /// </summary>
    /// <param name="engine">The other engine.</param>
    /// <param name="connection">Over which it goes on with the session; 0: it is to open one.</param>
    /// <param name="debited">What the one before had debited as far as the other knows: it stays.</param>
    private void MoveTo(int engine, int connection, CgrDuration debited)
    {
        _movedFrom = _engine;
        _engine = engine;
        _connection = connection;
        _askedOver = GoneConnection;
        _sessions.OpenOrphan(this, _movedFrom, debited);
    }

    private static CgrDuration? DurationOf(TimeSpan? time) => time is { } value ? CgrDuration.FromTimeSpan(value) : null;

    private long NextRequest() => _request = _sessions.NextRequest();

    /// <summary>No engine has seen the command.</summary>
    private static bool IsUnwritten<TReply>(in RpcOutcome<TReply> outcome)
        where TReply : struct =>
        outcome.Status is RpcStatus.NoEngine or RpcStatus.Overloaded or RpcStatus.Canceled;

    private static string Describe<TReply>(in RpcOutcome<TReply> outcome)
        where TReply : struct =>
        outcome.Error ?? outcome.Status switch
        {
            RpcStatus.DeadlineExceeded => "no answer within the deadline",
            RpcStatus.ConnectionLost => "the connection was lost before the answer",
            RpcStatus.NoEngine => "no engine could be reached",
            RpcStatus.Overloaded => "too many requests are in flight",
            RpcStatus status => status.ToString(),
        };
}
