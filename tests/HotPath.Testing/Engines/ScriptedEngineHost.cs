using System.Net;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>
/// A <see cref="ScriptedEngine"/> on loopback, with both listeners of a CGRateS engine, on a thread of its own. Everything of the engine
/// is touched through <see cref="Invoke(Action{ScriptedEngine})"/>.
/// </summary>
public sealed class ScriptedEngineHost : IDisposable
{
    private readonly SocketLoop _loop = new();
    private readonly ScriptedEngine _engine;
    private readonly Thread _thread;
    private RpcListener? _twoWay;
    private RpcListener? _oneWay;
    private volatile bool _isStopping;

    /// <summary>Listens.</summary>
    /// <param name="engine">The engine; by default one without a script. From here on it belongs to the host's thread.</param>
    /// <param name="port">The two-way port; 0: any free one.</param>
    public ScriptedEngineHost(ScriptedEngine? engine = null, int port = 0)
    {
        _engine = engine ?? new ScriptedEngine();
        _twoWay = Listen(port, RpcPort.TwoWay);
        _oneWay = Listen(0, RpcPort.OneWay);
        Address = new EngineAddress("127.0.0.1", _twoWay.EndPoint.Port);
        OneWayAddress = new EngineAddress("127.0.0.1", _oneWay.EndPoint.Port);
        _thread = new Thread(Run) { IsBackground = true, Name = "scripted engine" };
        _thread.Start();
    }

    /// <summary>Where it listens for two-way JSON.</summary>
    public EngineAddress Address { get; }

    /// <summary>Where it listens for one-way JSON.</summary>
    public EngineAddress OneWayAddress { get; }

    /// <summary>Does something with the engine on its thread, and waits until it is done.</summary>
    public void Invoke(Action<ScriptedEngine> action) => Invoke(engine =>
    {
        action(engine);
        return true;
    });

    /// <summary>Asks the engine something on its thread.</summary>
    public TResult Invoke<TResult>(Func<ScriptedEngine, TResult> function)
    {
        Work<TResult> work = new(() => function(_engine));
        _loop.Post(work);
        return work.Result.Task.GetAwaiter().GetResult();
    }

    /// <summary>Closes the ports and every connection: connects are refused.</summary>
    public void Die() => Invoke(engine =>
    {
        _twoWay?.Dispose();
        _oneWay?.Dispose();
        _twoWay = _oneWay = null;
        engine.CloseLinks();
    });

    /// <summary>Listens again, on the same ports.</summary>
    public void ComeBack() => Invoke(_ =>
    {
        _twoWay ??= Listen(Address.Port, RpcPort.TwoWay);
        _oneWay ??= Listen(OneWayAddress.Port, RpcPort.OneWay);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        Die();
        _isStopping = true;
        _loop.Post(new Work<bool>(() => true));
        _thread.Join();
        _loop.Dispose();
    }

    private RpcListener Listen(int port, RpcPort kind) => new(_loop, new IPEndPoint(IPAddress.Loopback, port), kind, _engine);

    private void Run()
    {
        while (!_isStopping)
        {
            _loop.RunOnce((int)_engine.Advance());
        }
    }

    private sealed class Work<TResult>(Func<TResult> function) : ILoopWork
    {
        public TaskCompletionSource<TResult> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Run()
        {
            try
            {
                Result.SetResult(function());
            }
            catch (Exception failure)
            {
                Result.SetException(failure);
            }
        }
    }
}
