using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>
/// Engines in the same thread, without sockets: what one side sends lies in a queue until <see cref="Pump"/> brings it to the other. Single-threaded and
/// deterministic. What a side sent before it closed still arrives. Allocates nothing once its queues have grown.
/// </summary>
public sealed class InMemoryNetwork : IEngineNetwork
{
    private readonly Dictionary<EngineAddress, Func<IEngineLink, IEngineLinkHandler>> _listeners = [];
    private readonly HashSet<EngineAddress> _unreachable = [];
    private readonly List<Pipe> _pipes = [];

    /// <summary>Connects that were begun, by the address they went to.</summary>
    public List<EngineAddress> Connects { get; } = [];

    /// <summary>Most bytes brought by one callback: small numbers cut every message.</summary>
    public int SegmentLength { get; set; } = int.MaxValue;

    /// <summary>Most bytes that a side takes before the other has read: what is beyond it waits with the sender.</summary>
    public int WindowLength { get; set; } = int.MaxValue;

    /// <summary>Has connections to an address taken by <paramref name="accept"/>, which makes the server's side of one.</summary>
    public void Listen(EngineAddress address, Func<IEngineLink, IEngineLinkHandler> accept)
    {
        _listeners[address] = accept;
        _unreachable.Remove(address);
    }

    /// <summary>Has new connections to an address refused.</summary>
    public void Refuse(EngineAddress address) => _listeners.Remove(address);

    /// <summary>Lets connections to an address hang, neither made nor refused.</summary>
    public void Swallow(EngineAddress address) => _unreachable.Add(address);

    /// <summary>Ends all connections to an address. Both sides learn it in the next <see cref="Pump"/>; what was under way is lost.</summary>
    public void Cut(EngineAddress address)
    {
        foreach (Pipe pipe in _pipes)
        {
            if (pipe.Address == address)
            {
                pipe.Break("connection reset by the other side");
            }
        }
    }

    /// <inheritdoc/>
    public IEngineLink Open(EngineAddress address, IEngineLinkHandler handler)
    {
        Connects.Add(address);
        Pipe pipe = new(this, address, handler);
        _pipes.Add(pipe);
        return pipe.Client;
    }

    /// <summary>Brings everything sent so far to the other side, one round.</summary>
    /// <returns>Something happened.</returns>
    public bool Pump()
    {
        bool happened = false;
        for (int i = 0; i < _pipes.Count; i++)
        {
            happened |= _pipes[i].Pump();
        }

        for (int i = _pipes.Count - 1; i >= 0; i--)
        {
            if (_pipes[i].IsOver)
            {
                _pipes.RemoveAt(i);
            }
        }

        return happened;
    }

    /// <summary>One connection: two ends that face each other.</summary>
    private sealed class Pipe
    {
        private readonly InMemoryNetwork _network;
        private End? _server;
        private string? _reason;

        public Pipe(InMemoryNetwork network, EngineAddress address, IEngineLinkHandler handler)
        {
            _network = network;
            Address = address;
            Client = new End(network, this, handler);
        }

        public EngineAddress Address { get; }

        public End Client { get; }

        public bool IsConnected { get; private set; }

        public bool IsOver { get; private set; }

        /// <summary>This side has said that nothing more comes from it, and the other one is yet to be told.</summary>
        public End? Ending { get; set; }

        public void Break(string reason)
        {
            _reason ??= reason;
            Client.Clear();
            _server?.Clear();
        }

        public bool Pump()
        {
            if (_reason is null && !IsConnected)
            {
                return Connect();
            }

            if (IsConnected && (Client.Bring(_server!) | _server!.Bring(Client)) && Ending is null)
            {
                return true;
            }

            if (Ending is { } ending)
            {
                Ending = null;
                if (ending.Handler is null || (ending == Client ? _server : Client)?.Handler?.OnEndOfStream() != true)
                {
                    Break("closed by the other side");
                }

                return true;
            }

            if (_reason is null || IsOver)
            {
                return false;
            }

            IsOver = true;
            Client.Tell(_reason);
            _server?.Tell(_reason);
            return true;
        }

        private bool Connect()
        {
            if (_network._unreachable.Contains(Address))
            {
                return false;
            }

            if (!_network._listeners.TryGetValue(Address, out Func<IEngineLink, IEngineLinkHandler>? accept))
            {
                _reason = "connection refused";
                return true;
            }

            IsConnected = true;
            _server = new End(_network, this, null);
            _server.Handler = accept(_server);
            _server.Handler.OnOpened();
            Client.Handler?.OnOpened();
            return true;
        }
    }

    /// <summary>One side of a connection, with the bytes it has sent.</summary>
    private sealed class End(InMemoryNetwork network, Pipe pipe, IEngineLinkHandler? handler) : IEngineLink
    {
        private byte[] _sent = new byte[1024];
        private byte[] _brought = new byte[1024];
        private int _length;
        private bool _isShort;

        public IEngineLinkHandler? Handler { get; set; } = handler;

        public int Send(ReadOnlySpan<byte> bytes)
        {
            int taken = Math.Min(bytes.Length, network.WindowLength - _length);
            _isShort = taken < bytes.Length;
            if (_sent.Length - _length < taken)
            {
                Array.Resize(ref _sent, Math.Max(_sent.Length * 2, _length + taken));
            }

            bytes[..taken].CopyTo(_sent.AsSpan(_length));
            _length += taken;
            return taken;
        }

        public void Close()
        {
            Handler = null;
            if (pipe.IsConnected)
            {
                pipe.Ending = this;
            }
            else
            {
                pipe.Break("closed by the other side");
            }
        }

        public void EndSending() => pipe.Ending = this;

        public void Clear() => _length = 0;

        public void Tell(string reason)
        {
            IEngineLinkHandler? handler = Handler;
            Handler = null;
            handler?.OnClosed(reason);
        }

        /// <summary>Brings what this side has sent to the other one.</summary>
        public bool Bring(End other)
        {
            int length = _length;
            if (length == 0)
            {
                return false;
            }

            (_sent, _brought) = (_brought, _sent);
            _length = 0;
            if (_isShort)
            {
                _isShort = false;
                Handler?.OnWritable();
            }

            for (int start = 0; start < length; start += Math.Min(network.SegmentLength, length - start))
            {
                other.Handler?.OnReceived(_brought.AsSpan(start, Math.Min(network.SegmentLength, length - start)));
            }

            return true;
        }
    }
}
