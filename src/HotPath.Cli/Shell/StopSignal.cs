using System.Runtime.InteropServices;

namespace HotPath.Cli;

/// <summary>
/// Ctrl-C and SIGTERM as an event: the program is asked to end cleanly. However often they come, it does no more and no less; every command
/// ends within seconds.
/// </summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public StopSignal()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    /// <summary>Cancelled when the program is asked to end.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Completes when the program is asked to end.</summary>
    public Task Requested => _requested.Task;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        _requested.TrySetResult();
        _ = _stop.CancelAsync();
    }
}
