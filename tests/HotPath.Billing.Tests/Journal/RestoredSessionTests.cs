using System.Buffers.Binary;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: a session that comes back from the journal, whose connection to its engine died with the edge, is asked for before it is
/// terminated: the engine may have ended it in the meantime, or the Terminate may have been executed.
/// </summary>
public sealed class RestoredSessionTests : ISessionOwner
{
    private const string Grant60s = """{"MaxUsage":60000000000}""";
    private const string Running = """[{"OriginID":"call-1","OriginHost":"edge-1"}]""";

    private static readonly ChargingProfile s_profile = new() { OriginHost = "edge-1" };

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingEngineClient _engine = new();
    private readonly RecordList _journal = new();
    private ChargingSessions _sessions;
    private EndCause _endAsked;

    public RestoredSessionTests() => _sessions = new ChargingSessions(_engine, _time, _journal);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_was_open_or_terminating_is_terminated_if_the_engine_still_has_it(bool wasTerminating)
    {
        Restart(wasTerminating);
        Query(wasTerminating).Reply(Running, engine: 1);
        SentCommand terminate = _engine.Take();
        Assert.Equal(("SessionSv1.TerminateSession", "5s", 1), (terminate.Method, terminate.Event("Usage"), terminate.Options.Engine));
        terminate.Reply("\"OK\"", engine: 1);
        Assert.Equal("SessionSv1.ProcessCDR", _engine.Take().Method);
    }

    [Fact]
    public void An_open_session_that_the_engine_does_not_have_is_parked()
    {
        Restart(wasTerminating: false);
        Query(wasTerminating: false).Fail(RpcStatus.EngineError, "NOT_FOUND", engine: 1);
        Assert.True(_engine.IsEmpty);
        Assert.Equal((1, 1), (_sessions.Statistics.Unresolved, _sessions.Statistics.LostByEngine));
    }

    [Fact]
    public void A_Terminate_that_was_executed_is_followed_by_the_CDR()
    {
        Restart(wasTerminating: true);
        Query(wasTerminating: true).Fail(RpcStatus.EngineError, "NOT_FOUND", engine: 1);
        SentCommand cdr = _engine.Take();
        Assert.Equal(("SessionSv1.ProcessCDR", "5s"), (cdr.Method, cdr.Event("Usage")));
        cdr.Fail(RpcStatus.EngineError, "PARTIALLY_EXECUTED", engine: 1);
        Assert.Equal((1, 0), (_sessions.Statistics.CdrsDelivered, _sessions.Statistics.Unresolved));
    }

    [Fact]
    public void A_Terminate_whose_end_did_not_survive_is_not_taken_for_an_end()
    {
        _sessions.Open(NoOwner.Instance, s_profile, "call-1", "1001", "1002").Answer();
        _engine.Take().Reply(Grant60s);
        _sessions.Open(NoOwner.Instance, s_profile, "call-2", "1001", "1002").Answer();
        _engine.Take().Reply(Grant60s);
        JournalReplay replay = new();
        foreach (JournalEntry entry in _journal.Entries)
        {
            replay.Visit(entry.Sequence, _journal.Bytes[(int)entry.Sequence - 1]);
        }

        var terminated = new byte[64];
        int length = JournalRecord.WriteTerminated(terminated, _time.GetUtcNow(), number: 1, chargedAt: _time.GetUtcNow());
        replay.Visit(_journal.Bytes.Count + 1, terminated.AsSpan(0, length));
        Assert.Equal((JournalRecordKind.Answered, null), (replay.Open.First().Stage, replay.Open.First().TerminateTime));
    }

