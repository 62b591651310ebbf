using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HotPath.Testing;

namespace HotPath.Load;

/// <summary>Callers and a callee by sipp (corpus/sipp/perf_uac.xml, perf_uas.xml), each a process.</summary>
internal sealed class SippPhones : ICallers
{
    private const int GiveUpSeconds = 120;
    private const int SampleMs = 50;

    private readonly Process _callee;
    private readonly int _callers;

    /// <param name="callers">How many sipp processes call, each from a port of its own.</param>
    public SippPhones(int callers)
    {
        _callers = callers;
        int port = FreePort();
        CalleeRoute = $"sip:127.0.0.1:{port}";
        _callee = Sipp("perf_uas.xml", "-p", $"{port}");
        WaitUntilBound(port);
    }

    /// <inheritdoc/>
    public string CalleeRoute { get; }

    /// <summary>Not known: sipp does not tell when an INVITE reaches its callee.</summary>
    public LatencyHistogram? Arrivals => null;

    /// <summary>Whether sipp and its scenarios are there.</summary>
    /// <param name="problem">What is not.</param>
    public static bool AreThere(out string problem)
    {
        bool hasScenarios = File.Exists(Path.Combine(Scenarios, "perf_uac.xml"));
        bool hasSipp = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "sipp")));
        problem = !hasScenarios ? $"{Scenarios}/perf_uac.xml is not there; set HOTPATH_SHARED" : "sipp is not installed";
        return hasScenarios && hasSipp;
    }

    private static string Scenarios => Path.GetFullPath(Path.Combine(
        Environment.GetEnvironmentVariable("HOTPATH_SHARED") ?? Path.Combine(SharedFiles.RepositoryRoot, "..", "shared"), "corpus", "sipp"));

    /// <inheritdoc/>
    public CallsOutcome Call(IPEndPoint edge, int perSecond, int calls, int talkMs)
    {
        TimeSpan calleeBefore = CpuOf(_callee);
        Caller[] callers = [.. Enumerable.Range(0, _callers).Select(_ => StartCaller(edge, perSecond / _callers, calls / _callers, talkMs))];
        while (!Array.TrueForAll(callers, caller => caller.HasEnded(SampleMs)))
        {
        }

        TimeSpan callerCpu = callers.Aggregate(TimeSpan.Zero, (sum, caller) => sum + caller.Cpu);
        (int Failed, int Repeated)[] statistics = [.. callers.Select(caller => caller.ReadStatistics())];
        int failed = Math.Min(statistics.Sum(it => it.Failed), calls);
        int repeated = Math.Min(statistics.Sum(it => it.Repeated), calls - failed);
        return new CallsOutcome(calls, failed, repeated, callerCpu, CpuOf(_callee) - calleeBefore);
    }

    public void Dispose()
    {
        _callee.Kill();
        _callee.WaitForExit();
        _callee.Dispose();
    }

    private Caller StartCaller(IPEndPoint edge, int perSecond, int calls, int talkMs)
    {
        string statistics = Path.GetTempFileName();
        return new Caller(statistics, Sipp(
            "perf_uac.xml", $"{edge}", "-s", "1002", "-p", $"{FreePort()}", "-r", $"{perSecond}", "-m", $"{calls}", "-d", $"{talkMs}", "-l", "100000",
            "-key", "xtest", "1", "-timeout", $"{GiveUpSeconds}", "-trace_stat", "-stf", statistics, "-fd", "1"));
    }

    private static Process Sipp(string scenario, params string[] arguments)
    {
        ProcessStartInfo start = new("sipp") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        string[] common = ["-sf", Path.Combine(Scenarios, scenario), "-i", "127.0.0.1", "-ci", "127.0.0.1", "-nostdin", "-buff_size", "1048576"];
        Array.ForEach([.. common, .. arguments], start.ArgumentList.Add);
        Process process = Process.Start(start)!;

        // Its screens would fill the pipes.
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private static TimeSpan CpuOf(Process process, TimeSpan otherwise = default)
    {
        process.Refresh();
        try
        {
            return process.TotalProcessorTime;
        }
        catch (InvalidOperationException)
        {
            return otherwise;
        }
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static void WaitUntilBound(int port)
    {
        string local = $":{port:X4} ";
        long end = Environment.TickCount64 + 10_000;
        while (!File.ReadAllText("/proc/net/udp").Contains(local, StringComparison.Ordinal) && Environment.TickCount64 < end)
        {
            Thread.Sleep(20);
        }
    }

    /// <summary>One sipp that calls.</summary>
    private sealed class Caller(string statistics, Process process)
    {
        /// <summary>What it had used when it was last looked at: a process that has ended cannot be asked any more.</summary>
        public TimeSpan Cpu { get; private set; }

        public bool HasEnded(int waitMs)
        {
            Cpu = CpuOf(process, Cpu);
            return process.WaitForExit(waitMs);
        }

        /// <summary>The columns "FailedCall(C)" and "Retransmissions(C)" of the last line of what sipp wrote.</summary>
        public (int Failed, int Repeated) ReadStatistics()
        {
            string[] lines = File.ReadAllLines(statistics);
            File.Delete(statistics);
            if (lines.Length == 0)
            {
                throw new InvalidOperationException($"sipp ended with {process.ExitCode} before it made a call.");
            }

            string[] names = lines[0].Split(';'), values = lines[^1].Split(';');
            int failed = Read("FailedCall(C)");
            return (process.ExitCode == 0 ? failed : Math.Max(failed, 1), Read("Retransmissions(C)"));

            int Read(string name) => Array.IndexOf(names, name) is >= 0 and var column ? int.Parse(values[column], CultureInfo.InvariantCulture) : 0;
        }
    }
}
