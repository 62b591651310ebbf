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
    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public static EngineProcess Start()
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };

        // Run as "dotnet HotPath.Load.dll", the process is dotnet, and the assembly its first argument.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        start.ArgumentList.Add(EngineCommand.Name);
        Process process = Process.Start(start)!;
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
