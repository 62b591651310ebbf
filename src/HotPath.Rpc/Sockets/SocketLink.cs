using System.Net;
using System.Net.Sockets;

namespace HotPath.Rpc;

/// <summary>A TCP connection on a <see cref="SocketLoop"/>: one that is being made, or one that was accepted.</summary>
internal sealed class SocketLink : IEngineLink, ISocketHandler, ILoopWork
{
    private readonly SocketLoop _loop;
    private IEngineLinkHandler? _handler;
    private Socket? _socket;
    private State _state;
    private string _failure = "";
    private IPAddress[] _addresses = [];
    private int _nextAddress;
    private int _port;
    private IPAddress? _bindAddress;
    private bool _isReadToEnd;

    private SocketLink(SocketLoop loop) => _loop = loop;

    private enum State : byte
    {
        Resolving,
        Connecting,
        Open,

        /// <summary>Over, and the handler is yet to be told.</summary>
        Failed,
        Closed,
    }

    /// <summary>Begins to connect.</summary>
    public static SocketLink Connect(SocketEngineNetwork network, EngineAddress address, IEngineLinkHandler handler)
    {
        SocketLink link = new(network.Loop) { _handler = handler, _port = address.Port, _bindAddress = network.BindAddress };
        if (IPAddress.TryParse(address.Host, out IPAddress? literal))
        {
            link._addresses = [literal];
            link.ConnectNext("no address");
        }
        else
        {
            link.Resolve(address.Host, network.ResolveAsync);
        }

        return link;
    }

    /// <summary>Takes over an accepted socket. It is polled once <see cref="Start"/> has named its handler.</summary>
    public static SocketLink Accepted(SocketLoop loop, Socket socket)
    {
        socket.Blocking = false;
        socket.NoDelay = true;
        return new SocketLink(loop) { _socket = socket, _state = State.Open };
    }

    /// <summary>Begins to read an accepted connection, and says so.</summary>
    public void Start(IEngineLinkHandler handler)
    {
        if (_state == State.Open)
        {
            _handler = handler;
            _loop.Add(_socket!, this);
            handler.OnOpened();
        }
    }

    /// <inheritdoc/>
    public int Send(ReadOnlySpan<byte> bytes)
    {
        if (_state != State.Open || bytes.IsEmpty)
        {
            return 0;
        }

        int taken = _socket!.Send(bytes, SocketFlags.None, out SocketError error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            FailLater(SocketErrors.Describe(error));
            return 0;
        }

        if (taken < bytes.Length)
        {
            _loop.SetWantsWrite(_socket, true);
        }

        return taken;
    }

    /// <inheritdoc/>
    public void Close()
    {
        _state = State.Closed;
        CloseSocket();
    }

    /// <inheritdoc/>
    public void EndSending()
    {
        if (_state == State.Open)
        {
            try
            {
                _socket!.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException failure)
            {
                FailLater(SocketErrors.Describe(failure.SocketErrorCode));
            }
        }
    }

    void ISocketHandler.OnReadable()
    {
        if (_state == State.Connecting)
        {
            OnConnected();
            return;
        }

        Span<byte> buffer = _loop.ReceiveBuffer;
        int received = _socket!.Receive(buffer, SocketFlags.None, out SocketError error);
        if (error == SocketError.Success && received > 0)
        {
            _handler!.OnReceived(buffer[..received]);
        }
        else if (error == SocketError.Success && !_isReadToEnd && _handler!.OnEndOfStream())
        {
            // The end stays readable for ever; what is still told is that the other side is gone altogether.
            _isReadToEnd = true;
            if (_socket is not null)
            {
                _loop.StopReading(_socket);
            }
        }
        else if (error != SocketError.WouldBlock)
        {
            Fail(error == SocketError.Success ? "closed by the other side" : SocketErrors.Describe(error));
        }
    }

    void ISocketHandler.OnWritable()
    {
        if (_state == State.Connecting)
        {
            OnConnected();
            return;
        }

        _loop.SetWantsWrite(_socket!, false);
        _handler!.OnWritable();
    }

    /// <summary>What happened inside a call of the handler, or on another thread, is told from the loop.</summary>
    void ILoopWork.Run()
    {
        if (_state == State.Failed)
        {
            Fail(_failure);
        }
        else if (_state == State.Resolving)
        {
            ConnectNext(_failure);
        }
    }

    private async void Resolve(string host, Func<string, Task<IPAddress[]>> resolveAsync)
    {
        try
        {
            _addresses = await resolveAsync(host).ConfigureAwait(false);
            _failure = $"{host} has no address";
        }
        catch (Exception failure) when (failure is SocketException or ArgumentException)
        {
            _failure = $"{host} cannot be resolved: {failure.Message}";
        }

        _loop.Post(this);
    }

    private void ConnectNext(string failure)
    {
        while (_nextAddress < _addresses.Length)
        {
            IPEndPoint endpoint = new(_addresses[_nextAddress++], _port);
            if (_bindAddress is not null && _bindAddress.AddressFamily != endpoint.AddressFamily)
            {
                failure = $"{endpoint.Address} cannot be reached from {_bindAddress}";
                continue;
            }

            try
            {
                _socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false, NoDelay = true };
                if (_bindAddress is not null)
                {
                    _socket.Bind(new IPEndPoint(_bindAddress, 0));
                }

                BeginConnect(_socket, endpoint);
                _state = State.Connecting;
                _loop.Add(_socket, this);
                _loop.SetWantsWrite(_socket, true);
                return;
            }
            catch (SocketException refused)
            {
                failure = SocketErrors.Describe(refused.SocketErrorCode);
                _socket?.Dispose();
                _socket = null;
            }
        }

        FailLater(failure);
    }

    private static void BeginConnect(Socket socket, IPEndPoint endpoint)
    {
        try
        {
            socket.Connect(endpoint);
        }
        catch (SocketException pending) when (pending.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
        {
        }
    }

    private void OnConnected()
    {
        SocketError error = (SocketError)(int)_socket!.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        if (error == SocketError.Success)
        {
            _state = State.Open;
            _loop.SetWantsWrite(_socket, false);
            _handler!.OnOpened();
            return;
        }

        CloseSocket();
        ConnectNext(SocketErrors.Describe(error));
    }

    private void FailLater(string reason)
    {
        CloseSocket();
        _state = State.Failed;
        _failure = reason;
        _loop.Post(this);
    }

    private void Fail(string reason)
    {
        Close();
        _handler!.OnClosed(reason);
    }

    private void CloseSocket()
    {
        if (_socket is not null)
        {
            _loop.Remove(_socket);
            _socket.Dispose();
            _socket = null;
        }
    }
}
