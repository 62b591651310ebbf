namespace HotPath.Sip.Tests;

/// <summary>
/// An INVITE that arrives keeps the state machine of RFC 3261 §17.2.1 and RFC 6026 §7.1 for every state and event, and repeats its answer
/// on the exact schedule of its timers.
/// </summary>
public sealed class InviteServerTests
{
    public static TheoryData<string, string, string, TransactionState> Transitions => new()
    {
        { "new", "INVITE", "", TransactionState.Proceeding },
        { "new", "ACK", "", TransactionState.Proceeding },
        { "new", "100", "send 100", TransactionState.Proceeding },
        { "new", "180", "send 180", TransactionState.Proceeding },
        { "new", "200", "send 200", TransactionState.Accepted },
        { "new", "486", "send 486", TransactionState.Completed },

        { "ringing", "INVITE", "send 180", TransactionState.Proceeding },
        { "ringing", "ACK", "", TransactionState.Proceeding },
        { "ringing", "100", "send 100", TransactionState.Proceeding },
        { "ringing", "180", "send 180", TransactionState.Proceeding },
        { "ringing", "200", "send 200", TransactionState.Accepted },
        { "ringing", "486", "send 486", TransactionState.Completed },

        { "accepted", "INVITE", "", TransactionState.Accepted },
        { "accepted", "ACK", "ack on 3 from udp:192.0.2.1:5070", TransactionState.Accepted },
        { "accepted", "100", "", TransactionState.Accepted },
        { "accepted", "180", "", TransactionState.Accepted },
        { "accepted", "200", "send 200", TransactionState.Accepted },
        { "accepted", "486", "", TransactionState.Accepted },

        { "completed", "INVITE", "send 486", TransactionState.Completed },
        { "completed", "ACK", "", TransactionState.Confirmed },
        { "completed", "100", "", TransactionState.Completed },
        { "completed", "180", "", TransactionState.Completed },
        { "completed", "200", "", TransactionState.Completed },
        { "completed", "486", "", TransactionState.Completed },

        { "confirmed", "INVITE", "", TransactionState.Confirmed },
        { "confirmed", "ACK", "", TransactionState.Confirmed },
        { "confirmed", "100", "", TransactionState.Confirmed },
        { "confirmed", "180", "", TransactionState.Confirmed },
        { "confirmed", "200", "", TransactionState.Confirmed },
        { "confirmed", "486", "", TransactionState.Confirmed },
    };

    [Theory]
    [MemberData(nameof(Transitions))]
    public void Every_state_answers_every_event_as_the_table_says(string state, string happening, string actions, TransactionState next)
    {
        var bench = new TransactionBench();
        ServerTransaction server = Reach(bench, state);
        if (int.TryParse(happening, out int status))
        {
            Assert.Equal(actions != "", server.Respond(TransactionBench.ServerResponse(status)));
        }
        else
        {
            bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest(happening));
        }

