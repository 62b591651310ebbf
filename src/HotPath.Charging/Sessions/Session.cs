using HotPath.Rpc;

namespace HotPath.Charging;

/// <summary>A call being charged. Source: facts cgrates-engine.md §4.3.</summary>
internal sealed class Session
{
    public required string CgrId { get; init; }

    /// <summary>The event that opened it, attribute profiles applied.</summary>
    public required CallEvent Event { get; init; }

    /// <summary>Empty once the session is recorded: its CDRs have what was in them.</summary>
    public required SessionRun[] Runs { get; set; }

    /// <summary>When it was opened, on the engine's clock.</summary>
    public required long OpenedAt { get; init; }

    /// <summary>The connection that opened it, for life: only over it can the client be asked to end the call.</summary>
    public required RpcServerLink? Client { get; init; }

    /// <summary>How much is debited at a time, in nanoseconds; 0: the client asks for each piece.</summary>
    public required long DebitInterval { get; init; }

    /// <summary>Counts what makes timers set before void.</summary>
    public int TimerGeneration { get; set; }

    /// <summary>Why the client was asked to end the call; <c>null</c>: it was not.</summary>
    public string? DisconnectReason { get; set; }

    /// <summary>How often the client was asked.</summary>
    public int DisconnectAttempts { get; set; }

    /// <summary>The client's answer that is waited for; 0: none.</summary>
    public int PendingCall { get; set; }

    /// <summary>Under what the wait for that answer is known.</summary>
    public long DisconnectState { get; set; }

    /// <summary>The session has ended.</summary>
    public bool IsClosed { get; set; }

    /// <summary>It was never open: only a CDR told of the call, so that a session of that name may still be opened.</summary>
    public bool IsCdrOnly { get; set; }

    /// <summary>Its CDRs were written.</summary>
    public bool IsRecorded { get; set; }
}
