using System.Text.Json;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Charging.Tests;

/// <summary>Clients of the generation before rc8 are served under <c>SMGenericV1</c>: flat events, grants as whole seconds, the same charges.</summary>
public sealed class PreRc8Tests(ITestOutputHelper output)
{
    private const string Call =
        """{"OriginID":"o-1","OriginHost":"edge","RequestType":"*prepaid","Account":"1001","Destination":"1002","AnswerTime":"1795206031","Usage":"{0}"}""";

    private readonly ChargingEngine _engine = new(new EngineOptions { DebitInterval = TimeSpan.Zero }, TariffLoader.LoadTutorial(), new ManualTimeProvider());

    [Theory]
    [InlineData(RpcPort.OneWay)]
    [InlineData(RpcPort.TwoWay)]
    public void A_call_is_charged_as_in_the_current_dialect(RpcPort port)
    {
        MemoryClient client = new(_engine, port);
        Assert.Equal("85", client.Ask("SMGenericV1.GetMaxUsage", Lasting("85.9s")).GetRawText());
        Assert.Equal("60", client.Ask("SMGenericV1.InitiateSession", Lasting("60s")).GetRawText());
        Assert.Equal("EXISTS", client.AskForError("SMGenericV1.InitiateSession", Lasting("60s")));
        Assert.Equal("25", client.Ask("SMGenericV1.UpdateSession", Lasting("25s")).GetRawText());
        Assert.Equal(1, _engine.OpenSessionCount);
        Assert.Equal("OK", client.Ask("SMGenericV1.TerminateSession", Lasting("85s")).GetString());
        Assert.Equal("OK", client.Ask("SMGenericV1.ProcessCDR", Lasting("85s")).GetString());

        CallDetailRecord cdr = Assert.Single(_engine.Cdrs, cdr => cdr.RunId == "*default");
        Assert.Equal((0.6418m, 85, "*sessions"), (cdr.Cost, cdr.Usage.WholeSeconds, cdr.CostSource));
    }

    [Fact]
    public void A_client_is_asked_for_the_end_of_a_call_under_the_name_it_knows()
    {
        MemoryClient client = new(_engine);
        client.Ask("SMGenericV1.InitiateSession", Lasting("60s"));
        client.Ask("SessionSv1.ForceDisconnect", "{}");
        JsonElement request = client.Answer();
        Assert.Equal("SMGClientV1.DisconnectSession", request.GetProperty("method").GetString());
        Assert.Equal("o-1", request.GetProperty("params")[0].GetProperty("EventStart").GetProperty("OriginID").GetString());
    }

    [Fact]
    public void No_money_is_no_seconds_and_an_unknown_account_an_error()
    {
        MemoryClient client = new(_engine);
        _engine.SetMoney("cgrates.org", "1001", "test", 0);
        Assert.Equal("0", client.Ask("SMGenericV1.GetMaxUsage", Lasting("60s")).GetRawText());
        Assert.Equal("RALS_ERROR:ACCOUNT_NOT_FOUND", client.AskForError("SMGenericV1.GetMaxUsage", Lasting("60s").Replace("\"1001\"", "\"9999\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void What_the_reference_module_said_of_its_calls_becomes_their_records()
    {
        int calls = 0;
        foreach (string line in SharedFiles.RequireLines("wire/opensips-module.jsonl"))
        {
            JsonElement recording = JsonDocument.Parse(line).RootElement;
            string test = recording.GetProperty("test").GetString()!;
            if (test is not ("102-compat-basic" or "103-compat-basic-ring" or "105-compat-callee-bye"))
            {
                continue;
            }

            ChargingEngine engine = new(new EngineOptions(), TariffLoader.LoadTutorial(), new ManualTimeProvider());
            MemoryClient client = new(engine);
            JsonElement cdrEvent = default;
            foreach (JsonElement request in recording.GetProperty("messages").EnumerateArray()
                .Where(message => message.GetProperty("from").GetString() == "client")
                .Select(message => JsonDocument.Parse(message.GetProperty("text").GetString()!).RootElement))
            {
                string method = request.GetProperty("method").GetString()!;
                JsonElement result = client.Ask(method, request.GetProperty("params")[0].GetRawText());

                // What the module needs: a whole number where it asked for time.
                bool isGrant = method is "SMGenericV1.GetMaxUsage" or "SMGenericV1.InitiateSession";
                Assert.Equal(isGrant ? "10800" : "\"OK\"", result.GetRawText());
                cdrEvent = request.GetProperty("params")[0];
            }

            CallDetailRecord cdr = Assert.Single(engine.Cdrs, cdr => cdr.RunId == "*default");
            Assert.Equal(cdrEvent.GetProperty("OriginID").GetString(), cdr.OriginId);
            Assert.Equal(cdrEvent.GetProperty("Usage").GetString(), $"{cdr.Usage.WholeSeconds}s");
            Assert.Equal(cdrEvent.GetProperty("DisconnectCause").GetString(), cdr.ExtraFields["DisconnectCause"]);
            Assert.True(cdr.Cost > 0, test);
            Assert.Equal(0, engine.OpenSessionCount);
            calls++;
        }

        output.WriteLine($"{calls} recorded calls charged.");
        Assert.Equal(3, calls);
    }

    private static string Lasting(string usage) => Call.Replace("{0}", usage, StringComparison.Ordinal);
}
