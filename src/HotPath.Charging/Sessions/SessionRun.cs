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
    /// Corrects what was granted by what the client says, then takes the next piece out of what is charged but not used: increments are
    /// longer than pieces, and an answer that was lost granted nothing.
    /// </summary>
    /// <param name="usage">The piece.</param>
    /// <param name="lastUsed">How much of the last grant was used; <c>null</c>: all of it.</param>
    /// <param name="totalUsage">How much of the call comes before the piece, and goes before <paramref name="lastUsed"/>; <c>null</c>: what was granted.</param>
    /// <returns>How much is left to debit; more than the piece if the call ran ahead of what was granted.</returns>
    public long TakeFromReserve(long usage, long? lastUsed, long? totalUsage)
    {
        Correct(totalUsage is { } total ? _lastUsage + total - TotalUsage : lastUsed);
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

    /// <summary>Corrects the last grant by what was used of it; <c>null</c>: all of it.</summary>
    public void Correct(long? lastUsed)
    {
        if (lastUsed is { } used)
        {
            _reserve += _lastUsage - used;
            TotalUsage += used - _lastUsage;
            _lastUsage = used;
        }
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
