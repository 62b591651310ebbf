namespace HotPath.Sip.Tests;

/// <summary>
/// An INVITE that we send keeps the state machine of RFC 3261 §17.1.1 and RFC 6026 §7.2 for every state and event, repeats on the exact
/// schedule of its timers, and is cancelled as §9.1 says.
/// </summary>
public sealed class InviteClientTests
{
    /// <summary>State, event, what is sent and told, state afterwards.</summary>
    public static TheoryData<TransactionState, string, string, TransactionState> Transitions => new()
    {
        { TransactionState.Calling, "100", "", TransactionState.Proceeding },
        { TransactionState.Calling, "180", "response 180 b1", TransactionState.Proceeding },
        { TransactionState.Calling, "200", "response 200 b1", TransactionState.Accepted },
        { TransactionState.Calling, "486", "send ACK, response 486 b1", TransactionState.Completed },
        { TransactionState.Calling, "cancel", "", TransactionState.Calling },

        { TransactionState.Proceeding, "100", "", TransactionState.Proceeding },
        { TransactionState.Proceeding, "180", "response 180 b1", TransactionState.Proceeding },
        { TransactionState.Proceeding, "200", "response 200 b1", TransactionState.Accepted },
        { TransactionState.Proceeding, "486", "send ACK, response 486 b1", TransactionState.Completed },
        { TransactionState.Proceeding, "cancel", "send CANCEL", TransactionState.Cancelling },

        { TransactionState.Cancelling, "100", "", TransactionState.Cancelling },
        { TransactionState.Cancelling, "180", "", TransactionState.Cancelling },
        { TransactionState.Cancelling, "200", "response 200 b1", TransactionState.Accepted },
        { TransactionState.Cancelling, "486", "send ACK, response 486 b1", TransactionState.Completed },
        { TransactionState.Cancelling, "cancel", "", TransactionState.Cancelling },

        { TransactionState.Accepted, "100", "", TransactionState.Accepted },
        { TransactionState.Accepted, "180", "", TransactionState.Accepted },
        { TransactionState.Accepted, "200", "response 200 b1", TransactionState.Accepted },
        { TransactionState.Accepted, "486", "", TransactionState.Accepted },
        { TransactionState.Accepted, "cancel", "", TransactionState.Accepted },

        { TransactionState.Completed, "100", "", TransactionState.Completed },
        { TransactionState.Completed, "180", "", TransactionState.Completed },
        { TransactionState.Completed, "200", "", TransactionState.Completed },
        { TransactionState.Completed, "486", "send ACK", TransactionState.Completed },
        { TransactionState.Completed, "cancel", "", TransactionState.Completed },
    };

    [Theory]
    [MemberData(nameof(Transitions))]
    public void Every_state_answers_every_event_as_the_table_says(TransactionState state, string happening, string actions, TransactionState next)
    {
        var bench = new TransactionBench();
        ClientTransaction client = Reach(bench, state);
        if (happening == "cancel")
        {
            client.Cancel();
        }
        else
        {
            bench.Answer(client, int.Parse(happening));
        }

        Assert.Equal(actions, string.Join(", ", bench.TakeLog().Select(line => line[(line.IndexOf(' ') + 1)..])));
        Assert.Equal(next, client.State);
    }

    /// <summary>State, then everything that timers do from entering it at 0 ms to the end.</summary>
    public static TheoryData<TransactionState, string[]> TimeLines => new()
    {
        {
            // A: 500 ms doubled each time. B: 64·T1.
            TransactionState.Calling,
            [
                "500 send INVITE", "1500 send INVITE", "3500 send INVITE", "7500 send INVITE", "15500 send INVITE", "31500 send INVITE",
                "32000 timeout", "32000 terminated",
            ]
        },
        {
            // C, then CANCEL with its own E (500 ms doubled up to T2) and F, and the end 64·T1 later.
            TransactionState.Proceeding,
            [
                "181000 send CANCEL", "181000 timeout",
                "181500 send CANCEL", "182500 send CANCEL", "184500 send CANCEL", "188500 send CANCEL", "192500 send CANCEL",
                "196500 send CANCEL", "200500 send CANCEL", "204500 send CANCEL", "208500 send CANCEL", "212500 send CANCEL",
                "213000 terminated",
            ]
        },
        {
            TransactionState.Cancelling,
            [
                "500 send CANCEL", "1500 send CANCEL", "3500 send CANCEL", "7500 send CANCEL", "11500 send CANCEL", "15500 send CANCEL",
                "19500 send CANCEL", "23500 send CANCEL", "27500 send CANCEL", "31500 send CANCEL",
                "32000 timeout", "32000 terminated",
            ]
        },
        { TransactionState.Accepted, ["32000 terminated"] },
        { TransactionState.Completed, ["32000 terminated"] },
    };

