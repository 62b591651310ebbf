using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: every fault the engine can be scripted to is really played on the wire, and the same seed plays the same faults.</summary>
public sealed class EngineFaultsTests
{
    private const string Ping = """{"method":"SessionSv1.Ping","params":[{}],"id":7}""";
    private const string Pong = """{"id":7,"result":"Pong","error":null}""";

    private readonly EngineConversation _world = new();

    [Fact]
    public void Each_fault_looks_on_the_wire_as_its_name_says()
    {
        const string Closed = "closed by the other side";
        Assert.Equal(("", null), Play(ScriptedAnswer.Silence));
        Assert.Equal(("", null), Play(ScriptedAnswer.Unanswered));
        Assert.Equal(("", Closed), Play(ScriptedAnswer.Hangup));
        Assert.Equal((Pong, Closed), Play(ScriptedAnswer.HalfClose));
        Assert.Equal((Pong + "\n" + Pong, null), Play(ScriptedAnswer.Twice));
        Assert.Equal((Pong.Replace("7", "2000000011"), null), Play(ScriptedAnswer.ForSomebodyElse));
        Assert.Equal(("HTTP/1.1 400 Bad Request\r\n\r", null), Play(ScriptedAnswer.Garbage));
        Assert.Equal((Pong[..20], Closed), Play(ScriptedAnswer.Cut(20)));
        Assert.Equal((Pong + "\n" + """{"method":"SessionSv1.GetActiveSessionIDs","id":1,"params":[""]}""", null), Play(ScriptedAnswer.WithRequestBehind));
        Assert.Equal((Pong, Closed), Play(ScriptedAnswer.Twice with { Times = 1, HangsUp = true }));
    }

    [Fact]
    public void Delays_put_answers_out_of_order()
    {
        EngineConversation.Client client = _world.Connect();
        _world.Engine.Script("SessionSv1.Ping", ScriptedAnswer.Late(TimeSpan.FromMilliseconds(300)), ScriptedAnswer.Late(TimeSpan.FromMilliseconds(100)));
        Assert.Equal(Pong.Replace("7", "9"), client.Say(Ping + Ping.Replace("7", "8") + Ping.Replace("7", "9")));
        _world.Pass(TimeSpan.FromMilliseconds(100));
        Assert.Equal(Pong.Replace("7", "8"), client.Listen());
        _world.Pass(TimeSpan.FromMilliseconds(200));
        Assert.Equal(Pong, client.Listen());
    }

    [Fact]
    public void A_slow_engine_takes_its_time_for_everything()
    {
        EngineConversation.Client client = _world.Connect();
        _world.Engine.Latency = EngineLatency.Fixed(TimeSpan.FromMilliseconds(5));
        Assert.Equal("", client.Say(Ping));
        _world.Pass(TimeSpan.FromMilliseconds(5));
        Assert.Equal(Pong, client.Listen());
        Func<TimeSpan> between = EngineLatency.Between(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(8), seed: 1);
        double[] drawn = [.. Enumerable.Range(0, 1000).Select(_ => between().TotalMilliseconds)];
        Assert.All(drawn, time => Assert.InRange(time, 2, 8));
        Assert.InRange(drawn.Average(), 4.7, 5.3);
        Func<TimeSpan> exponential = EngineLatency.Exponential(TimeSpan.FromMilliseconds(5), seed: 1);
        Assert.InRange(Enumerable.Range(0, 10_000).Average(_ => exponential().TotalMilliseconds), 4.7, 5.3);
    }

    [Fact]
    public void The_same_seed_draws_the_same_faults_in_the_shares_given()
    {
        const int Requests = 10_000;
        ScriptedAnswer?[] first = Draw(seed: 5), second = Draw(seed: 5), other = Draw(seed: 6);
        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
        Assert.InRange(first.Count(fault => fault is not null), Requests * 9 / 100, Requests * 11 / 100);
        Assert.InRange(first.Count(fault => fault == ScriptedAnswer.Silence), Requests * 7 / 1000, Requests * 13 / 1000);
        Assert.Throws<ArgumentOutOfRangeException>(() => EngineFaults.OfEveryKind(1, perMille: 101, TimeSpan.Zero));

        static ScriptedAnswer?[] Draw(int seed)
        {
            EngineFaults faults = EngineFaults.OfEveryKind(seed, perMille: 10, TimeSpan.FromSeconds(1));
            return [.. Enumerable.Range(0, Requests).Select(_ => faults.Next())];
        }
    }

    private (string Answer, string? End) Play(ScriptedAnswer fault)
    {
        EngineConversation.Client client = _world.Connect();
        _world.Engine.Script("SessionSv1.Ping", fault);
        return (client.Say(Ping), client.End);
    }
}
