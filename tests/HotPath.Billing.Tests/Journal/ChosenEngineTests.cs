using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: the engine that is handed the first of a session is written down before, so that an edge that dies leaves no doubt about which engine
/// to ask, and what has no session is not recorded on two; what was handed to none goes to another, and that is written down before too.
/// </summary>
public sealed class ChosenEngineTests
{
    private const string Initiate = "SessionSv1.InitiateSession";
    private const string Query = "SessionSv1.GetActiveSessions";
    private const string Cdr = "SessionSv1.ProcessCDR";

    private static readonly ChargingProfile s_profile = new() { OriginHost = "edge-1", EnginesStoreSessionCosts = true };
    private static readonly string[] s_names = ["a:2014", "b:2014"];

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingEngineClient _engines = new() { Chosen = 1 };
    private readonly RecordList _journal = new();
    private ChargingSessions _sessions;

    public ChosenEngineTests() => _sessions = new ChargingSessions(_engines, _time, _journal) { EngineNames = s_names };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_Initiate_that_may_have_arrived_is_asked_for_on_its_engine_alone(bool ends)
    {
        Answered();
        AssertSent(Initiate, 1);
        ChargingSession session = Restored();
        session.Continue();
        if (ends)
        {
            session.EndAsOf(_time.GetUtcNow());
        }

        Pass();
        AssertSent(Query, 1).Fail(RpcStatus.EngineError, "NOT_FOUND", engine: 1);
        session.EndAsOf(_time.GetUtcNow());
        AssertSent(Cdr, 1).Reply("\"OK\"", engine: 1);
        Assert.Equal((0, true), (_sessions.Statistics.Unresolved, _engines.IsEmpty));
    }

    [Theory]
    [InlineData(CallClass.Charged)]
    [InlineData(CallClass.Free)]
    [InlineData(CallClass.Emergency)]
    public void A_CDR_of_what_had_no_session_is_repeated_on_the_engine_that_may_have_it(CallClass callClass)
    {
        ChargingSession session = Open(callClass);
        session.Authorize(isAsked: false);
        if (callClass == CallClass.Charged)
        {
            session.Abandon(EndCause.Cancelled);
        }
        else
        {
            session.Answer();
            session.End(EndCause.CallerBye);
        }

        AssertSent(Cdr, 1);
        Restored().Continue();
        Pass();
        AssertSent(Cdr, 1).Fail(RpcStatus.EngineError, "EXISTS", engine: 1);
        Assert.Equal((1, 0), (_sessions.Statistics.CdrsDelivered, _sessions.Count));
    }

    [Fact]
    public void What_was_not_written_goes_to_another_engine_that_is_written_down_first()
    {
        ChargingSession session = Answered();
        SentCommand first = AssertSent(Initiate, 1);
        _engines.Chosen = 0;
        first.Fail(RpcStatus.NoEngine, engine: -1);
        Assert.Equal(0, WrittenDown());
        AssertSent(Initiate, 0).Fail(RpcStatus.DeadlineExceeded, engine: 0);
        AssertSent(Initiate, 0).Reply("""{"MaxUsage":60000000000}""");
        Assert.Equal(SessionState.Open, session.State);
    }

    [Fact]
    public void What_may_have_been_written_goes_to_no_other_engine()
    {
        Answered();
        AssertSent(Initiate, 1).Fail(RpcStatus.DeadlineExceeded, engine: 1);
        _engines.Chosen = 0;
        AssertSent(Initiate, 1).Fail(RpcStatus.NoEngine, engine: -1);
        Assert.Equal((1, true), (WrittenDown(), _engines.IsEmpty));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_session_that_no_engine_could_be_handed_is_opened_by_the_next_edge_and_not_asked_for(int chosen)
    {
        _engines.Chosen = chosen;
        Answered(new ChargingProfile { OriginHost = "edge-1", AllowedWithoutEngine = TimeSpan.FromMinutes(1) });
        SentCommand first = _engines.Take();
        _engines.Chosen = -1;
        first.Fail(RpcStatus.NoEngine, engine: -1);
        Assert.Equal(-1, WrittenDown());
        int written = AnswersWritten();
        Pass();
        _engines.Take().Fail(RpcStatus.NoEngine, engine: -1);
        Assert.Equal(written, AnswersWritten());

        _engines.Chosen = 0;
        Restored().Continue();
        Pass();
        AssertSent(Initiate, 0);
        Assert.Equal(0, WrittenDown());
    }

    [Fact]
    public void An_engine_that_was_waited_for_in_vain_gives_way_to_one_that_came_meanwhile()
    {
        using ChargedEngines engines = new(journal: _journal);
        ChargingSession session = engines.Asked();
        engines.Pass(1_000);
        engines.Stop(ChargedEngines.B);
        engines.Network.Swallow(engines.AddressOf(ChargedEngines.A));
        engines.Cut(ChargedEngines.A);
        engines.Start(ChargedEngines.B);
        session.Answer();
        engines.Pass(1_500);
        Assert.Equal(SessionState.Open, session.State);
        Assert.Single(engines.Engines[ChargedEngines.B].Sessions);
        Assert.Equal([ChargedEngines.A, ChargedEngines.B], _journal.Entries.Where(entry => entry.Kind == JournalRecordKind.Answered).Select(entry => entry.Session!.Engine));
    }

    [Fact]
    public void A_usual_call_is_written_five_times()
    {
        ChargingSession session = Answered();
        _engines.Take().Reply("""{"MaxUsage":60000000000}""", engine: 1);
        session.End(EndCause.CallerBye);
        _engines.Take().Reply("\"OK\"", engine: 1);
        _engines.Take().Reply("\"OK\"", engine: 1);
        Assert.Equal(
            [JournalRecordKind.Answered, JournalRecordKind.Accepted, JournalRecordKind.Ended, JournalRecordKind.Terminated, JournalRecordKind.Closed],
            _journal.Entries.Select(entry => entry.Kind));
    }

    private ChargingSession Open(CallClass callClass = CallClass.Charged, ChargingProfile? profile = null) =>
        _sessions.Open(NoOwner.Instance, profile ?? s_profile, "call-1", "1001", "1002", callClass: callClass);

    private ChargingSession Answered(ChargingProfile? profile = null)
    {
        ChargingSession session = Open(profile: profile);
        session.Answer();
        return session;
    }

    private SentCommand AssertSent(string method, int engine)
    {
        SentCommand sent = _engines.Take();
        Assert.Equal((method, engine), (sent.Method, sent.Options.Engine));
        return sent;
    }

    /// <summary>The engine that the next edge would take the session to be on.</summary>
    private int WrittenDown() => Assert.Single(Replay().Open).Engine;

    /// <summary>The session as another edge takes it up, whose first choice is another engine.</summary>
    private ChargingSession Restored()
    {
        JournalReplay replay = Replay();
        _engines.Chosen = 0;
        _sessions = new ChargingSessions(_engines, _time, _journal) { EngineNames = s_names };
        return _sessions.Restore(NoOwner.Instance, s_profile, Assert.Single(replay.Open));
    }

    private int AnswersWritten() => _journal.Entries.Count(entry => entry.Kind == JournalRecordKind.Answered);

    private JournalReplay Replay()
    {
        JournalReplay replay = new();
        for (int i = 0; i < _journal.Bytes.Count; i++)
        {
            replay.Visit(i + 1, _journal.Bytes[i]);
        }

        return replay;
    }

    private void Pass()
    {
        _time.Advance(TimeSpan.FromMilliseconds(500));
        _sessions.Advance();
    }
}
