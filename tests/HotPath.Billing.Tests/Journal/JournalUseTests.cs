using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: what a record announces does not happen before the record is safe, but a disk that hangs holds up no end; and the journal
/// does not grow with the calls that are over, nor forget anything of those that are not.
/// </summary>
public sealed class JournalUseTests : ISessionOwner
{
    private const string DisconnectCall1 = """{"EventStart":{"OriginID":"call-1","OriginHost":"edge-1"},"Reason":"x"}""";

    private static readonly ChargingProfile s_profile = new() { OriginHost = "edge-1" };

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingEngineClient _engine = new();
    private readonly SimulatedDisk _disk = new();
    private bool _mayHangUp;
    private bool _isEndAsked;
    private Action? _onEndRecorded;

    [Fact]
    public void AtPowerLevelCommandsAndByesWaitForTheFlush()
    {
        using FileJournal journal = Open(JournalLevel.Power);
        var sessions = new ChargingSessions(_engine, _time, journal);
        ChargingSession session = sessions.Open(this, s_profile, "call-1", "1001", "1002");
        session.Answer();
        sessions.Advance();
        Assert.True(_engine.IsEmpty);
        journal.Flush();
        sessions.Advance();
        _engine.Take().Reply("{}");

        session.End(EndCause.GrantUsed);
        sessions.Advance();
        Assert.True(session.IsEndWaiting);
        Assert.False(_mayHangUp);
        Assert.True(_engine.IsEmpty);
        journal.Flush();
        sessions.Advance();
        Assert.True(_mayHangUp);
        Assert.Equal("SessionSv1.TerminateSession", _engine.Take().Method);
        Assert.Equal(0, sessions.Statistics.EffectsBeforeSafe);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AtPowerLevelTheByesOfARefusedCallWaitForTheFlushToo(bool hasEndedBefore)
    {
        using FileJournal journal = Open(JournalLevel.Power);
        var sessions = new ChargingSessions(_engine, _time, journal);
        ChargingSession session = sessions.Open(this, s_profile, "call-1", "1001", "1002");
        session.Answer();
        journal.Flush();
        sessions.Advance();
        if (hasEndedBefore)
        {
            session.End(EndCause.GrantUsed);
        }

        _engine.Take().Fail(RpcStatus.EngineError, "RALS_ERROR:ACCOUNT_NOT_FOUND");
        sessions.Advance();
        Assert.False(hasEndedBefore ? _mayHangUp : _isEndAsked);
        journal.Flush();
        sessions.Advance();
        Assert.True(hasEndedBefore ? _mayHangUp : _isEndAsked);
        session.End(EndCause.AccountingDenied);
        sessions.Advance();
        Assert.Equal((0, 0L), (sessions.Count, sessions.Statistics.EffectsBeforeSafe));
        Assert.True(_engine.IsEmpty);
    }

    [Fact]
    public void AtProcessLevelNothingWaits()
    {
        using FileJournal journal = Open(JournalLevel.Process);
        var sessions = new ChargingSessions(_engine, _time, journal);
        ChargingSession session = sessions.Open(this, s_profile, "call-1", "1001", "1002");
        session.Answer();
        _engine.Take().Reply("{}");
        session.End(EndCause.GrantUsed);
        Assert.False(session.IsEndWaiting);
        Assert.Equal("SessionSv1.TerminateSession", _engine.Take().Method);
    }

    [Fact]
    public void AnEngineThatIsPromisedTheEndIsPromisedItInTheJournalToo()
    {
        using FileJournal journal = Open(JournalLevel.Process);
        var sessions = new ChargingSessions(_engine, _time, journal);
        sessions.Open(this, s_profile, "call-1", "1001", "1002").Answer();
        _engine.Take().Reply("{}");
        Assert.False(Replayed().IsEndDecided);
        Assert.Equal("\"OK\"", new AskingEngine(sessions).Ask("SessionSv1.DisconnectSession", DisconnectCall1));
        Assert.True(Replayed().IsEndDecided);

        JournaledSession Replayed()
        {
            var replay = new JournalReplay();
            JournalReader.Read(_disk, replay.Visit);
            return Assert.Single(replay.Open);
        }
    }

    [Fact]
    public void AtPowerLevelThePromiseToAnEngineWaitsForTheFlushAndNothingOvertakesIt()
    {
        using FileJournal journal = Open(JournalLevel.Power);
        var sessions = new ChargingSessions(_engine, _time, journal);
        ChargingSession session = Opened(sessions, journal);
        AskingEngine asking = new(sessions);
        Assert.Equal("", asking.Ask("SessionSv1.DisconnectSession", DisconnectCall1));
        Assert.Equal(("", false), (asking.Ask("SessionSv1.DisconnectSession", DisconnectCall1), _isEndAsked));
        journal.Flush();
        sessions.Advance();
        Assert.Equal(("\"OK\"", true, true), (asking.Answer, _isEndAsked, _engine.IsEmpty));
        Assert.Equal(0, sessions.Statistics.EffectsBeforeSafe);

        session.End(EndCause.CallerBye);
        journal.Flush();
        sessions.Advance();
        Assert.Equal("SessionSv1.TerminateSession", _engine.Take().Method);
        Assert.Equal("\"OK\"", asking.Ask("SessionSv1.DisconnectSession", DisconnectCall1));
    }

    [Fact]
    public void AnEngineThatAsksWhileTheEndWaitsForAHangingDiskIsAnsweredBeforeTerminate()
    {
        using FileJournal journal = Open(JournalLevel.Power);
        var sessions = new ChargingSessions(_engine, _time, journal);
        ChargingSession session = Opened(sessions, journal);
        session.End(EndCause.GrantUsed);
        _time.Advance(TimeSpan.FromMilliseconds(400));
        AskingEngine asking = new(sessions);
        Assert.Equal("", asking.Ask("SessionSv1.DisconnectSession", DisconnectCall1));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        string answerBeforeBye = "";
        _onEndRecorded = () => answerBeforeBye = asking.Answer;
        sessions.Advance();
        Assert.Equal(("\"OK\"", "SessionSv1.TerminateSession"), (answerBeforeBye, _engine.Take().Method));
    }

    [Fact]
    public void AnEngineThatAsksWhenTheEndHasHadItsEffectWaitsForNoDisk()
    {
        using FileJournal journal = Open(JournalLevel.Power);
        var sessions = new ChargingSessions(_engine, _time, journal);
        Opened(sessions, journal).End(EndCause.CallerBye);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        sessions.Advance();
        Assert.Equal("SessionSv1.TerminateSession", _engine.Take().Method);
        Assert.Equal("\"OK\"", new AskingEngine(sessions).Ask("SessionSv1.DisconnectSession", DisconnectCall1));
    }

    [Fact]
    public void AnEndThatComesWithTheDiskDoesNotOvertakeThePromise()
    {
        using FileJournal journal = Open(JournalLevel.Process);
        var sessions = new ChargingSessions(_engine, _time, journal);
        ChargingSession session = Opened(sessions, journal);
        AskingEngine asking = new(sessions);
        _disk.IsBroken = true;
        Assert.Equal("", asking.Ask("SessionSv1.DisconnectSession", DisconnectCall1));
        _disk.IsBroken = false;
        journal.Maintain();
        session.End(EndCause.CallerBye);
        Assert.Equal(("", true), (asking.Answer, _engine.IsEmpty));
        sessions.Advance();
        Assert.Equal(("\"OK\"", "SessionSv1.TerminateSession"), (asking.Answer, _engine.Take().Method));
    }

    [Fact]
    public void ADiskThatHangsHoldsAPromiseUpForHalfASecond()
    {
        using FileJournal journal = Open(JournalLevel.Power);
        var sessions = new ChargingSessions(_engine, _time, journal);
        Opened(sessions, journal);
        AskingEngine asking = new(sessions);
        Assert.Equal("", asking.Ask("SessionSv1.DisconnectSession", DisconnectCall1));
        Assert.InRange(sessions.NextDueInMs, 1, 500);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        sessions.Advance();
        Assert.Equal(("\"OK\"", true, 1), (asking.Answer, _isEndAsked, sessions.Statistics.EffectsBeforeSafe));
    }

    [Fact]
    public void ADiskThatHangsHoldsAnEndUpForHalfASecond()
    {
        using FileJournal journal = Open(JournalLevel.Process);
        var sessions = new ChargingSessions(_engine, _time, journal);
        ChargingSession session = sessions.Open(this, s_profile, "call-1", "1001", "1002");
        session.Answer();
        _engine.Take().Reply("{}");
        sessions.Advance();
        _disk.IsBroken = true;
        session.End(EndCause.GrantUsed);
        Assert.True(_engine.IsEmpty);
        Assert.InRange(sessions.NextDueInMs, 1, 500);
        Assert.False(sessions.HasRoom);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        sessions.Advance();
        Assert.True(_mayHangUp);
        Assert.Equal("SessionSv1.TerminateSession", _engine.Take().Method);
        Assert.Equal(1, sessions.Statistics.EffectsBeforeSafe);
    }

    [Fact]
    public void NoEngineIsHandedWhatTheJournalSaysThatNoneWas()
    {
        using FileJournal journal = Open(JournalLevel.Process);
        var sessions = new ChargingSessions(_engine, _time, journal);
        ChargingSession session = sessions.Open(this, new ChargingProfile { OriginHost = "edge-1", AllowedWithoutEngine = TimeSpan.FromHours(1) }, "call-1", "1001", "1002");
        _engine.Chosen = -1;
        session.Answer();
        _engine.Take().Fail(RpcStatus.NoEngine, engine: -1);
        Assert.Equal(SessionState.SettleLater, session.State);

        _disk.IsBroken = true;
        _engine.Chosen = 0;
        Pass(seconds: 2);
        session.End(EndCause.GrantUsed);
        Pass(seconds: 1);
        Assert.Equal((true, true, 1), (_mayHangUp, _engine.IsEmpty, sessions.Statistics.EffectsBeforeSafe));

        _disk.IsBroken = false;
        Pass(seconds: 2);
        SentCommand initiate = _engine.Take();
        initiate.Reply("{}");
        Assert.Equal(("SessionSv1.InitiateSession", "SessionSv1.TerminateSession"), (initiate.Method, _engine.Take().Method));

        void Pass(int seconds)
        {
            for (int i = 0; i < seconds * 10; i++)
            {
                _time.Advance(TimeSpan.FromMilliseconds(100));
                sessions.Advance();
            }
        }
    }

    [Fact]
    public void SegmentsGoWhenNothingInThemIsNeededAndALongCallStays()
    {
        using FileJournal journal = Open(JournalLevel.Process);
        var sessions = new ChargingSessions(new GrantingEngineClient(), _time, journal);
        sessions.Open(this, s_profile, "long", "1001", "1002").Answer();
        int most = 0;
        for (int i = 0; i < 10_000; i++)
        {
            ChargingSession session = sessions.Open(this, s_profile, $"call-{i}", "1001", "1002");
            session.Answer();
            session.End(EndCause.CallerBye);
            _time.Advance(TimeSpan.FromMilliseconds(5));
            sessions.Advance();
            most = Math.Max(most, _disk.List().Count);
        }

        Assert.InRange(most, 5, 12);
        var replay = new JournalReplay();
        JournalSummary found = JournalReader.Read(_disk, replay.Visit);
        Assert.True(found.FirstSequence > 10_000, $"the first record is {found.FirstSequence}");
        Assert.Equal("long", Assert.Single(replay.Open).OriginId);
        Assert.Equal(0, replay.NotUnderstood);

        // Identities of calls whose records are gone are known: a Call-ID that is used again gets another one.
        var next = new ChargingSessions(_engine, _time);
        next.Take(replay);
        Assert.Equal("call-7;2"u8, next.Open(this, s_profile, "call-7", "1001", "1002", attempt: "2").OriginId);
        Assert.Equal("fresh"u8, next.Open(this, s_profile, "fresh", "1001", "1002", attempt: "2").OriginId);
    }

    [Theory]
    [InlineData(3, 100)]
    [InlineData(100, 3)]
    public void NewCallsFindRoomAgainWhenThoseThatFilledTheJournalAreOver(int segmentsOnDisk, int segmentsAllowed)
    {
        const int SegmentBytes = 256 * 1024;
        _disk.FreeBytes = segmentsOnDisk * SegmentBytes;
        using var journal = FileJournal.Open(_disk, new JournalOptions { SegmentBytes = SegmentBytes, MaxBytes = segmentsAllowed * SegmentBytes }, (_, _) => { }, out _);
        var sessions = new ChargingSessions(new GrantingEngineClient(), _time, journal);
        sessions.Open(this, s_profile, "long", "1001", "1002").Answer();
        for (int i = 0; journal.HasRoom; i++)
        {
            ChargingSession session = sessions.Open(this, s_profile, $"call-{i}", "1001", "1002");
            session.Answer();
            session.End(EndCause.CallerBye);
        }

        for (int i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            sessions.Advance();
        }

        Assert.True(journal.HasRoom);
        var replay = new JournalReplay();
        JournalReader.Read(_disk, replay.Visit);
        Assert.Equal("long", Assert.Single(replay.Open).OriginId);
    }

    [Fact]
    public void WhenNewCallsFindNoRoomAndWhenTheyDoAgainIsLoggedOnce()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hotpath-");
        try
        {
            RecordingLogger log = new();
            using var journal = SharedJournal.Open(folder.FullName, new JournalOptions { SegmentBytes = 256 * 1024, MaxBytes = 512 * 1024 }, new JournalReplay(), log);
            IJournalStore lane = journal.AddLane();
            long last = 0;
            while (lane.HasRoom)
            {
                last = lane.Append(new byte[1000]);
            }

            log.Lines.Clear();
            lane.Maintain();
            lane.Maintain();
            Assert.Contains($"Journal {folder.FullName} takes no new calls: it has reached 524288 bytes", Assert.Single(log.Lines));
            log.Lines.Clear();
            lane.Release(last);
            lane.Maintain();
            lane.Maintain();
            Assert.Contains("takes new calls again", Assert.Single(log.Lines));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    void ISessionOwner.OnGranted(ChargingSession session)
    {
    }

    void ISessionOwner.OnRefused(ChargingSession session, RefusalKind kind, string error)
    {
    }

    void ISessionOwner.OnEndCall(ChargingSession session, in EndCause cause) => _isEndAsked = true;

    void ISessionOwner.OnSettled(ChargingSession session)
    {
    }

    void ISessionOwner.OnEndRecorded(ChargingSession session)
    {
        _mayHangUp = true;
        _onEndRecorded?.Invoke();
    }

    private ChargingSession Opened(ChargingSessions sessions, FileJournal journal)
    {
        ChargingSession session = sessions.Open(this, s_profile, "call-1", "1001", "1002");
        session.Answer();
        journal.Flush();
        sessions.Advance();
        _engine.Take().Reply("{}");
        journal.Flush();
        return session;
    }

    private FileJournal Open(JournalLevel level) =>
        FileJournal.Open(_disk, new JournalOptions { Level = level, SegmentBytes = 256 * 1024 }, (_, _) => { }, out _);
}
