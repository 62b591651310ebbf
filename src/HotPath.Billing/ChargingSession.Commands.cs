using HotPath.Commands;
using HotPath.Rpc;

namespace HotPath.Billing;

/// <summary>What all commands have in common: which engine and connection they go to, and what is said of those that came to nothing.</summary>
public sealed partial class ChargingSession
{
    private static ReadOnlySpan<byte> Voice => "*voice"u8;

    /// <summary>Whichever engine is asked has the session.</summary>
    private bool IsOnOtherEngines => _isAccepted && _profile.EnginesReplicate;

    /// <summary>A session stays with the engine that took its Initiate.</summary>
    private RpcRequestOptions SameEngine => new(Engine: _engine);

    /// <summary>
    /// And what would be charged a second time if the engine had ended the session by itself is written while the connection stands that
    /// the session hangs on, or over which it was just found, and not later.
    /// </summary>
    private RpcRequestOptions SameConnection => SameEngine with { Connection = _engine < 0 ? 0 : IsOffline ? _askedOver : _connection };

    /// <summary>The session's own engine cannot be reached: another one that shares it is told what is next.</summary>
    private void MoveOn()
    {
        _movedFrom = _engine < 0 ? _movedFrom : _engine;
        _engine = -1;
    }

    /// <summary>An engine was handed a command that any could have had. What another one may have open is ended there, once it can be asked.</summary>
    /// <param name="debited">What was debited there that this engine has taken over.</param>
    private void NoteMove(CgrDuration debited)
    {
        if (_movedFrom >= 0 && _movedFrom != _engine)
        {
            _sessions.OpenOrphan(this, _movedFrom, debited);
        }

        _movedFrom = -1;
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
