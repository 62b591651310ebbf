using HotPath.Commands;
using HotPath.Testing;
using static HotPath.Rpc.Tests.ClientFixture;

namespace HotPath.Rpc.Tests;

/// <summary>
/// Promise: a request goes to another engine only where repeating it is harmless or it was never written; every request ends within its
/// deadline and 50 ms; an engine that is away or silent does not hold calls up and is not stormed (field pains 8, 9, 13, 30).
/// </summary>
public sealed class FailoverTests
{
    private const string Authorize = "SessionSv1.AuthorizeEvent";

    [Fact]
    public void An_engine_that_refuses_is_passed_over()
    {
        using ClientFixture fixture = new();
        fixture.Network.Refuse(Addresses[A]);
        fixture.Start();
        fixture.Authorize(1);
        fixture.Initiate("c", 2);
        fixture.Settle();
        Assert.Equal(["1 Ok 1 3600s", "2 Ok 1 3600s"], fixture.Replies.Lines);
    }

    [Fact]
    public void Without_any_engine_requests_end_at_once()
    {
        using ClientFixture fixture = new();
        fixture.Network.Refuse(Addresses[A]);
        fixture.Network.Refuse(Addresses[B]);
        fixture.Start();
        fixture.Authorize(1);
        fixture.Terminate("c", 2);
        fixture.Settle();
        Assert.Equal(["1 NoEngine -1", "2 NoEngine -1"], fixture.Replies.Lines);
        Assert.False(fixture.Client.IsAvailable);
    }

    [Fact]
    public void Requests_wait_for_the_first_connection_and_are_refused_with_it()
    {
        using ClientFixture fixture = new();
        fixture.Network.Refuse(Addresses[A]);
        fixture.Network.Swallow(Addresses[B]);
        fixture.Client.Start();
        fixture.Authorize(1);
        fixture.Settle();
        Assert.Empty(fixture.Replies.Lines);
        fixture.Pass(999);
        Assert.Empty(fixture.Replies.Lines);
        fixture.Pass(1);
        Assert.Equal(["1 NoEngine -1"], fixture.Replies.Lines);
    }