        Assert.Equal(actions, string.Join(", ", bench.TakeLog().Select(line => line[(line.IndexOf(' ') + 1)..])));
        Assert.Equal(next, server.State);
    }

    public static TheoryData<string, string[]> TimeLines => new()
    {
        { "new", ["200 send 100"] },
        { "ringing", [] },
        { "accepted", ["32000 terminated"] },
        {
            // G: 500 ms doubled up to T2 = 4 s. H: 64·T1.
            "completed",
            [
                "500 send 486", "1500 send 486", "3500 send 486", "7500 send 486", "11500 send 486", "15500 send 486", "19500 send 486",
                "23500 send 486", "27500 send 486", "31500 send 486", "32000 terminated",
            ]
        },
        { "confirmed", ["5000 terminated"] },
    };

    [Theory]
    [MemberData(nameof(TimeLines))]
    public void Timers_fire_on_the_exact_schedule_of_the_state(string state, string[] expected)
    {
        var bench = new TransactionBench();
        Reach(bench, state);
        bench.RunOut();

        Assert.Equal(expected, bench.TakeLog());
        bool ends = expected is [.., var last] && last.EndsWith("terminated");
        Assert.Equal(ends ? 0 : 1, bench.Layer.ServerCount);
        Assert.Equal(0, bench.Wheel.Count);
        Assert.Equal(state == "completed" ? 1 : 0, bench.Layer.Counters.Unacknowledged);
        if (ends)
        {
            Assert.Equal(0, bench.Buffers.Rented);
        }
    }

    [Fact]
    public void The_100_answers_the_INVITE_and_a_repeated_INVITE_gets_it_again()
    {
        var bench = new TransactionBench();
        Reach(bench, "new");
        bench.AdvanceTo(200);
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INVITE"));

        Assert.Equal(["200 send 100", "200 send 100"], bench.TakeLog());
        Assert.Equal(bench.Sent[0].Text, bench.Sent[1].Text);
        Assert.StartsWith("SIP/2.0 100 Trying\r\nVia: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKc1", bench.LastSent);
        Assert.Contains("\r\nTo: <sip:bob@example.com>\r\n", bench.LastSent);
        Assert.Contains("\r\nCSeq: 11 INVITE\r\n", bench.LastSent);
    }

    [Fact]
    public void A_user_may_have_the_100_sent_at_once_and_then_none_follows()
    {
        var bench = new TransactionBench();
        bench.WhenRequest = server =>
        {
            var index = new SipMessageIndex();
            SipParser.Parse(server.Request, index);
            server.RespondTrying(new SipMessage(server.Request, index));
        };
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INVITE"));
        bench.RunOut();

        Assert.Equal(["0 request INVITE", "0 send 100"], bench.TakeLog());
    }

    [Fact]
    public void The_INVITE_can_be_read_until_the_final_response_and_nothing_of_an_answered_one_is_kept()
    {
        var bench = new TransactionBench();
        ServerTransaction server = Reach(bench, "ringing");
        Assert.Equal(TransactionBench.ServerRequest("INVITE"), System.Text.Encoding.UTF8.GetString(server.Request));

        server.Respond(TransactionBench.ServerResponse(200));
        Assert.Equal(0, server.Request.Length);
        Assert.Equal(1, bench.Buffers.Rented);
    }

    [Fact]
    public void Bytes_that_are_no_response_are_refused_before_anything_happens()
    {
        var bench = new TransactionBench();
        ServerTransaction server = Reach(bench, "new");
        foreach (string text in new[] { "", "SIP/2.0 99 Low\r\n", "SIP/2.0 700 High\r\n", "SIP/2.0 20x Bad\r\n", "INVITE sip:a SIP/2.0\r\n", "SIP/2.0 200" })
        {
            Assert.Throws<ArgumentException>(() => server.Respond(System.Text.Encoding.UTF8.GetBytes(text)));
        }

        Assert.Equal((TransactionState.Proceeding, 0), (server.State, server.StatusCode));
        Assert.Empty(bench.Sent);
    }

    [Fact]
    public void An_abandoned_INVITE_is_forgotten_and_its_repeat_is_a_new_one()
    {
        var bench = new TransactionBench();
        Reach(bench, "completed").Abandon();
        Assert.Equal((0, 0, 0), (bench.Layer.ServerCount, bench.Wheel.Count, bench.Buffers.Rented));

        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INVITE"));
        Assert.Equal(["0 request INVITE"], bench.TakeLog());
    }

    internal static ServerTransaction Reach(TransactionBench bench, string state)
    {
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INVITE"));
        ServerTransaction server = bench.Server!;
        switch (state)
        {
            case "ringing":
                server.Respond(TransactionBench.ServerResponse(180));
                break;
            case "accepted":
                server.Respond(TransactionBench.ServerResponse(200));
                break;
            case "completed":
                server.Respond(TransactionBench.ServerResponse(486));
                break;
            case "confirmed":
                server.Respond(TransactionBench.ServerResponse(486));
                bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("ACK"));
                break;
        }

        bench.TakeLog();
        return server;
    }
}
