using System.Diagnostics;
using HotPath.Rpc;

namespace HotPath.Load;

/// <summary>The scripted engine in a child process (<see cref="EngineCommand"/>).</summary>
internal sealed class EngineProcess : IDisposable
{
    private readonly Process _process;

    private EngineProcess(Process process, EngineAddress address)
    {
        _process = process;
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    public EngineAddress Address { get; }

    /// <summary>CPU time it has used so far; the system counts it in steps of 10 ms.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts it, and waits until it listens.</summary>
    /// <param name="delayMs">How long each of its answers takes.</param>
    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public static EngineProcess Start(int delayMs = 0)
    {
        Process process = ChildProcess.Start(EngineCommand.Name, "--delay", $"{delayMs}");
        return EngineAddress.TryParse(process.StandardOutput.ReadLine(), out EngineAddress address)
            ? new EngineProcess(process, address)
            : throw new InvalidOperationException("The scripted engine does not start.");
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
