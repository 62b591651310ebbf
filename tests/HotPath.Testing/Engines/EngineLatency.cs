namespace HotPath.Testing;

/// <summary>How long an engine takes to answer: each function gives the time of the next answer. Not thread-safe.</summary>
public static class EngineLatency
{
    /// <summary>Always the same.</summary>
    public static Func<TimeSpan> Fixed(TimeSpan time) => () => time;

    /// <summary>Anything between two times, equally likely.</summary>
    public static Func<TimeSpan> Between(TimeSpan shortest, TimeSpan longest, int seed)
    {
        Random chance = new(seed);
        return () => shortest + ((longest - shortest) * chance.NextDouble());
    }

    /// <summary>Mostly short, now and then long, as of an engine that shares its machine: exponentially distributed.</summary>
    public static Func<TimeSpan> Exponential(TimeSpan mean, int seed)
    {
        Random chance = new(seed);
        return () => mean * -Math.Log(1 - chance.NextDouble());
    }
}
