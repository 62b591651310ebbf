namespace HotPath.Testing;

/// <summary>Measures what code allocates once everything it needs is there.</summary>
public static class SteadyState
{
    /// <summary>How often a measurement is made.</summary>
    public const int Rounds = 3;

    /// <summary>
    /// Bytes the calling thread allocates in one run of <paramref name="round"/>: the least of <see cref="Rounds"/> runs, for the runtime
    /// may allocate a little while it compiles code anew, and what the code allocates, it allocates in every run. Warm up before.
    /// </summary>
    public static long AllocatedBytes(Action round)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Rounds; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            round();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