    [Fact]
    public void A_silent_engine_costs_an_authorisation_one_attempt()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Engines[A].IsSilent = true;
        fixture.Authorize(1);
        fixture.Pass(499);
        Assert.Empty(fixture.Replies.Lines);
        fixture.Pass(1 + DeadlineWheel.TickMs);
        Assert.Equal(["1 Ok 1 3600s"], fixture.Replies.Lines);
        Assert.Equal(1, fixture.Client.Statistics[A].MovedOn);
    }

    [Fact]
    public void With_all_engines_silent_an_authorisation_ends_at_its_total_deadline()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Engines[A].IsSilent = true;
        fixture.Engines[B].IsSilent = true;
        fixture.Authorize(1);
        fixture.Authorize(2, deadline: TimeSpan.FromMilliseconds(700));
        fixture.Pass(699);
        Assert.Empty(fixture.Replies.Lines);
        fixture.Pass(50);
        Assert.Equal(["2 DeadlineExceeded 1"], fixture.Replies.Lines);
        fixture.Pass(1300);
        Assert.Equal("2 DeadlineExceeded 1|1 DeadlineExceeded 1", string.Join('|', fixture.Replies.Lines));
    }

    [Fact]
    public void The_only_engine_may_answer_until_the_total_deadline()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1).Start();
        fixture.Engines[A].Script(Authorize, new ScriptedAnswer { IsNormal = true, Delay = TimeSpan.FromMilliseconds(1500) });
        fixture.Authorize(1);
        fixture.Pass(1600);
        Assert.Equal(["1 Ok 0 3600s"], fixture.Replies.Lines);
    }

    [Fact]
    public void A_command_that_charges_is_not_repeated_elsewhere()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Engines[A].IsSilent = true;
        fixture.Terminate("c", 1);
        fixture.Pass(4999);
        Assert.Empty(fixture.Replies.Lines);
        fixture.Pass(50);
        Assert.Equal(["1 DeadlineExceeded 0"], fixture.Replies.Lines);
        Assert.Empty(fixture.Engines[B].Requests);
    }

    [Fact]
    public void A_connection_lost_in_flight_moves_safe_requests_only()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Engines[A].IsSilent = true;
        fixture.Authorize(1);
        fixture.Initiate("c", 2);
        fixture.Terminate("c", 3);
        fixture.Settle();
        fixture.Kill(A);
        fixture.Settle();
        Assert.Equal(["2 ConnectionLost 0", "3 ConnectionLost 0", "1 Ok 1 3600s"], fixture.Replies.Lines);
    }

    [Fact]
    public void What_was_never_written_moves_whatever_it_is()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Terminate("c", 1);
        fixture.Network.WindowLength = 10;
        fixture.Client.Flush();
        fixture.Terminate("d", 2);
        fixture.Client.Flush();
        fixture.Kill(A);
        fixture.Network.WindowLength = int.MaxValue;
        fixture.Settle();

        // Ten bytes of the first had left; of the second none.
        Assert.Equal(["1 ConnectionLost 0", "2 Ok 1"], fixture.Replies.Lines);
        Assert.Equal("d", Assert.Single(fixture.Engines[B].Charges).OriginId);
    }

    [Fact]
    public void A_request_stays_with_the_engine_it_was_given()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Initiate("c", 1, engine: B);
        fixture.Settle();
        fixture.Terminate("c", 2, engine: B);
        fixture.Settle();
        fixture.Kill(B);
        fixture.Settle();
        fixture.Terminate("c", 3, engine: B);
        fixture.Authorize(4, engine: B);
        fixture.Settle();
        Assert.Equal(["1 Ok 1 3600s", "2 Ok 1", "3 NoEngine -1", "4 NoEngine -1"], fixture.Replies.Lines);
        Assert.Empty(fixture.Engines[A].Requests);
    }

    [Fact]
    public void A_late_reply_is_dropped_and_meets_nobody()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1, maxInFlight: 1).Start();
        fixture.Engines[A].Script(Authorize,
            new ScriptedAnswer { Result = """{"MaxUsage":1000000000}""", Delay = TimeSpan.FromMilliseconds(2500) },
            new ScriptedAnswer { Result = """{"MaxUsage":2000000000}""", Delay = TimeSpan.FromMilliseconds(1000) });
        fixture.Authorize(1);
        fixture.Pass(2050);
        fixture.Authorize(2);
        fixture.Pass(1100);
        Assert.Equal(["1 DeadlineExceeded 0", "2 Ok 0 2s"], fixture.Replies.Lines);
        Assert.Equal(1, fixture.Client.Statistics[A].LateReplies);
        Assert.Equal(0, fixture.Client.Statistics[A].UnknownReplies);
    }

    [Fact]
    public void Garbage_ends_that_connection_only()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Engines[A].Script(Authorize, new ScriptedAnswer { Raw = "HTTP/1.1 400 Bad Request" });
        fixture.Authorize(1);
        fixture.Authorize(2, engine: B);
        fixture.Settle();
        Assert.Equal(["2 Ok 1 3600s", "1 Ok 1 3600s"], fixture.Replies.Lines);
        Assert.Equal(1, fixture.Client.Statistics[A].BrokenStreams);
        Assert.Equal(EngineState.Up, fixture.Client.Statistics[B].State);
    }

    [Fact]
    public void A_lost_connection_is_made_again_at_once()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Pass(1000);
        fixture.Network.Cut(Addresses[A]);
        fixture.Settle();
        Assert.Equal(
            ["0 A Connecting", "0 B Connecting", "0 A Up", "0 B Up", "1000 A Down", "1000 A Connecting", "1000 A Up"], fixture.States);
        fixture.Authorize(1);
        fixture.Settle();
        Assert.Equal(["1 Ok 0 3600s"], fixture.Replies.Lines);
    }

    [Fact]
    public void Pain_30_an_engine_that_is_away_is_tried_ever_more_rarely()
    {
        using ClientFixture fixture = new();
        fixture.Network.Refuse(Addresses[A]);
        fixture.Start();
        fixture.Pass(600_000);
        long[] tries = TimesOf(fixture, "A Connecting");
        long[] pauses = [.. tries.Zip(tries.Skip(1), (first, second) => second - first)];
        for (int i = 0; i < pauses.Length; i++)
        {
            long nominalMs = Math.Min(200L << i, 60_000);
            Assert.InRange(pauses[i], nominalMs * 8 / 10, nominalMs);
        }

        Assert.InRange(tries.Length, 17, 22);
        fixture.Listen(A);
        fixture.Pass(60_000);
        Assert.Equal(EngineState.Up, fixture.Client.Statistics[A].State);
    }

    [Fact]
    public void Pain_30_an_engine_that_drops_every_connection_is_not_stormed()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1).Start();
        for (int i = 0; i < 10_000; i++)
        {
            fixture.Network.Cut(Addresses[A]);
            fixture.Pass(6);
        }

        // One minute: 200 ms doubling, a fifth shorter at most.
        Assert.InRange(fixture.Network.Connects.Count, 8, 12);
    }

    [Fact]
    public void Pain_30_an_engine_that_answers_once_and_drops_is_tried_five_times_a_second_at_most()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1).Start();
        for (int i = 0; i < 1000; i++)
        {
            fixture.Engines[A].Script(Authorize, new ScriptedAnswer { IsNormal = true, HangsUp = true });
            fixture.Authorize(i);
            fixture.Pass(10);
        }

        Assert.InRange(fixture.Network.Connects.Count, 2, 10 * 5 + 1);
    }

    [Fact]
    public void Pain_8_a_silent_engine_is_taken_out_after_five_and_comes_back_by_a_probe()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Engines[A].IsSilent = true;
        for (int i = 0; i < 20; i++)
        {
            fixture.Authorize(i);
            fixture.Pass(600);
        }

        Assert.Equal(20, fixture.Replies.Lines.Count(line => line.Contains(" Ok 1 ", StringComparison.Ordinal)));
        int asked = fixture.Engines[A].Requests.Count(request => request.Method == Authorize);
        Assert.Equal(5, asked);
        Assert.Contains(fixture.Engines[A].Requests, request => request.Method == "SessionSv1.Ping");

        fixture.Engines[A].IsSilent = false;
        fixture.Pass(60_000);
        Assert.Equal(EngineState.Up, fixture.Client.Statistics[A].State);
        fixture.Authorize(100);
        fixture.Settle();
        Assert.Equal("100 Ok 0 3600s", fixture.Replies.Lines[^1]);
    }

    [Fact]
    public void A_silent_engine_keeps_its_connection_until_three_probes_went_unanswered()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1).Start();
        fixture.Engines[A].IsSilent = true;
        for (int i = 0; i < 5; i++)
        {
            fixture.Authorize(i);
        }

        fixture.Pass(520);
        Assert.Equal(EngineState.Silent, fixture.Client.Statistics[A].State);
        Assert.False(fixture.Client.IsAvailable);
        fixture.Authorize(10);
        fixture.Settle();
        Assert.Equal("10 NoEngine -1", fixture.Replies.Lines[0]);
        fixture.Pass(1500);
        Assert.Single(fixture.Network.Connects);
        fixture.Pass(5000);
        Assert.Equal(3, fixture.Engines[A].Requests.Count(request => request.Method == "SessionSv1.Ping" && request.Link == 0));
        Assert.True(fixture.Network.Connects.Count >= 2);
    }

    [Theory]
    [InlineData(RepeatClass.Safe, true, true, true)]
    [InlineData(RepeatClass.SameEngine, true, false, false)]
    [InlineData(RepeatClass.AfterQuery, true, false, false)]
    [InlineData(RepeatClass.SameEngineDedup, true, false, false)]
    [InlineData(RepeatClass.Never, true, false, false)]
    public void What_each_class_may_do_is_one_table(RepeatClass repeat, bool notWritten, bool connectionLost, bool unanswered)
    {
        Assert.Equal(notWritten, RepeatPolicy.MayTryAnother(repeat, AttemptFailure.NotWritten));
        Assert.Equal(connectionLost, RepeatPolicy.MayTryAnother(repeat, AttemptFailure.ConnectionLost));
        Assert.Equal(unanswered, RepeatPolicy.MayTryAnother(repeat, AttemptFailure.Unanswered));
    }

    private static long[] TimesOf(ClientFixture fixture, string state) =>
        [.. fixture.States.Where(line => line.EndsWith(state, StringComparison.Ordinal)).Select(line => long.Parse(line.Split(' ')[0]))];
}
