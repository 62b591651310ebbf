namespace HotPath.Rpc;

/// <summary>
/// How an engine that is out is tried again, by one client at a time: one that cannot be connected to, by connecting, its name
/// resolved anew each time; one that does not answer, by <c>SessionSv1.Ping</c>. The pause between tries doubles and is shortened
/// at random, so that many clients do not come back in the same moment. Immutable.
/// </summary>
public sealed record ProbePolicy
{
    /// <summary>From 200 ms up to 60 s, a fifth shorter at most.</summary>
    public static ProbePolicy Default { get; } = new();

    /// <summary>Pause after the first failure; also the least time between two connects.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest pause (<c>retry_timeout</c> of the reference module).</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Largest part by which a pause is shortened, 0…1.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>So many unanswered pings in a row, and the connection they went over is made anew; 1 or more.</summary>
    public int PingsBeforeReconnect { get; init; } = 3;

    /// <summary>The pause after a failure, in milliseconds.</summary>
    /// <param name="failures">Failures in a row, this one included; 1 or more.</param>
    /// <param name="random">0…1, 1 excluded.</param>
    internal long PauseMs(int failures, double random)
    {
        double pauseMs = FirstPause.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 32));
        return (long)(Math.Min(pauseMs, LongestPause.TotalMilliseconds) * (1 - Jitter * random));
    }
}
