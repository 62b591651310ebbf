using System.Diagnostics;

namespace HotPath.Rpc.Tests;

/// <summary>
/// A thread that wants to run every few milliseconds, and each time to have the thread pool run something too. It notes how late the machine lets
/// them: what a busy machine does to these it does to those under test as well, and a test of times may set it off.
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

    /// <summary>The longest that either was kept from running so far.</summary>
    public TimeSpan LongestStall => Stopwatch.GetElapsedTime(0, Interlocked.Read(ref _longestTicks));

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
            NoteStall(now - beat - (PeriodMs * Stopwatch.Frequency / 1000));
            beat = now;
            ThreadPool.UnsafeQueueUserWorkItem(queued => NoteStall(Stopwatch.GetTimestamp() - queued), now, preferLocal: false);
        }
    }

    private void NoteStall(long ticks)
    {
        long longest = Interlocked.Read(ref _longestTicks);
        while (ticks > longest && Interlocked.CompareExchange(ref _longestTicks, ticks, longest) is var seen && seen != longest)
        {
            longest = seen;
        }
    }
}
