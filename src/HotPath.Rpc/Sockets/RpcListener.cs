using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace HotPath.Rpc;

/// <summary>
/// A listening port of an engine: each connection becomes an <see cref="RpcServerLink"/> on the loop. Belongs to the loop's thread. When
/// the process has no descriptors left it stops accepting for a moment, rather than spin on clients it cannot take.
/// </summary>
public sealed class RpcListener : ISocketHandler, ILoopWork, IDisposable
{
    private const int Backlog = 512;
    private const int AcceptPauseMs = 100;

    private readonly SocketLoop _loop;
    private readonly RpcPort _port;
    private readonly IRpcRequestSink _sink;
    private readonly RpcServerLimits _limits;
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly Socket _socket;
    private readonly Timer _resume;
    private readonly Action _onLinkEnded;
    private bool _isDisposed;

    /// <summary>Begins to listen.</summary>
    /// <param name="loop">The loop that polls the port and its connections.</param>
    /// <param name="endPoint">Where; port 0 takes a free one, see <see cref="EndPoint"/>.</param>
    /// <param name="port">Which of the engine's listeners this is.</param>
    /// <param name="sink">Serves the requests of all connections.</param>
    /// <param name="limits">What clients may take; by default <see cref="RpcServerLimits.Default"/>.</param>
    /// <param name="tls">The certificate to show, and what else belongs to TLS; <c>null</c>: plain TCP.</param>
    /// <exception cref="IOException">The address cannot be listened on; the message names it and says why.</exception>
    public RpcListener(
        SocketLoop loop, IPEndPoint endPoint, RpcPort port, IRpcRequestSink sink, RpcServerLimits? limits = null, SslServerAuthenticationOptions? tls = null)
    {
        _loop = loop;
        _port = port;
        _sink = sink;
        _limits = limits ?? RpcServerLimits.Default;
        _tls = tls;
        _onLinkEnded = () => Connections--;
        _socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            _socket.Bind(endPoint);
            _socket.Listen(Backlog);
        }
        catch (SocketException failure)
        {
            _socket.Dispose();
            throw new IOException($"Cannot listen on tcp:{endPoint}: {SocketErrors.Describe(failure.SocketErrorCode)}.", failure);
        }

        EndPoint = (IPEndPoint)_socket.LocalEndPoint!;
        _resume = new Timer(static listener => ((RpcListener)listener!).Resume(), this, Timeout.Infinite, Timeout.Infinite);
        _loop.Add(_socket, this);
    }

    /// <summary>Where it listens, with the port it got.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Connections that are open now.</summary>
    public int Connections { get; private set; }

    /// <summary>Connections that were hung up on because there were <see cref="RpcServerLimits.MaxConnections"/> already.</summary>
    public long Refused { get; private set; }

    /// <summary>Times it stopped accepting for a moment.</summary>
    public long AcceptPauses { get; private set; }

    /// <summary>Listens no more. Connections live on.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _resume.Dispose();
        _loop.Remove(_socket);
        _socket.Dispose();
    }

    void ISocketHandler.OnReadable()
    {
        Socket accepted;
        try
        {
            accepted = _socket.Accept();
        }
        catch (SocketException failure)
        {
            OnAcceptFailed(failure.SocketErrorCode);
            return;
        }

        if (Connections >= _limits.MaxConnections)
        {
            Refused++;
            accepted.Dispose();
            return;
        }

        Connections++;
        if (_tls is null)
        {
            SocketLink link = SocketLink.Accepted(_loop, accepted);
            link.Start(CreateServer(link));
        }
        else
        {
            TlsLink link = TlsLink.Accepted(_loop, accepted, _tls, _limits.TlsHandshakeTimeout);
            link.Start(CreateServer(link));
        }
    }

    void ISocketHandler.OnWritable()
    {
    }

    /// <summary>The pause is over.</summary>
    void ILoopWork.Run()
    {
        if (!_isDisposed)
        {
            _loop.ResumeReading(_socket);
        }
    }

    /// <summary>Those who wait stay in the kernel's queue.</summary>
    internal void OnAcceptFailed(SocketError error)
    {
        if (error is SocketError.WouldBlock or SocketError.ConnectionAborted or SocketError.ConnectionReset or SocketError.Interrupted)
        {
            // The client went away before it was accepted: the next turn sees whether there is another.
            return;
        }

        AcceptPauses++;
        _loop.StopReading(_socket);
        _resume.Change(AcceptPauseMs, Timeout.Infinite);
    }

    private RpcServerLink CreateServer(IEngineLink link) => new(link, _port, _sink, _limits) { Ended = _onLinkEnded };

    private void Resume() => _loop.Post(this);
}
