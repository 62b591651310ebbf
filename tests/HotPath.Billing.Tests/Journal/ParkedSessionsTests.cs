using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: a parked session is listed until a person has said what became of it, however often the journal is compacted and changes
/// owners; and saying so changes nothing else.
/// </summary>
public sealed class ParkedSessionsTests : IDisposable
{
    private static readonly ChargingProfile s_profile = new() { OriginHost = "edge-1" };

    private readonly string _folder = Directory.CreateTempSubdirectory("hotpath-parked-").FullName;
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingEngineClient _engine = new();

    [Fact]
    public void Compaction_keeps_what_is_parked_over_several_owners()
    {
        var disk = new SimulatedDisk();
        for (int owner = 0; owner < 3; owner++)
        {
            var replay = new JournalReplay();
            using FileJournal journal = FileJournal.Open(disk, new JournalOptions { SegmentBytes = 256 * 1024 }, replay.Visit, out JournalSummary found);
            var sessions = new ChargingSessions(_engine, _time, journal);
            sessions.Take(replay);
            Park(sessions, $"parked-{owner}");
            long last = found.LastSequence + 24_000;
            for (int i = 0; journal.SafeSequence < last; i++)
            {
                PlayCall(sessions, $"call-{owner}-{i}").Reply("\"OK\"");
                _time.Advance(TimeSpan.FromMilliseconds(20));
                sessions.Advance();
            }
        }

        var left = new JournalReplay();
        long first = JournalReader.Read(disk, left.Visit).FirstSequence;
        Assert.True(first > left.Unresolved.Last().Number, $"the first record left is {first}, the last parked one was {left.Unresolved.Last().Number}");
        Assert.Equal(["parked-0", "parked-1", "parked-2"], left.Unresolved.Select(session => session.OriginId));
    }

    [Fact]
    public void What_is_resolved_is_not_listed_any_more_and_the_rest_stays()
    {
        DateTimeOffset died = PlayEdge();
        long[] parked = [.. Replay().Unresolved.Select(session => session.Number)];
        Assert.Equal(2, parked.Length);
        Assert.Equal(["one"], ParkedSessions.Resolve(_folder, [parked[0]], ParkedOutcome.Charged, "seen on the engine").Select(session => session.OriginId));

        JournalReplay replay = Replay();
        Assert.Equal(["two"], replay.Unresolved.Select(session => session.OriginId));
        Assert.Equal(["running"], replay.Open.Select(session => session.OriginId));

        // A call that ran is billed up to the edge's last sign of life: a person is none.
        Assert.Equal(died, replay.LastSeen);
        JournalEntry entry = Assert.Single(Entries(), entry => entry.Kind == JournalRecordKind.Resolved);
        Assert.Equal((parked[0], ParkedOutcome.Charged, "seen on the engine"), (entry.Number, entry.Outcome, entry.Note));
        Assert.Throws<ArgumentException>(() => ParkedSessions.Resolve(_folder, [parked[0]], ParkedOutcome.Charged));
    }

    [Fact]
    public void A_number_that_is_none_resolves_nothing()
    {
        PlayEdge();
        int entries = Entries().Count;
        long parked = Replay().Unresolved.First().Number;
        Assert.Throws<ArgumentException>(() => ParkedSessions.Resolve(_folder, [parked, 1_000_000], ParkedOutcome.NotCharged));
        Assert.Throws<ArgumentException>(() => ParkedSessions.Resolve(_folder, [parked], ParkedOutcome.NotCharged, new string('x', ParkedSessions.LongestNote + 1)));
        Assert.Equal(entries, Entries().Count);
    }

    [Fact]
    public void A_journal_that_an_edge_owns_is_left_alone()
    {
        PlayEdge();
        long parked = Replay().Unresolved.First().Number;
        using (SharedJournal.Open(_folder, new JournalOptions { SegmentBytes = 256 * 1024 }, new JournalReplay()))
        {
            Assert.Throws<IOException>(() => ParkedSessions.Resolve(_folder, [parked], ParkedOutcome.NotCharged));
        }

        Assert.Single(ParkedSessions.Resolve(_folder, [parked], ParkedOutcome.NotCharged));
        Assert.Throws<DirectoryNotFoundException>(() => ParkedSessions.Resolve(Path.Combine(_folder, "nowhere"), [parked], ParkedOutcome.NotCharged));
        Assert.False(Directory.Exists(Path.Combine(_folder, "nowhere")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Two parked sessions and a call that runs when the edge dies.</summary>
    /// <returns>When that was.</returns>
    private DateTimeOffset PlayEdge()
    {
        using SharedJournal journal = SharedJournal.Open(_folder, new JournalOptions { SegmentBytes = 256 * 1024 }, new JournalReplay());
        var sessions = new ChargingSessions(_engine, _time, journal.AddLane());
        Park(sessions, "one");
        Park(sessions, "two");
        sessions.Open(NoOwner.Instance, s_profile, "running", "1001", "1002").Answer();
        _engine.Take().Reply("{}");
        return _time.GetUtcNow();
    }

    /// <summary>A session whose CDR the engine refuses.</summary>
    private void Park(ChargingSessions sessions, string originId) => PlayCall(sessions, originId).Fail(RpcStatus.EngineError, "MANDATORY_IE_MISSING: [Account]");

    /// <returns>The CDR of a call that is over.</returns>
    private SentCommand PlayCall(ChargingSessions sessions, string originId)
    {
        ChargingSession session = sessions.Open(NoOwner.Instance, s_profile, originId, "1001", "1002");
        session.Answer();
        _engine.Take().Reply("{}");
        session.End(EndCause.CallerBye);
        _engine.Take().Reply("\"OK\"");
        return _engine.Take();
    }

    private JournalReplay Replay()
    {
        var replay = new JournalReplay();
        using JournalFolder folder = JournalFolder.Inspect(_folder);
        JournalReader.Read(folder, replay.Visit);
        return replay;
    }

    private List<JournalEntry> Entries()
    {
        List<JournalEntry> entries = [];
        using JournalFolder folder = JournalFolder.Inspect(_folder);
        JournalReader.Read(folder, (sequence, record) => entries.Add(JournalEntry.Read(sequence, record)!));
        return entries;
    }
}
