using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: an engine that asks for the end of a session ends that session and no other, on whichever lane and connection it asks, and
/// hears "OK" before anything that follows from it is sent (field pains 10 and 11).
/// </summary>
public sealed class EngineDisconnectTests : ISessionOwner
{
    private const string Grant60s = """{"MaxUsage":60000000000}""";

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingEngineClient _engine = new();
    private readonly List<string> _told = [];
    private readonly ChargingSessions[] _lanes;
    private int _wakes;

    public EngineDisconnectTests()
    {
        _lanes = [Lane(), Lane()];
        ChargingSessions.ShareIdentities(_lanes);

        ChargingSessions Lane() => new(_engine, _time) { Wake = () => _wakes++ };
    }

    [Fact]
    public void Pain_11_a_session_of_another_lane_ends_and_the_engine_hears_OK_first()
    {
        ChargingSession session = Opened(_lanes[1], engine: 0);
        AskingEngine asking = new(_lanes[0]);
        Assert.Equal("", Ask(asking));
        _lanes[1].Advance();
        Assert.Equal(("", 0), (asking.Answer, _told.Count));
        _lanes[0].Advance();
        Assert.Equal(("\"OK\"", 0), (asking.Answer, _told.Count));
        _lanes[1].Advance();
        Assert.Equal(["end CGRateS Disconnect: INSUFFICIENT_CREDIT"], _told);
        Assert.Equal((3, 1), (_wakes, _lanes[1].Statistics.EngineDisconnects));
        Assert.Equal(SessionState.Open, session.State);
    }

    [Fact]
    public void A_session_of_another_lane_that_is_over_by_then_is_not_found()
    {
        ChargingSession session = Opened(_lanes[1], engine: 0);
        AskingEngine asking = new(_lanes[0]);
        Assert.Equal("", Ask(asking));
        session.End(EndCause.CallerBye);
        _engine.Take().Reply("\"OK\"");
        _lanes[1].Advance();
        _lanes[0].Advance();
        Assert.Equal("error NOT_FOUND", asking.Answer);
    }

    [Theory]
    [InlineData(0, "\"OK\"")]
    [InlineData(1, "error NOT_FOUND")]
    public void An_engine_ends_its_own_sessions_only(int engine, string answer)
    {
        Opened(_lanes[0], engine);
        Assert.Equal(answer, Ask(new AskingEngine(_lanes[0])));
        Assert.Equal(engine == 0 ? 1 : 0, _told.Count);
    }

    [Fact]
    public void What_an_engine_may_have_opened_beside_the_one_that_charges_is_promised_and_the_call_goes_on()
    {
        using ChargedEngines engines = new() { Profile = new() { OriginHost = "edge-1", EnginesReplicate = true } };
        engines.Engines[ChargedEngines.A].Script("SessionSv1.InitiateSession", ScriptedAnswer.Hangup);
        ChargingSession session = engines.Asked();
        engines.Pass(100);
        engines.RefuseNew(ChargedEngines.A);
        session.Answer();
        engines.Pass(6_000);
        Assert.Equal((1, 1), (session.Engine, engines.Statistics.Orphans));
        Assert.Equal("\"OK\"", Ask(new AskingEngine(engines.Sessions)));
        Assert.DoesNotContain(engines.Told, line => line.StartsWith("end", StringComparison.Ordinal));
    }

    void ISessionOwner.OnGranted(ChargingSession session)
    {
    }

    void ISessionOwner.OnRefused(ChargingSession session, RefusalKind kind, string error)
    {
    }

    void ISessionOwner.OnEndCall(ChargingSession session, in EndCause cause) => _told.Add($"end {cause.Text}");

    void ISessionOwner.OnSettled(ChargingSession session)
    {
    }

    private static string Ask(AskingEngine engine) =>
        engine.Ask("SessionSv1.DisconnectSession", """{"EventStart":{"OriginID":"call-1","OriginHost":"edge-1"},"Reason":"INSUFFICIENT_CREDIT"}""");

    private ChargingSession Opened(ChargingSessions lane, int engine)
    {
        ChargingSession session = lane.Open(this, new ChargingProfile { OriginHost = "edge-1", Cdr = false }, "call-1", "1001", "1002");
        session.Answer();
        _engine.Take().Reply(Grant60s, engine);
        return session;
    }
}
