using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: what the journal says of a session is all that a restart needs, at every step of its life, and a damaged record is a result,
/// never a wrong session or an exception.
/// </summary>
public sealed class JournalRecordTests : ISessionOwner
{
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingEngineClient _engine = new();
    private readonly RecordList _records = new();
    private readonly ChargingSessions _sessions;

    public JournalRecordTests() => _sessions = new ChargingSessions(_engine, _time, _records) { EngineNames = ["one:2014", "two:2014"] };

    [Fact]
    public void Every_record_says_what_the_session_was_then()
    {
        PlayCall();
        JournalEntry[] entries = [.. _records.Entries.Where(entry => entry.Kind != JournalRecordKind.Heartbeat)];
        Assert.Equal(
            [JournalRecordKind.Answered, JournalRecordKind.Accepted, JournalRecordKind.Ended, JournalRecordKind.Terminated, JournalRecordKind.Closed],
            entries.Select(entry => entry.Kind));
        Assert.All(entries, entry => Assert.Equal(entries[0].Sequence, entry.Number));

        JournaledSession answered = entries[0].Session!;
        Assert.False(answered.IsInitiated);
        Assert.Equal("call-1|edge-1|1001|1002", $"{answered.OriginId}|{answered.OriginHost}|{answered.Account}|{answered.Destination}");
        Assert.Equal("1795176000|1795176002", $"{answered.SetupTime.ToUnixTimeSeconds()}|{answered.AnswerTime!.Value.ToUnixTimeSeconds()}");
        Assert.Equal("""{"Trunk":7,"Note":"a\"b","Raw":{"x":[1]}}""", answered.Variables.ToString());
        Assert.Equal("""{"GetCost":true}""", answered.Options.ToString());
        Assert.Equal("where the phones are"u8, answered.OwnerState.Span);
        Assert.Equal("cgrates.org|*postpaid|call", $"{answered.Profile.Tenant}|{answered.Profile.RequestType}|{answered.Profile.Category}");

        Assert.Equal("60s|1|two:2014", $"{entries[1].Grant}|{entries[1].Engine}|{entries[1].EngineName}");

        JournaledSession ended = entries[2].Session!;
        Assert.True(ended.IsInitiated);
        Assert.Equal(3_200, ended.DurationMs);
        Assert.Equal("Downstream BYE|16|two:2014", $"{ended.Cause.Text}|{ended.Cause.Q850Cause}|{ended.EngineName}");
    }

