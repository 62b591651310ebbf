using System.Net;
using HotPath.Rpc;
using Microsoft.Extensions.Logging;

namespace HotPath.Charging;

/// <summary>
/// The embedded engine on real sockets, on a thread of its own. Made running, or not at all; disposing ends it. Its members may be used
/// from any thread.
/// </summary>
public sealed class EngineHost : IDisposable
{
    private const long LongestWaitMs = 60_000;

    private readonly ChargingEngine _engine;
    private readonly SocketLoop _loop = new();
    private readonly RpcListener? _json;
    private readonly RpcListener? _birpc;
    private readonly Thread _thread;

    // Never disposed: it has no timer, and a query may come at any time.
    private readonly CancellationTokenSource _stopped = new();
    private volatile bool _isStopping;

    private EngineHost(EngineOptions options, Tariff tariff, TimeProvider time, ILogger? logger)
    {
        Tariff = tariff;
        _engine = new ChargingEngine(options, tariff, time, logger);
        try
        {
            _json = Listen(options.JsonListen, RpcPort.OneWay);
            _birpc = Listen(options.BirpcListen, RpcPort.TwoWay);
        }
        catch
        {
            _json?.Dispose();
            _loop.Dispose();
            throw;
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "charging engine" };
    }

    /// <summary>The tariff plan in use, with the notices of its loading.</summary>
    public Tariff Tariff { get; }

    /// <summary>Where the one-way JSON port listens; <c>null</c>: it does not.</summary>
    public IPEndPoint? JsonEndPoint => _json?.EndPoint;

    /// <summary>Where the two-way JSON port listens; <c>null</c>: it does not.</summary>
    public IPEndPoint? BirpcEndPoint => _birpc?.EndPoint;

    /// <summary>Loads the tariff plan, begins to listen and runs.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="time">The clock; <c>null</c>: the system's.</param>
    /// <param name="logger">Where to tell the operator; <c>null</c>: nowhere.</param>
    /// <exception cref="TariffException">The tariff plan has mistakes; names all of them.</exception>
    /// <exception cref="IOException">An address cannot be listened on; the message names it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public static EngineHost Start(EngineOptions options, TimeProvider? time = null, ILogger? logger = null)
    {
        Tariff tariff = options.TariffFolder is { } folder ? TariffLoader.LoadFolder(folder) : TariffLoader.LoadTutorial();
        EngineHost host = new(options, tariff, time ?? TimeProvider.System, logger);
        host._thread.Start();
        return host;
    }

    /// <summary>An account as it is now; <c>null</c>: there is none of that name.</summary>
    public Task<AccountSnapshot?> FindAccountAsync(string tenant, string account) => Query(engine => engine.FindAccount(tenant, account));

    /// <summary>Sets a money balance of an account; makes both if need be.</summary>
    public Task SetMoneyAsync(string tenant, string account, string balanceId, decimal value) => Query(engine =>
    {
        engine.SetMoney(tenant, account, balanceId, value);
        return true;
    });

    /// <summary>The CDRs so far, in the order of writing.</summary>
    public Task<IReadOnlyList<CallDetailRecord>> GetCdrsAsync() => Query(engine => engine.Cdrs);

    /// <summary>Sessions open now.</summary>
    public Task<int> CountOpenSessionsAsync() => Query(engine => engine.OpenSessionCount);

    /// <summary>Stops serving and closes the ports. Running sessions are lost: their state is in memory.</summary>
    public void Dispose()
    {
        if (!_isStopping)
        {
            _isStopping = true;
            _loop.Post(new LoopWork(() => { }));
            _thread.Join();
        }
    }

    private RpcListener? Listen(IPEndPoint? endPoint, RpcPort port) =>
        endPoint is null ? null : new RpcListener(_loop, endPoint, port, _engine.Requests);

    private void Run()
    {
        while (!_isStopping)
        {
            long wait = _engine.Advance();
            _loop.RunOnce((int)(wait < 0 ? -1 : Math.Min(wait, LongestWaitMs)));
        }

        _json?.Dispose();
        _birpc?.Dispose();
        _engine.CloseConnections();
        _loop.Dispose();
        _stopped.Cancel();
    }

    private Task<TResult> Query<TResult>(Func<ChargingEngine, TResult> query)
    {
        TaskCompletionSource<TResult> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationTokenRegistration stopped = _stopped.Token.Register(() => completion.TrySetException(new ObjectDisposedException(nameof(EngineHost))));
        _loop.Post(new LoopWork(() =>
        {
            stopped.Dispose();
            completion.TrySetResult(query(_engine));
        }));
        return completion.Task;
    }

    private sealed class LoopWork(Action action) : ILoopWork
    {
        public void Run() => action();
    }
}
