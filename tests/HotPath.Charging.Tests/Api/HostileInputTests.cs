using System.Text;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Charging.Tests;

/// <summary>Whatever a client sends, the engine answers or closes the connection, throws nothing and keeps running (pain 26).</summary>
public sealed class HostileInputTests
{
    private static readonly string[] s_methods =
    [
        "SessionSv1.AuthorizeEvent", "SessionSv1.AuthorizeEventWithDigest", "SessionSv1.InitiateSession", "SessionSv1.UpdateSession",
        "SessionSv1.TerminateSession", "SessionSv1.ProcessCDR", "SessionSv1.GetActiveSessions", "SessionSv1.GetActiveSessionsCount",
        "SessionSv1.ForceDisconnect", "APIerSv1.GetCost", "APIerSv2.GetAccount", "APIerSv2.GetAccounts", "APIerSv1.SetBalance",
        "APIerSv1.AddBalance", "APIerSv1.SetAccount", "APIerSv2.GetCDRs", "CDRsV1.GetCDRs", "CoreSv1.Status", "SessionSv1.Ping",
        "SMGenericV1.GetMaxUsage", "SMGenericV1.InitiateSession", "SMGenericV1.UpdateSession", "SMGenericV1.TerminateSession", "SMGenericV1.ProcessCDR",
    ];

    private static readonly string[] s_values =
    [
        "null", "true", "0", "-1", "1e400", "-1e-400", "9223372036854775808", "\"\"", "\"x\"", "\"9999999999999999999999s\"", "\"\\ud800\"", "[]", "[{}]",
        "{}", "{\"Event\":1}", "\"2014-02-30T99:99:99Z\"", "\"*unlimited\"", "\"-5s\"", "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59Z\"", "1e17",
        "1e28", "-79228162514264337593543950335", "9223372036854775807", "\"2562047h\"", "\"*prepaid\"", "\"0s\"", "\"*monetary\"",
    ];

    private static readonly string[] s_members =
    [
        "Tenant", "Account", "Subject", "Destination", "Category", "ToR", "RequestType", "OriginID", "OriginHost", "SetupTime", "AnswerTime",
        "Usage", "LastUsed", "CGRDebitInterval", "Value", "BalanceType", "Balance", "Filters", "AccountIDs", "OriginIDs", "Costs", "ExtraFields", "Limit", "GetMaxUsage",
        "InitSession", "Event", "APIOpts", "CGREvent",
    ];

    private readonly ManualTimeProvider _clock = new();
    private readonly ITestOutputHelper _output;
    private readonly ChargingEngine _engine;

    public HostileInputTests(ITestOutputHelper output)
    {
        _output = output;
        _engine = new ChargingEngine(new EngineOptions(), TariffLoader.LoadTutorial(), _clock);
    }

    [Fact]
    public void Values_of_every_kind_in_every_member_are_answered()
    {
        Random random = new(3);
        for (int i = 0; i < 6_000; i++)
        {
            MemoryClient client = new(_engine, i % 2 == 0 ? RpcPort.OneWay : RpcPort.TwoWay);
            string request = $$$"""{"method":"{{{Pick(s_methods)}}}","id":7,"params":[{"GetMaxUsage":true,"InitSession":true,"UpdateSession":true,"TerminateSession":true,"GetAttributes":true,{{{Members()}}},"Event":{"OriginID":"{{{random.Next(50)}}}","Account":"1001","Destination":"1002","RequestType":"*prepaid","AnswerTime":"1795205806",{{{Members()}}}}}]}""";
            Assert.True(client.Send(request).Count == 1 || client.IsClosed, request);
            if (i % 50 == 0)
            {
                _clock.AdvanceMs(random.Next(10_000));
                _engine.Advance();
            }
        }

        string Pick(string[] choices) => choices[random.Next(choices.Length)];
        string Members() => string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => $"\"{Pick(s_members)}\":{Pick(s_values)}"));
    }

    [Fact]
    public void Recorded_requests_with_bytes_changed_are_answered_or_end_the_connection()
    {
        Random random = new(5);
        int cases = 0;
        foreach (string line in SharedFiles.RequireLines("wire/engine-v0.11-dev.jsonl"))
        {
            byte[] request = Encoding.UTF8.GetBytes(System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("request").GetString()!);
            for (int i = 0; i < 8; i++, cases++)
            {
                byte[] changed = [.. request];
                for (int change = random.Next(1, 4); change > 0; change--)
                {
                    changed[random.Next(changed.Length)] = (byte)random.Next(256);
                }

                MemoryClient client = new(_engine, cases % 2 == 0 ? RpcPort.OneWay : RpcPort.TwoWay);
                client.Send(changed);
            }
        }

        _output.WriteLine($"{cases} changed requests");
        Assert.Equal("Pong", new MemoryClient(_engine).Ask("SessionSv1.Ping", "{}").GetString());
    }
}
