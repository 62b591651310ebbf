using System.Numerics;

namespace HotPath.Load;

/// <summary>
/// Counts durations in buckets whose width grows with the value, as HdrHistogram does: every percentile is right to within 1/64 of
/// itself, from 1 ns to the age of the universe, in 30 kB. Recording allocates nothing. Not thread-safe.
/// </summary>
internal sealed class LatencyHistogram
{
    private const int SubBucketBits = 6;
    private const int SubBuckets = 1 << SubBucketBits;

    private readonly long[] _counts = new long[(64 - SubBucketBits) * SubBuckets];

    /// <summary>How many durations were recorded.</summary>
    public long Count { get; private set; }

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        Array.Clear(_counts);
        Count = 0;
    }

    /// <summary>Counts one duration.</summary>
    /// <param name="value">In any unit, 0 or more; less counts as 0.</param>
    public void Record(long value)
    {
        _counts[IndexOf(Math.Max(value, 0))]++;
        Count++;
    }

    /// <summary>The least value that at least this share of the recorded ones do not exceed, in the unit they were recorded in; 0 if there are none.</summary>
    /// <param name="share">0…1: 0.99 is the 99th percentile.</param>
    public long Percentile(double share)
    {
        long rank = Math.Max((long)Math.Ceiling(share * Count), 1);
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
            {
                return LargestOf(i);
            }
        }

        return 0;
    }

    // Values below 2·SubBuckets have a bucket each; above, the leading bits choose it and the rest is dropped.
    private static int IndexOf(long value)
    {
        int dropped = Math.Max(63 - SubBucketBits - BitOperations.LeadingZeroCount((ulong)value), 0);
        return (dropped * SubBuckets) + (int)(value >> dropped);
    }

    private static long LargestOf(int index)
    {
        int dropped = Math.Max((index / SubBuckets) - 1, 0);
        long leading = index - (dropped * SubBuckets);
        return (long)(((ulong)(leading + 1) << dropped) - 1);
    }
}
