using System.Diagnostics;
using System.Runtime.InteropServices;

namespace HotPath.Cli.Tests;

/// <summary>The built <c>hotpath</c>, run as its users run it.</summary>
internal sealed class HotPathProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private const int Terminate = 15;

    private readonly Process _process;

    private HotPathProcess(Process process) => _process = process;

    /// <summary>Starts <c>hotpath</c> with these arguments.</summary>
    public static HotPathProcess Start(params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("dotnet", [Path.Combine(AppContext.BaseDirectory, "hotpath.dll"), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        HotPathProcess started = new(Process.Start(start)!);
        started._process.StandardInput.Close();
        return started;
    }

    /// <summary>The next line of stdout.</summary>
    public async Task<string> ReadLineAsync(CancellationToken cancellation) =>
        await _process.StandardOutput.ReadLineAsync(cancellation).AsTask().WaitAsync(s_patience, cancellation)
        ?? throw new InvalidOperationException($"hotpath ended: {await _process.StandardError.ReadToEndAsync(cancellation)}");

    /// <summary>Asks it to end.</summary>
    public void SendTerminate() => Assert.Equal(0, Kill(_process.Id, Terminate));

    /// <summary>Waits for its end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> EndAsync(CancellationToken cancellation)
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync(cancellation);
        Task<string> error = _process.StandardError.ReadToEndAsync(cancellation);
        await _process.WaitForExitAsync(cancellation).WaitAsync(s_patience, cancellation);
        return (_process.ExitCode, await output, await error);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
