using HotPath.Commands;
using Microsoft.Extensions.Logging;

namespace HotPath.Rpc;

/// <summary>
/// An <see cref="EngineClient"/> that runs alone, over TCP, on a thread of its own: for programs that have no loop to put it on.
/// <c>await using var client = EngineClientHost.Start(options);</c> is all it takes. Any thread may send.
/// </summary>
public sealed class EngineClientHost : IEngineClient, ILoopWork, IAsyncDisposable
{
    private readonly SocketLoop _loop = new();
    private readonly EngineClient _client;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _waitersLock = new();
    private TaskCompletionSource _available = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isStopping;

    private EngineClientHost(EngineClientOptions options, IEngineRequestHandler? requests, ILogger? logger)
    {
        _client = new EngineClient(options, new SocketEngineNetwork(_loop, options.BindAddress), TimeProvider.System, requests, logger, () => _loop.Post(this))
        {
            StateChanged = OnStateChanged,
        };
    }

    /// <inheritdoc/>
    public bool IsAvailable => _client.IsAvailable;

    /// <summary>Per engine, in the configured order, what it was asked and did, and its state.</summary>
    public IReadOnlyList<EngineStatistics> Statistics => _client.Statistics;

    /// <inheritdoc cref="EngineClient.GetSnapshot"/>
    public EngineSnapshot GetSnapshot() => _client.GetSnapshot();

    /// <inheritdoc cref="EngineClient.Audit"/>
    public SessionAudit Audit => _client.Audit;

    /// <summary>Begins to connect to the engines, and returns at once.</summary>
    /// <param name="options">Engines, limits, times.</param>
    /// <param name="requests">Serves what engines ask, on the client's thread; without it they get an error.</param>
    /// <param name="logger">Where to log.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static EngineClientHost Start(EngineClientOptions options, IEngineRequestHandler? requests = null, ILogger? logger = null)
    {
        EngineClientHost host = new(options, requests, logger);
        new Thread(host.Run) { IsBackground = true, Name = "HotPath engine client" }.Start();
        return host;
    }

    /// <summary>Waits until an engine is connected. Without a limit of your own it waits as long as none is.</summary>
    public Task WaitAvailableAsync(CancellationToken cancellationToken = default)
    {
        lock (_waitersLock)
        {
            return IsAvailable ? Task.CompletedTask : _available.Task.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public void Send<TCommand, TReply>(scoped in TCommand command, IReplyHandler<TReply> handler, long state, RpcRequestOptions options = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> =>
        _client.Send<TCommand, TReply>(command, handler, state, options);

    /// <inheritdoc/>
    public ValueTask<RpcOutcome<TReply>> SendAsync<TCommand, TReply>(
        scoped in TCommand command, RpcRequestOptions options = default, CancellationToken cancellationToken = default)
        where TCommand : struct, ICgrCommand<TCommand, TReply>, allows ref struct
        where TReply : struct, ICgrReply<TReply> =>
        _client.SendAsync<TCommand, TReply>(command, options, cancellationToken);

    /// <inheritdoc/>
    public int Choose(int except = -1) => _client.Choose(except);

    /// <summary>Closes the connections; what is under way ends with <see cref="RpcStatus.Canceled"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        _loop.Post(this);
        await _stopped.Task.ConfigureAwait(false);
    }

    /// <summary>Being posted has woken the loop; the turn that follows does the rest.</summary>
    void ILoopWork.Run()
    {
    }

    private void Run()
    {
        _client.Start();
        while (!_isStopping)
        {
            long waitMs = _client.Advance();
            _client.Flush();
            _loop.RunOnce((int)Math.Min(waitMs, int.MaxValue));
        }

        _client.Dispose();
        _loop.Dispose();
        _available.TrySetCanceled();
        _stopped.SetResult();
    }

    private void OnStateChanged(EngineStateChange change)
    {
        lock (_waitersLock)
        {
            if (IsAvailable)
            {
                _available.TrySetResult();
            }
            else if (_available.Task.IsCompleted)
            {
                _available = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }
}
