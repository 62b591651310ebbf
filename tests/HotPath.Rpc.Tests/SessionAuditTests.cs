using System.Text;
using HotPath.Commands;
using HotPath.Testing;
using static HotPath.Rpc.Tests.ClientFixture;

namespace HotPath.Rpc.Tests;

/// <summary>
/// Promise: a session that its engine has forgotten after its connection was lost is told within an audit interval and a second, once;
/// one that lives, or of which nothing can be known, is not (field pains 5, 7).
/// </summary>
public sealed class SessionAuditTests : IDisposable
{
    private const string Ask = "SessionSv1.GetActiveSessions";

    // The connection to a silent engine stays, so that nothing but its pings says when it speaks again.
    private readonly ClientFixture _fixture = new(probe: ProbePolicy.Default with { PingsBeforeReconnect = int.MaxValue });
    private readonly List<long> _lost = [];

    public SessionAuditTests()
    {
        _fixture.Client.Audit.SessionLost = _lost.Add;
        _fixture.Start();
    }

    [Fact]
    public void Nothing_is_asked_while_the_connections_stand()
    {
        Open(1, "c1");
        _fixture.Pass(60_000);
        Assert.Equal((1, 0), (_fixture.Client.Audit.Count, _fixture.Client.Audit.OrphanCount));
        Assert.DoesNotContain(_fixture.Engines[A].Requests, request => request.Method == Ask);
    }

    [Fact, Trait("FieldPain", "5")]
    public void Pain_5_what_a_restarted_engine_has_forgotten_is_lost()
    {
        Open(1, "c1");
        Open(2, "c2");
        Forget("c1", "c2");
        Lose();
        _fixture.Pass(200);
        Open(3, "c3");
        Assert.Equal(2, _fixture.Client.Audit.OrphanCount);
        _fixture.Pass(6_000);
        Assert.Equal([1, 2], _lost.Order());
        Assert.Equal((1, 0), (_fixture.Client.Audit.Count, _fixture.Client.Audit.OrphanCount));
        Assert.Empty(_fixture.Engines[B].Requests);
    }

    [Fact]
    public void What_the_engine_still_has_is_asked_for_every_interval_until_it_ends()
    {
        Open(1, "c1");
        Answer("c1", 3);
        Lose();
        _fixture.Pass(16_000);
        Assert.Empty(_lost);
        Assert.Equal(3, Questions().Count());
        _fixture.Client.Audit.Remove(1);
        _fixture.Pass(60_000);
        Assert.Empty(_lost);
        Assert.Equal(3, Questions().Count());
    }

    [Theory]
    [InlineData("SERVER_ERROR: no such thing", null)]
    [InlineData(null, """{"not":"a list"}""")]
    public void An_error_or_nonsense_proves_nothing(string? error, string? result)
    {
        Open(1, "c1");
        _fixture.Engines[A].Script(Ask, new ScriptedAnswer { Error = error, Result = result });
        Lose();
        _fixture.Pass(6_000);
        Assert.Single(Questions());
        Assert.Empty(_lost);
    }

    [Fact]
    public void Silence_and_absence_prove_nothing()
    {
        Open(1, "c1");
        _fixture.Engines[A].IsSilent = true;
        Lose();
        _fixture.Pass(30_000);
        _fixture.Kill(A);
        _fixture.Pass(300_000);
        Assert.Empty(_lost);
        Assert.Equal(1, _fixture.Client.Audit.OrphanCount);
        _fixture.Engines[A].IsSilent = false;
        Forget("c1");
        _fixture.Listen(A);
        _fixture.Pass(70_000);
        Assert.Equal([1], _lost);
    }

    [Fact]
    public void An_engine_that_was_silent_for_long_is_asked_within_an_interval_and_a_second_of_speaking_again()
    {
        Open(1, "c1");
        _fixture.Engines[A].IsSilent = true;
        Lose();
        _fixture.Pass(200_000);
        _fixture.Engines[A].IsSilent = false;
        Forget("c1");
        _fixture.Pass(6_000);
        Assert.Equal([1], _lost);
    }

    [Fact]
    public void The_interval_does_not_wait_for_an_answer_that_does_not_come()
    {
        Open(1, "c1");
        Lose();
        _fixture.Pass(4_900);
        _fixture.Engines[A].Script(Ask, ScriptedAnswer.Silence, new ScriptedAnswer { Error = "NOT_FOUND" });
        _fixture.Pass(5_300);
        Assert.Equal((2, 1), (Questions().Count(), _lost.Count));
    }

