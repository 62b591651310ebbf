using System.Text.Json;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Charging.Tests;

/// <summary>Operators change accounts by the API: what they say is changed, the rest stays.</summary>
public sealed class AccountApiTests
{
    private readonly MemoryClient _client = new(new ChargingEngine(new EngineOptions(), TariffLoader.LoadTutorial(), new ManualTimeProvider()), RpcPort.OneWay);

    [Fact]
    public void Setting_a_balance_changes_only_what_is_said()
    {
        _client.Ask("APIerSv1.SetBalance", """{"Account":"a","BalanceType":"*monetary","Value":5,"Balance":{"ID":"b","Weight":7,"DestinationIDs":"DST_1002","Blocker":true,"ExpiryTime":"2030-01-01T00:00:00Z"}}""");
        _client.Ask("APIerSv1.SetBalance", """{"Account":"a","BalanceType":"*monetary","Value":6,"Balance":{"ID":"b"}}""");
        JsonElement balance = Balance("a", "*monetary");
        Assert.Equal((6, 7, true), (balance.GetProperty("Value").GetDecimal(), balance.GetProperty("Weight").GetDecimal(), balance.GetProperty("Blocker").GetBoolean()));
        Assert.True(balance.GetProperty("DestinationIDs").GetProperty("DST_1002").GetBoolean());
        Assert.Equal("2030-01-01T00:00:00Z", balance.GetProperty("ExpirationDate").GetString());
    }

    [Fact]
    public void Adding_and_debiting_change_the_same_balance()
    {
        _client.Ask("APIerSv1.AddBalance", """{"Account":"a","BalanceType":"*monetary","Value":5,"Balance":{"ID":"b"}}""");
        _client.Ask("APIerSv1.AddBalance", """{"Account":"a","BalanceType":"*monetary","Value":0.25,"Balance":{"ID":"b"}}""");
        _client.Ask("APIerSv1.DebitBalance", """{"Account":"a","BalanceType":"*monetary","Value":1,"Balance":{"ID":"b"}}""");
        Assert.Equal(4.25m, Balance("a", "*monetary").GetProperty("Value").GetDecimal());
    }

    [Fact]
    public void A_disabled_account_is_not_authorised()
    {
        const string Authorize = """{"GetMaxUsage":true,"Event":{"Account":"1001","Destination":"1002","RequestType":"*prepaid","SetupTime":"1515344400"}}""";
        Assert.Equal(5_688_000_000_000, _client.Ask("SessionSv1.AuthorizeEvent", Authorize).GetProperty("MaxUsage").GetInt64());
        _client.Ask("APIerSv1.SetAccount", """{"Account":"1001","ExtraOptions":{"Disabled":true}}""");
        Assert.Equal("RALS_ERROR:ACCOUNT_DISABLED", _client.AskForError("SessionSv1.AuthorizeEvent", Authorize));
        _client.Ask("APIerSv1.SetAccount", """{"Account":"1001","ExtraOptions":{"Disabled":false,"AllowNegative":true}}""");
        Assert.Equal(-1, _client.Ask("SessionSv1.AuthorizeEvent", Authorize).GetProperty("MaxUsage").GetInt64());
    }

    [Fact]
    public void A_value_too_large_to_count_with_is_refused()
    {
        Assert.Equal("SERVER_ERROR: VALUE_TOO_LARGE", _client.AskForError("APIerSv1.SetBalance", """{"Account":"a","BalanceType":"*monetary","Value":1e19,"Balance":{"ID":"b"}}"""));
        _client.Ask("APIerSv1.SetBalance", """{"Account":"a","BalanceType":"*monetary","Value":1e18,"Balance":{"ID":"b"}}""");
        Assert.Equal("SERVER_ERROR: VALUE_TOO_LARGE", _client.AskForError("APIerSv1.AddBalance", """{"Account":"a","BalanceType":"*monetary","Value":1,"Balance":{"ID":"b"}}"""));
    }

    private JsonElement Balance(string account, string type) =>
        Assert.Single(_client.Ask("APIerSv2.GetAccount", $$"""{"Account":"{{account}}"}""").GetProperty("BalanceMap").GetProperty(type).EnumerateArray());
}
