using HotPath.Commands;

namespace HotPath.Rpc;

/// <summary>How an attempt on one engine went wrong.</summary>
internal enum AttemptFailure : byte
{
    /// <summary>The connection ended before a byte of it was handed to the network.</summary>
    NotWritten,

    /// <summary>The connection ended after that.</summary>
    ConnectionLost,

    /// <summary>No answer within <see cref="EngineClientOptions.SafeAttemptTimeout"/>, or the engine has fallen silent meanwhile.</summary>
    Unanswered,
}

/// <summary>What a failed attempt means for the request: what was never written may go anywhere, what may have been executed only if repeating it changes nothing.</summary>
internal static class RepeatPolicy
{
    /// <summary>Another engine may be asked.</summary>
    public static bool MayTryAnother(RepeatClass repeat, AttemptFailure failure) => (failure, repeat) switch
    {
        (AttemptFailure.NotWritten, _) => true,
        (AttemptFailure.ConnectionLost, RepeatClass.Safe) => true,
        (AttemptFailure.Unanswered, RepeatClass.Safe) => true,

        // SameEngine, AfterQuery and SameEngineDedup are repeated by who keeps the session, on the engine that has it; Never is not.
        _ => false,
    };
}
