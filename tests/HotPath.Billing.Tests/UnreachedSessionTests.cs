using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: a session of which no engine was handed anything is known as such after a restart, so it is opened or charged once and never
/// parked; one that an engine may have been handed is not taken for it. And it does not fill the journal while it waits for an engine.
/// </summary>
public sealed class UnreachedSessionTests : IDisposable
{
    private readonly RecordList _journal = new();
    private readonly ChargedEngines _engines;
    private readonly ChargedEngines _restarted = new(engines: 1);

    public UnreachedSessionTests() => _engines = new ChargedEngines(engines: 1, _journal)
    {
        Profile = new() { OriginHost = "edge-1", RequestType = "*prepaid", AllowedWithoutEngine = TimeSpan.FromMinutes(10) },
    };

    [Theory]
    [InlineData(0)]
    [InlineData(40_000)]
    public void One_that_runs_is_opened_once(long beforeMs)
    {
        AllowedAndAnswered();
        _engines.Pass(beforeMs);
        ChargingSession session = Restarted();
        Assert.Equal((SessionState.SettleLater, 600), (session.State, session.Grant.WholeSeconds));
        _restarted.Pass(1_000);
        Assert.Equal(SessionState.Open, session.State);
        session.End(EndCause.CallerBye);
        _restarted.Pass(1_000);
        AssertChargedOnce((beforeMs / 1000) + 2, ScriptedChargeKind.Terminated);
    }

    [Fact]
    public void One_that_is_to_end_is_charged_in_one()
    {
        AllowedAndAnswered();
        _engines.Pass(40_000);
        ChargingSession session = Restarted();
        session.EndAsOf(_engines.Time.GetUtcNow());
        _restarted.Pass(1_000);
        AssertChargedOnce(41, ScriptedChargeKind.OneShot);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40_000)]
    public void One_that_had_ended_is_charged_in_one(long afterMs)
    {
        ChargingSession session = AllowedAndAnswered();
        _engines.Pass(20_000);
        session.End(EndCause.CallerBye);
        _engines.Pass(afterMs);
        Restarted();
        _restarted.Pass(1_000);
        AssertChargedOnce(21, ScriptedChargeKind.OneShot);
    }

    [Fact]
    public void While_no_engine_can_be_reached_nothing_is_written_of_one_that_waits()
    {
        ChargingSession session = AllowedAndAnswered();
        string[] written = Written();
        _engines.Pass(60_000);
        Assert.Equal(written, Written());
        session.End(EndCause.CallerBye);
        _engines.Pass(60_000);
        Assert.Equal([.. written, "Ended"], Written());
        _engines.Start(ChargedEngines.A);
        _engines.Pass(60_000);
        Assert.Equal((1, 1), (_engines.Count("TerminateSession"), _engines.CountCdrs()));

        string[] Written() => [.. _journal.Entries.Where(entry => entry.Kind != JournalRecordKind.Heartbeat).Select(entry => entry.Kind.ToString())];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_that_an_engine_may_have_been_handed_is_neither_opened_nor_ended_blind(bool hasEnded)
    {
        ChargingSession session = AllowedAndAnswered();
        if (hasEnded)
        {
            session.End(EndCause.CallerBye);
        }

        _engines.Engines[ChargedEngines.A].IsSilent = true;
        _engines.Start(ChargedEngines.A);
        while (_engines.Count(hasEnded ? "TerminateSession" : "InitiateSession") == 0)
        {
            _engines.Pass(100);
        }

        Restarted();
        _restarted.Pass(1_000);
        Assert.Equal((0, 0), (_restarted.Count("InitiateSession"), _restarted.Count("TerminateSession")));
    }

    public void Dispose()
    {
        _engines.Dispose();
        _restarted.Dispose();
    }

    private ChargingSession AllowedAndAnswered()
    {
        _engines.Stop(ChargedEngines.A);
        ChargingSession session = _engines.Asked();
        _engines.Pass(2_500);
        session.Answer();
        _engines.Pass(20);
        Assert.Equal(SessionState.SettleLater, session.State);
        return session;
    }

    /// <summary>The session as another process takes it up at this moment, which reaches an engine.</summary>
    private ChargingSession Restarted()
    {
        JournalReplay replay = new();
        for (int i = 0; i < _journal.Bytes.Count; i++)
        {
            replay.Visit(i + 1, _journal.Bytes[i]);
        }

        _restarted.Time.SetUtcNow(_engines.Time.GetUtcNow());
        ChargingSession session = _restarted.Sessions.Restore(_restarted, _engines.Profile, Assert.Single(replay.Open));
        session.Continue();
        return session;
    }

    private void AssertChargedOnce(double seconds, ScriptedChargeKind kind)
    {
        Assert.Equal(kind, _restarted.Engines[ChargedEngines.A].Charges[^1].Kind);
        Assert.Equal((seconds, 1, 1), (_restarted.Charged(), _restarted.Count("TerminateSession"), _restarted.CountCdrs()));
        Assert.Equal((0, 0, "settled"), (_restarted.Count("GetActiveSessions"), _restarted.Statistics.Unresolved, _restarted.Told[^1]));
    }
}
