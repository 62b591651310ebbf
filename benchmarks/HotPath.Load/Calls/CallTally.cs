namespace HotPath.Load;

/// <summary>What has become so far of calls that were begun together.</summary>
internal sealed class CallTally
{
    /// <summary>How long their INVITEs took from caller to callee, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public LatencyHistogram Arrivals { get; } = new();

    /// <summary>Calls whose ACK has reached the callee.</summary>
    public int Established { get; set; }

    /// <summary>Calls that are over.</summary>
    public int Ended { get; private set; }

    /// <summary>Those that were refused, given up or could not begin.</summary>
    public int Failed { get; private set; }

    /// <summary>Those that went as they should, but of which a message was sent again.</summary>
    public int Repeated { get; private set; }

    /// <summary>A call is over.</summary>
    public void NoteEnd(bool hasFailed, bool isRepeated)
    {
        Ended++;
        Failed += hasFailed ? 1 : 0;
        Repeated += isRepeated && !hasFailed ? 1 : 0;
    }
}
