using System.Net;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>
/// A <see cref="ScriptedEngine"/> on a two-way port of loopback, on a thread of its own. Everything of the engine is touched through
/// <see cref="Invoke(Action{ScriptedEngine})"/>.
/// </summary>
public sealed class ScriptedEngineHost : IDisposable
{
    private readonly SocketLoop _loop = new();
    private readonly ScriptedEngine _engine = new();
    private readonly Thread _thread;
    private RpcListener? _listener;
    private volatile bool _isStopping;

    /// <summary>Listens on a free port.</summary>
    public ScriptedEngineHost()
    {
        _listener = Listen(0);
        Address = new EngineAddress("127.0.0.1", _listener.EndPoint.Port);
        _thread = new Thread(Run) { IsBackground = true, Name = "scripted engine" };
        _thread.Start();
    }

    /// <summary>Where it listens.</summary>
    public EngineAddress Address { get; }

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

    /// <summary>Closes the port and every connection: connects are refused.</summary>
    public void Die() => Invoke(engine =>
    {
        _listener?.Dispose();
        _listener = null;
        engine.CloseLinks();
    });

    /// <summary>Listens again, on the same port.</summary>
    public void ComeBack() => Invoke(_ => _listener ??= Listen(Address.Port));

    /// <inheritdoc/>
    public void Dispose()
    {
        Die();
        _isStopping = true;
        _loop.Post(new Work<bool>(() => true));
        _thread.Join();
        _loop.Dispose();
    }

    private RpcListener Listen(int port) => new(_loop, new IPEndPoint(IPAddress.Loopback, port), RpcPort.TwoWay, _engine);

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
