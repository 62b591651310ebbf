using System.Text;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>Byte streams between an engine client and engines in the same simulation: bytes arrive in order, after a while, cut anywhere.</summary>
public sealed class SimulatedEngineNetwork(SimulatedWorld world) : IEngineNetwork
{
    private readonly Dictionary<EngineAddress, Func<IEngineLink, IEngineLinkHandler>> _listeners = [];
    private readonly List<(EngineAddress Address, End Client)> _clients = [];

    public long Connections { get; private set; }

    /// <summary>Connections that were cut.</summary>
    public long Cuts { get; private set; }

    /// <summary>What passes on the client's side, if anybody wants to look.</summary>
    internal EngineWire? Wire { get; set; }

    /// <summary>An engine takes connections at this address.</summary>
    public void Listen(EngineAddress address, Func<IEngineLink, IEngineLinkHandler> accept) => _listeners[address] = accept;

    /// <summary>No connection to this address is taken any more; those that stand do.</summary>
    public void Refuse(EngineAddress address) => _listeners.Remove(address);

    /// <summary>Ends the connections to an engine; what is under way on them is lost.</summary>
    public void Cut(EngineAddress address)
    {
        foreach ((_, End client) in _clients.Where(link => link.Address == address).ToArray())
        {
            _clients.RemoveAll(link => link.Client == client);
            if (!client.IsClosed)
            {
                Cuts++;
                client.Break();
            }
        }
    }

    /// <summary>The client's process is gone: what it has sent arrives, then its connections end, and nobody is told on its side.</summary>
    public void Abandon()
    {
        foreach ((_, End client) in _clients)
        {
            client.Close();
        }

        _clients.Clear();
    }

    public IEngineLink Open(EngineAddress address, IEngineLinkHandler handler)
    {
        var client = new End(world, "client", Wire) { Handler = handler };
        _clients.Add((address, client));
        world.Between(0.1, 1, () =>
        {
            if (client.IsClosed)
            {
                return;
            }

            if (!_listeners.TryGetValue(address, out Func<IEngineLink, IEngineLinkHandler>? accept))
            {
                client.IsClosed = true;
                handler.OnClosed("connection refused");
                return;
            }

            Connections++;
            var server = new End(world, "engine", null) { Peer = client };
            client.Peer = server;
            server.Handler = accept(server);
            server.Handler.OnOpened();
            handler.OnOpened();
        });
        return client;
    }

    private sealed class End(SimulatedWorld world, string name, EngineWire? wire) : IEngineLink
    {
        private TimeSpan _lastArrival;

        public IEngineLinkHandler? Handler { get; set; }

        public End? Peer { get; set; }

        public bool IsClosed { get; set; }

        public int Send(ReadOnlySpan<byte> bytes)
        {
            if (IsClosed)
            {
                return bytes.Length;
            }

            wire?.OnSent(this, bytes);
            byte[] copy = bytes.ToArray();
            int cut = world.Chance.Next(copy.Length + 1);
            Arrive(copy[..cut]);
            Arrive(copy[cut..]);
            return copy.Length;
        }

        public void Break()
        {
            // The engine first: the client may die of what it hears.
            foreach (End? end in (ReadOnlySpan<End?>)[Peer, this])
            {
                if (end is { IsClosed: false })
                {
                    end.IsClosed = true;
                    end.Handler?.OnClosed("connection reset");
                }
            }
        }

        public void Close()
        {
            IsClosed = true;
            Later(peer =>
            {
                peer.IsClosed = true;
                peer.Handler?.OnClosed("closed by the peer");
            });
        }

        public void EndSending() => Later(peer =>
        {
            if (peer.Handler?.OnEndOfStream() == false)
            {
                peer.Close();
                peer.Handler.OnClosed("closed by the peer");
            }
        });

        private void Arrive(byte[] bytes)
        {
            if (bytes.Length > 0)
            {
                Later(peer =>
                {
                    world.Trace($"{name} {Encoding.UTF8.GetString(bytes)}");
                    peer.OnReceived(bytes);
                });
            }
        }

        private void OnReceived(byte[] bytes)
        {
            wire?.OnReceived(this, bytes);
            Handler?.OnReceived(bytes);
        }

        /// <summary>Something reaches the other side, behind everything that was on its way there.</summary>
        private void Later(Action<End> arrive)
        {
            TimeSpan now = world.Elapsed;
            TimeSpan arrival = now + TimeSpan.FromMilliseconds(0.05 + world.Chance.NextDouble());
            _lastArrival = arrival > _lastArrival ? arrival : _lastArrival + TimeSpan.FromTicks(1);
            End? peer = Peer;
            world.After(_lastArrival - now, () =>
            {
                if (peer is { IsClosed: false })
                {
                    arrive(peer);
                }
            });
        }
    }
}
