namespace HotPath.Sip.Tests;

/// <summary>
/// A request other than INVITE that we send keeps the state machine of RFC 3261 §17.1.2 for every state and event and repeats on the
/// exact schedule of its timers.
/// </summary>
public sealed class NonInviteClientTests
{
    public static TheoryData<TransactionState, int, string, TransactionState> Transitions => new()
    {
        { TransactionState.Trying, 100, "", TransactionState.Proceeding },
        { TransactionState.Trying, 183, "response 183 b1", TransactionState.Proceeding },
        { TransactionState.Trying, 200, "response 200 b1", TransactionState.Completed },
        { TransactionState.Trying, 481, "response 481 b1", TransactionState.Completed },
        { TransactionState.Proceeding, 100, "", TransactionState.Proceeding },
        { TransactionState.Proceeding, 183, "response 183 b1", TransactionState.Proceeding },
        { TransactionState.Proceeding, 200, "response 200 b1", TransactionState.Completed },
        { TransactionState.Proceeding, 481, "response 481 b1", TransactionState.Completed },
        { TransactionState.Completed, 100, "", TransactionState.Completed },
        { TransactionState.Completed, 183, "", TransactionState.Completed },
        { TransactionState.Completed, 200, "", TransactionState.Completed },
        { TransactionState.Completed, 481, "", TransactionState.Completed },
    };

    [Theory]
    [MemberData(nameof(Transitions))]
    public void Every_state_answers_every_response_as_the_table_says(TransactionState state, int status, string actions, TransactionState next)
    {
        var bench = new TransactionBench();
        ClientTransaction client = Reach(bench, state);
        bench.Answer(client, status);

        Assert.Equal(actions, string.Join(", ", bench.TakeLog().Select(line => line[(line.IndexOf(' ') + 1)..])));
        Assert.Equal(next, client.State);
    }

    public static TheoryData<TransactionState, string[]> TimeLines => new()
    {
        {
            // E: 500 ms doubled up to T2 = 4 s. F: 64·T1.
            TransactionState.Trying,
            [
                "500 send BYE", "1500 send BYE", "3500 send BYE", "7500 send BYE", "11500 send BYE", "15500 send BYE", "19500 send BYE",
                "23500 send BYE", "27500 send BYE", "31500 send BYE", "32000 timeout", "32000 terminated",
            ]
        },
        {
            // The pending E runs out, from then on every T2.
            TransactionState.Proceeding,
            [
                "500 send BYE", "4500 send BYE", "8500 send BYE", "12500 send BYE", "16500 send BYE", "20500 send BYE", "24500 send BYE",
                "28500 send BYE", "32000 timeout", "32000 terminated",
            ]
        },
        { TransactionState.Completed, ["5000 terminated"] },
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
    public void Cancel_is_for_INVITE_only()
    {
        var bench = new TransactionBench();
        ClientTransaction client = Reach(bench, TransactionState.Proceeding);
        client.Cancel();
        Assert.Empty(bench.TakeLog());
        Assert.Equal(TransactionState.Proceeding, client.State);
    }

    private static ClientTransaction Reach(TransactionBench bench, TransactionState state)
    {
        ClientTransaction client = bench.StartClient(SipMethod.Bye);
        if (state != TransactionState.Trying)
        {
            bench.Answer(client, state == TransactionState.Proceeding ? 100 : 200);
        }

        Assert.Equal(state, client.State);
        bench.TakeLog();
        return client;
    }
}
