using System;
using System.Buffers;
using System.Net;
using System.Text;
using System.Threading;
using HotPath.Commands;
using HotPath.Rpc;

namespace MyCarrier;

/// <summary>An engine that knows one command, on a free port of loopback and a thread of its own.</summary>
public sealed class QuoteEngine : IRpcRequestSink, IDisposable
{
    private readonly SocketLoop _loop = new();
    private readonly RpcListener _listener;
    private readonly QuoteService _service = new();
    private readonly ArrayBufferWriter<byte> _result = new();
    private readonly Thread _thread;
    private volatile bool _isStopping;

    public QuoteEngine()
    {
        _listener = new RpcListener(_loop, new IPEndPoint(IPAddress.Loopback, 0), RpcPort.TwoWay, this);
        Address = new EngineAddress("127.0.0.1", _listener.EndPoint.Port);
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    public EngineAddress Address { get; }

    void IRpcRequestSink.OnRequest(RpcServerLink link, in RpcRequest request)
    {
        _result.ResetWrittenCount();
        if (!request.Method.SequenceEqual(Quote.GetMethod(CgrDialect.Current)))
        {
            link.ReplyError(request.Id, "unknown method"u8);
        }
        else if (_service.TryAnswer(request.Parameters, _result, out CgrReadResult problem))
        {
            link.Reply(request.Id, _result.WrittenSpan);
        }
        else
        {
            link.ReplyError(request.Id, Encoding.UTF8.GetBytes(problem.ToString()));
        }
    }

    void IRpcRequestSink.OnClosed(RpcServerLink link, string reason)
    {
    }

    public void Dispose()
    {
        _isStopping = true;
        _loop.Post(new WakeUp());
        _thread.Join();
    }

    private void Run()
    {
        while (!_isStopping)
        {
            _loop.RunOnce(Timeout.Infinite);
        }

        _listener.Dispose();
        _loop.Dispose();
    }

    /// <summary>Being posted ends the loop's wait.</summary>
    private sealed class WakeUp : ILoopWork
    {
        public void Run()
        {
        }
    }
}
