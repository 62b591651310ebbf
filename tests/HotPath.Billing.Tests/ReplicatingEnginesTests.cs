using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: a session goes to another engine only where the engines share their sessions; what an engine may have opened for a call that
/// another one charges is ended there without charge when it is back.
/// </summary>
public sealed class ReplicatingEnginesTests : IDisposable
{
    private const string Initiate = "SessionSv1.InitiateSession";

    private readonly ChargedEngines _engines = new() { Profile = new() { OriginHost = "edge-1", EnginesReplicate = true } };

    private ScriptedEngine EngineA => _engines.Engines[ChargedEngines.A];

    private ScriptedEngine EngineB => _engines.Engines[ChargedEngines.B];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_A_may_have_opened_while_B_charges_the_call_is_ended_when_A_is_back(bool wasOpened)
    {
        EngineA.OrphanTime = TimeSpan.FromHours(1);
        ChargingSession session = MovedToB(wasOpened ? ScriptedAnswer.Cut(0) : ScriptedAnswer.Hangup);
        Assert.Equal((SessionState.Open, 1), (session.State, _engines.Statistics.Orphans));
        Assert.Equal(wasOpened ? 1 : 0, EngineA.Sessions.Count());
        Assert.Single(EngineB.Sessions);

        _engines.Start(ChargedEngines.A);
        _engines.Pass(120_000);
        Assert.Empty(EngineA.Sessions);
        Assert.Equal(wasOpened ? 1 : 0, Terminates(EngineA));
        Assert.Equal((SessionState.Open, 1), (session.State, _engines.Sessions.Count));

        session.End(EndCause.CallerBye);
        _engines.Pass(1_000);
        Assert.Equal((0, 1), (EngineA.Cdrs.Count, EngineB.Cdrs.Count));
        Assert.Equal(0, EngineA.Charged("call-1", "edge-1").Nanoseconds);
        Assert.Equal(0, _engines.Sessions.Count);
    }

    [Fact]
    public void The_orphan_is_looked_for_even_after_the_call()
    {
        EngineA.OrphanTime = TimeSpan.FromHours(1);
        ChargingSession session = MovedToB(ScriptedAnswer.Cut(0));
        session.End(EndCause.CallerBye);
        _engines.Pass(1_000);
        Assert.Equal(("settled", 1), (_engines.Told[^1], _engines.Sessions.Count));
        _engines.Start(ChargedEngines.A);
        _engines.Pass(120_000);
        Assert.Equal((1, 0), (Terminates(EngineA), _engines.Sessions.Count));
        Assert.Equal(0, EngineA.Charged("call-1", "edge-1").Nanoseconds);
    }

    [Fact]
    public void The_orphan_is_in_the_journal_until_it_is_ended()
    {
        RecordList journal = new();
        using ChargedEngines engines = new(journal: journal) { Profile = _engines.Profile };
        engines.Engines[ChargedEngines.A].Script(Initiate, ScriptedAnswer.Hangup);
        Moved(engines).End(EndCause.CallerBye);
        engines.Pass(1_000);
        Assert.Equal(2, journal.Entries.Count(entry => entry.Kind == JournalRecordKind.Ended));
        Assert.Equal(1, journal.Entries.Count(entry => entry.Kind == JournalRecordKind.Closed));
        engines.Start(ChargedEngines.A);
        engines.Pass(120_000);
        Assert.Equal(2, journal.Entries.Count(entry => entry.Kind == JournalRecordKind.Closed));
    }

    [Fact]
    public void After_a_restart_the_orphan_is_one_still()
    {
        RecordList journal = new();
        using ChargedEngines engines = new(journal: journal) { Profile = _engines.Profile };
        engines.Engines[ChargedEngines.A].Script(Initiate, ScriptedAnswer.Hangup);
        Moved(engines).End(EndCause.CallerBye);
        engines.Pass(1_000);
        JournalReplay replay = new();
        foreach (JournalEntry entry in journal.Entries)
        {
            replay.Visit(entry.Sequence, journal.Bytes[(int)entry.Sequence - 1]);
        }

        RecordingEngineClient client = new();
        ChargingSessions next = new(client, engines.Time) { EngineNames = ["", ""] };
        Assert.True(next.TryRestoreOrphan(Assert.Single(replay.Open)));
        Assert.Equal("[]", new AskingEngine(next).Ask("SessionSv1.GetActiveSessionIDs", "\"\""));
        engines.Time.AdvanceMs(500);
        next.Advance();
        client.Take().Reply("""[{"OriginID":"call-1","OriginHost":"edge-1"}]""");
        SentCommand terminate = client.Take();
        Assert.Equal(("SessionSv1.TerminateSession", "0s"), (terminate.Method, terminate.Event("Usage")));
        terminate.Reply("\"OK\"");
        Assert.Equal((true, 0), (client.IsEmpty, next.Count));
    }

