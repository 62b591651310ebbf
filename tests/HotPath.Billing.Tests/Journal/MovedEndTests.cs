using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: that the end of a session goes to another engine which has a copy of it is written down before, and what is to be ended on the one
/// before; an edge that dies between or behind the two has neither engine charge what the other does.
/// </summary>
public sealed class MovedEndTests
{
    private const int A = 0;
    private const int B = 1;
    private const string AtA = """[{"OriginID":"call-1","OriginHost":"edge-1"}]""";
    private const string CopyAtB = """[{"OriginID":"call-1","OriginHost":"edge-1","RunID":"*raw","Usage":0},{"OriginID":"call-1","OriginHost":"edge-1","Usage":7000000000}]""";

    private static readonly ChargingProfile s_profile = new() { OriginHost = "edge-1", EnginesReplicate = true, EnginesStoreSessionCosts = true };

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingEngineClient _engines = new() { Chosen = B };
    private readonly RecordList _journal = new();
    private ChargingSessions _sessions;

    public MovedEndTests()
    {
        _sessions = NewSessions();
        _sessions.Open(NoOwner.Instance, s_profile, "call-1", "1001", "1002").Answer();
        _engines.Take().Reply("""{"MaxUsage":60000000000}""", A);
        Pass(5_000);
        Restart(_journal.Bytes.Count)[0].End(EndCause.CallerBye);
        AssertSent("GetActiveSessions", A).Fail(RpcStatus.NoEngine, engine: -1);
        AssertSent("GetPassiveSessions", B).Reply(CopyAtB, B);
        Assert.Equal("5s", AssertSent("TerminateSession", B).Event("Usage"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Behind_the_two_the_other_engine_is_asked_and_then_the_one_before_keeps_what_the_other_knew_of(bool wasExecuted)
    {
        Restart(_journal.Bytes.Count);
        Pass(500);
        AssertSent("GetActiveSessions", B).Fail(RpcStatus.EngineError, "NOT_FOUND", B);
        SentCommand query = AssertSent("GetPassiveSessions", B);
        if (wasExecuted)
        {
            query.Fail(RpcStatus.EngineError, "NOT_FOUND", B);
        }
        else
        {
            query.Reply(CopyAtB, B);
            AssertSent("TerminateSession", B).Reply("\"OK\"", B);
        }

        AssertSent("ProcessCDR", B).Reply("\"OK\"", B);
        Assert.True(_engines.IsEmpty);
        Pass(1_000);
        AssertSent("GetActiveSessions", A).Reply(AtA, A);
        SentCommand last = AssertSent("TerminateSession", A);
        Assert.Equal("7s", last.Event("Usage"));
        last.Reply("\"OK\"", A);
        Assert.Equal((true, 0), (_engines.IsEmpty, _sessions.Count));
    }

    [Fact]
    public void Between_the_two_the_session_is_where_it_was_and_ended_there_once()
    {
        Restart(_journal.Bytes.Count - 1);
        Assert.Equal(2, _sessions.Count);
        Pass(500);
        AssertSent("GetActiveSessions", A).Reply(AtA, A);
        Assert.Equal("5s", AssertSent("TerminateSession", A).Event("Usage"));
        Assert.Equal((true, 1), (_engines.IsEmpty, _sessions.Count));
    }

    [Fact]
    public void What_may_have_been_ended_goes_nowhere_else()
    {
        Restart(_journal.Bytes.Count - 2);
        Pass(500);
        AssertSent("GetActiveSessions", A).Fail(RpcStatus.NoEngine, engine: -1);
        Assert.Equal((true, 1), (_engines.IsEmpty, _sessions.Count));
    }

    private ChargingSessions NewSessions() => new(_engines, _time, _journal) { EngineNames = ["a:2014", "b:2014"] };

    /// <summary>Another edge takes up what the first records say.</summary>
    private ChargingSession[] Restart(int records)
    {
        JournalReplay replay = new();
        for (int i = 0; i < records; i++)
        {
            replay.Visit(i + 1, _journal.Bytes[i]);
        }

        _sessions = NewSessions();
        ChargingSession[] sessions = [.. replay.Open.Where(open => !_sessions.TryRestoreOrphan(open)).Select(open => _sessions.Restore(NoOwner.Instance, s_profile, open))];
        foreach (ChargingSession session in sessions)
        {
            session.Continue();
        }

        return sessions;
    }

    private SentCommand AssertSent(string method, int engine)
    {
        SentCommand sent = _engines.Take();
        Assert.Equal(("SessionSv1." + method, engine), (sent.Method, sent.Options.Engine));
        return sent;
    }

    private void Pass(long timeMs)
    {
        _time.AdvanceMs(timeMs);
        _sessions.Advance();
    }
}
