using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace HotPath.Load;

/// <summary>What a number of calls cost.</summary>
/// <param name="Calls">Calls made.</param>
/// <param name="Failed">Those that did not go as they should.</param>
/// <param name="EdgeCpuMs">CPU of the edge per call, milliseconds.</param>
/// <param name="CallerCpuMs">The same of the caller.</param>
/// <param name="CalleeCpuMs">The same of the callee.</param>
internal readonly record struct ForwardResult(int Calls, int Failed, double EdgeCpuMs, double CallerCpuMs, double CalleeCpuMs);

/// <summary>An edge and a callee, each a process, and calls through them.</summary>
internal sealed class ForwardRun : IDisposable
{
    private const string TalkMs = "100";
    private const int GiveUpSeconds = 120;
    private const int SampleMs = 50;

    private readonly string _scenarios;
    private readonly Process _callee;
    private readonly Process _edge;
    private readonly int _edgePort;
    private readonly int _callers;

    public ForwardRun(string scenarios, int lanes, int callers)
    {
        _callers = callers;
        _scenarios = Path.GetFullPath(scenarios);
        int calleePort = FreePort();
        _callee = Sipp("perf_uas.xml", "-p", $"{calleePort}");
        WaitUntilBound(calleePort);
        _edge = ChildProcess.Start(EdgeCommand.Name, $"sip:127.0.0.1:{calleePort}", $"{lanes}");
        _edgePort = int.Parse(_edge.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The edge did not start."), CultureInfo.InvariantCulture);
    }

    /// <summary>Makes calls.</summary>
    /// <param name="perSecond">How many begin each second.</param>
    /// <param name="calls">How many in all; the callers share them.</param>
    public ForwardResult Call(int perSecond, int calls)
    {
        TimeSpan edgeBefore = CpuOf(_edge);
        TimeSpan calleeBefore = CpuOf(_callee);
        Caller[] callers = [.. Enumerable.Range(0, _callers).Select(_ => StartCaller(perSecond / _callers, calls / _callers))];
        while (!Array.TrueForAll(callers, caller => caller.HasEnded(SampleMs)))
        {
        }

        double PerCall(TimeSpan cpu) => cpu.TotalMilliseconds / calls;
        TimeSpan callerCpu = callers.Aggregate(TimeSpan.Zero, (sum, caller) => sum + caller.Cpu);
        return new ForwardResult(
            calls, callers.Sum(caller => caller.ReadFailed()), PerCall(CpuOf(_edge) - edgeBefore), PerCall(callerCpu), PerCall(CpuOf(_callee) - calleeBefore));
    }

    public void Dispose()
    {
        _edge.StandardInput.Close();
        _edge.WaitForExit();
        _edge.Dispose();
        _callee.Kill();
        _callee.Dispose();
    }

    private Caller StartCaller(int perSecond, int calls)
    {
        string statistics = Path.GetTempFileName();
        return new Caller(statistics, Sipp(
            "perf_uac.xml", $"127.0.0.1:{_edgePort}", "-s", "1002", "-p", $"{FreePort()}", "-r", $"{perSecond}", "-m", $"{calls}", "-d", TalkMs, "-l", "100000",
            "-key", "xtest", "1", "-timeout", $"{GiveUpSeconds}", "-trace_stat", "-stf", statistics, "-fd", "1"));
    }

    private Process Sipp(string scenario, params string[] arguments)
    {
        ProcessStartInfo start = new("sipp") { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        string[] common = ["-sf", Path.Combine(_scenarios, scenario), "-i", "127.0.0.1", "-ci", "127.0.0.1", "-nostdin", "-buff_size", "1048576"];
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

        /// <summary>The column "FailedCall(C)" of the last line of what sipp wrote.</summary>
        public int ReadFailed()
        {
            string[] lines = File.ReadAllLines(statistics);
            File.Delete(statistics);
            if (lines.Length == 0)
            {
                throw new InvalidOperationException($"sipp ended with {process.ExitCode} before it made a call.");
            }

            int column = Array.IndexOf(lines[0].Split(';'), "FailedCall(C)");
            int failed = column < 0 ? 0 : int.Parse(lines[^1].Split(';')[column], CultureInfo.InvariantCulture);
            return process.ExitCode == 0 ? failed : Math.Max(failed, 1);
        }
    }
}