    [Fact]
    public void Another_session_with_this_ones_name_in_its_own_does_not_keep_it_alive()
    {
        Open(1, "c1|customer");
        _fixture.Engines[A].Script(Ask, new ScriptedAnswer { Result = """[{"OriginID":"c1|carrier","OriginHost":"edge"},{"OriginID":"c1|customer","OriginHost":"other"}]""" });
        Lose();
        _fixture.Pass(6_000);
        Assert.Equal([1], _lost);

        // Separators in a filter's value differ between versions: what could be one is not said.
        Assert.Contains("\"*prefix:~*req.OriginID:c1\"", Questions().Single().Parameters, StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_that_ends_while_it_is_asked_for_is_not_lost()
    {
        Open(1, "c1");
        _fixture.Engines[A].Script(Ask, new ScriptedAnswer { Error = "NOT_FOUND", Delay = TimeSpan.FromMilliseconds(500) });
        Lose();
        _fixture.Pass(5_200);
        Assert.Single(Questions());
        _fixture.Client.Audit.Remove(1);
        Open(1, "c2");
        _fixture.Pass(1_000);
        Assert.Empty(_lost);
        Assert.Equal(1, _fixture.Client.Audit.Count);
    }

    [Fact]
    public void Sixteen_questions_are_under_way_at_most()
    {
        const int Sessions = 100;
        for (int i = 0; i < Sessions; i++)
        {
            Open(i, $"c{i}");
        }

        _fixture.Engines[A].Script(Ask, [.. Enumerable.Repeat(new ScriptedAnswer { Error = "NOT_FOUND", Delay = TimeSpan.FromMilliseconds(100) }, Sessions)]);
        Lose();
        _fixture.Pass(5_050);
        Assert.Equal(16, Questions().Count());
        _fixture.Pass(1_000);
        Assert.Equal(Sessions, _lost.Count);
    }

    [Fact]
    public void Telling_sessions_allocates_nothing_in_steady_state()
    {
        SessionAudit audit = _fixture.Client.Audit;
        for (int i = 0; i < 1000; i++)
        {
            audit.Add(i, "edge"u8, "call-id@192.0.2.1"u8, A, 1);
        }

        long next = 1000;
        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int i = 0; i < 10_000; i++, next++)
            {
                audit.Remove(next - 1000);
                audit.Add(next, "edge"u8, "call-id@192.0.2.1"u8, A, 1);
                _fixture.Client.Advance();
            }
        }));
    }

    public void Dispose() => _fixture.Dispose();

    /// <summary>Initiates a session, and tells the audit as a caller does.</summary>
    private void Open(long session, string originId)
    {
        InitiateRecorder recorder = new();
        _fixture.Client.Send<InitiateSession, InitiateReply>(
            new InitiateSession { InitSession = true, OriginHost = "edge", OriginId = originId }, recorder, 0, new(null, A));
        _fixture.Settle();
        Assert.True(recorder.Outcome.IsOk);
        Assert.True(_fixture.Client.IsConnectionOpen(recorder.Outcome.Connection));
        _fixture.Client.Audit.Add(session, "edge"u8, Encoding.UTF8.GetBytes(originId), recorder.Outcome.Engine, recorder.Outcome.Connection);
    }

    private void Lose()
    {
        _fixture.Network.Cut(Addresses[A]);
        _fixture.Settle();
    }

    /// <summary>Has the engine answer that it knows none of these.</summary>
    private void Forget(params string[] originIds) =>
        _fixture.Engines[A].Script(Ask, [.. originIds.Select(_ => new ScriptedAnswer { Error = "NOT_FOUND" })]);

    private void Answer(string originId, int times) => _fixture.Engines[A].Script(Ask, [.. Enumerable.Repeat(
        new ScriptedAnswer { Result = $$"""[{"RunID":"*default","OriginID":"{{originId}}","OriginHost":"edge"}]""" }, times)]);

    private IEnumerable<ScriptedRequest> Questions() => _fixture.Engines[A].Requests.Where(request => request.Method == Ask);

    private sealed class InitiateRecorder : IReplyHandler<InitiateReply>
    {
        public RpcOutcome<InitiateReply> Outcome { get; private set; }

        public void OnReply(long state, in RpcOutcome<InitiateReply> outcome) => Outcome = outcome;
    }
}
