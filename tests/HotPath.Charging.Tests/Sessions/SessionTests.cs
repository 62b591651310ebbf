using System.Text.Json;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Charging.Tests;

/// <summary>
/// A call is charged once and for what was used: while it lasts, when its credit ends, whatever is repeated and whoever is lost.
/// </summary>
public sealed class SessionTests
{
    private readonly ManualTimeProvider _clock = new(new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero));
    private readonly ChargingEngine _engine;
    private readonly MemoryClient _client;

    public SessionTests()
    {
        _engine = new ChargingEngine(new EngineOptions(), TariffLoader.LoadTutorial(), _clock);
        _client = new MemoryClient(_engine);
    }

    [Fact]
    public void A_prepaid_call_costs_what_it_lasted()
    {
        Assert.Equal(10_800_000_000_000, _client.Ask("SessionSv1.InitiateSession", Initiate("c1", "1001", "1002")).GetProperty("MaxUsage").GetInt64());
        Run(TimeSpan.FromSeconds(85));
        Assert.Equal(1, _engine.OpenSessionCount);
        Assert.Equal("OK", _client.Ask("SessionSv1.TerminateSession", Terminate("c1", "85s")).GetString());
        Assert.Equal(9.3582m, Money("1001"));
        Assert.Equal("OK", _client.Ask("SessionSv1.ProcessCDR", Cdr("c1", "85s")).GetString());
        Assert.Equal(9.3582m, Money("1001"));
        Assert.Equal(0, _engine.OpenSessionCount);

        CallDetailRecord cdr = Assert.Single(_engine.Cdrs, cdr => cdr.RunId == "*default");
        Assert.Equal((0.6418m, "*sessions", "Downstream BYE"), (cdr.Cost, cdr.CostSource, cdr.ExtraFields["DisconnectCause"]));
        Assert.Equal(85, cdr.Usage.WholeSeconds);
        CallDetailRecord raw = Assert.Single(_engine.Cdrs, cdr => cdr.RunId == "*raw");
        Assert.Equal((-1m, "", "*none"), (raw.Cost, raw.CostSource, raw.RequestType));
    }

    [Fact, Trait("FieldPain", "4")]
    public void Nothing_repeated_is_charged_again()
    {
        _client.Ask("SessionSv1.InitiateSession", Initiate("c1", "1001", "1002"));
        Run(TimeSpan.FromSeconds(1));
        Assert.Equal("EXISTS", _client.AskForError("SessionSv1.InitiateSession", Initiate("c1", "1001", "1002")));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal("OK", _client.Ask("SessionSv1.TerminateSession", Terminate("c1", "85s")).GetString());
            Assert.Equal(9.3582m, Money("1001"));
        }

        Assert.Equal("EXISTS", _client.AskForError("SessionSv1.InitiateSession", Initiate("c1", "1001", "1002")));
        Assert.Equal("OK", _client.Ask("SessionSv1.ProcessCDR", Cdr("c1", "85s")).GetString());
        Run(TimeSpan.FromSeconds(20));
        Assert.Equal("EXISTS", _client.AskForError("SessionSv1.ProcessCDR", Cdr("c1", "85s")));
        Assert.Equal(9.3582m, Money("1001"));
        Assert.Equal(2, _engine.Cdrs.Count);
    }

    [Fact]
    public void A_call_without_a_session_is_charged_once_by_its_cdr()
    {
        Assert.Equal("OK", _client.Ask("SessionSv1.ProcessCDR", Event("c1", "1001", "1002", "*postpaid", "\"Usage\":\"85s\",")).GetString());
        Assert.Equal("EXISTS", _client.AskForError("SessionSv1.ProcessCDR", Event("c1", "1001", "1002", "*postpaid", "\"Usage\":\"85s\",")));
        Assert.Equal(9.3582m, Money("1001"));
    }

    [Fact]
    public void A_call_terminated_without_a_session_is_charged_once()
    {
        Assert.Equal("OK", _client.Ask("SessionSv1.TerminateSession", Flagged("TerminateSession", "c1", "1001", "1002", "\"Usage\":\"85s\",")).GetString());
        Assert.Equal("OK", _client.Ask("SessionSv1.TerminateSession", Flagged("TerminateSession", "c1", "1001", "1002", "\"Usage\":\"85s\",")).GetString());
        Assert.Equal(9.3582m, Money("1001"));
    }

    [Fact]
    public void A_missed_call_has_a_cdr_that_costs_nothing_and_says_why()
    {
        Assert.Equal("OK", _client.Ask("SessionSv1.ProcessCDR", """{"Event":{"OriginID":"c1","Account":"1001","Destination":"1002","Usage":"0s","SetupTime":"1795205816","DisconnectCause":"Busy","SipCode":486}}""").GetString());
        CallDetailRecord cdr = Assert.Single(_engine.Cdrs, cdr => cdr.RunId == "*default");
        Assert.Equal((0m, "Busy", "486"), (cdr.Cost, cdr.ExtraFields["DisconnectCause"], cdr.ExtraFields["SipCode"]));
        Assert.Null(cdr.AnswerTime);

        // The same call, tried again and answered, is not taken for a repetition.
        _client.Ask("SessionSv1.InitiateSession", """{"InitSession":true,"Event":{"OriginID":"c1","Account":"1001","Destination":"1002","RequestType":"*prepaid","SetupTime":"1795205816","AnswerTime":"1795205820"}}""");
        Assert.Equal(1, _engine.OpenSessionCount);
    }

    [Fact, Trait("FieldPain", "26")]
    public void A_cdr_that_cannot_be_rated_says_why()
    {
        _client.Ask("SessionSv1.ProcessCDR", Event("c1", "1001", "4986", "*rated", "\"Usage\":\"60s\","));
        _client.Ask("SessionSv1.ProcessCDR", Event("c2", "nobody", "1002", "*postpaid", "\"Usage\":\"60s\",\"Subject\":\"1001\","));
        Assert.Equal(
            [(-1m, "UNAUTHORIZED_DESTINATION"), (-1m, "ACCOUNT_NOT_FOUND")],
            _engine.Cdrs.Where(cdr => cdr.RunId == "*default").Select(cdr => (cdr.Cost, cdr.ExtraInfo)));
    }

    [Fact]
    public void The_client_is_told_at_the_moment_the_money_ends()
    {
        SetMoney("low", 0.12m);
        _client.Ask("SessionSv1.InitiateSession", Event("c1", "low", "1003", "*prepaid", "\"Subject\":\"1001\",\"DialogID\":1320850066,\"DialogEntry\":1245,", "InitSession"));
        Run(TimeSpan.FromMilliseconds(11_999));
        Assert.Empty(_client.Requests);
        Run(TimeSpan.FromMilliseconds(1));

        JsonElement request = _client.Answer();
        Assert.Equal("SessionSv1.DisconnectSession", request.GetProperty("method").GetString());
        JsonElement parameters = request.GetProperty("params")[0];
        Assert.Equal("INSUFFICIENT_CREDIT", parameters.GetProperty("Reason").GetString());
        JsonElement start = parameters.GetProperty("EventStart");
        Assert.Equal((1320850066, 1245, "c1"), (start.GetProperty("DialogID").GetInt32(), start.GetProperty("DialogEntry").GetInt32(), start.GetProperty("OriginID").GetString()));

        // The session lives until the client ends it.
        Run(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _engine.OpenSessionCount);
        Assert.Empty(_client.Requests);
        _client.Ask("SessionSv1.TerminateSession", Terminate("c1", "12s"));
        _client.Ask("SessionSv1.ProcessCDR", Cdr("c1", "12s"));
        Assert.Equal(0, Money("low"));
        Assert.Equal(0.12m, Assert.Single(_engine.Cdrs, cdr => cdr.RunId == "*default").Cost);
    }

    [Fact]
    public void A_maximum_cost_ends_the_call_of_the_tutorial_after_12_seconds()
    {
        _client.Ask("SessionSv1.InitiateSession", Initiate("c1", "1001", "1003"));
        Run(TimeSpan.FromMilliseconds(11_999));
        Assert.Empty(_client.Requests);
        Run(TimeSpan.FromMilliseconds(1));
        _client.Answer();
        _client.Ask("SessionSv1.TerminateSession", Terminate("c1", "12s"));
        Assert.Equal(9.88m, Money("1001"));
    }

    [Fact]
    public void An_increment_paid_ahead_is_used_before_the_next_is_debited()
    {
        _client.Ask("SessionSv1.InitiateSession", Initiate("c1", "1001", "1002"));
        Run(TimeSpan.FromSeconds(1));
        Assert.Equal(9.4m, Money("1001"));
        Run(TimeSpan.FromSeconds(58));
        Assert.Equal(9.4m, Money("1001"));
        Run(TimeSpan.FromSeconds(1));
        Assert.Equal(9.4m - (5 * 0.00167m), Money("1001"));
    }

    [Fact]
    public void A_client_that_refuses_is_asked_five_times_and_then_the_engine_ends_the_session()
    {
        SetMoney("low", 0.03m);
        _client.Ask("SessionSv1.InitiateSession", Event("c1", "low", "1003", "*prepaid", "\"Subject\":\"1001\",", "InitSession"));
        Run(TimeSpan.FromSeconds(3));
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal("INSUFFICIENT_CREDIT", _client.Answer("null", "\"SERVER_ERROR\"").GetProperty("params")[0].GetProperty("Reason").GetString());
        }

        Assert.Equal("FORCED_DISCONNECT", _client.Answer("null", "\"SERVER_ERROR\"").GetProperty("params")[0].GetProperty("Reason").GetString());
        Assert.Empty(_client.Requests);
        Assert.Equal(0, _engine.OpenSessionCount);
        Assert.Equal(0.03m, Assert.Single(_engine.Cdrs, cdr => cdr.RunId == "*default").Cost);
        Assert.Equal("EXISTS", _client.AskForError("SessionSv1.ProcessCDR", Cdr("c1", "3s")));
    }

    [Fact]
    public void A_client_that_does_not_answer_has_refused()
    {
        SetMoney("low", 0.03m);
        _client.Ask("SessionSv1.InitiateSession", Event("c1", "low", "1003", "*prepaid", "\"Subject\":\"1001\",", "InitSession"));
        Run(TimeSpan.FromSeconds(3));
        Run(TimeSpan.FromSeconds(10));
        Assert.Equal(6, _client.Requests.Count);
        Assert.Equal(0, _engine.OpenSessionCount);

        // A late answer changes nothing.
        _client.Answer();
        Assert.Equal(2, _engine.Cdrs.Count);
    }

    [Fact]
    public void A_client_that_agrees_and_does_not_terminate_loses_its_session()
    {
        SetMoney("low", 0.03m);
        _client.Ask("SessionSv1.InitiateSession", Event("c1", "low", "1003", "*prepaid", "\"Subject\":\"1001\",", "InitSession"));
        Run(TimeSpan.FromSeconds(3));
        _client.Answer();
        Run(TimeSpan.FromSeconds(61));
        Assert.Equal(0, _engine.OpenSessionCount);
        Assert.Equal(2, _engine.Cdrs.Count);
    }

    [Theory, Trait("FieldPain", "26")]
    [InlineData("nobody", "1003", "SERVER_ERROR")]
    [InlineData("1001", "4986", "UNAUTHORIZED_DESTINATION")]
    public void A_call_that_cannot_be_charged_is_ended_at_once(string account, string destination, string reason)
    {
        _client.Ask("SessionSv1.InitiateSession", Event("c1", account, destination, "*prepaid", "\"Subject\":\"1001\",", "InitSession"));
        Run(TimeSpan.Zero);
        Assert.Equal(reason, _client.Answer().GetProperty("params")[0].GetProperty("Reason").GetString());
    }

    [Fact]
    public void A_session_outlives_its_connection_until_the_client_would_be_needed()
    {
        SetMoney("low", 0.03m);
        _client.Ask("SessionSv1.InitiateSession", Event("c1", "low", "1003", "*prepaid", "\"Subject\":\"1001\",", "InitSession"));
        Run(TimeSpan.FromSeconds(1));
        _client.Disconnect();
        Run(TimeSpan.FromSeconds(1));
        Assert.Equal(1, _engine.OpenSessionCount);
        Run(TimeSpan.FromSeconds(1));
        Assert.Equal(0, _engine.OpenSessionCount);
        Assert.Equal(0.03m, Assert.Single(_engine.Cdrs, cdr => cdr.RunId == "*default").Cost);
    }

    [Fact]
    public void A_connection_lost_while_the_client_is_asked_ends_the_session()
    {
        SetMoney("low", 0.03m);
        _client.Ask("SessionSv1.InitiateSession", Event("c1", "low", "1003", "*prepaid", "\"Subject\":\"1001\",", "InitSession"));
        Run(TimeSpan.FromSeconds(3));
        Assert.Single(_client.Requests);
        _client.Disconnect();
        Assert.Equal(0, _engine.OpenSessionCount);
        Run(TimeSpan.FromSeconds(100));
        Assert.Equal(2, _engine.Cdrs.Count);
    }

    [Fact]
    public void A_client_that_terminates_while_it_is_asked_is_charged_once()
    {
        SetMoney("low", 0.03m);
        _client.Ask("SessionSv1.InitiateSession", Event("c1", "low", "1003", "*prepaid", "\"Subject\":\"1001\",", "InitSession"));
        Run(TimeSpan.FromSeconds(3));
        _client.Ask("SessionSv1.TerminateSession", Terminate("c1", "3s"));
        _client.Answer();
        Run(TimeSpan.FromSeconds(100));
        _client.Ask("SessionSv1.ProcessCDR", Cdr("c1", "3s"));
        Assert.Equal(0, Money("low"));
        Assert.Equal(2, _engine.Cdrs.Count);
    }

    [Fact]
    public void A_postpaid_call_whose_client_is_gone_is_charged_for_as_long_as_it_was_open()
    {
        _client.Ask("SessionSv1.InitiateSession", Event("c1", "1001", "1002", "*postpaid", "", "InitSession"));
        Run(TimeSpan.FromSeconds(85));
        Assert.Equal(10, Money("1001"));
        _client.Disconnect();
        new MemoryClient(_engine).Ask("SessionSv1.ForceDisconnect", "{}");
        Assert.Equal(9.3582m, Money("1001"));
        Assert.Equal(85, Assert.Single(_engine.Cdrs, cdr => cdr.RunId == "*default").Usage.WholeSeconds);
    }

    [Fact]
    public void A_session_opened_over_the_one_way_port_is_ended_by_the_engine()
    {
        MemoryClient oneWay = new(_engine, RpcPort.OneWay);
        SetMoney("low", 0.02m);
        oneWay.Ask("SessionSv1.InitiateSession", Event("c1", "low", "1003", "*prepaid", "\"Subject\":\"1001\",", "InitSession"));
        Run(TimeSpan.FromSeconds(2));
        Assert.Equal(0, _engine.OpenSessionCount);
    }

    [Fact]
    public void A_call_charged_by_the_piece_is_corrected_by_what_was_used()
    {
        string piece = "\"CGRDebitInterval\":\"0s\",";
        Assert.Equal(60_000_000_000, _client.Ask("SessionSv1.InitiateSession", Event("c1", "1001", "1002", "*prepaid", piece + "\"Usage\":\"60s\",", "InitSession")).GetProperty("MaxUsage").GetInt64());
        Assert.Equal(9.4m, Money("1001"));
        Assert.Equal(60_000_000_000, _client.Ask("SessionSv1.UpdateSession", Event("c1", "1001", "1002", "*prepaid", piece + "\"Usage\":\"60s\",", "UpdateSession")).GetProperty("MaxUsage").GetInt64());
        Assert.Equal(30_000_000_000, _client.Ask("SessionSv1.UpdateSession", Event("c1", "1001", "1002", "*prepaid", piece + "\"Usage\":\"30s\",\"LastUsed\":\"20s\",", "UpdateSession")).GetProperty("MaxUsage").GetInt64());
        Assert.Equal(9.2998m, Money("1001"));
        _client.Ask("SessionSv1.TerminateSession", Terminate("c1", "85s"));
        Assert.Equal(9.3582m, Money("1001"));
    }

    [Theory]
    [InlineData("60s", "60s", 9.2998)]
    [InlineData("60s", "120s", 9.1996)]
    [InlineData("120s", "120s", 9.1996)]
    [InlineData("20s", "20s", 9.3666)]
    public void A_client_that_says_how_much_was_used_is_debited_up_to_there_and_the_piece(string first, string second, double left)
    {
        const string Piece = "\"CGRDebitInterval\":\"0s\",\"Usage\":\"60s\",";
        _client.Ask("SessionSv1.InitiateSession", Event("c1", "1001", "1002", "*prepaid", Piece, "InitSession"));
        foreach (string total in (string[])[first, second])
        {
            string update = Event("c1", "1001", "1002", "*prepaid", Piece + $"\"TotalUsage\":\"{total}\",\"LastUsed\":\"1s\",", "UpdateSession");
            Assert.Equal(60_000_000_000, _client.Ask("SessionSv1.UpdateSession", update).GetProperty("MaxUsage").GetInt64());
        }

        Assert.Equal((decimal)left, decimal.Round(Money("1001"), 4));
        _client.Ask("SessionSv1.TerminateSession", Terminate("c1", "85s"));
        Assert.Equal(9.3582m, Money("1001"));
    }

    [Fact]
    public void The_end_may_say_how_much_of_the_last_piece_was_used()
    {
        const string Piece = "\"CGRDebitInterval\":\"0s\",\"Usage\":\"60s\",";
        _client.Ask("SessionSv1.InitiateSession", Event("c1", "1001", "1002", "*prepaid", Piece, "InitSession"));
        _client.Ask("SessionSv1.UpdateSession", Event("c1", "1001", "1002", "*prepaid", Piece, "UpdateSession"));
        _client.Ask("SessionSv1.TerminateSession", Terminate("c1", "85s").Replace("Usage", "LastUsed", StringComparison.Ordinal).Replace("85s", "25s", StringComparison.Ordinal));
        Assert.Equal(9.3582m, Money("1001"));
    }

    [Fact]
    public void A_call_with_a_debit_loop_is_debited_by_nothing_else()
    {
        _client.Ask("SessionSv1.InitiateSession", Initiate("c1", "1001", "1002"));
        Run(TimeSpan.FromSeconds(1));
        decimal money = Money("1001");
        JsonElement reply = _client.Ask("SessionSv1.UpdateSession", Flagged("UpdateSession", "c1", "1001", "1002", "\"Usage\":\"90s\","));
        Assert.Equal(90_000_000_000, reply.GetProperty("MaxUsage").GetInt64());
        Assert.Equal(money, Money("1001"));
    }

    [Fact]
    public void A_wall_clock_that_is_set_changes_no_charge()
    {
        _client.Ask("SessionSv1.InitiateSession", Initiate("c1", "1001", "1003"));
        Run(TimeSpan.FromSeconds(4));
        _clock.SetUtcNow(_clock.GetUtcNow().AddDays(-1));
        Run(TimeSpan.FromSeconds(4));
        Assert.Equal(9.9m, Money("1001"));
        _clock.SetUtcNow(_clock.GetUtcNow().AddDays(7));
        Run(TimeSpan.FromMilliseconds(3_999));
        Assert.Empty(_client.Requests);
        Run(TimeSpan.FromMilliseconds(1));
        Assert.Single(_client.Requests);
    }

    [Fact]
    public void A_disconnect_by_the_operator_reaches_the_client()
    {
        _client.Ask("SessionSv1.InitiateSession", Initiate("c1", "1001", "1002"));
        _client.Ask("SessionSv1.InitiateSession", Initiate("c2", "1001", "1002"));
        Assert.Equal("OK", _client.Ask("SessionSv1.ForceDisconnect", """{"Filters":["*string:~*req.OriginID:c1"]}""").GetString());
        JsonElement request = _client.Answer().GetProperty("params")[0];
        Assert.Equal(("c1", "FORCED_DISCONNECT"), (request.GetProperty("EventStart").GetProperty("OriginID").GetString(), request.GetProperty("Reason").GetString()));
        Assert.Empty(_client.Requests);
    }

    [Theory]
    [InlineData("*string:~*req.OriginID:c1", "c1")]
    [InlineData("*string:~*req.OriginID:c2|c1", "c1 c2")]
    [InlineData("*prefix:~*req.OriginID:c", "c1 c2")]
    [InlineData("*prefix:~*req.OriginID:d|c1", "c1")]
    public void Open_sessions_are_found_by_the_filters_of_clients(string filter, string found)
    {
        _client.Ask("SessionSv1.InitiateSession", Initiate("c1", "1001", "1002"));
        _client.Ask("SessionSv1.InitiateSession", Initiate("c2", "1001", "1002"));
        IEnumerable<string?> ids = _client.Ask("SessionSv1.GetActiveSessions", $$"""{"Filters":["{{filter}}"]}""")
            .EnumerateArray().Select(run => run.GetProperty("OriginID").GetString());
        Assert.Equal(found, string.Join(' ', ids.Distinct().Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData(ClientProtocol.SmgClientV1, "SMGClientV1.DisconnectSession", "EventStart")]
    [InlineData(ClientProtocol.AgentV1, "AgentV1.DisconnectSession", "Event")]
    public void Clients_of_other_protocols_are_asked_in_their_way(ClientProtocol protocol, string method, string eventName)
    {
        ChargingEngine engine = new(new EngineOptions { ClientProtocol = protocol }, TariffLoader.LoadTutorial(), _clock);
        MemoryClient client = new(engine);
        client.Ask("SessionSv1.InitiateSession", Initiate("c1", "1001", "1002"));
        client.Ask("SessionSv1.ForceDisconnect", "{}");
        JsonElement request = client.Answer();
        Assert.Equal(method, request.GetProperty("method").GetString());
        JsonElement parameters = request.GetProperty("params")[0];
        Assert.Equal("c1", parameters.GetProperty(eventName).GetProperty("OriginID").GetString());
        Assert.Equal(
            "FORCED_DISCONNECT",
            protocol == ClientProtocol.AgentV1 ? parameters.GetProperty("Event").GetProperty("DisconnectCause").GetString() : parameters.GetProperty("Reason").GetString());
    }

    [Fact]
    public void Memory_is_bounded()
    {
        EngineOptions options = new() { MaxSessions = 2, MaxClosedSessions = 3, MaxCdrs = 4 };
        ChargingEngine engine = new(options, TariffLoader.LoadTutorial(), _clock);
        MemoryClient client = new(engine);
        client.Ask("SessionSv1.InitiateSession", Initiate("a", "1001", "1002"));
        client.Ask("SessionSv1.InitiateSession", Initiate("b", "1001", "1002"));
        Assert.Equal("MAX_CONCURRENT_SESSIONS_EXCEEDED", client.AskForError("SessionSv1.InitiateSession", Initiate("c", "1001", "1002")));
        for (int i = 0; i < 10; i++)
        {
            client.Ask("SessionSv1.ProcessCDR", Event($"cdr{i}", "1001", "1002", "*rated", "\"Usage\":\"1s\","));
        }

        Assert.Equal(["cdr8", "cdr9"], engine.Cdrs.Select(cdr => cdr.OriginId).Distinct());
        Assert.Equal("EXISTS", client.AskForError("SessionSv1.ProcessCDR", Event("cdr9", "1001", "1002", "*rated", "\"Usage\":\"1s\",")));
        client.Ask("SessionSv1.ProcessCDR", Event("cdr0", "1001", "1002", "*rated", "\"Usage\":\"1s\","));
    }

    /// <summary>Lets time pass the way a host does: to the next due time and no further.</summary>
    private void Run(TimeSpan time)
    {
        long leftMs = (long)time.TotalMilliseconds;
        long next;
        while ((next = _engine.Advance()) >= 0 && next <= leftMs)
        {
            _clock.AdvanceMs(next);
            leftMs -= next;
        }

        _clock.AdvanceMs(leftMs);
        _engine.Advance();
    }

    private decimal Money(string account) => _engine.FindAccount("cgrates.org", account)!.Money;

    private void SetMoney(string account, decimal money) => new MemoryClient(_engine, RpcPort.OneWay)
        .Ask("APIerSv1.SetBalance", $$$"""{"Tenant":"cgrates.org","Account":"{{{account}}}","BalanceType":"*monetary","Value":{{{money}}},"Balance":{"ID":"b1","Weight":10}}""");

    private static string Initiate(string originId, string account, string destination) => Flagged("InitSession", originId, account, destination, "");

    private static string Terminate(string originId, string usage) => $$$"""{"TerminateSession":true,"Event":{"OriginID":"{{{originId}}}","Account":"1001","Usage":"{{{usage}}}"}}""";

    private static string Cdr(string originId, string usage) => $$$"""{"Event":{"OriginID":"{{{originId}}}","Account":"1001","Usage":"{{{usage}}}","DisconnectCause":"Downstream BYE"}}""";

    private static string Flagged(string flag, string originId, string account, string destination, string fields) => Event(originId, account, destination, "*prepaid", fields, flag);

    private static string Event(string originId, string account, string destination, string requestType, string fields, string flag = "NoFlag") =>
        "{" + $"\"{flag}\":true,\"Event\":{{{fields}\"OriginID\":\"{originId}\",\"Account\":\"{account}\",\"Destination\":\"{destination}\"," +
        $"\"RequestType\":\"{requestType}\",\"SetupTime\":\"1795205805\",\"AnswerTime\":\"1795205806\"" + "}}";
}