    /// <summary>The engine may have executed Terminate when it was sent: how long it remembers the session counts from there.</summary>
    [Theory]
    [InlineData(3, true)]
    [InlineData(5, false)]
    public void A_CDR_is_late_by_when_Terminate_was_sent_and_not_by_when_that_was_known(int downSeconds, bool isSent)
    {
        ChargingSession session = _sessions.Open(NoOwner.Instance, s_profile, "call-1", "1001", "1002");
        session.Answer();
        _engine.Take().Reply(Grant60s, engine: 1);
        session.End(EndCause.CallerBye);
        SentCommand terminate = _engine.Take();
        _time.Advance(TimeSpan.FromSeconds(5));
        terminate.Fail(RpcStatus.DeadlineExceeded, engine: 1);
        Query(wasTerminating: true).Fail(RpcStatus.EngineError, "NOT_FOUND", engine: 1);
        Assert.Equal("SessionSv1.ProcessCDR", _engine.Take().Method);

        _time.Advance(TimeSpan.FromSeconds(downSeconds));
        Restored([]).Continue();
        _time.Advance(TimeSpan.FromMilliseconds(500));
        _sessions.Advance();
        Assert.Equal((!isSent, isSent ? 0 : 1), (_engine.IsEmpty, _sessions.Statistics.Unresolved));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_Initiate_that_may_have_reached_any_engine_is_looked_for_on_all(bool ends)
    {
        _sessions = new ChargingSessions(_engine, _time, _journal) { EngineNames = ["a:2014", "b:2014"] };
        AnsweredOnAnyEngine(s_profile);
        ChargingSession session = Restored(["a:2014", "b:2014"]);
        session.Continue();
        if (ends)
        {
            session.EndAsOf(_time.GetUtcNow());
        }

        _time.Advance(TimeSpan.FromMilliseconds(500));
        _sessions.Advance();
        SentCommand query = _engine.Take();
        Assert.Equal(("SessionSv1.GetActiveSessions", 0), (query.Method, query.Options.Engine));
        query.Fail(RpcStatus.EngineError, "NOT_FOUND", engine: 0);
        query = _engine.Take();
        Assert.Equal(1, query.Options.Engine);
        query.Reply(Running, engine: 1);
        Assert.Equal(ends ? SessionState.Terminating : SessionState.Open, session.State);
        if (ends)
        {
            Assert.Equal(1, _engine.Take().Options.Engine);
        }

        Assert.True(_engine.IsEmpty);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_session_of_an_engine_that_is_configured_no_more_is_looked_for_on_all(bool isFound, bool wasTerminating)
    {
        _sessions = new ChargingSessions(_engine, _time, _journal) { EngineNames = ["localhost:2014"] };
        ChargingSession session = _sessions.Open(NoOwner.Instance, s_profile, "call-1", "1001", "1002");
        session.Answer();
        _engine.Take().Reply(Grant60s, engine: 0);
        _time.Advance(TimeSpan.FromSeconds(5));
        if (wasTerminating)
        {
            session.End(EndCause.CallerBye);
            Assert.Equal("SessionSv1.TerminateSession", _engine.Take().Method);
        }

        ChargingSession restored = Restored(["a:2014", "b:2014"]);
        restored.Continue();
        restored.EndAsOf(_time.GetUtcNow());
        _time.Advance(TimeSpan.FromMilliseconds(500));
        _sessions.Advance();
        SentCommand query = _engine.Take();
        Assert.Equal(("SessionSv1.GetActiveSessions", 0), (query.Method, query.Options.Engine));
        query.Fail(RpcStatus.EngineError, "NOT_FOUND", engine: 0);
        query = _engine.Take();
        Assert.Equal(("SessionSv1.GetActiveSessions", 1), (query.Method, query.Options.Engine));
        if (isFound)
        {
            query.Reply(Running, engine: 1);
            SentCommand terminate = _engine.Take();
            Assert.Equal(("SessionSv1.TerminateSession", "5s", 1), (terminate.Method, terminate.Event("Usage"), terminate.Options.Engine));
        }
        else
        {
            query.Fail(RpcStatus.EngineError, "NOT_FOUND", engine: 1);
            Assert.Equal(1, _sessions.Statistics.Unresolved);
        }

        Assert.True(_engine.IsEmpty);
    }

    [Fact]
    public void An_Initiate_that_no_engine_has_is_parked_for_it_may_have_been_charged()
    {
        _sessions.Open(NoOwner.Instance, s_profile, "call-1", "1001", "1002").Answer();
        _engine.Take();
        Restored([]).EndAsOf(_time.GetUtcNow());
        _time.Advance(TimeSpan.FromMilliseconds(500));
        _sessions.Advance();
        _engine.Take().Fail(RpcStatus.EngineError, "NOT_FOUND");
        Assert.True(_engine.IsEmpty);
        Assert.Equal(1, _sessions.Statistics.Unresolved);
    }

    [Fact]
    public void What_may_have_been_opened_is_asked_for_however_often_the_edge_dies()
    {
        _sessions.Open(NoOwner.Instance, s_profile, "call-1", "1001", "1002").Answer();
        _engine.Take();
        Restored(["a:2014"]).EndAsOf(_time.GetUtcNow());
        Restored(["a:2014"]).Continue();
        _time.Advance(TimeSpan.FromMilliseconds(500));
        _sessions.Advance();
        SentCommand query = _engine.Take();
        Assert.Equal(("SessionSv1.GetActiveSessions", 0), (query.Method, query.Options.Engine));
        query.Reply(Running, engine: 0);
        Assert.Equal("SessionSv1.TerminateSession", _engine.Take().Method);
    }

    [Fact]
    public void A_call_that_ends_because_no_engine_took_it_is_charged_in_one_by_the_next_edge()
    {
        ChargingSession session = _sessions.Open(NoOwner.Instance, s_profile, "call-1", "1001", "1002");
        session.Answer();
        _engine.Chosen = -1;
        _engine.Take().Fail(RpcStatus.NoEngine, engine: -1);
        session.NoteEndDecided();
        Restored(["a:2014"]).EndAsOf(_time.GetUtcNow());
        Assert.Equal("SessionSv1.TerminateSession", _engine.Take().Method);
    }

    [Theory]
    [InlineData("*prepaid")]
    [InlineData("*postpaid")]
    public void A_running_call_whose_session_is_lost_has_no_session_on_any_engine_after_another_restart(string requestType)
    {
        var profile = new ChargingProfile { OriginHost = "edge-1", RequestType = requestType, OnLostByEngine = LostSessionPolicy.Settle };
        _sessions.Open(NoOwner.Instance, profile, "call-1", "1001", "1002").Answer();
        _engine.Take();
        ChargingSession restored = Restored(["a:2014"]);
        restored.Continue();
        _time.Advance(TimeSpan.FromMilliseconds(500));
        _sessions.Advance();
        _engine.Take().Fail(RpcStatus.EngineError, "NOT_FOUND", engine: 0);
        restored.NoteOwnerChange();

        restored = Restored(["a:2014"]);
        restored.Continue();
        Assert.Equal(SessionState.LostByEngine, restored.State);
        restored.End(EndCause.CallerBye);
        if (requestType == "*postpaid")
        {
            // The engine that ended the session by itself has recorded it.
            SentCommand cdr = _engine.Take();
            Assert.Equal("SessionSv1.ProcessCDR", cdr.Method);
            cdr.Fail(RpcStatus.EngineError, "PARTIALLY_EXECUTED", engine: 0);
        }

        Assert.True(_engine.IsEmpty);
        Assert.Equal(requestType == "*prepaid" ? (0, 1) : (1, 0), (_sessions.Statistics.CdrsDelivered, _sessions.Statistics.Unresolved));
    }

    [Fact]
    public void A_call_that_must_end_because_its_session_is_lost_is_ended_by_the_next_edge()
    {
        _sessions.Open(NoOwner.Instance, s_profile, "call-1", "1001", "1002").Answer();
        _engine.Take();
        ChargingSession restored = Restored(["a:2014"]);
        restored.Continue();
        _time.Advance(TimeSpan.FromMilliseconds(500));
        _sessions.Advance();
        _engine.Take().Fail(RpcStatus.EngineError, "NOT_FOUND", engine: 0);
        restored.NoteOwnerChange();

        _endAsked = default;
        Restored(["a:2014"]).Continue();
        Assert.Equal(EndCause.SessionLost, _endAsked);
    }

    /// <summary>The engine that had it may have charged it and have its CDR: another would debit the CDR.</summary>
    [Fact]
    public void The_CDR_of_a_session_that_may_have_been_on_either_engine_goes_to_none()
    {
        ChargingSession session = RestoredUnknown(new ChargingProfile { OriginHost = "edge-1", EnginesStoreSessionCosts = true });
        _engine.Take().Fail(RpcStatus.EngineError, "NOT_FOUND", engine: 0);
        _engine.Take().Fail(RpcStatus.EngineError, "NOT_FOUND", engine: 1);
        Assert.True(_engine.IsEmpty);
        Assert.Equal((SessionState.Unresolved, 1), (session.State, _sessions.Statistics.Unresolved));
    }

    [Fact]
    public void A_CDR_stays_with_the_engine_that_the_session_was_found_on_though_the_edge_dies_again()
    {
        RestoredUnknown(new ChargingProfile { OriginHost = "edge-1", EnginesStoreSessionCosts = true });
        _engine.Take().Fail(RpcStatus.EngineError, "NOT_FOUND", engine: 0);
        _engine.Take().Reply(Running, engine: 1);
        _engine.Take().Reply("\"OK\"", engine: 1);
        Assert.Equal("SessionSv1.ProcessCDR", _engine.Take().Method);
        Restored(["a:2014", "b:2014"]).Continue();
        _time.Advance(TimeSpan.FromMilliseconds(500));
        _sessions.Advance();
        SentCommand cdr = _engine.Take();
        Assert.Equal(("SessionSv1.ProcessCDR", 1), (cdr.Method, cdr.Options.Engine));
    }

    [Theory]
    [InlineData("*prepaid", 1)]
    [InlineData("*postpaid", 0)]
    public void A_call_that_no_engine_may_have_charged_is_parked_where_no_CDR_will_charge_it(string requestType, int parked)
    {
        RestoredUnknown(new ChargingProfile { OriginHost = "edge-1", RequestType = requestType, Cdr = false });
        _engine.Take().Fail(RpcStatus.EngineError, "NOT_FOUND", engine: 0);
        _engine.Take().Fail(RpcStatus.EngineError, "NOT_FOUND", engine: 1);
        Assert.Equal((parked, 0), (_sessions.Statistics.Unresolved, _sessions.Count));
    }

    [Fact]
    public void A_call_that_was_denied_is_ended_by_the_next_edge_and_nothing_is_owed()
    {
        _sessions.Open(NoOwner.Instance, s_profile, "call-1", "1001", "1002").Answer();
        _engine.Take().Fail(RpcStatus.EngineError, "RALS_ERROR:ACCOUNT_DISABLED");
        ChargingSession session = Restored([]);
        Assert.Equal(SessionState.Denied, session.State);
        session.EndAsOf(_time.GetUtcNow());
        Assert.Single(Replay().Open);
        _sessions.Advance();
        Assert.Empty(Replay().Open);
        Assert.True(_engine.IsEmpty);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_phone_repeats_after_a_restart_does_not_say_that_its_call_runs(bool diesAgain)
    {
        _sessions.Open(NoOwner.Instance, s_profile, "call-1", "1001", "1002").Answer();
        _engine.Take().Reply(Grant60s, engine: 1);
        _time.Advance(TimeSpan.FromSeconds(5));
        _sessions.Advance();
        _time.Advance(TimeSpan.FromSeconds(2));
        ChargingSession restored = Restored([]);
        restored.Continue(TimeSpan.FromSeconds(4.5));
        restored.NoteOwnerChange();
        _time.Advance(TimeSpan.FromSeconds(1));
        if (diesAgain)
        {
            restored = Restored([]);
            restored.Continue(TimeSpan.FromSeconds(4.5));
        }

        restored.End(EndCause.CallerBye);
        Query(wasTerminating: false).Reply(Running, engine: 1);
        Assert.Equal("5s", _engine.Take().Event("Usage"));
    }

    [Fact]
    public void A_journal_that_is_made_shorter_keeps_what_a_resumed_call_was_seen_to_run()
    {
        _sessions.Open(NoOwner.Instance, s_profile, "call-1", "1001", "1002").Answer();
        _engine.Take().Reply(Grant60s, engine: 1);
        _time.Advance(TimeSpan.FromSeconds(5));
        _sessions.Advance();
        _time.Advance(TimeSpan.FromSeconds(2));
        Restored([]).Continue(TimeSpan.FromSeconds(4.5));
        long resumed = _journal.SafeSequence;
        _journal.MustShrink = true;
        _time.Advance(TimeSpan.FromSeconds(1));
        _sessions.Advance();
        _time.Advance(TimeSpan.FromSeconds(1));
        _sessions.Advance();
        Assert.True(_journal.First >= resumed);

        ChargingSession restored = Restored([]);
        restored.Continue(TimeSpan.FromSeconds(4.5));
        restored.End(EndCause.CallerBye);
        Query(wasTerminating: false).Reply(Running, engine: 1);
        Assert.Equal("5s", _engine.Take().Event("Usage"));
    }

    void ISessionOwner.OnGranted(ChargingSession session)
    {
    }

    void ISessionOwner.OnRefused(ChargingSession session, RefusalKind kind, string error)
    {
    }

    void ISessionOwner.OnEndCall(ChargingSession session, in EndCause cause) => _endAsked = cause;

    void ISessionOwner.OnSettled(ChargingSession session)
    {
    }

    /// <summary>An edge that died five seconds into a call, or just after it had ended it, and the next one.</summary>
    private void Restart(bool wasTerminating)
    {
        ChargingSession session = _sessions.Open(NoOwner.Instance, s_profile, "call-1", "1001", "1002");
        session.Authorize();
        _engine.Take().Reply(Grant60s);
        session.Answer();
        _engine.Take().Reply(Grant60s, engine: 1);
        _time.Advance(TimeSpan.FromSeconds(5));
        if (wasTerminating)
        {
            session.End(EndCause.CallerBye);
            Assert.Equal("SessionSv1.TerminateSession", _engine.Take().Method);
        }

        ChargingSession restored = Restored([]);
        restored.Continue();
        restored.EndAsOf(_time.GetUtcNow());
    }

    /// <summary>A session whose edge died with the Initiate out to one of two engines; the call is over, and they are being asked for it.</summary>
    private ChargingSession RestoredUnknown(ChargingProfile profile)
    {
        _sessions = new ChargingSessions(_engine, _time, _journal) { EngineNames = ["a:2014", "b:2014"] };
        AnsweredOnAnyEngine(profile);
        ChargingSession session = Restored(["a:2014", "b:2014"]);
        session.EndAsOf(_time.GetUtcNow());
        _time.Advance(TimeSpan.FromMilliseconds(500));
        _sessions.Advance();
        return session;
    }

    /// <summary>A session whose Initiate is out, as an edge wrote it down that knew the engine only when it had answered.</summary>
    private void AnsweredOnAnyEngine(ChargingProfile profile)
    {
        const int FlagsAt = 18;
        _engine.Chosen = -1;
        _sessions.Open(NoOwner.Instance, profile, "call-1", "1001", "1002").Answer();
        Assert.Equal("SessionSv1.InitiateSession", _engine.Take().Method);
        Span<byte> flags = Assert.Single(_journal.Bytes).AsSpan(FlagsAt);
        BinaryPrimitives.WriteInt32LittleEndian(flags, BinaryPrimitives.ReadInt32LittleEndian(flags) & ~(int)SessionFlags.Unreached);
    }

    private JournalReplay Replay()
    {
        JournalReplay replay = new();
        for (int i = _journal.First; i < _journal.Bytes.Count; i++)
        {
            replay.Visit(i + 1, _journal.Bytes[i]);
        }

        return replay;
    }

    /// <summary>The one session of the journal, in the next edge.</summary>
    private ChargingSession Restored(string[] engineNames)
    {
        JournalReplay replay = Replay();
        _sessions = new ChargingSessions(_engine, _time, _journal) { EngineNames = engineNames };
        _sessions.Take(replay);
        return _sessions.Restore(this, s_profile, Assert.Single(replay.Open));
    }

    /// <summary>The question, after the pause that follows a Terminate.</summary>
    private SentCommand Query(bool wasTerminating)
    {
        Assert.Equal(wasTerminating, _engine.IsEmpty);
        _time.Advance(TimeSpan.FromMilliseconds(wasTerminating ? 500 : 0));
        _sessions.Advance();
        SentCommand query = _engine.Take();
        Assert.Equal(("SessionSv1.GetActiveSessions", 1), (query.Method, query.Options.Engine));
        return query;
    }
}
