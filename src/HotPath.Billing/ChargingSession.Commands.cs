using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Billing;

/// <summary>What all commands have in common: which engine and connection they go to, and what is said of those that came to nothing.</summary>
public sealed partial class ChargingSession
{
    private static ReadOnlySpan<byte> Voice => "*voice"u8;

    /// <summary>Whichever engine is asked has the session.</summary>
    private bool IsOnOtherEngines => _isAccepted && _profile.EnginesReplicate;

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
