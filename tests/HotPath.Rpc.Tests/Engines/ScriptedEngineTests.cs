using System.Text.Json;
using HotPath.Commands;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>
/// Promise: the engine the tests are made against charges, answers, binds, locks and forgets as the recorded CGRateS engines do
/// (facts: wire/README.md), or what is proved with it would be wrong.
/// </summary>
public sealed class ScriptedEngineTests
{
    private const string Ok = """{"id":1,"result":"OK","error":null}""";

    private readonly EngineConversation _world = new();

    private ScriptedEngine Engine => _world.Engine;

    [Fact]
    public void Repetition_is_charged_as_recorded()
    {
        // The table of wire/README.md: balance 10; 60 s cost 0.6, the whole call of 85 s 0.6418.
        const decimal WholeCall = 0.6418m;
        EngineConversation.Client client = _world.Connect();
        Assert.Contains("\"MaxUsage\":60000000000", client.Call("InitiateSession", Event("c1", "60s")), StringComparison.Ordinal);
        Assert.Equal(9.4m, Balance());
        Assert.Equal("EXISTS", Error(client.Call("InitiateSession", Event("c1", "60s"))));
        Assert.Equal(9.4m, Balance());
        Assert.Equal(Ok, client.Call("TerminateSession", Event("c1", "85s")));
        Assert.Equal(9.3582m, Balance());
        Assert.Equal(Ok, client.Call("TerminateSession", Event("c1", "85s")));
        Assert.Equal(8.7164m, Balance());
        Assert.Equal(Ok, client.Call("ProcessCDR", Event("c1", "85s")));
        Assert.Equal("PARTIALLY_EXECUTED", Error(client.Call("ProcessCDR", Event("c1", "85s"))));
        Assert.Equal(8.7164m, Balance());
        client.Call("InitiateSession", Event("c2", "60s"));
        Assert.Equal(Ok, client.Call("TerminateSession", Event("c2", "85s")));
        Assert.Equal(8.0746m, Balance());
        _world.Pass(TimeSpan.FromSeconds(13));
        Assert.Equal("", client.Call("ProcessCDR", Event("c2", "85s")));
        _world.Pass(TimeSpan.FromSeconds(11.9));
        Assert.Equal("", client.Listen());
        _world.Pass(TimeSpan.FromSeconds(0.1));
        Assert.Equal(Ok, client.Listen());
        Assert.Equal(7.4328m, Balance());

        decimal Balance() => 10 - Engine.Charges.GroupBy(charge => charge.OriginId).Sum(call =>
        {
            long seconds = call.Sum(charge => charge.Usage.Nanoseconds) / 1_000_000_000;
            return (seconds / 85 * WholeCall) + (seconds % 85 / 60 * 0.6m);
        });
    }

    [Theory]
    [InlineData(9.9, false, null, 85)]
    [InlineData(10.1, false, null, 170)]
    [InlineData(10.1, true, null, 85)]
    [InlineData(10.1, false, "*postpaid", 85)]
    [InlineData(0.1, false, "*pseudoprepaid", 85)]
    [InlineData(0.1, false, "*rated", 0)]
    public void A_late_CDR_is_charged_again_unless_the_engine_stores_session_costs(double lateS, bool storesSessionCosts, string? requestType, int charged)
    {
        Engine.StoresSessionCosts = storesSessionCosts;
        EngineConversation.Client client = _world.Connect();
        client.Call("InitiateSession", Event("c", "60s", requestType));
        client.Call("TerminateSession", Event("c", "85s", requestType));
        _world.Pass(TimeSpan.FromSeconds(lateS));
        client.Call("ProcessCDR", Event("c", "85s", requestType));
        _world.Pass(TimeSpan.FromSeconds(12));
        Assert.Equal(CgrDuration.FromSeconds(charged), Engine.Charged("c"));
        Assert.Single(Engine.Cdrs);
    }

    [Fact]
    public void A_refund_is_a_debit_below_zero()
    {
        EngineConversation.Client client = _world.Connect();
        client.Call("InitiateSession", Event("c", "60s"));
        client.Call("UpdateSession", Event("c", "30s"));
        client.Call("TerminateSession", Event("c", "70s"));
        Assert.Equal(
            [(60, ScriptedChargeKind.Reserved), (30, ScriptedChargeKind.Updated), (-20, ScriptedChargeKind.Terminated)],
            Engine.Charges.Select(charge => ((int)charge.Usage.WholeSeconds, charge.Kind)));
    }