    [Fact]
    public void A_restored_session_writes_the_record_it_came_from()
    {
        PlayCall();
        foreach (byte[] record in _records.Bytes.ToArray())
        {
            if (JournalEntry.Read(1, record) is { Kind: JournalRecordKind.Answered or JournalRecordKind.Ended, Session: { } journaled } entry)
            {
                ChargingSession session = _sessions.Restore(this, Profile(), journaled);
                byte[] written = new byte[record.Length];
                Assert.Equal(written.Length, JournalRecord.WriteSession(written, entry.Kind, entry.Time, session, "", withOwnerState: true));

                // The number it was first written with is now in it.
                record.AsSpan(10, 8).CopyTo(written.AsSpan(10));
                Assert.Equal(record, written);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Records_of_older_versions_are_read(byte version)
    {
        // Flags had one byte in version 1 and two in the next, and in version 1 there was no tag, which is empty; the times that a profile may
        // or may not have came with version 3, and when Terminate was sent with version 5.
        PlayCall();
        byte[] record = _records.Bytes[0];
        int tag = record.AsSpan().IndexOf("\u0004\0call"u8) + 6;
        byte[] old = version switch
        {
            1 => [1, .. record[1..19], .. record[22..78], .. record[90..tag], .. record[(tag + 2)..]],
            2 => [2, .. record[1..20], .. record[22..78], .. record[90..]],
            3 => [3, .. record[1..20], .. record[22..]],
            _ => [4, .. record[1..]],
        };
        JournaledSession read = JournalEntry.Read(1, old)!.Session!;
        Assert.Equal(("call-1", true, CallClass.Charged), (read.OriginId, read.Profile.Cdr, read.CallClass));
        Assert.Equal("where the phones are"u8, read.OwnerState.Span);
        byte[] terminated = _records.Bytes.Single(bytes => bytes[1] == (byte)JournalRecordKind.Terminated);
        JournalEntry entry = JournalEntry.Read(1, [version, .. terminated[1..^8]])!;
        Assert.Equal(entry.Time, entry.ChargedAt);
    }

    [Fact]
    public void A_session_goes_on_with_the_profile_it_began_with()
    {
        ChargingProfile profile = new()
        {
            OriginHost = "edge-1",
            AllowedWithoutEngine = TimeSpan.FromSeconds(90),
            AuthorizeUsage = TimeSpan.FromHours(1),
            DebitInterval = TimeSpan.FromSeconds(30),
            OnLostByEngine = LostSessionPolicy.Settle,
            EnginesReplicate = true,
            UsageRounding = UsageRounding.Milliseconds,
        };
        _sessions.Open(this, profile, "call-1", "1001", "1002").Answer();
        ChargingProfile read = JournalEntry.Read(1, _records.Bytes[0])!.Session!.Profile;
        Assert.True(profile.SendsTheSameAs(read));
        Assert.False(new ChargingProfile { OriginHost = "edge-1" }.SendsTheSameAs(read));
    }

    [Theory]
    [InlineData(CallClass.Free, "free", false)]
    [InlineData(CallClass.Emergency, "emergency", true)]
    public void A_call_that_is_not_charged_stays_so_across_a_restart(CallClass callClass, string named, bool hasEnded)
    {
        ChargingSession session = _sessions.Open(this, Profile(), "call-1", "1001", "112", callClass: callClass);
        session.Answer();
        _time.Advance(TimeSpan.FromSeconds(4));
        if (hasEnded)
        {
            session.End(EndCause.CallerBye);
            Assert.Equal("SessionSv1.ProcessCDR", _engine.Take().Method);
        }

        JournalReplay replay = new();
        for (int i = 0; i < _records.Bytes.Count; i++)
        {
            replay.Visit(i + 1, _records.Bytes[i]);
        }

        ChargingSessions next = new(_engine, _time, _records);
        ChargingSession restored = next.Restore(this, Profile(), Assert.Single(replay.Open));
        restored.Continue();
        restored.EndAsOf(_time.GetUtcNow());
        _time.Advance(TimeSpan.FromSeconds(1));
        next.Advance();
        SentCommand cdr = _engine.Take();
        Assert.Equal(("SessionSv1.ProcessCDR", named, "*none", "4s"), (cdr.Method, cdr.Event("CallClass"), cdr.Event("RequestType"), cdr.Event("Usage")));
        cdr.Reply("\"OK\"");
        Assert.Equal((0, 1), (next.Count, next.Statistics.CdrsDelivered));
        Assert.True(_engine.IsEmpty);
    }

    [Fact]
    public void A_damaged_record_is_a_result()
    {
        PlayCall();
        var random = new Random(7);
        int refused = 0;
        foreach (byte[] record in _records.Bytes)
        {
            for (int cut = 0; cut < record.Length; cut++)
            {
                JournalEntry? entry = JournalEntry.Read(1, record.AsSpan(0, cut));
                Assert.True(entry is null || entry.Session?.OwnerState.Length < "where the phones are"u8.Length);
            }

            for (int i = 0; i < 2_000; i++)
            {
                byte[] damaged = [.. record];
                for (int hits = random.Next(1, 4); hits > 0; hits--)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }

                JournalEntry? entry = JournalEntry.Read(1, damaged);
                refused += entry is null ? 1 : 0;
                if (entry is { Kind: JournalRecordKind.Answered or JournalRecordKind.Ended, Session: { } session })
                {
                    // Whatever it says, it can be brought back and written again.
                    _sessions.Restore(this, Profile(), session).Dismiss();
                }
            }
        }

        Assert.True(refused > 1_000, $"{refused} of the damaged records were refused");
    }

    [Fact]
    public void A_call_writes_its_records_without_allocating()
    {
        using FileJournal journal = FileJournal.Open(new SimulatedDisk(), new JournalOptions { SegmentBytes = 16 * 1024 * 1024 }, (_, _) => { }, out _);
        var sessions = new ChargingSessions(new GrantingEngineClient(), _time, journal);
        ChargingProfile profile = Profile();
        PlayCalls();
        PlayCalls();
        Assert.Equal(0, SteadyState.AllocatedBytes(PlayCalls));

        void PlayCalls()
        {
            for (int i = 0; i < 500; i++)
            {
                ChargingSession session = sessions.Open(this, profile, "call-1"u8, "1001"u8, "1002"u8);
                session.Authorize();
                session.Answer();
                session.End(EndCause.CallerBye);
                sessions.Advance();
            }
        }
    }

    void ISessionOwner.OnGranted(ChargingSession session)
    {
    }

    void ISessionOwner.OnRefused(ChargingSession session, RefusalKind kind, string error)
    {
    }

    void ISessionOwner.OnEndCall(ChargingSession session, in EndCause cause)
    {
    }

    void ISessionOwner.OnSettled(ChargingSession session)
    {
    }

    int ISessionOwner.WriteState(ChargingSession session, Span<byte> output) =>
        "where the phones are"u8.TryCopyTo(output) ? "where the phones are"u8.Length : 0;

    private static ChargingProfile Profile() => new() { OriginHost = "edge-1", RequestType = "*postpaid" };

    private void PlayCall()
    {
        CgrVariables variables = new();
        variables.TrySet("Trunk", 7);
        variables.TrySet("Note", "a\"b");
        variables.TrySetRaw("Raw", """{"x":[1]}""");
        CgrVariables options = new();
        options.TrySet("GetCost", true);
        ChargingSession session = _sessions.Open(this, Profile(), "call-1", "1001", "1002", default, variables, options);
        session.Authorize();
        _engine.Take().Reply("""{"MaxUsage":60000000000}""");
        _time.Advance(TimeSpan.FromSeconds(2));
        session.Answer();
        _engine.Take().Reply("""{"MaxUsage":60000000000}""", engine: 1);
        _time.Advance(TimeSpan.FromSeconds(3.2));
        session.End(EndCause.CallerBye);
        _engine.Take().Reply("\"OK\"", engine: 1);
        _engine.Take().Reply("\"OK\"", engine: 1);
    }
}
