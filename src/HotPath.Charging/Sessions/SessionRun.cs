namespace HotPath.Charging;

/// <summary>One billing run of a session: a charger's copy of the event, and what it was charged. Source: facts cgrates-engine.md §4.3.</summary>
internal sealed class SessionRun(string runId, CallEvent callEvent)
{
    private long _reserve;
    private long _lastUsage;

    /// <summary>Name of the run.</summary>
    public string RunId { get; } = runId;

    public CallEvent Event { get; } = callEvent;

    /// <summary>What was charged during the call; empty for runs that are charged by their CDR.</summary>
    public ChargeList Charges { get; } = new();

    /// <summary>How much of the call was granted and not corrected since.</summary>
    public long TotalUsage { get; private set; }

    /// <summary>When the next piece is debited; <c>null</c>: no debit loop runs.</summary>
    public DateTime? NextDebit { get; set; }

    /// <summary>The run is debited while the call lasts.</summary>
    public bool IsDebited => RequestTypes.IsDebitedDuringCall(Event.RequestType);

    /// <summary>
    /// Corrects the last grant by what was really used of it, then takes the next piece out of what is charged but not used: increments
    /// are longer than pieces.
    /// </summary>
    /// <returns>How much is left to debit.</returns>
    public long TakeFromReserve(long usage, long? lastUsed)
    {
        if (lastUsed is { } used && used != _lastUsage)
        {
            _reserve += _lastUsage - used;
            TotalUsage += used - _lastUsage;
            _lastUsage = used;
        }

        if (_reserve >= usage)
        {
            _reserve -= usage;
            _lastUsage = usage;
            TotalUsage += usage;
            return 0;
        }

        long rest = usage - _reserve;
        _reserve = 0;
        return rest;
    }

    /// <summary>Takes note of a debit.</summary>
    /// <param name="usage">The piece granted was to be so long.</param>
    /// <param name="rest">So much of it was to be debited.</param>
    /// <param name="debited">So much was debited.</param>
    /// <returns>How long the grant is.</returns>
    public long Debited(long usage, long rest, long debited)
    {
        _reserve = Math.Max(0, debited - rest);
        _lastUsage = debited >= rest ? usage : Math.Max(0, usage - rest + debited);
        TotalUsage += _lastUsage;
        return _lastUsage;
    }

    /// <summary>The call ended after so much.</summary>
    public void End(long usage) => TotalUsage = usage;
}
