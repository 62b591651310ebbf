using System.Text.Json;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Charging.Tests;

/// <summary>CDRs are found by what they say, and only those.</summary>
public sealed class CdrApiTests
{
    private readonly MemoryClient _client = new(new ChargingEngine(new EngineOptions(), TariffLoader.LoadTutorial(), new ManualTimeProvider()), RpcPort.OneWay);

    public CdrApiTests()
    {
        Record("c1", "1001", "1002", "1515344400", "85s");
        Record("c2", "1001", "1003", "1515348000", "20s");
        Record("c3", "1002", "1001", "1515351600", "0s");
    }

    [Theory]
    [InlineData("{}", "c1 c2 c3")]
    [InlineData("""{"Accounts":["1001"]}""", "c1 c2")]
    [InlineData("""{"NotAccounts":["1001"]}""", "c3")]
    [InlineData("""{"Accounts":["1001","1002"],"DestinationPrefixes":["1003","1001"]}""", "c2 c3")]
    [InlineData("""{"OriginIDs":["c3","c1"]}""", "c1 c3")]
    [InlineData("""{"AnswerTimeStart":"2018-01-07T18:00:00Z"}""", "c2 c3")]
    [InlineData("""{"AnswerTimeEnd":"2018-01-07T18:00:00Z"}""", "c1")]
    [InlineData("""{"MinUsage":"20s","MaxUsage":"85s"}""", "c2")]
    [InlineData("""{"Costs":[0.6418]}""", "c1")]
    [InlineData("""{"ExtraFields":{"DisconnectCause":"c2"}}""", "c2")]
    [InlineData("""{"NotExtraFields":{"DisconnectCause":"c2"}}""", "c1 c3")]
    [InlineData("""{"Offset":1,"Limit":1}""", "c2")]
    public void A_filter_finds_what_it_says(string filter, string found)
    {
        string runFilter = filter == "{}" ? """{"RunIDs":["*default"]}""" : $$"""{"RunIDs":["*default"],{{filter[1..]}}""";
        Assert.Equal(found, string.Join(' ', _client.Ask("APIerSv2.GetCDRs", runFilter).EnumerateArray().Select(cdr => cdr.GetProperty("OriginID").GetString())));
        Assert.Equal(found.Split(' ').Length, _client.Ask("CDRsV1.GetCDRsCount", runFilter).GetInt32());
    }

    [Theory]
    [InlineData("""{"CreatedAtStart":"2018-01-07T18:00:00Z"}""", "NOT_IMPLEMENTED: CreatedAt")]
    [InlineData("""{"ExtraArgs":{"MinCost":1}}""", "NOT_IMPLEMENTED: ExtraArgs")]
    [InlineData("""{"Accounts":"1001"}""", "json: WrongType at byte 12, member Accounts")]
    [InlineData("[]", "json: WrongType at byte 0")]
    public void What_cannot_be_asked_is_refused_instead_of_answered_with_too_much(string filter, string error) =>
        Assert.Equal(error, _client.AskForError("CDRsV1.GetCDRs", filter));

    [Fact]
    public void Both_forms_say_the_same()
    {
        JsonElement external = _client.Ask("APIerSv2.GetCDRs", """{"OriginIDs":["c1"],"RunIDs":["*default"]}""")[0];
        JsonElement plain = _client.Ask("CDRsV1.GetCDRs", """{"OriginIDs":["c1"],"RunIDs":["*default"]}""")[0];
        Assert.Equal(("1m25s", 85_000_000_000), (external.GetProperty("Usage").GetString(), plain.GetProperty("Usage").GetInt64()));
        Assert.Equal(external.GetProperty("CostDetails").GetString(), plain.GetProperty("CostDetails").GetRawText());
        Assert.Equal(0.64175m, plain.GetProperty("CostDetails").GetProperty("Cost").GetDecimal());
        Assert.Equal(0.6418m, plain.GetProperty("Cost").GetDecimal());
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(20, "20ns")]
    [InlineData(1_500_000, "1.5ms")]
    [InlineData(20_000_000_000, "20s")]
    [InlineData(85_000_000_000, "1m25s")]
    [InlineData(3_600_500_000_000, "1h0m0.5s")]
    [InlineData(-90_000_000_000, "-1m30s")]
    public void Lengths_of_time_are_written_as_Go_does(long nanoseconds, string text) => Assert.Equal(text, ApiJson.Duration(nanoseconds));

    private void Record(string originId, string account, string destination, string answerTime, string usage) => _client.Ask(
        "SessionSv1.ProcessCDR",
        $$$"""{"Event":{"OriginID":"{{{originId}}}","Account":"{{{account}}}","Destination":"{{{destination}}}","AnswerTime":"{{{answerTime}}}","Usage":"{{{usage}}}","DisconnectCause":"{{{originId}}}"}}""");
}
