namespace HotPath.Commands;

/// <summary>What repeating a command means to the engine, and so what the transport may do when it goes unanswered.</summary>
public enum RepeatClass : byte
{
    /// <summary>Not stated. The generator reports HP0004.</summary>
    Unstated,

    /// <summary>Changes nothing: may be repeated on any engine (authorise, get, ping).</summary>
    Safe,

    /// <summary>May be repeated on the same engine only; <c>EXISTS</c> then means accepted (initiate).</summary>
    SameEngine,

    /// <summary>Never repeated blind: the engine is asked for the session first (terminate).</summary>
    AfterQuery,

    /// <summary>May be repeated on the same engine, which recognises it: <c>EXISTS</c> means delivered (CDR).</summary>
    SameEngineDedup,

    /// <summary>Never repeated: each one charges (ProcessMessage, balance changes, UpdateSession).</summary>
    Never,
}