    [Theory]
    [MemberData(nameof(TimeLines))]
    public void Timers_fire_on_the_exact_schedule_of_the_state(TransactionState state, string[] expected)
    {
        var bench = new TransactionBench();
        Reach(bench, state);
        bench.RunOut();

        Assert.Equal(expected, bench.TakeLog());
        Assert.Equal(0, bench.Layer.ClientCount);
        Assert.Equal(0, bench.Wheel.Count);
        Assert.Equal(0, bench.Buffers.Rented);
    }

    [Fact]
    public void Timer_C_starts_again_with_every_provisional_but_100()
    {
        var bench = new TransactionBench();
        ClientTransaction client = Reach(bench, TransactionState.Proceeding);
        bench.AdvanceTo(180_000);
        bench.Answer(client, 183);
        bench.AdvanceTo(300_000);
        bench.Answer(client, 100);
        bench.TakeLog();
        bench.AdvanceTo(361_000);

        Assert.Equal(["361000 send CANCEL", "361000 timeout"], bench.TakeLog());
    }

    [Fact]
    public void A_cancelled_INVITE_repeats_until_a_provisional_comes_and_only_then_CANCEL_goes_out()
    {
        var bench = new TransactionBench();
        ClientTransaction client = Reach(bench, TransactionState.Calling);
        client.Cancel();
        bench.AdvanceTo(600);
        Assert.Equal(["500 send INVITE"], bench.TakeLog());

        bench.Answer(client, 180);
        Assert.Equal(["600 send CANCEL"], bench.TakeLog());
        bench.Receive(TransactionBench.Callee, TransactionBench.ClientResponse(TransactionBench.BranchOf(client), SipMethod.Cancel, 200));
        bench.Answer(client, 487);
        bench.RunOut();
        Assert.Equal(["600 send ACK", "600 response 487 b1", "32600 terminated"], bench.TakeLog());
    }

    [Fact]
    public void A_cancelled_INVITE_that_is_answered_before_any_provisional_is_never_followed_by_CANCEL()
    {
        var bench = new TransactionBench();
        ClientTransaction client = Reach(bench, TransactionState.Calling);
        client.Cancel();
        bench.Answer(client, 200);
        bench.RunOut();

        Assert.Equal(["0 response 200 b1", "32000 terminated"], bench.TakeLog());
    }

    [Fact, Trait("FieldPain", "14")]
    public void Pain_14_A_200_that_crosses_CANCEL_is_an_answer()
    {
        var bench = new TransactionBench();
        ClientTransaction client = Reach(bench, TransactionState.Cancelling);
        bench.Answer(client, 200);
        bench.Receive(TransactionBench.Callee, TransactionBench.ClientResponse(TransactionBench.BranchOf(client), SipMethod.Cancel, 481));
        bench.RunOut();

        Assert.Equal(["0 response 200 b1", "32000 terminated"], bench.TakeLog());
    }

    [Fact]
    public void After_timer_C_a_rejection_is_acknowledged_but_not_reported_again_and_a_200_still_is_an_answer()
    {
        var bench = new TransactionBench();
        ClientTransaction rejected = Reach(bench, TransactionState.Proceeding);
        bench.AdvanceTo(181_000);
        bench.TakeLog();
        bench.Answer(rejected, 487);
        Assert.Equal(["181000 send ACK"], bench.TakeLog());

        bench = new TransactionBench();
        ClientTransaction answered = Reach(bench, TransactionState.Proceeding);
        bench.AdvanceTo(181_000);
        bench.TakeLog();
        bench.Answer(answered, 200);
        Assert.Equal(["181000 response 200 b1"], bench.TakeLog());
    }

    [Fact]
    public void CANCEL_has_the_branch_target_route_and_CSeq_number_of_its_INVITE()
    {
        var bench = new TransactionBench();
        ClientTransaction client = bench.StartClient(SipMethod.Invite, "Route: <sip:198.51.100.7;lr>\r\n");
        bench.Answer(client, 180);
        client.Cancel();

        Assert.Equal(
            "CANCEL sip:bob@198.51.100.2 SIP/2.0\r\n" +
            $"Via: SIP/2.0/UDP 203.0.113.9:5060;branch={TransactionBench.BranchOf(client)}\r\n" +
            "Max-Forwards: 70\r\n" +
            "Route: <sip:198.51.100.7;lr>\r\n" +
            "From: <sip:alice@example.com>;tag=a1\r\n" +
            "To: <sip:bob@example.com>\r\n" +
            "Call-ID: call-1@example.com\r\n" +
            "CSeq: 7 CANCEL\r\n" +
            "Content-Length: 0\r\n\r\n",
            bench.LastSent);
        Assert.Equal((5, TransactionBench.Callee), (bench.Sent[^1].Listener, bench.Sent[^1].To));
    }

