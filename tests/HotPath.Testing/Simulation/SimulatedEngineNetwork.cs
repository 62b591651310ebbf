using System.Text;
using HotPath.Rpc;

namespace HotPath.Testing;

/// <summary>Byte streams between an engine client and an engine in the same simulation: bytes arrive in order, after a while, cut anywhere.</summary>
public sealed class SimulatedEngineNetwork(SimulatedWorld world, Func<IEngineLink, IEngineLinkHandler> accept) : IEngineNetwork
{
    private readonly List<End> _clients = [];

    /// <summary>The engine can be reached.</summary>
    public bool IsUp { get; set; } = true;

    public long Connections { get; private set; }

    /// <summary>Connections that were cut.</summary>
    public long Cuts { get; private set; }

    /// <summary>Ends the connections that stand; what is under way on them is lost.</summary>
    public void Cut()
    {
        Cuts += _clients.Count;
        foreach (End client in _clients)
        {
            client.Break();
        }

        _clients.Clear();
    }

    public IEngineLink Open(EngineAddress address, IEngineLinkHandler handler)
    {
        var client = new End(world, "client");
        client.Handler = handler;
        world.Between(0.1, 1, () =>
        {
            if (client.IsClosed)
            {
                return;
            }

            if (!IsUp)
            {
                client.IsClosed = true;
                handler.OnClosed("connection refused");
                return;
            }

            Connections++;
            var server = new End(world, "engine") { Peer = client };
            client.Peer = server;
            _clients.Add(client);
            server.Handler = accept(server);
            server.Handler.OnOpened();
            handler.OnOpened();
        });
        return client;
    }

    private sealed class End(SimulatedWorld world, string name) : IEngineLink
    {
        private TimeSpan _lastArrival;

        public IEngineLinkHandler? Handler { get; set; }

        public End? Peer { get; set; }

        public bool IsClosed { get; set; }

        public int Send(ReadOnlySpan<byte> bytes)
        {
            byte[] copy = bytes.ToArray();
            int cut = world.Chance.Next(copy.Length + 1);
            Arrive(copy[..cut]);
            Arrive(copy[cut..]);
            return copy.Length;
        }

        public void Break()
        {
            foreach (End? end in (ReadOnlySpan<End?>)[this, Peer])
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
            End? peer = Peer;
            world.Between(0.1, 1, () =>
            {
                if (peer is { IsClosed: false })
                {
                    peer.IsClosed = true;
                    peer.Handler?.OnClosed("closed by the peer");
                }
            });
        }

        private void Arrive(byte[] bytes)
        {
            if (bytes.Length == 0)
            {
                return;
            }

            TimeSpan now = world.Elapsed;
            TimeSpan arrival = now + TimeSpan.FromMilliseconds(0.05 + world.Chance.NextDouble());
            _lastArrival = arrival > _lastArrival ? arrival : _lastArrival + TimeSpan.FromTicks(1);
            End? peer = Peer;
            world.After(_lastArrival - now, () =>
            {
                if (peer is { IsClosed: false })
                {
                    world.Trace($"{name} {Encoding.UTF8.GetString(bytes)}");
                    peer.Handler?.OnReceived(bytes);
                }
            });
        }
    }
}
