using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: what one client learns of an engine holds for all that share it, one of them probes, and if it leaves another does.</summary>
public sealed class EngineAvailabilityTests : IDisposable
{
    private static readonly EngineAddress s_engine = new("a.example", 2014);
    private static readonly EngineAddress s_other = new("b.example", 2014);

    private readonly ManualTimeProvider _time = new();
    private readonly InMemoryNetwork _network = new();
    private readonly ScriptedEngine _scripted, _otherScripted;
    private readonly EngineAvailability _availability = new([s_engine, s_other]);
    private readonly List<EngineClient> _clients = [];
    private readonly ReplyRecorder _replies = new();
    private int _wakes;

    public EngineAvailabilityTests()
    {
        _scripted = new ScriptedEngine(_time);
        _otherScripted = new ScriptedEngine(_time);
        _network.Listen(s_engine, _scripted.Accept);
        _network.Listen(s_other, _otherScripted.Accept);
    }

    [Fact]
    public void An_engine_that_one_finds_silent_is_asked_by_none_and_pinged_by_one()
    {
        EngineClient[] clients = Start(3);
        _scripted.IsSilent = true;
        Authorize(clients[0], 3);
        Authorize(clients[1], 2);
        Pass(600);
        Assert.All(clients, client => Assert.Equal(EngineState.Silent, client.Statistics[0].State));
        Assert.False(_availability.IsUp(0));
        Assert.True(_wakes > 0);

        int asked = _scripted.Requests.Count;
        Authorize(clients[2], 1);
        Pass(30_000);
        List<ScriptedRequest> since = _scripted.Requests[asked..];
        Assert.All(since, request => Assert.Equal("SessionSv1.Ping", request.Method));
        Assert.InRange(since.Count, 5, 12);

        _scripted.IsSilent = false;
        Pass(60_000);
        Assert.All(clients, client => Assert.Equal(EngineState.Up, client.Statistics[0].State));
        Assert.Equal(6, _replies.Lines.Count(line => line.Contains(" Ok 1 ", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_engine_that_is_away_is_tried_by_one_and_then_connected_to_by_all()
    {
        _network.Refuse(s_engine);
        EngineClient[] clients = Start(3);
        Pass(1);
        int tried = Connects();
        Assert.InRange(tried, 1, 3);
        Pass(10_000);
        Assert.InRange(Connects() - tried, 5, 7);
        _network.Listen(s_engine, _scripted.Accept);
        Pass(20_000);
        Assert.All(clients, client => Assert.Equal(EngineState.Up, client.Statistics[0].State));
        Assert.Equal(3, _scripted.Links.Count);
    }

    [Fact]
    public void The_connection_of_one_is_not_the_engine_of_all()
    {
        EngineClient[] clients = Start(2);
        _network.Refuse(s_engine);
        _scripted.Links[0].Close();
        Pass(5_000);
        Assert.Equal([EngineState.Up, EngineState.Down], clients.Select(client => client.Statistics[0].State).Order().Reverse());
        Assert.True(_availability.IsUp(0));
    }

    [Fact]
    public void If_the_prober_leaves_another_probes()
    {
        EngineClient[] clients = Start(2);
        _scripted.IsSilent = true;
        Authorize(clients[0], 5);
        Pass(600);
        clients[0].Dispose();
        _clients.Remove(clients[0]);
        _scripted.IsSilent = false;
        Pass(1_000);
        Assert.Equal(EngineState.Up, clients[1].Statistics[0].State);
    }

    [Fact]
    public void Requests_may_not_be_shared_with_clients_of_other_engines()
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(
            () => new EngineClient(new EngineClientOptions { Engines = [s_engine] }, _network, availability: _availability));
        Assert.Equal("availability", refused.ParamName);
    }

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    private EngineClient[] Start(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _clients.Add(new EngineClient(
                new EngineClientOptions { Engines = [s_engine, s_other] }, _network, _time, wake: () => _wakes++, random: new Random(i), availability: _availability));
        }

        _clients.ForEach(client => client.Start());
        Settle();
        return [.. _clients];
    }

    private void Authorize(EngineClient client, int count)
    {
        for (int i = 0; i < count; i++)
        {
            client.Send<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent { GetMaxUsage = true }, _replies, i);
        }
    }

    private int Connects() => _network.Connects.Count(address => address == s_engine);

    private void Pass(long timeMs)
    {
        for (long left = timeMs; left > 0; left -= 10)
        {
            _time.AdvanceMs(Math.Min(left, 10));
            Settle();
        }
    }

    private void Settle()
    {
        bool isMoving = true;
        while (isMoving)
        {
            isMoving = false;
            foreach (EngineClient client in _clients)
            {
                isMoving |= client.Advance() == 0;
                client.Flush();
            }

            _scripted.Advance();
            _otherScripted.Advance();
            isMoving |= _network.Pump();
        }
    }
}
