using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace HotPath.Load;

/// <summary>What a process has used so far.</summary>
/// <param name="Cpu">CPU time, of the system too.</param>
/// <param name="AllocatedBytes">Bytes its managed code has allocated.</param>
/// <param name="WorkingSetBytes">Memory it occupies now.</param>
internal readonly record struct ProcessUsage(TimeSpan Cpu, long AllocatedBytes, long WorkingSetBytes);

/// <summary>An edge in a child process (<see cref="EdgeCommand"/>).</summary>
internal sealed class EdgeProcess : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it, and waits until it listens.</summary>
    /// <param name="arguments">As <see cref="EdgeCommand"/> takes them.</param>
    /// <exception cref="InvalidOperationException">It does not start.</exception>
    public EdgeProcess(params string[] arguments)
    {
        _process = ChildProcess.Start([EdgeCommand.Name, .. arguments]);
        Address = IPEndPoint.TryParse(_process.StandardOutput.ReadLine() ?? "", out IPEndPoint? address)
            ? address
            : throw new InvalidOperationException("The edge does not start.");
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Asks it what it has used.</summary>
    /// <exception cref="InvalidOperationException">It has ended by itself.</exception>
    public ProcessUsage ReadUsage()
    {
        _process.StandardInput.WriteLine();
        string answer = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The edge has ended.");
        long[] figures = [.. answer.Split(' ').Select(figure => long.Parse(figure, CultureInfo.InvariantCulture))];
        return new ProcessUsage(TimeSpan.FromTicks(figures[0]), figures[1], figures[2]);
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public void Kill()
    {
        _process.Kill();
        Dispose();
    }

    /// <summary>Ends it, with the calls that go on.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
