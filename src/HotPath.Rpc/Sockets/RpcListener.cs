using System.Net;
using System.Net.Sockets;

namespace HotPath.Rpc;

/// <summary>A listening port of an engine: each connection becomes an <see cref="RpcServerLink"/> on the loop. Belongs to the loop's thread.</summary>
public sealed class RpcListener : ISocketHandler, IDisposable
{
    private const int Backlog = 512;

    private readonly SocketLoop _loop;
    private readonly RpcPort _port;
    private readonly IRpcRequestSink _sink;
    private readonly Socket _socket;

    /// <summary>Begins to listen.</summary>
    /// <param name="loop">The loop that polls the port and its connections.</param>
    /// <param name="endPoint">Where; port 0 takes a free one, see <see cref="EndPoint"/>.</param>
    /// <param name="port">Which of the engine's listeners this is.</param>
    /// <param name="sink">Serves the requests of all connections.</param>
    /// <exception cref="IOException">The address cannot be listened on; the message names it and says why.</exception>
    public RpcListener(SocketLoop loop, IPEndPoint endPoint, RpcPort port, IRpcRequestSink sink)
    {
        _loop = loop;
        _port = port;
        _sink = sink;
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
        _loop.Add(_socket, this);
    }

    /// <summary>Where it listens, with the port it got.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>Listens no more. Connections live on.</summary>
    public void Dispose()
    {
        _loop.Remove(_socket);
        _socket.Dispose();
    }

    void ISocketHandler.OnReadable()
    {
        SocketLink link;
        try
        {
            link = SocketLink.Accepted(_loop, _socket.Accept());
        }
        catch (SocketException)
        {
            // The client went away before it was accepted, or the process is out of descriptors: the next turn tries again.
            return;
        }

        link.Start(new RpcServerLink(link, _port, _sink));
    }

    void ISocketHandler.OnWritable()
    {
    }
}
