using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: a call that the edge debits by the piece runs exactly as long as was debited, whatever becomes of an UpdateSession; none is
/// repeated, none opens a session anew, and the end sets right what was debited beyond the call.
/// </summary>
public sealed class DebitIntervalTests : IDisposable
{
    private const string Update = "SessionSv1.UpdateSession";

    private readonly ChargedEngines _engines = new(engines: 1)
    {
        Profile = new() { OriginHost = "edge-1", DebitInterval = TimeSpan.FromSeconds(20) },
    };

    private ScriptedEngine Engine => _engines.Engines[ChargedEngines.A];

    private int Updates => _engines.Count("UpdateSession");

    [Fact]
    public void The_next_piece_is_asked_for_before_the_last_is_used()
    {
        ChargingSession session = _engines.Answered();
        Assert.Contains("\"Usage\":\"20s\"", Requests("SessionSv1.InitiateSession")[0], StringComparison.Ordinal);
        _engines.Pass(14_900);
        Assert.Equal((0, 20.0), (Updates, _engines.Charged()));
        _engines.Pass(200);
        Assert.Equal((1, 40.0, 40.0), (Updates, _engines.Charged(), session.Grant.Nanoseconds / 1e9));
        Assert.Contains("\"Usage\":\"20s\"", Requests(Update)[0], StringComparison.Ordinal);
        Assert.DoesNotContain("TotalUsage", Requests(Update)[0], StringComparison.Ordinal);
        _engines.Pass(29_860);
        session.End(EndCause.CallerBye);
        _engines.Pass(1_000);
        Assert.Equal((45.0, 1, 2), (_engines.Charged(), _engines.CountCdrs(), Updates));
        Assert.Equal(2, _engines.Statistics.Updates);
    }

