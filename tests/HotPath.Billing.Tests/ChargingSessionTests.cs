using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>Promise: a session asks, opens, limits, ends and records exactly once, whatever the engine answers.</summary>
public sealed class ChargingSessionTests : ISessionOwner
{
    private const string Grant60s = """{"MaxUsage":60000000000}""";

    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero));
    private readonly RecordingEngineClient _engine = new();
    private readonly List<string> _told = [];
    private readonly List<JournalRecordKind> _journal = [];
    private ChargingSessions _sessions;

    public ChargingSessionTests() => _sessions = new ChargingSessions(_engine, _time, new RecordingStore(_journal));

    [Fact]
    public void A_call_is_authorised_initiated_terminated_and_recorded()
    {
        ChargingSession session = Open();
        session.Authorize();
        SentCommand authorize = _engine.Take();
        Assert.Equal("SessionSv1.AuthorizeEvent", authorize.Method);
        Assert.Equal("call-1|edge-1|*prepaid|1001|1002", Fields(authorize, "OriginID", "OriginHost", "RequestType", "Account", "Destination"));
        authorize.Reply(Grant60s);
        Assert.Equal(["granted 60s"], _told);

        _time.Advance(TimeSpan.FromSeconds(2));
        session.Answer();
        SentCommand initiate = _engine.Take();
        Assert.Equal("SessionSv1.InitiateSession", initiate.Method);
        Assert.Equal("1795176000|1795176002", Fields(initiate, "SetupTime", "AnswerTime"));
        initiate.Reply(Grant60s, engine: 1);

        _time.Advance(TimeSpan.FromSeconds(3.2));
        session.End(EndCause.CallerBye);
        SentCommand terminate = _engine.Take();
        Assert.Equal("SessionSv1.TerminateSession", terminate.Method);
        Assert.Equal("4s", terminate.Event("Usage"));
        Assert.Equal(1, terminate.Options.Engine);
        terminate.Reply("\"OK\"", engine: 1);

        SentCommand cdr = _engine.Take();
        Assert.Equal("SessionSv1.ProcessCDR", cdr.Method);
        Assert.Equal("call-1|4s|Downstream BYE|16", Fields(cdr, "OriginID", "Usage", "DisconnectCause", "Q850Cause"));
        Assert.False(cdr.Parameters.GetProperty("Event").TryGetProperty("CallClass", out _));
        Assert.Equal(1, cdr.Options.Engine);
        cdr.Reply("\"OK\"", engine: 1);

        Assert.Equal("settled", _told[^1]);
        Assert.Equal(
            [JournalRecordKind.Answered, JournalRecordKind.Accepted, JournalRecordKind.Ended, JournalRecordKind.Terminated, JournalRecordKind.Closed],
            _journal.Where(kind => kind != JournalRecordKind.Heartbeat));
        Assert.Equal(0, _sessions.Count);
        Assert.True(_engine.IsEmpty);
    }

    [Fact]
    public void What_no_journal_remembers_is_named_when_nobody_will_settle_it()
    {
        var log = new RecordingLogger();
        _sessions = new ChargingSessions(_engine, _time, journal: null, log);
        ChargingSession session = Open();
        session.Authorize();
        _engine.Take().Reply(Grant60s);
        session.Answer();
        _engine.Take().Reply(Grant60s);
        _time.Advance(TimeSpan.FromSeconds(7));
        session.End(EndCause.Shutdown);
        _sessions.ReportUnsettled();
        Assert.Contains("Error Call call-1 could not be settled and is in no journal: it was Terminating, and its usage is 7s", log.Lines);
    }

    [Theory, Trait("FieldPain", "28")]
    [InlineData("""{"MaxUsage":0}""", "refused Account no credit")]
    [InlineData("""{"MaxUsage":999999999}""", "refused Account no credit")]
    [InlineData("""{"MaxUsage":-1}""", "granted unlimited")]
    [InlineData("{}", "granted unlimited")]
    [InlineData("""{"MaxUsage":null}""", "granted unlimited")]
    [InlineData("""{"MaxUsage":2147483648}""", "granted 2.147483648s")]
    [InlineData("""{"MaxUsage":4294967296}""", "granted 4.294967296s")]
    [InlineData("""{"MaxUsage":10800000000000}""", "granted 10800s")]
    [InlineData("""{"MaxUsage":9223372036854775807}""", "granted 9223372036.854775807s")]
    public void What_the_engine_grants_decides(string reply, string outcome)
    {
        Open().Authorize();
        _engine.Take().Reply(reply);
        Assert.Equal(outcome, _told[0]);
    }

    [Theory]
    [InlineData(RpcStatus.EngineError, "RALS_ERROR:ACCOUNT_NOT_FOUND", RefusalKind.Account)]
    [InlineData(RpcStatus.EngineError, "RALS_ERROR:UNAUTHORIZED_DESTINATION", RefusalKind.Account)]
    [InlineData(RpcStatus.EngineError, "SERVER_ERROR: no connection", RefusalKind.EngineError)]
    [InlineData(RpcStatus.InvalidReply, "MaxUsage is text", RefusalKind.EngineError)]
    [InlineData(RpcStatus.NoEngine, null, RefusalKind.EngineAway)]
    [InlineData(RpcStatus.DeadlineExceeded, null, RefusalKind.EngineAway)]
    public void A_refusal_says_whose_it_is(RpcStatus status, string? error, RefusalKind kind)
    {
        Open().Authorize();
        _engine.Take().Fail(status, error);
        Assert.StartsWith($"refused {kind}", _told[0]);
        Assert.Equal("settled", _told[1]);
        Assert.Equal(0, _sessions.Count);
    }

    [Fact]
    public void The_grant_ends_the_call_and_nothing_past_it_is_billed()
    {
        ChargingSession session = Answered("""{"MaxUsage":12000000000}""");
        _engine.Take().Reply("""{"MaxUsage":12000000000}""");
        _time.Advance(TimeSpan.FromSeconds(11.999));
        _sessions.Advance();
        Assert.DoesNotContain("end Lifetime Timeout", _told);
        Assert.Equal(1, _sessions.NextDueInMs);
        _time.Advance(TimeSpan.FromSeconds(0.005));
        _sessions.Advance();
        Assert.Equal("end Lifetime Timeout", _told[^1]);
        session.End(EndCause.GrantUsed);
        Assert.Equal("12s", _engine.Take().Event("Usage"));
    }

    [Fact]
    public void Until_Initiate_is_answered_the_grant_of_Authorize_holds()
    {
        Answered("""{"MaxUsage":5000000000}""");
        _time.Advance(TimeSpan.FromSeconds(5));
        _sessions.Advance();
        Assert.Equal("end Lifetime Timeout", _told[^1]);
    }

    [Fact]
    public void A_session_the_engine_refuses_to_open_ends_the_call_and_owes_nothing()
    {
        ChargingSession session = Answered(Grant60s);
        _engine.Take().Fail(RpcStatus.EngineError, "RALS_ERROR:ACCOUNT_DISABLED");
        Assert.Equal(["granted 60s", "end CGRateS Accounting Denied"], _told);
        session.End(EndCause.AccountingDenied);
        _sessions.Advance();
        Assert.Equal("settled", _told[^1]);
        Assert.True(_engine.IsEmpty);
    }

    [Fact]
    public void A_session_opened_with_nothing_granted_is_closed_on_the_engine()
    {
        ChargingSession session = Answered(Grant60s);
        _engine.Take().Reply("""{"MaxUsage":0}""");
        Assert.Equal("end CGRateS Accounting Denied", _told[^1]);
        session.End(EndCause.AccountingDenied);
        Assert.Equal("SessionSv1.TerminateSession|0s", Method(_engine.Take(), "Usage"));
    }

    [Fact]
    public void An_unanswered_Initiate_goes_to_the_same_engine_again_and_EXISTS_is_acceptance()
    {
        ChargingSession session = Answered(Grant60s);
        _engine.Take().Fail(RpcStatus.DeadlineExceeded, engine: 1);
        SentCommand again = _engine.Take();
        Assert.Equal(1, again.Options.Engine);
        again.Fail(RpcStatus.EngineError, "EXISTS", engine: 1);
        Assert.Equal(SessionState.Open, session.State);
        Assert.DoesNotContain(_told, line => line.StartsWith("end", StringComparison.Ordinal));
    }

    [Fact]
    public void A_call_that_ends_while_Initiate_is_out_is_terminated_after_its_answer()
    {
        ChargingSession session = Answered(Grant60s);
        _time.Advance(TimeSpan.FromSeconds(1));
        session.End(EndCause.CalleeBye);
        SentCommand initiate = _engine.Take();
        Assert.True(_engine.IsEmpty);
        _time.Advance(TimeSpan.FromSeconds(2));
        initiate.Reply(Grant60s);
        Assert.Equal("SessionSv1.TerminateSession|1s", Method(_engine.Take(), "Usage"));
    }

    [Fact]
    public void A_Terminate_that_was_never_written_waits_for_the_engine()
    {
        ChargingSession session = Opened();
        session.End(EndCause.CallerBye);
        _engine.Take().Fail(RpcStatus.NoEngine);
        Assert.True(_engine.IsEmpty);
        _time.Advance(TimeSpan.FromMilliseconds(500));
        _sessions.Advance();
        SentCommand again = _engine.Take();
        Assert.Equal("SessionSv1.TerminateSession|0s", Method(again, "Usage"));
        again.Reply("\"OK\"");
        Assert.Equal("SessionSv1.ProcessCDR", _engine.Take().Method);
    }

    [Theory, Trait("FieldPain", "4")]
    [InlineData("EXISTS")]
    [InlineData("PARTIALLY_EXECUTED")]
    public void A_repeated_CDR_that_the_engine_knows_is_delivered(string answer)
    {
        ChargingSession session = Opened();
        session.End(EndCause.CallerBye);
        _engine.Take().Reply("\"OK\"");
        _engine.Take().Fail(RpcStatus.DeadlineExceeded);
        _time.Advance(TimeSpan.FromSeconds(1));
        _sessions.Advance();
        _engine.Take().Fail(RpcStatus.EngineError, answer);
        Assert.Equal(1, _sessions.Statistics.CdrsDelivered);
        Assert.Equal("settled", _told[^1]);
    }

    [Fact, Trait("FieldPain", "4")]
    public void A_late_CDR_of_a_prepaid_session_is_parked_because_the_engine_would_debit_it_again()
    {
        ChargingSession session = Opened();
        session.End(EndCause.CallerBye);
        _engine.Take().Reply("\"OK\"");
        _engine.Take().Fail(RpcStatus.NoEngine);
        for (int second = 0; second < 40 && _sessions.Count > 0; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _sessions.Advance();
            while (!_engine.IsEmpty)
            {
                _engine.Take().Fail(RpcStatus.NoEngine);
            }
        }

        Assert.Equal(1, _sessions.Statistics.Unresolved);
    }

    [Theory]
    [InlineData("SERVER_ERROR: no connection to the database", 6)]
    [InlineData("rpc: can't find service SessionSv1.ProcessCDR", 6)]
    [InlineData("MANDATORY_IE_MISSING: [Account]", 1)]
    [InlineData("SERVER_ERROR: ACCOUNT_NOT_FOUND", 1)]
    public void A_CDR_that_an_engine_cannot_take_now_is_tried_again_before_it_is_parked(string error, int tries)
    {
        ChargingSession session = Opened(new ChargingProfile { OriginHost = "edge-1", RequestType = "*postpaid" });
        session.End(EndCause.CallerBye);
        _engine.Take().Reply("\"OK\"");
        for (int sent = 1; sent <= tries; sent++)
        {
            Assert.Equal(0, _sessions.Statistics.Unresolved);
            _engine.Take().Fail(RpcStatus.EngineError, error);
            _time.Advance(TimeSpan.FromSeconds(32));
            _sessions.Advance();
        }

        Assert.Equal((true, 1), (_engine.IsEmpty, _sessions.Statistics.Unresolved));
    }

    [Theory]
    [InlineData(null, 1, 0)]
    [InlineData("EXISTS", 0, 1)]
    public void An_engine_that_failed_in_the_middle_of_a_CDR_may_call_the_next_a_repetition_without_having_it(string? error, int delivered, int parked)
    {
        ChargingSession session = Opened(new ChargingProfile { OriginHost = "edge-1", RequestType = "*postpaid" });
        session.End(EndCause.CallerBye);
        _engine.Take().Reply("\"OK\"");
        _engine.Take().Fail(RpcStatus.EngineError, "SERVER_ERROR: no connection to the database");
        _time.Advance(TimeSpan.FromSeconds(1));
        _sessions.Advance();
        SentCommand again = _engine.Take();
        if (error is null)
        {
            again.Reply("\"OK\"");
        }
        else
        {
            again.Fail(RpcStatus.EngineError, error);
        }

        Assert.Equal((delivered, parked), (_sessions.Statistics.CdrsDelivered, _sessions.Statistics.Unresolved));
    }

    [Theory]
    [InlineData(3600, "granted unlimited")]
    [InlineData(1800, "granted 1800s")]
    public void All_of_the_time_asked_for_is_no_limit(int grantedSeconds, string told)
    {
        Open(new ChargingProfile { OriginHost = "edge-1", AuthorizeUsage = TimeSpan.FromHours(1) }).Authorize();
        SentCommand authorize = _engine.Take();
        Assert.Equal("3600s", authorize.Event("Usage"));
        authorize.Reply($$"""{"MaxUsage":{{grantedSeconds}}000000000}""");
        Assert.Equal(told, _told[0]);
    }

    [Theory]
    [InlineData(NoAckBilling.Measured, "32s")]
    [InlineData(NoAckBilling.Zero, "0s")]
    public void A_call_whose_answer_was_never_acknowledged_is_billed_as_configured(NoAckBilling billing, string usage)
    {
        ChargingSession session = Opened(new ChargingProfile { OriginHost = "edge-1", NoAckBilling = billing });
        _time.Advance(TimeSpan.FromSeconds(32));
        session.End(EndCause.NoAck);
        Assert.Equal(usage, _engine.Take().Event("Usage"));
    }

    [Theory]
    [InlineData(UsageRounding.Up, "4s", "60s")]
    [InlineData(UsageRounding.Module, "3s", "60s")]
    [InlineData(UsageRounding.Milliseconds, "3.217s", "60s")]
    public void The_length_is_told_as_configured(UsageRounding rounding, string usage, string atTheLimit)
    {
        ChargingProfile profile = new() { OriginHost = "edge-1", UsageRounding = rounding };
        Assert.Equal((usage, atTheLimit), (Usage(3_217, EndCause.CallerBye), Usage(60_004, EndCause.GrantUsed)));

        string Usage(int lengthMs, EndCause cause)
        {
            ChargingSession session = Opened(profile);
            _time.Advance(TimeSpan.FromMilliseconds(lengthMs));

            // Somebody sets the clock: the length of a call is the time that passed.
            _time.SetUtcNow(_time.GetUtcNow().AddSeconds(-90));
            session.End(cause);
            SentCommand terminate = _engine.Take();
            terminate.Reply("\"OK\"");
            _engine.Take().Reply("\"OK\"");
            return terminate.Event("Usage");
        }
    }

    [Fact, Trait("FieldPain", "3")]
    public void A_missed_call_yields_one_CDR_with_its_cause()
    {
        ChargingSession session = Open();
        session.Authorize();
        _engine.Take().Reply(Grant60s);
        session.Abandon(EndCause.Failed(486, 17));
        SentCommand cdr = _engine.Take();
        Assert.Equal("SessionSv1.ProcessCDR", cdr.Method);
        Assert.Equal("call-1|0s||486|17|", Fields(cdr, "OriginID", "Usage", "DisconnectCause", "SipCode", "Q850Cause", "AnswerTime"));
        cdr.Reply("\"OK\"");
        Assert.Equal("settled", _told[^1]);
    }

    [Fact]
    public void A_reply_to_a_session_that_went_on_changes_nothing()
    {
        ChargingSession session = Open();
        session.Authorize();
        SentCommand authorize = _engine.Take();
        session.Abandon(EndCause.Cancelled);
        _engine.Take().Reply("\"OK\"");
        authorize.Reply(Grant60s);
        Assert.Equal(["settled"], _told);
    }

    void ISessionOwner.OnGranted(ChargingSession session) => _told.Add($"granted {session.Grant}");

    void ISessionOwner.OnRefused(ChargingSession session, RefusalKind kind, string error) => _told.Add($"refused {kind} {error}");

    void ISessionOwner.OnEndCall(ChargingSession session, in EndCause cause) => _told.Add($"end {cause.Text}");

    void ISessionOwner.OnSettled(ChargingSession session) => _told.Add("settled");

    private ChargingSession Open(ChargingProfile? profile = null) =>
        _sessions.Open(this, profile ?? new ChargingProfile { OriginHost = "edge-1" }, "call-1", "1001", "1002");

    private ChargingSession Answered(string authorizeReply, ChargingProfile? profile = null)
    {
        ChargingSession session = Open(profile);
        session.Authorize();
        _engine.Take().Reply(authorizeReply);
        session.Answer();
        return session;
    }

    private ChargingSession Opened(ChargingProfile? profile = null)
    {
        ChargingSession session = Answered(Grant60s, profile);
        _engine.Take().Reply(Grant60s);
        return session;
    }

    private static string Fields(SentCommand command, params string[] names) => string.Join('|', names.Select(command.Event));

    private static string Method(SentCommand command, string field) => $"{command.Method}|{command.Event(field)}";

    private sealed class RecordingStore(List<JournalRecordKind> kinds) : IJournalStore
    {
        public long SafeSequence { get; private set; }

        public bool HasRoom => true;

        public long Append(ReadOnlySpan<byte> record)
        {
            JournalEntry? entry = JournalEntry.Read(SafeSequence + 1, record);
            Assert.NotNull(entry);
            Assert.Equal("call-1", entry.Session?.OriginId ?? "call-1");
            kinds.Add(entry.Kind);
            return ++SafeSequence;
        }

        public void Maintain()
        {
        }

        public bool IsGrown(long neededBytes) => false;

        public void Release(long sequence)
        {
        }
    }
}
