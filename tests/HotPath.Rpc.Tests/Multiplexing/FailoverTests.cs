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
    public void Who_asks_is_told_the_engine_that_a_command_would_go_to()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        Assert.Equal((A, B), (fixture.Client.Choose(), fixture.Client.Choose(except: A)));
        fixture.Kill(A);
        fixture.Settle();
        Assert.Equal((B, -1), (fixture.Client.Choose(), fixture.Client.Choose(except: B)));
        fixture.Kill(B);
        fixture.Settle();
        Assert.Equal(-1, fixture.Client.Choose());
    }

    [Fact]
    public void An_engine_that_is_worth_waiting_for_is_chosen_if_none_is_up()
    {
        using ClientFixture fixture = new();
        fixture.Network.Refuse(Addresses[A]);
        fixture.Network.Swallow(Addresses[B]);
        fixture.Client.Start();
        fixture.Settle();
        Assert.Equal(B, fixture.Client.Choose());
        fixture.Pass(1_000);
        Assert.Equal(-1, fixture.Client.Choose());
    }

    [Fact]
    public void A_silent_engine_is_not_chosen_nor_one_without_room()
    {
        using ClientFixture fixture = new ClientFixture(maxInFlight: 4).Start();
        fixture.Engines[A].IsSilent = true;
        for (int i = 0; i < 8; i++)
        {
            fixture.StoreCdr("c", i, A);
        }

        Assert.Equal((B, A), (fixture.Client.Choose(), fixture.Client.Choose(except: B)));
        fixture.Pass(5_100);
        Assert.Equal((B, -1), (fixture.Client.Choose(), fixture.Client.Choose(except: B)));
    }

    [Fact]
    public void Among_those_that_can_take_a_command_the_order_policy_chooses()
    {
        using ClientFixture fixture = new ClientFixture(order: OrderPolicy.Balanced).Start();
        fixture.Engines[A].IsSilent = true;
        fixture.StoreCdr("c", 1, A);
        Assert.Equal(B, fixture.Client.Choose());
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
    public void A_request_stays_with_the_connection_it_was_given_and_is_not_written_when_that_is_gone()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1, maxConnections: 3).Start();
        for (int state = 1; state <= 5; state++)
        {
            Terminate(state);
        }

        fixture.Settle();
        Assert.Equal(5, fixture.Engines[A].Requests.Count(request => request.Link == 1));

        fixture.Network.WindowLength = 0;
        Terminate(6);
        fixture.Client.Flush();
        fixture.Network.Cut(Addresses[A]);
        fixture.Network.WindowLength = int.MaxValue;
        fixture.Pass(1_000);
        Terminate(7);
        fixture.Pass(1_000);
        Assert.Equal(["6 NoEngine -1", "7 NoEngine -1"], fixture.Replies.Lines[5..]);
        Assert.Equal(5, fixture.Engines[A].Requests.Count);

        void Terminate(int state) => fixture.Client.Send<TerminateSession, OkReply>(
            new TerminateSession { EndSession = true, OriginId = "c" }, fixture.Replies, state, new RpcRequestOptions(Engine: A) { Connection = 2 });
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

    [Fact, Trait("FieldPain", "9")]
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

    [Fact, Trait("FieldPain", "30")]
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

    [Fact, Trait("FieldPain", "30")]
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

    [Fact, Trait("FieldPain", "30")]
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

    [Fact, Trait("FieldPain", "8")]
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

    [Fact, Trait("FieldPain", "8")]
    public void Pain_8_with_one_of_two_silent_at_most_five_calls_wait_longer_than_one_attempt()
    {
        const int StepMs = 10;
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Engines[A].IsSilent = true;
        List<long> answeredMs = [];
        for (int call = 0; call < 300; call++)
        {
            fixture.Authorize(call);
            fixture.Pass(StepMs);
            while (answeredMs.Count < fixture.Replies.Lines.Count)
            {
                int answered = int.Parse(fixture.Replies.Lines[answeredMs.Count].Split(' ')[0]);
                answeredMs.Add((call + 1 - answered) * StepMs);
            }
        }

        Assert.Equal(300, fixture.Replies.Lines.Count(line => line.EndsWith(" Ok 1 3600s", StringComparison.Ordinal)));
        Assert.Equal(5, answeredMs.Count(waitedMs => waitedMs >= 500));
    }

    [Fact]
    public void Balanced_engines_share_alike_and_a_silent_one_is_left_out()
    {
        using ClientFixture fixture = new ClientFixture(order: OrderPolicy.Balanced).Start();
        for (int i = 0; i < 10_000; i++)
        {
            fixture.Authorize(i);
            if (i % 7 == 0)
            {
                fixture.Settle();
            }
        }

        fixture.Settle();
        Assert.InRange(fixture.Client.Statistics[A].Requests, 4_500, 5_500);
        Assert.Equal(10_000, fixture.Replies.Lines.Count(line => line.Contains(" Ok ", StringComparison.Ordinal)));

        fixture.Kill(A);
        fixture.Pass(100);
        fixture.Replies.Lines.Clear();
        for (int i = 0; i < 20; i++)
        {
            fixture.Authorize(i);
        }

        fixture.Settle();
        Assert.Equal(20, fixture.Replies.Lines.Count(line => line.Contains(" Ok 1 ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Requests_spread_over_the_connections_of_an_engine()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1, maxConnections: 3).Start();
        Assert.Equal(3, fixture.Engines[A].Links.Count);
        for (int i = 0; i < 30; i++)
        {
            fixture.Authorize(i);
        }

        fixture.Settle();
        Assert.Equal([10, 10, 10], fixture.Engines[A].Requests.GroupBy(request => request.Link).Select(link => link.Count()));
        Assert.Equal([10, 10, 10], fixture.Client.Statistics[A].Connections.Select(connection => connection.Replies));
    }

    [Fact]
    public void An_engine_is_up_as_long_as_one_of_its_connections_is()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1, maxConnections: 2).Start();
        fixture.Network.Refuse(Addresses[A]);
        fixture.Engines[A].Links[0].Close();
        fixture.Pass(30_000);
        Assert.Equal(EngineState.Up, fixture.Client.Statistics[A].State);
        fixture.Authorize(1);
        fixture.Settle();
        Assert.Equal(["1 Ok 0 3600s"], fixture.Replies.Lines);
        fixture.Engines[A].Links[0].Close();
        fixture.Pass(1_000);
        Assert.Equal(EngineState.Down, fixture.Client.Statistics[A].State);
        fixture.Listen(A);
        fixture.Pass(60_000);
        Assert.Equal(2, fixture.Engines[A].Links.Count);
    }

    [Fact]
    public void Commands_that_charge_wait_for_room_where_authorisations_are_refused()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1, maxInFlight: 2).Start();
        ScriptedAnswer slow = new() { Result = "\"OK\"", Delay = TimeSpan.FromMilliseconds(100) };
        fixture.Engines[A].Script("SessionSv1.TerminateSession", slow, slow, slow, slow);
        for (int i = 0; i < 6; i++)
        {
            fixture.Terminate($"c{i}", i);
        }

        fixture.Authorize(10);
        fixture.Settle();
        Assert.Equal(["10 Overloaded -1"], fixture.Replies.Lines);
        Assert.Equal(4, fixture.Engines[A].Requests.Count);
        fixture.Pass(120);
        Assert.Equal(Enumerable.Range(0, 6).Select(i => $"{i} Ok 0"), fixture.Replies.Lines[1..].Order());
    }

    [Fact]
    public void Commands_that_charge_wait_for_room_no_longer_than_their_deadline()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1, maxInFlight: 1).Start();
        fixture.Engines[A].IsSilent = true;
        for (int i = 0; i < 3; i++)
        {
            fixture.Terminate($"c{i}", i);
        }

        fixture.Pass(4_990);
        Assert.Empty(fixture.Replies.Lines);
        fixture.Pass(50);
        Assert.Equal(["0 DeadlineExceeded 0", "1 DeadlineExceeded 0", "2 Overloaded -1"], fixture.Replies.Lines.Order());
    }

    [Theory]
    [InlineData(RepeatClass.Safe, "Ok 1", "Ok 1", "Ok 1")]
    [InlineData(RepeatClass.SameEngine, "Ok 1", "ConnectionLost 0", "DeadlineExceeded 0")]
    [InlineData(RepeatClass.AfterQuery, "Ok 1", "ConnectionLost 0", "DeadlineExceeded 0")]
    [InlineData(RepeatClass.SameEngineDedup, "Ok 1", "ConnectionLost 0", "DeadlineExceeded 0")]
    [InlineData(RepeatClass.Never, "Ok 1", "ConnectionLost 0", "DeadlineExceeded 0")]
    public void What_each_class_does_is_one_table(RepeatClass repeat, string notWritten, string connectionLost, string unanswered)
    {
        Assert.StartsWith($"1 {notWritten}", After(AttemptFailure.NotWritten), StringComparison.Ordinal);
        Assert.StartsWith($"1 {connectionLost}", After(AttemptFailure.ConnectionLost), StringComparison.Ordinal);
        Assert.StartsWith($"1 {unanswered}", After(AttemptFailure.Unanswered), StringComparison.Ordinal);

        string After(AttemptFailure failure)
        {
            using ClientFixture fixture = new ClientFixture().Start();
            fixture.Engines[A].IsSilent = true;
            fixture.Engines[B].Script("SessionSv1.ProcessMessage", new ScriptedAnswer { Result = "{}" });
            fixture.Network.WindowLength = failure == AttemptFailure.NotWritten ? 0 : int.MaxValue;
            Send(fixture, repeat);
            fixture.Settle();
            if (failure != AttemptFailure.Unanswered)
            {
                fixture.Kill(A);
            }

            fixture.Network.WindowLength = int.MaxValue;

            fixture.Pass(5_050);
            return Assert.Single(fixture.Replies.Lines);
        }

        static void Send(ClientFixture fixture, RepeatClass repeat)
        {
            switch (repeat)
            {
                case RepeatClass.Safe:
                    fixture.Authorize(1);
                    break;
                case RepeatClass.SameEngine:
                    fixture.Initiate("c", 1);
                    break;
                case RepeatClass.AfterQuery:
                    fixture.Terminate("c", 1);
                    break;
                case RepeatClass.SameEngineDedup:
                    fixture.StoreCdr("c", 1);
                    break;
                default:
                    fixture.Message("c", 1);
                    break;
            }
        }
    }

    private static long[] TimesOf(ClientFixture fixture, string state) =>
        [.. fixture.States.Where(line => line.EndsWith(state, StringComparison.Ordinal)).Select(line => long.Parse(line.Split(' ')[0]))];
}