    [Fact]
    public void Sessions_are_listed_by_run_and_counted_and_filtered()
    {
        EngineConversation.Client client = _world.Connect();
        Assert.Equal("NOT_FOUND", Error(client.Call("GetActiveSessions", "{}")));
        client.Call("InitiateSession", Event("a", "60s"));
        client.Call("InitiateSession", Event("b", "60s"));
        Assert.Equal(["a *raw", "a *default"], Runs("""{"Filters":["*string:~*req.OriginID:a"]}"""));
        Assert.Equal(["a *default", "b *default"], Runs("""{"Filters":["*string:~*req.RunID:*default","*string:~*req.OriginHost:"]}"""));
        Assert.Equal(["a *raw", "a *default", "b *raw"], Runs("""{"Limit":3,"Filters":["*string:~*req.OriginID:a|b"]}"""));
        client.Call("InitiateSession", Event("b|x:1", "60s"));
        Assert.Equal(["b *raw", "b|x:1 *raw"], Runs("""{"Filters":["*prefix:~*req.OriginID:b","*string:~*req.RunID:*raw"]}"""));

        // A bar divides values, so it cannot be part of one.
        Assert.Equal("NOT_FOUND", Error(client.Call("GetActiveSessions", """{"Filters":["*string:~*req.OriginID:c|x:1"]}""")));
        Assert.Equal("""{"id":1,"result":6,"error":null}""", client.Call("GetActiveSessionsCount", "{}"));

        IEnumerable<string> Runs(string query) => JsonDocument.Parse(client.Call("GetActiveSessions", query)).RootElement.GetProperty("result")
            .EnumerateArray().Select(run => $"{run.GetProperty("OriginID").GetString()} {run.GetProperty("RunID").GetString()}").ToArray();
    }

    [Fact]
    public void A_session_outlives_its_connection_for_a_while_and_is_then_ended_and_recorded_by_the_engine()
    {
        EngineConversation.Client client = _world.Connect();
        client.Call("InitiateSession", Event("c", "60s"));
        _world.Pass(TimeSpan.FromSeconds(20));
        client.Close();
        client = _world.Connect();
        Assert.Equal("EXISTS", Error(client.Call("InitiateSession", Event("c", "60s"))));
        _world.Pass(Engine.OrphanTime);
        Assert.Equal("NOT_FOUND", Error(client.Call("GetActiveSessions", "{}")));
        Assert.Equal(CgrDuration.FromSeconds(25), Engine.Charged("c"));
        Assert.Equal("PARTIALLY_EXECUTED", Error(client.Call("ProcessCDR", Event("c", "85s"))));
    }

    [Fact]
    public void A_session_whose_connection_is_gone_cannot_be_asked_for_and_ends()
    {
        EngineConversation.Client client = _world.Connect(), other = _world.Connect();
        client.Call("InitiateSession", Event("c", "60s"));
        client.Close();
        Assert.Equal("", other.Listen());
        Assert.False(Engine.Disconnect("c", "INSUFFICIENT_CREDIT"));
        Assert.Equal("", other.Listen());
        Assert.Empty(Engine.Sessions);
    }

    [Fact]
    public void A_one_way_client_cannot_be_asked()
    {
        EngineConversation.Client client = _world.Connect(RpcPort.OneWay);
        client.Call("InitiateSession", Event("c", "60s"));
        Assert.False(Engine.Disconnect("c", "INSUFFICIENT_CREDIT"));
        Assert.Empty(Engine.Sessions);
    }

    [Fact]
    public void Terminate_waits_for_the_lock_that_a_disconnect_holds()
    {
        EngineConversation.Client client = _world.Connect();
        client.Call("InitiateSession", Event("c", "60s"));
        client.Call("InitiateSession", Event("d", "60s"));
        Assert.True(Engine.Disconnect("c", "INSUFFICIENT_CREDIT"));
        Assert.Equal(
            """{"method":"SessionSv1.DisconnectSession","id":1,"params":[{"Reason":"INSUFFICIENT_CREDIT","EventStart":{"OriginID":"c","OriginHost":"","Account":"1001","Destination":""}}]}""",
            client.Listen());
        Assert.Equal("", client.Call("TerminateSession", Event("c", "10s")));
        Assert.Equal(Ok, client.Call("TerminateSession", Event("d", "10s")));
        Assert.Equal(Ok, client.Say("""{"id":1,"result":"OK","error":null}"""));
        Assert.Equal(CgrDuration.FromSeconds(10), Engine.Charged("c"));
    }

    [Fact]
    public void Agreed_to_end_a_session_stays_open_until_the_client_terminates_it()
    {
        EngineConversation.Client client = _world.Connect();
        client.Call("InitiateSession", Event("c", "60s"));
        Engine.Disconnect("c", "INSUFFICIENT_CREDIT");
        client.Say("""{"id":1,"result":"OK","error":null}""");
        _world.Pass(TimeSpan.FromMinutes(1));
        Assert.Single(Engine.Sessions);
    }