    [Theory]
    [InlineData(7, null, 27)]
    [InlineData(0, null, 20)]
    [InlineData(3600, "RALS_ERROR:ACCOUNT_DISABLED", 20)]
    public void A_short_or_refused_piece_is_the_last(int grantSeconds, string? error, int lengthSeconds)
    {
        _engines.Answered();
        Engine.Grant = CgrDuration.FromSeconds(grantSeconds);
        if (error is not null)
        {
            Engine.Script(Update, new ScriptedAnswer { Error = error });
        }

        _engines.Pass((lengthSeconds * 1_000) - 100);
        Assert.Equal(["granted 3600s"], _engines.Told);
        _engines.Pass(1_200);
        Assert.Equal(["granted 3600s", "end Lifetime Timeout", "settled"], _engines.Told);
        Assert.Equal((1, lengthSeconds), (Updates, _engines.Charged()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void After_an_unanswered_one_the_next_goes_on_from_what_was_used(bool wasExecuted)
    {
        Engine.Script(Update, wasExecuted ? ScriptedAnswer.Unanswered : ScriptedAnswer.Silence);
        ChargingSession session = _engines.Answered();
        _engines.Pass(19_000);
        Assert.Equal((2, 38.0, 38.0), (Updates, _engines.Charged(), session.Grant.Nanoseconds / 1e9));
        _engines.Pass(3_000);
        Assert.Equal(["granted 3600s"], _engines.Told);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(true)]
    [InlineData(false)]
    public void The_dialect_before_rc8_knows_it_too(bool? unansweredIsExecuted)
    {
        using ChargedEngines engines = new(engines: 1, dialect: CgrDialect.PreRc8) { Profile = _engines.Profile };
        ScriptedEngine engine = engines.Engines[ChargedEngines.A];
        if (unansweredIsExecuted is { } isExecuted)
        {
            engine.Script("SMGenericV1.UpdateSession", isExecuted ? ScriptedAnswer.Unanswered : ScriptedAnswer.Silence);
        }

        ChargingSession session = engines.Answered();
        engines.Pass(19_000);
        string[] updates = [.. engine.Requests.Where(request => request.Method == "SMGenericV1.UpdateSession").Select(request => request.Parameters)];
        Assert.Equal(unansweredIsExecuted is null ? 1 : 2, updates.Length);
        Assert.Contains("\"Usage\":\"20s\"", updates[0], StringComparison.Ordinal);
        Assert.All(updates[1..], update => Assert.Contains("\"Usage\":\"20s\",\"TotalUsage\":\"18s\"", update, StringComparison.Ordinal));
        double total = unansweredIsExecuted is null ? 40 : 38;
        Assert.Equal((total, total), (engines.Charged(), session.Grant.Nanoseconds / 1e9));
        engines.Pass(25_980);
        session.End(EndCause.CallerBye);
        engines.Pass(1_000);
        Assert.Equal((45.0, 1, "settled"), (engines.Charged(), engines.CountCdrs(), engines.Told[^1]));
    }

    [Fact]
    public void While_the_engine_is_silent_the_call_runs_as_long_as_was_debited()
    {
        _engines.Answered();
        Engine.IsSilent = true;
        _engines.Pass(19_900);
        Assert.Equal(["granted 3600s"], _engines.Told);
        _engines.Pass(200);
        Assert.Equal("end Lifetime Timeout", _engines.Told[^1]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Over_a_lost_connection_the_engine_is_asked_before_it_would_open_the_session_anew(bool isThere)
    {
        _engines.Answered();
        _engines.Pass(14_000);
        Engine.OrphanTime = isThere ? TimeSpan.FromHours(1) : TimeSpan.FromMilliseconds(500);
        _engines.Cut(ChargedEngines.A);
        _engines.Pass(3_000);
        Assert.Equal(isThere ? 1 : 0, Updates);
        Assert.Equal(isThere, Engine.Sessions.Any());
        Assert.Equal(isThere ? "granted 3600s" : "settled", _engines.Told[^1]);
    }

    [Fact]
    public void Whose_first_grant_is_not_known_runs_no_longer_than_one()
    {
        Engine.Script("SessionSv1.InitiateSession", ScriptedAnswer.Unanswered);
        ChargingSession session = _engines.Answered();
        _engines.Pass(5_200);
        Assert.Equal((SessionState.Open, 20.0), (session.State, session.Grant.Nanoseconds / 1e9));
        _engines.Pass(10_000);
        Assert.Equal((1, 35.0), (Updates, session.Grant.Nanoseconds / 1e9));
        Engine.IsSilent = true;
        _engines.Pass(20_000);
        Assert.Equal("end Lifetime Timeout", _engines.Told[^1]);
    }

    [Fact]
    public void Whose_first_grant_was_short_and_is_not_known_ends_with_the_money()
    {
        Engine.GrantTo = (_, isInitiate) => CgrDuration.FromSeconds(isInitiate ? 17 : 3600);
        Engine.Script("SessionSv1.InitiateSession", ScriptedAnswer.Unanswered);
        _engines.Answered();
        _engines.Pass(16_900);
        Assert.Equal((1, 17.0), (Updates, _engines.Charged()));
        Assert.Equal(["granted 3600s"], _engines.Told);
        _engines.Pass(1_000);
        Assert.Equal(17.0, _engines.Charged());
        Assert.Equal("settled", _engines.Told[^1]);
    }

    [Fact]
    public void An_engine_that_debits_by_itself_is_left_to_it()
    {
        Engine.Script("SessionSv1.InitiateSession", new ScriptedAnswer { Result = """{"MaxUsage":-1}""" });
        ChargingSession session = _engines.Answered();
        _engines.Pass(60_000);
        Assert.Equal((0, true), (Updates, session.Grant.IsUnlimited));
    }

    [Fact]
    public void The_pieces_are_in_the_journal()
    {
        RecordList journal = new();
        using ChargedEngines engines = new(engines: 1, journal) { Profile = _engines.Profile };
        engines.Answered();
        engines.Pass(36_000);
        JournalReplay replay = new();
        for (int i = 0; i < journal.Bytes.Count; i++)
        {
            replay.Visit(i + 1, journal.Bytes[i]);
        }

        JournaledSession journaled = Assert.Single(replay.Open);
        Assert.Equal(60, journaled.Grant.Nanoseconds / 1e9);
        RecordingEngineClient client = new();
        ChargingSessions next = new(client, engines.Time) { EngineNames = [""] };
        next.Restore(_engines, engines.Profile, journaled).Continue();
        engines.Time.AdvanceMs(19_500);
        next.Advance();
        Assert.Equal("SessionSv1.GetActiveSessions", client.Take().Method);
    }

    [Fact]
    public void A_piece_allocates_nothing()
    {
        GrantingEngineClient client = new();
        ManualTimeProvider time = new();
        ChargingSessions sessions = new(client, time);
        sessions.Open(_engines, _engines.Profile, "call-1", "1001", "1002").Answer();
        Pieces();
        long before = sessions.Statistics.Updates;
        Assert.Equal(0, SteadyState.AllocatedBytes(Pieces));
        Assert.True(sessions.Statistics.Updates > before);

        void Pieces()
        {
            for (int i = 0; i < 60; i++)
            {
                time.AdvanceMs(5_000);
                sessions.Advance();
            }
        }
    }

    public void Dispose() => _engines.Dispose();

    private string[] Requests(string method) => [.. Engine.Requests.Where(request => request.Method == method).Select(request => request.Parameters)];
}