    [Fact]
    public void Elsewhere_the_call_ends_and_its_session_waits_for_its_engine()
    {
        _engines.Profile = new() { OriginHost = "edge-1" };
        MovedToB(ScriptedAnswer.Cut(0));
        Assert.Equal("end CGRateS Not Available", _engines.Told[^1]);
        Assert.Equal((1, 0), (_engines.Sessions.Count, EngineB.Requests.Count(request => request.Method == Initiate)));
    }

    [Fact]
    public void Another_engine_ends_what_this_one_opened()
    {
        EngineA.ShareSessions(EngineB);
        ChargingSession session = _engines.Answered();
        _engines.Pass(5_000);
        _engines.Stop(ChargedEngines.A);
        session.End(EndCause.CallerBye);
        _engines.Pass(1_500);
        Assert.Equal((0, 1), (Terminates(EngineA), Terminates(EngineB)));
        Assert.Equal("settled", _engines.Told[^1]);
    }

    [Fact]
    public void One_that_does_not_have_the_session_is_not_told_its_end()
    {
        EngineA.OrphanTime = TimeSpan.FromHours(1);
        ChargingSession session = _engines.Answered();
        _engines.Pass(5_000);
        _engines.Stop(ChargedEngines.A);
        session.End(EndCause.CallerBye);
        _engines.Pass(60_000);
        Assert.Equal((1, 0), (_engines.Sessions.Count, Terminates(EngineB)));

        _engines.Start(ChargedEngines.A);
        _engines.Pass(60_000);
        Assert.Equal((0, 1, 0), (_engines.Sessions.Count, Terminates(EngineA), _engines.Statistics.Orphans));
        Assert.InRange(_engines.Charged(), 5, 6);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(60, 0)]
    [InlineData(0, 10)]
    public void What_the_engine_still_has_open_then_is_ended_there_when_it_is_back_and_what_the_other_knows_of_stays(int reserved, int piece)
    {
        _engines.Profile = new()
        {
            OriginHost = "edge-1",
            EnginesReplicate = true,
            AuthorizeUsage = reserved > 0 ? TimeSpan.FromSeconds(reserved) : null,
            DebitInterval = piece > 0 ? TimeSpan.FromSeconds(piece) : null,
        };
        EngineA.ShareSessions(EngineB);
        EngineA.OrphanTime = TimeSpan.FromHours(1);
        ChargingSession session = _engines.Answered();
        EngineA.IsReachedByPeer = false;
        _engines.Pass(5_500);
        Assert.Equal(piece > 0 ? 1 : 0, _engines.Statistics.Updates);
        _engines.Stop(ChargedEngines.A);
        session.End(EndCause.CallerBye);
        _engines.Pass(1_500);
        Assert.Equal((1, 0), (EngineA.Sessions.Count(), EngineB.Sessions.Count()));

        EngineA.IsReachedByPeer = true;
        _engines.Start(ChargedEngines.A);
        _engines.Pass(120_000);
        Assert.Empty(EngineA.Sessions);
        Assert.Equal((0, 1), (EngineA.Cdrs.Count, EngineB.Cdrs.Count));
        Assert.InRange(_engines.Charged(), 5.5, 6);
    }

    public void Dispose() => _engines.Dispose();

    private static int Terminates(ScriptedEngine engine) => engine.Requests.Count(request => request.Method == "SessionSv1.TerminateSession");

    private ChargingSession MovedToB(ScriptedAnswer firstInitiate)
    {
        EngineA.Script(Initiate, firstInitiate);
        return Moved(_engines);
    }

    /// <summary>A call whose first Initiate was the last that A heard of it.</summary>
    private static ChargingSession Moved(ChargedEngines engines)
    {
        ChargingSession session = engines.Asked();
        engines.Pass(100);
        engines.RefuseNew(ChargedEngines.A);
        session.Answer();
        engines.Pass(6_000);
        return session;
    }
}
