using System.Security.Cryptography;
using System.Text;

namespace HotPath.Testing;

/// <summary>
/// Time, chance and what happened: the events of a simulation in the order of a clock that only they move, all drawn from one seed, and a
/// trace whose hash is the same for the same seed.
/// </summary>
public sealed class SimulatedWorld(ulong seed)
{
    private readonly PriorityQueue<Action, (long DueTicks, long Order)> _events = new();
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _order;

    public ulong Seed { get; } = seed;

    public ManualTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));

    public Random Chance { get; } = new((int)(seed * 0x9E3779B97F4A7C15UL >> 33));

    /// <summary>A chance of its own: what is drawn from it leaves everything else that follows from the seed as it is.</summary>
    /// <param name="purpose">Tells it from the others.</param>
    public Random ChanceFor(uint purpose) => new((int)(((Seed ^ ((ulong)purpose << 40)) * 0xD6E8FEB86659FD93UL) >> 33));

    /// <summary>Lines of the trace; kept only while a test wants to read them.</summary>
    public List<string>? Lines { get; set; }

    public long TraceLength { get; private set; }

    public TimeSpan Elapsed => Clock.Elapsed;

    /// <summary>How often each kind of fault was made, by its name.</summary>
    public SortedDictionary<string, long> Faults { get; } = new(StringComparer.Ordinal);

    /// <summary>Counts a fault that is being made.</summary>
    public void CountFault(string kind) => Faults[kind] = Faults.GetValueOrDefault(kind) + 1;

    /// <summary>When the next event is due; <c>null</c>: there is none.</summary>
    public TimeSpan? NextDue => _events.TryPeek(out _, out (long DueTicks, long Order) key) ? TimeSpan.FromTicks(key.DueTicks) : null;

    /// <summary>Has something happen later.</summary>
    public void After(TimeSpan delay, Action action) => _events.Enqueue(action, ((Elapsed + delay).Ticks, _order++));

    /// <summary>Has something happen after a time drawn between two bounds.</summary>
    public void Between(double leastMs, double mostMs, Action action) =>
        After(TimeSpan.FromMilliseconds(leastMs + (Chance.NextDouble() * (mostMs - leastMs))), action);

    public bool Happens(double probability) => Chance.NextDouble() < probability;

    public void Trace(string line)
    {
        string stamped = $"{Elapsed.TotalMilliseconds,12:0.000} {line}";
        _hash.AppendData(Encoding.UTF8.GetBytes(stamped + "\n"));
        TraceLength++;
        Lines?.Add(stamped);
    }

    /// <summary>The hash of everything that was traced so far, in hexadecimal.</summary>
    public string TraceHash => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>
    /// Lets the next event happen, or stops at <paramref name="until"/> if that comes first.
    /// </summary>
    /// <returns><c>false</c> when nothing happens before <paramref name="until"/>: the clock stands there.</returns>
    public bool Step(TimeSpan until)
    {
        if (!_events.TryPeek(out Action? action, out (long DueTicks, long Order) key) || key.DueTicks > until.Ticks)
        {
            Clock.Advance(until - Elapsed);
            return false;
        }

        _events.Dequeue();
        Clock.Advance(TimeSpan.FromTicks(Math.Max(0, key.DueTicks - Elapsed.Ticks)));
        action();
        return true;
    }
}
