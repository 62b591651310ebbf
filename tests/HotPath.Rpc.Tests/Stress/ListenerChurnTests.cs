using System.Net;
using System.Net.Sockets;
using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: clients that come, misbehave and go in numbers cost a server's other clients nothing, and leave nothing behind.</summary>
public sealed class ListenerChurnTests
{
    private const int Threads = 4;
    private const int RudeClientsEach = 50;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rude_clients_cost_the_others_nothing()
    {
        using ScriptedEngineHost engine = new(new ScriptedEngine
        {
            IsRecording = false,
            Latency = EngineLatency.Between(TimeSpan.Zero, TimeSpan.FromMilliseconds(2), seed: 1),
        });
        await using EngineClientHost polite = EngineClientHost.Start(new EngineClientOptions { Engines = [engine.Address] });
        await polite.WaitAvailableAsync(Stop);
        Task rude = Task.WhenAll(Enumerable.Range(1, Threads).Select(seed => Task.Run(() => BeRude(engine.Address.Port, seed), Stop)));
        do
        {
            Assert.True((await polite.SendAsync<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent(), default, Stop)).IsOk);
        }
        while (!rude.IsCompleted);
        await rude;
        using PeriodicTimer tick = new(TimeSpan.FromMilliseconds(2));
        while (engine.Invoke(it => it.Links.Count) > 1)
        {
            await tick.WaitForNextTickAsync(Stop);
        }

        Assert.Equal(1 + (Threads * RudeClientsEach), engine.Invoke(it => it.Accepted));
    }

    private static void BeRude(int port, int seed)
    {
        Random chance = new(seed);
        for (int i = 0; i < RudeClientsEach; i++)
        {
            using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Connect(IPAddress.Loopback, port);
            client.Send("""{"method":"SessionSv1.Ping","params":[{}],"id":1}{"method":"SessionSv1.InitiateSession","id":2,"params":[{"Event":{"OriginID":"x"}}]}"""u8);
            switch (chance.Next(5))
            {
                case 0:
                    // Gone with a reset, its answers unread.
                    client.LingerState = new LingerOption(true, 0);
                    break;
                case 1:
                    client.Send("""{"method":"SessionSv1.Ping","par"""u8);
                    break;
                case 2:
                    client.Send("}}GET / HTTP/1.1\r\n\r\n"u8);
                    break;
                case 3:
                    client.Shutdown(SocketShutdown.Send);
                    break;
            }
        }
    }
}
