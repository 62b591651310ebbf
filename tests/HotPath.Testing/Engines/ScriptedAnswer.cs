namespace HotPath.Testing;

/// <summary>
/// What the scripted engine makes of one request instead of its normal answer. The faults have names here; <see langword="with"/> joins them.
/// Different delays put answers out of order.
/// </summary>
public sealed record ScriptedAnswer
{
    /// <summary>The request is not executed and nothing is answered.</summary>
    public static ScriptedAnswer Silence { get; } = new();

    /// <summary>The request is executed, and its answer is lost.</summary>
    public static ScriptedAnswer Unanswered { get; } = new() { IsNormal = true, Times = 0 };

    /// <summary>The connection is closed without an answer, the request not executed.</summary>
    public static ScriptedAnswer Hangup { get; } = new() { HangsUp = true };

    /// <summary>The answer comes, then the end of the engine's stream; what the client sends is still read.</summary>
    public static ScriptedAnswer HalfClose { get; } = new() { IsNormal = true, EndsStream = true };

    /// <summary>The answer comes twice.</summary>
    public static ScriptedAnswer Twice { get; } = new() { IsNormal = true, Times = 2 };

    /// <summary>The answer carries an id that was never given out.</summary>
    public static ScriptedAnswer ForSomebodyElse { get; } = new() { IsNormal = true, AnsweredId = "2000000011" };

    /// <summary>What comes is not JSON.</summary>
    public static ScriptedAnswer Garbage { get; } = new() { Raw = "HTTP/1.1 400 Bad Request\r\n\r\n" };

    /// <summary>The answer comes, and glued behind it the engine's own request for the active sessions.</summary>
    public static ScriptedAnswer WithRequestBehind { get; } = new() { IsNormal = true, AsksBehind = true };

    /// <summary>The result, raw JSON.</summary>
    public string? Result { get; init; }

    /// <summary>The error's text, if there is no result.</summary>
    public string? Error { get; init; }

    /// <summary>Bytes written as they are, instead of an answer; <c>{id}</c> stands for the request's id.</summary>
    public string? Raw { get; init; }

    /// <summary>The request is executed, and the answer is the normal one, in spite of the script: to be delayed or doubled.</summary>
    public bool IsNormal { get; init; }

    /// <summary>How long the answer takes, on the engine's clock.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How often it is sent.</summary>
    public int Times { get; init; } = 1;

    /// <summary>The id answered, raw JSON, instead of the request's.</summary>
    public string? AnsweredId { get; init; }

    /// <summary>Only so many bytes of the answer are sent; then the connection is closed.</summary>
    public int? CutAfter { get; init; }

    /// <summary>The connection is closed, after the answer if there is one.</summary>
    public bool HangsUp { get; init; }

    /// <summary>Nothing more is sent after the answer, but the connection stays open to read.</summary>
    public bool EndsStream { get; init; }

    /// <summary>The engine asks for the active sessions, glued behind the answer.</summary>
    public bool AsksBehind { get; init; }

    /// <summary>The normal answer, late.</summary>
    public static ScriptedAnswer Late(TimeSpan delay) => new() { IsNormal = true, Delay = delay };

    /// <summary>The first bytes of the normal answer, and the end of the connection.</summary>
    public static ScriptedAnswer Cut(int after) => new() { IsNormal = true, CutAfter = after };
}