    [Fact]
    public void Refused_the_end_of_a_session_is_asked_for_six_times_and_then_made()
    {
        EngineConversation.Client client = _world.Connect();
        client.Call("InitiateSession", Event("c", "60s"));
        Engine.Disconnect("c", "INSUFFICIENT_CREDIT");
        List<string> reasons = [];
        for (string asked = client.Listen(); asked.Length > 0; asked = client.Say($$"""{"id":{{reasons.Count}},"result":null,"error":"NO"}"""))
        {
            reasons.Add(JsonDocument.Parse(asked).RootElement.GetProperty("params")[0].GetProperty("Reason").GetString()!);
        }

        Assert.Equal([.. Enumerable.Repeat("INSUFFICIENT_CREDIT", 5), "FORCED_DISCONNECT"], reasons);
        Assert.Equal(ScriptedChargeKind.EndedByEngine, Assert.Single(Engine.Charges, charge => charge.Kind != ScriptedChargeKind.Reserved).Kind);
    }

    [Fact]
    public void A_client_that_does_not_answer_refuses()
    {
        EngineConversation.Client client = _world.Connect();
        client.Call("InitiateSession", Event("c", "60s"));
        Engine.Disconnect("c", "INSUFFICIENT_CREDIT");
        Assert.Equal("", Join(client.Listen(), client.Call("TerminateSession", Event("c", "10s")), "DisconnectSession"));
        _world.Pass(6 * Engine.ClientTimeout);

        // The engine has ended it; the Terminate that waited meets no session, and is charged in one shot.
        Assert.EndsWith(Ok, client.Listen(), StringComparison.Ordinal);
        Assert.Equal(
            [ScriptedChargeKind.Reserved, ScriptedChargeKind.EndedByEngine, ScriptedChargeKind.OneShot], Engine.Charges.Select(charge => charge.Kind));

        static string Join(string asked, string answer, string expected) => asked.Contains(expected, StringComparison.Ordinal) ? answer : asked;
    }

    [Fact]
    public void Sessions_that_no_client_names_are_ended_by_a_sync()
    {
        EngineConversation.Client client = _world.Connect(), other = _world.Connect();
        client.Call("InitiateSession", Event("a", "60s"));
        client.Call("InitiateSession", Event("b", "60s"));
        Engine.SyncSessions();
        const string Asked = """{"method":"SessionSv1.GetActiveSessionIDs","id":1,"params":[""]}""";
        Assert.Equal((Asked, Asked), (client.Listen(), other.Listen()));
        client.Call("InitiateSession", Event("late", "60s"));
        Assert.Equal("", client.Say("""{"id":1,"result":[{"OriginHost":"","OriginID":"a"}],"error":null}"""));
        Assert.Equal("", other.Say("""{"id":1,"result":null,"error":"busy"}"""));
        Assert.Contains("\"FORCED_DISCONNECT\",\"EventStart\":{\"OriginID\":\"b\"", client.Listen(), StringComparison.Ordinal);
        Assert.Equal(["a", "late"], Engine.Sessions.Select(session => session.OriginId));
    }

    [Fact]
    public void Without_a_client_a_sync_ends_everything()
    {
        EngineConversation.Client client = _world.Connect();
        client.Call("InitiateSession", Event("a", "60s"));
        client.Close();
        client.Listen();
        Engine.SyncSessions();
        Assert.Empty(Engine.Sessions);
    }

    [Theory]
    [InlineData(RpcPort.OneWay, """{"method":"SessionSv1.Nope","params":[{}]}""", """{"id":null,"result":null,"error":"rpc: can't find method SessionSv1.Nope"}""")]
    [InlineData(RpcPort.OneWay, """{"method":"SessionSv1.Ping","params":[{}],"id":"x"}""", """{"id":"x","result":"Pong","error":null}""")]
    [InlineData(RpcPort.TwoWay, """{"method":"SessionSv1.Nope","params":[{}],"id":2}""", """{"id":2,"result":null,"error":"birpc: can't find method SessionSv1.Nope"}""")]
    [InlineData(RpcPort.TwoWay, """{"method":"SessionSv1.Ping","params":[{}],"id":null}""", "")]
    public void Each_port_has_its_own_words_and_ids(RpcPort port, string request, string answer) =>
        Assert.Equal(answer, _world.Connect(port).Say(request));

    [Fact]
    public void A_grant_is_what_was_asked_for_up_to_the_limit()
    {
        EngineConversation.Client client = _world.Connect();
        Assert.Equal("""{"id":1,"result":{"MaxUsage":17000000000},"error":null}""", client.Call("AuthorizeEvent", Event("c", "17s")));
        Assert.Equal("""{"id":1,"result":{"MaxUsage":3600000000000},"error":null}""", client.Call("AuthorizeEvent", Event("c", "3601s")));
        Assert.Equal("""{"id":1,"result":{"MaxUsage":3600000000000},"error":null}""", client.Call("AuthorizeEvent", """{"Event":{}}"""));
    }

    private static string Event(string originId, string usage, string? requestType = null) =>
        $$$"""{"Event":{"OriginID":"{{{originId}}}","OriginHost":"","Account":"1001","Usage":"{{{usage}}}"{{{(requestType is null ? "" : $",\"RequestType\":\"{requestType}\"")}}}}}""";

    private static string? Error(string answer) => JsonDocument.Parse(answer).RootElement.GetProperty("error").GetString();
}
