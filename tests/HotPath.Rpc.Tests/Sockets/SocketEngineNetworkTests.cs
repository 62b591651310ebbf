using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>
/// Promise: a name is resolved anew for each connection and its addresses are tried in order, IPv4 and IPv6, from the local address that is
/// configured (field pain 9).
/// </summary>
public sealed class SocketEngineNetworkTests : IDisposable
{
    private static readonly IPAddress s_first = IPAddress.Loopback;
    private static readonly IPAddress s_second = IPAddress.Parse("127.0.0.2");

    private readonly SocketLoop _loop = new();
    private readonly List<IDisposable> _open = [];

    [Fact, Trait("FieldPain", "9")]
    public void Pain_9_an_engine_that_has_moved_in_the_name_service_is_found()
    {
        SkipWithoutSecondLoopback();
        ScriptedEngine old = new(), moved = new();
        RpcListener listener = Listen(s_first, 0, old);
        int port = listener.EndPoint.Port;
        IPAddress[] known = [s_first];
        int lookups = 0;
        EngineClient client = Connect(new EngineAddress("engine.example", port), host =>
        {
            Assert.Equal("engine.example", host);
            lookups++;
            return Task.FromResult(known);
        });
        Run(client, () => old.Links.Count == 1 && client.IsAvailable);
        Assert.Equal(1, lookups);

        Listen(s_second, port, moved);
        known = [s_second];
        listener.Dispose();
        old.CloseLinks();
        Run(client, () => moved.Links.Count == 1 && client.IsAvailable);
        Assert.Equal(2, lookups);
    }

    [Fact]
    public void Addresses_are_tried_in_order()
    {
        SkipWithoutSecondLoopback();
        ScriptedEngine engine = new();
        RpcListener listener = Listen(s_first, 0, engine);
        EngineClient client = Connect(
            new EngineAddress("engine.example", listener.EndPoint.Port), _ => Task.FromResult<IPAddress[]>([s_second, s_first]));
        Run(client, () => client.IsAvailable);
        Assert.Equal(0, client.Statistics[0].ConnectFailures);
    }

    [Fact]
    public void An_IPv6_engine_is_reached()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");
        ScriptedEngine engine = new();
        RpcListener listener = Listen(IPAddress.IPv6Loopback, 0, engine);
        Assert.True(EngineAddress.TryParse($"[::1]:{listener.EndPoint.Port}", out EngineAddress address));
        EngineClient client = Connect(address);
        Run(client, () => client.IsAvailable);
    }

    [Fact]
    public void Connections_come_from_the_configured_address()
    {
        SkipWithoutSecondLoopback();
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(s_first, 0));
        listener.Listen();
        EngineClient client = Connect(new EngineAddress("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port), bindAddress: s_second);
        Run(client, () => client.IsAvailable);
        using Socket accepted = listener.Accept();
        Assert.Equal(s_second, ((IPEndPoint)accepted.RemoteEndPoint!).Address);
    }

    [Theory]
    [InlineData("::1", "127.0.0.1 cannot be reached from ::1")]
    [InlineData("192.0.2.1", "not an address of this machine")]
    public void A_local_address_that_does_not_do_is_named(string bindAddress, string reason)
    {
        List<string> reasons = [];
        EngineClient client = Connect(new EngineAddress("127.0.0.1", 9), bindAddress: IPAddress.Parse(bindAddress));
        client.StateChanged = change => reasons.Add(change.Reason);
        Run(client, () => client.Statistics[0].ConnectFailures > 0);
        Assert.Contains(reason, reasons);
    }

    public void Dispose()
    {
        _open.ForEach(it => it.Dispose());
        _loop.Dispose();
    }

    private static void SkipWithoutSecondLoopback() => Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a second loopback address.");

    private RpcListener Listen(IPAddress address, int port, ScriptedEngine engine)
    {
        RpcListener listener = new(_loop, new IPEndPoint(address, port), RpcPort.TwoWay, engine);
        _open.Add(listener);
        return listener;
    }

    private EngineClient Connect(EngineAddress address, Func<string, Task<IPAddress[]>>? resolveAsync = null, IPAddress? bindAddress = null)
    {
        SocketEngineNetwork network = resolveAsync is null
            ? new SocketEngineNetwork(_loop, bindAddress)
            : new SocketEngineNetwork(_loop, bindAddress) { ResolveAsync = resolveAsync };
        EngineClient client = new(new EngineClientOptions { Engines = [address] }, network);
        _open.Insert(0, client);
        client.Start();
        return client;
    }

    private void Run(EngineClient client, Func<bool> isDone)
    {
        long started = Stopwatch.GetTimestamp();
        while (!isDone())
        {
            Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(20), "It does not come about.");
            client.Flush();
            _loop.RunOnce((int)Math.Min((ulong)client.Advance(), 50));
        }
    }
}
