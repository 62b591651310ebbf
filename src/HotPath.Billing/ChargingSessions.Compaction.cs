namespace HotPath.Billing;

/// <summary>
/// Keeps the journal from growing: when it has too many segments, or no room for new calls, the lane writes again, a share each second,
/// whatever it still needs of the old ones, and then lets them go.
/// </summary>
public sealed partial class ChargingSessions
{
    private const int SessionsPerHeartbeat = 1000;
    private const int HashesPerRecord = 4096;

    /// <summary>About what a record of a session takes.</summary>
    private const int SessionBytes = 1024;

    private readonly List<byte[]> _parked = [];

    /// <summary>Everything from this record on stays; 0: nothing is being written again.</summary>
    private long _keepFrom;

    /// <summary>Everything was written again with this record, and old segments go when it is safe; 0: not everything was.</summary>
    private long _keptUpTo;

    private long NeededBytes
    {
        get
        {
            long bytes = (_journaled * (long)SessionBytes) + (_history.Count * (long)sizeof(ulong));
            foreach (byte[] parked in _parked)
            {
                bytes += parked.Length;
            }

            return bytes;
        }
    }

    private void Compact(IJournalStore journal)
    {
        if (_keepFrom == 0)
        {
            if (!journal.IsGrown(NeededBytes))
            {
                return;
            }

            _keepFrom = BeginCompaction(journal);
        }

        int budget = SessionsPerHeartbeat;
        for (ChargingSession? session = _first; session is not null && budget > 0; session = session.Next)
        {
            if (session.JournalNumber != 0 && session.JournalSequence < _keepFrom)
            {
                session.WriteAgain();
                budget--;
            }
        }

        if (budget > 0 && _keptUpTo == 0)
        {
            _keptUpTo = _lastSequence;
        }

        if (_keptUpTo > 0 && journal.SafeSequence >= _keptUpTo)
        {
            journal.Release(_keepFrom);
            _keepFrom = _keptUpTo = 0;
        }
    }

    /// <returns>The number of the first record that is needed once all sessions are written again.</returns>
    private long BeginCompaction(IJournalStore journal)
    {
        DateTimeOffset now = Time.GetUtcNow();
        long first = _lastSequence = journal.Append(_record.AsSpan(0, JournalRecord.WriteHeartbeat(_record, now)));
        foreach (ulong[] hashes in _history.ToArray().Chunk(HashesPerRecord))
        {
            _lastSequence = journal.Append(_record.AsSpan(0, JournalRecord.WriteIdentities(_record, now, hashes)));
        }

        foreach (byte[] parked in _parked)
        {
            _lastSequence = journal.Append(parked);
        }

        return first;
    }
}
