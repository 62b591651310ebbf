namespace HotPath.Sip.Tests;

/// <summary>
/// A request other than INVITE that arrives keeps the state machine of RFC 3261 §17.2.2 for every state and event, and ends even if
/// nobody answers it.
/// </summary>
public sealed class NonInviteServerTests
{
    public static TheoryData<TransactionState, string, string, TransactionState> Transitions => new()
    {
        { TransactionState.Trying, "BYE", "", TransactionState.Trying },
        { TransactionState.Trying, "100", "send 100", TransactionState.Proceeding },
        { TransactionState.Trying, "183", "send 183", TransactionState.Proceeding },
        { TransactionState.Trying, "200", "send 200", TransactionState.Completed },
        { TransactionState.Trying, "481", "send 481", TransactionState.Completed },
        { TransactionState.Proceeding, "BYE", "send 183", TransactionState.Proceeding },
        { TransactionState.Proceeding, "100", "send 100", TransactionState.Proceeding },
        { TransactionState.Proceeding, "183", "send 183", TransactionState.Proceeding },
        { TransactionState.Proceeding, "200", "send 200", TransactionState.Completed },
        { TransactionState.Proceeding, "481", "send 481", TransactionState.Completed },
        { TransactionState.Completed, "BYE", "send 200", TransactionState.Completed },
        { TransactionState.Completed, "100", "", TransactionState.Completed },
        { TransactionState.Completed, "183", "", TransactionState.Completed },
        { TransactionState.Completed, "200", "", TransactionState.Completed },
        { TransactionState.Completed, "481", "", TransactionState.Completed },
    };

    [Theory]
    [MemberData(nameof(Transitions))]
    public void Every_state_answers_every_event_as_the_table_says(TransactionState state, string happening, string actions, TransactionState next)
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

    [Theory]
    [InlineData(TransactionState.Trying)]
    [InlineData(TransactionState.Proceeding)]
    [InlineData(TransactionState.Completed)]
    public void Every_state_ends_after_64_T1_in_silence(TransactionState state)
    {
        var bench = new TransactionBench();
        Reach(bench, state);
        bench.RunOut();

        Assert.Equal(["32000 terminated"], bench.TakeLog());
        Assert.Equal((0, 0, 0), (bench.Layer.ServerCount, bench.Wheel.Count, bench.Buffers.Rented));
    }

    [Fact]
    public void A_late_answer_is_kept_for_64_T1_from_when_it_was_sent()
    {
        var bench = new TransactionBench();
        ServerTransaction server = Reach(bench, TransactionState.Trying);
        bench.AdvanceTo(30_000);
        server.Respond(TransactionBench.ServerResponse(200));
        bench.TakeLog();
        bench.AdvanceTo(61_999);
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("BYE"));
        bench.AdvanceTo(62_000);

        Assert.Equal(["61999 send 200", "62000 terminated"], bench.TakeLog());
    }

    private static ServerTransaction Reach(TransactionBench bench, TransactionState state)
    {
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("BYE"));
        if (state != TransactionState.Trying)
        {
            bench.Server!.Respond(TransactionBench.ServerResponse(state == TransactionState.Proceeding ? 183 : 200));
        }

        Assert.Equal(state, bench.Server!.State);
        bench.TakeLog();
        return bench.Server;
    }
}