    [Fact]
    public void The_ACK_to_a_rejection_has_the_branch_of_the_INVITE_and_the_To_of_the_rejection()
    {
        var bench = new TransactionBench();
        ClientTransaction client = bench.StartClient(SipMethod.Invite);
        bench.Answer(client, 603, "b9");

        Assert.Equal(
            "ACK sip:bob@198.51.100.2 SIP/2.0\r\n" +
            $"Via: SIP/2.0/UDP 203.0.113.9:5060;branch={TransactionBench.BranchOf(client)}\r\n" +
            "Max-Forwards: 70\r\n" +
            "From: <sip:alice@example.com>;tag=a1\r\n" +
            "To: <sip:bob@example.com>;tag=b9\r\n" +
            "Call-ID: call-1@example.com\r\n" +
            "CSeq: 7 ACK\r\n" +
            "Content-Length: 0\r\n\r\n",
            bench.LastSent);
    }

    [Fact]
    public void Every_2xx_of_a_fork_and_every_repeat_is_reported_for_64_T1_and_then_is_a_stray()
    {
        var bench = new TransactionBench();
        ClientTransaction client = Reach(bench, TransactionState.Proceeding);
        string branch = TransactionBench.BranchOf(client);
        bench.Answer(client, 200, "b1");
        bench.AdvanceTo(500);
        bench.Answer(client, 200, "b1");
        bench.Answer(client, 200, "b2");
        bench.AdvanceTo(32_000);
        Assert.Equal(["0 response 200 b1", "500 response 200 b1", "500 response 200 b2", "32000 terminated"], bench.TakeLog());

        bench.Receive(TransactionBench.Callee, TransactionBench.ClientResponse(branch, SipMethod.Invite, 200));
        Assert.Empty(bench.TakeLog());
        Assert.Equal(1, bench.Layer.Counters.StrayResponses);
    }

    [Fact]
    public void The_request_can_be_read_with_the_first_final_response_and_not_afterwards()
    {
        var bench = new TransactionBench();
        ClientTransaction client = Reach(bench, TransactionState.Proceeding);
        int during = 0;
        bench.WhenResponse = transaction => during = transaction.Request.Length;
        bench.Answer(client, 200);

        Assert.Equal(TransactionBench.ClientRequest(SipMethod.Invite, TransactionBench.BranchOf(client)).Length, during);
        Assert.Equal(0, client.Request.Length);
        Assert.Equal(0, bench.Buffers.Rented);
    }

    [Theory]
    [InlineData(180)]
    [InlineData(200)]
    [InlineData(486)]
    public void A_user_may_give_up_a_transaction_and_start_another_while_it_is_told_of_a_response(int status)
    {
        var bench = new TransactionBench();
        ClientTransaction client = Reach(bench, TransactionState.Proceeding);
        ClientTransaction? second = null;
        bench.WhenResponse = transaction =>
        {
            transaction.Abandon();
            second = bench.StartClient(SipMethod.Invite);
        };
        bench.Answer(client, status);

        Assert.Same(client, second);
        Assert.Equal(TransactionState.Calling, second!.State);
        Assert.Equal(TransactionBench.ClientRequest(SipMethod.Invite, TransactionBench.BranchOf(second)).Length, second.Request.Length);
        Assert.Equal(1, bench.Layer.ClientCount);
    }

    [Fact]
    public void A_user_may_give_up_a_transaction_while_it_is_told_of_its_timeout()
    {
        var bench = new TransactionBench();
        ClientTransaction client = Reach(bench, TransactionState.Calling);
        bench.WhenTimeout = transaction =>
        {
            transaction.Abandon();
            bench.WhenTimeout = null;
            bench.StartClient(SipMethod.Bye);
        };
        bench.AdvanceTo(32_000);

        Assert.Equal((SipMethod.Bye, TransactionState.Trying), (client.Method, client.State));
        Assert.Equal(1, bench.Layer.ClientCount);
    }

    [Fact]
    public void A_user_may_start_another_transaction_while_it_is_told_that_one_is_over()
    {
        var bench = new TransactionBench();
        ClientTransaction client = Reach(bench, TransactionState.Completed);
        ClientTransaction? second = null;
        bench.WhenTerminated = transaction =>
        {
            transaction.Abandon();
            Assert.Throws<InvalidOperationException>(() => transaction.Start(5, TransactionBench.Callee, [1]));
            second = bench.StartClient(SipMethod.Bye);
        };
        bench.AdvanceTo(32_000);

        Assert.NotSame(client, second);
        Assert.Equal(TransactionState.Trying, second!.State);
        Assert.Equal(1, bench.Layer.ClientCount);
    }

    internal static ClientTransaction Reach(TransactionBench bench, TransactionState state)
    {
        ClientTransaction client = bench.StartClient(SipMethod.Invite);
        switch (state)
        {
            case TransactionState.Proceeding:
                bench.Answer(client, 180);
                break;
            case TransactionState.Cancelling:
                bench.Answer(client, 180);
                client.Cancel();
                break;
            case TransactionState.Accepted:
                bench.Answer(client, 200);
                break;
            case TransactionState.Completed:
                bench.Answer(client, 486);
                break;
        }

        Assert.Equal(state, client.State);
        bench.TakeLog();
        return client;
    }

}
