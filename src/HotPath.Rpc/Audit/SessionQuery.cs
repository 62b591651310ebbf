using System.Buffers;
using System.Text;
using HotPath.Commands;

namespace HotPath.Rpc;

/// <summary>What an engine says about a session.</summary>
public enum SessionPresence : byte
{
    /// <summary>Nothing: silence, an error or nonsense. It may be asked again.</summary>
    Unknown,

    /// <summary>It is open.</summary>
    Present,

    /// <summary>It is not open: it ended, or the engine never had it.</summary>
    Absent,

    /// <summary>The engine cannot be asked this: it does not know the command or the filter.</summary>
    Unanswerable,
}

/// <summary>
/// Asks an engine for one session with <see cref="GetActiveSessions"/>. Filters are understood a little differently by each version of
/// CGRateS, so the filter is only one that the session passes, and what comes back is compared exactly.
/// </summary>
public static class SessionQuery
{
    /// <summary>What stands for itself in a filter in every version of CGRateS: its separators differ, and some characters begin expressions.</summary>
    private static readonly SearchValues<byte> s_plain =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.@+:%!/"u8);

    /// <summary>A filter that this session passes, as others may too; <c>null</c>: its id cannot be said in a filter. Allocates.</summary>
    /// <param name="originId">As in the Initiate, UTF-8.</param>
    public static string? FilterFor(ReadOnlySpan<byte> originId)
    {
        int plain = originId.IndexOfAnyExcept(s_plain);
        return plain switch
        {
            < 0 => $"*string:~*req.OriginID:{Encoding.UTF8.GetString(originId)}",
            0 => null,
            _ => $"*prefix:~*req.OriginID:{Encoding.UTF8.GetString(originId[..plain])}",
        };
    }

    /// <summary>Reads the answer to a question that had <see cref="FilterFor"/> as its only filter.</summary>
    /// <param name="outcome">What came of it.</param>
    /// <param name="originHost">As in the Initiate, UTF-8; empty: the engine gave the session one of its own.</param>
    /// <param name="originId">As in the Initiate, UTF-8.</param>
    public static SessionPresence Read(in RpcOutcome<GetActiveSessionsReply> outcome, ReadOnlySpan<byte> originHost, ReadOnlySpan<byte> originId)
    {
        if (outcome.IsOk)
        {
            foreach (ActiveSession run in outcome.Reply.Sessions ?? [])
            {
                if (IsOf(run, originHost, originId))
                {
                    return SessionPresence.Present;
                }
            }

            return SessionPresence.Absent;
        }

        return outcome.Status != RpcStatus.EngineError ? SessionPresence.Unknown
            : outcome.Error == "NOT_FOUND" ? SessionPresence.Absent
            : outcome.Error!.Contains("can't find", StringComparison.Ordinal) || outcome.Error.StartsWith("NOT_IMPLEMENTED", StringComparison.Ordinal)
                ? SessionPresence.Unanswerable
            : SessionPresence.Unknown;
    }

    /// <summary>What was debited for a session that is present, by that of its runs for which it was most.</summary>
    /// <param name="outcome">As for <see cref="Read"/>.</param>
    /// <param name="originHost">The same.</param>
    /// <param name="originId">The same.</param>
    public static CgrDuration DebitedOf(in RpcOutcome<GetActiveSessionsReply> outcome, ReadOnlySpan<byte> originHost, ReadOnlySpan<byte> originId)
    {
        CgrDuration most = CgrDuration.Zero;
        foreach (ActiveSession run in outcome.Reply.Sessions ?? [])
        {
            most = run.Usage is { } usage && usage.CompareTo(most) > 0 && IsOf(run, originHost, originId) ? usage : most;
        }

        return most;
    }

    private static bool IsOf(in ActiveSession run, ReadOnlySpan<byte> originHost, ReadOnlySpan<byte> originId) =>
        IsText(run.OriginId, originId) && (originHost.IsEmpty || IsText(run.OriginHost, originHost));

    private static bool IsText(string? text, ReadOnlySpan<byte> utf8) => text is not null && Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(utf8);
}
