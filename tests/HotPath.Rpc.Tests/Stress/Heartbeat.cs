using System.Diagnostics;

namespace HotPath.Rpc.Tests;

/// <summary>
/// A thread that wants to run every few milliseconds, and notes how late the machine lets it: what a busy machine does to this thread it does to
/// those under test too, and a test of times may set it off.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private const int PeriodMs = 5;

    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;
    private long _longestTicks;

    public Heartbeat()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "heartbeat" };
        _thread.Start();
    }

    /// <summary>The longest it was kept from running so far.</summary>
    public TimeSpan LongestStall => Stopwatch.GetElapsedTime(0, Volatile.Read(ref _longestTicks));

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }

    private void Run()
    {
        long beat = Stopwatch.GetTimestamp();
        while (!_stop.Wait(PeriodMs))
        {
            long now = Stopwatch.GetTimestamp();
            Volatile.Write(ref _longestTicks, Math.Max(_longestTicks, now - beat - (PeriodMs * Stopwatch.Frequency / 1000)));
            beat = now;
        }
    }
}
