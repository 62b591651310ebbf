using System.Diagnostics;

namespace HotPath.Load;

/// <summary>What all runs of one invocation have in common.</summary>
/// <param name="Lanes">Lanes of the edge.</param>
/// <param name="TalkMs">From the answer of a call to its BYE, milliseconds.</param>
/// <param name="HeldCalls">How many calls go on at once while memory is measured.</param>
/// <param name="HasJournal">The edge writes down what it owes.</param>
/// <param name="UsesSipp">sipp calls, instead of this process.</param>
internal sealed record CallsSetup(int Lanes, int TalkMs, int HeldCalls, bool HasJournal, bool UsesSipp);

/// <summary>Calls for a while, more than an edge can serve.</summary>
/// <param name="PerSecond">Calls that begin in a second.</param>
/// <param name="Time">How long.</param>
internal sealed record Burst(int PerSecond, TimeSpan Time);

/// <summary>An edge that charges, an engine that takes its time, and those who call.</summary>
internal sealed class CallsRun : IDisposable
{
    /// <summary>Calls per second while those are made that go on: so many do not disturb each other.</summary>
    private const int HoldPerSecond = 1_000;

    /// <summary>How long after too many calls the edge is left alone before it has to serve all again.</summary>
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(2);

    private readonly int _delayMs;
    private readonly CallsSetup _setup;
    private readonly double _memoryPerCall;
    private readonly ICallers _callers;
    private readonly ChargingEdge _edge;

    private CallsRun(int delayMs, CallsSetup setup, ICallers callers, ChargingEdge edge, double memoryPerCall)
    {
        _delayMs = delayMs;
        _setup = setup;
        _callers = callers;
        _edge = edge;
        _memoryPerCall = memoryPerCall;
    }

    /// <summary>Starts the processes, and measures what a call that goes on needs.</summary>
    /// <param name="delayMs">How long the engine takes for an answer.</param>
    /// <param name="setup">The rest.</param>
    public static CallsRun Start(int delayMs, CallsSetup setup)
    {
        Phones phones = new();
        ChargingEdge edge = new(delayMs, setup, phones.CalleeRoute);
        double memoryPerCall = MeasureMemory(phones, edge.Process, setup);
        if (!setup.UsesSipp)
        {
            return new CallsRun(delayMs, setup, phones, edge, memoryPerCall);
        }

        edge.Dispose();
        phones.Dispose();
        SippPhones sipp = new(callers: 1);
        return new CallsRun(delayMs, setup, sipp, new ChargingEdge(delayMs, setup, sipp.CalleeRoute), memoryPerCall);
    }

    /// <summary>Makes calls at one rate, and waits until all of them are over.</summary>
    /// <param name="perSecond">Calls that begin in a second.</param>
    /// <param name="time">How long calls are begun.</param>
    public CallsMeasurement Measure(int perSecond, TimeSpan time)
    {
        int calls = Math.Max((int)(perSecond * time.TotalSeconds), 1);
        ProcessUsage before = _edge.Process.ReadUsage();
        TimeSpan engineBefore = _edge.EngineCpu;
        CallsOutcome outcome = _callers.Call(_edge.Process.Address, perSecond, calls, _setup.TalkMs);
        ProcessUsage after = _edge.Process.ReadUsage();
        int clean = calls - outcome.Failed - outcome.Repeated;
        return new CallsMeasurement(
            _delayMs,
            perSecond,
            Math.Round((double)perSecond * clean / calls, 1),
            outcome.Failed,
            PercentileUs(0.5),
            PercentileUs(0.99),
            PerCall((after.Cpu - before.Cpu).TotalMilliseconds),
            _memoryPerCall,
            PerCall(after.AllocatedBytes - before.AllocatedBytes))
        {
            RepeatedCalls = outcome.Repeated,
            PhonesCpuMsPerCall = PerCall((outcome.CallerCpu + outcome.CalleeCpu).TotalMilliseconds),
            EngineCpuMsPerCall = PerCall((_edge.EngineCpu - engineBefore).TotalMilliseconds),
        };

        double PerCall(double sum) => Math.Round(sum / calls, 4);
        double? PercentileUs(double share) => _callers.Arrivals is { } arrivals ? Math.Round(arrivals.Percentile(share) * 1e6 / Stopwatch.Frequency, 1) : null;
    }

    /// <summary>
    /// Makes calls at one rate, more than the edge can serve, then some at another rate, which settle it, and measures those that follow.
    /// </summary>
    /// <param name="burst">The calls that are too many.</param>
    /// <param name="perSecond">Calls that begin in a second afterwards.</param>
    /// <param name="time">How long they are measured.</param>
    public CallsMeasurement MeasureAfter(Burst burst, int perSecond, TimeSpan time)
    {
        var phones = (Phones)_callers;
        int calls = Math.Max((int)(burst.PerSecond * burst.Time.TotalSeconds), 1);
        long start = Stopwatch.GetTimestamp();
        CallTally tally = phones.Burst(_edge.Process.Address, burst.PerSecond, calls, _setup.TalkMs);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        phones.Burst(_edge.Process.Address, perSecond, (int)(perSecond * s_settling.TotalSeconds), _setup.TalkMs);
        CallsMeasurement after = Measure(perSecond, time);
        int good = tally.Ended - tally.Failed;
        return after with
        {
            Burst = new BurstMeasurement(Math.Round(calls / seconds), Math.Round(good / seconds), Math.Round((good - tally.Repeated) / seconds)),
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _edge.Dispose();
        _callers.Dispose();
    }

    /// <summary>
    /// What the working set of an edge grows by for each of many calls, in one that has had a few, but never that many at once: what it
    /// takes from the system, it keeps.
    /// </summary>
    private static double MeasureMemory(Phones phones, EdgeProcess edge, CallsSetup setup)
    {
        phones.Call(edge.Address, HoldPerSecond, Math.Min(setup.HeldCalls, HoldPerSecond), setup.TalkMs);
        long before = edge.ReadUsage().WorkingSetBytes;
        phones.Establish(edge.Address, HoldPerSecond, setup.HeldCalls);
        long after = edge.ReadUsage().WorkingSetBytes;
        phones.HangUp(HoldPerSecond);
        return Math.Round((double)Math.Max(after - before, 0) / setup.HeldCalls);
    }
}
