using System.Diagnostics;
using System.Text.Json;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>
/// Promise: what an engine asks is answered so that neither side waits for the other: "OK" to the end of a call before its Terminate, and
/// the whole list of active sessions however long it is, in little time and without allocating.
/// </summary>
public sealed class EngineQuestionsTests(ITestOutputHelper output)
{
    private const int ManySessions = 50_000;

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public async Task An_engine_that_holds_Terminate_back_until_it_has_its_answer_gets_the_answer_first(int calls)
    {
        CancellationToken soon = TestContext.Current.CancellationToken;
        using ScriptedEngineHost engine = new();
        await using BillingClient billing = BillingClient.Connect(
            new EngineClientOptions { Engines = [engine.Address] }, new ChargingProfile { OriginHost = "edge-1" });
        List<Task<CallSettlement>> ends = [];
        for (int i = 0; i < calls; i++)
        {
            ChargedCall call = await billing.AuthorizeAsync($"call-{i}", "1001", "1002").WaitAsync(soon);
            await call.AnswerAsync().WaitAsync(soon);
            ends.Add(EndWhenAskedTo(call));
        }

        TerminatesBeforeAnswers watch = new();
        long started = Stopwatch.GetTimestamp();
        engine.Invoke(scripted =>
        {
            watch.Engine = scripted;
            for (int i = 0; i < calls; i++)
            {
                Assert.True(scripted.Disconnect($"call-{i}", "INSUFFICIENT_CREDIT", watch, "edge-1"));
            }
        });
        CallSettlement[] settled = await Task.WhenAll(ends).WaitAsync(soon);
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        Assert.All(settled, one => Assert.Equal(SettlementKind.CdrDelivered, one.Kind));
        Assert.Equal((calls, 0), engine.Invoke(_ => (watch.Answers, watch.TooEarly)));
        Assert.Equal(calls, engine.Invoke(scripted => scripted.Charges.Count));
        Assert.Equal(0, billing.Statistics.Queries);

        // A Terminate that had to wait for the lock would have waited for the deadline of one of the two questions.
        Assert.True(took < TimeSpan.FromSeconds(2), $"it took {took.TotalSeconds:0.0} s");

        static async Task<CallSettlement> EndWhenAskedTo(ChargedCall call) => await call.EndAsync(await call.EndRequested);
    }

    [Fact]
    public void Fifty_thousand_active_sessions_are_named_exactly_at_once_and_without_allocating()
    {
        ChargingSessions sessions = new(new GrantingEngineClient(), new ManualTimeProvider());
        ChargingProfile profile = new() { OriginHost = "edge-1.example.org" };
        HashSet<string> expected = [];
        for (int i = 0; i < ManySessions; i++)
        {
            string callId = $"{i:x8}-5a0c-4d7e-9c39-1f6d7a3b2e10@192.0.2.1";
            ChargingSession session = sessions.Open(NoOwner.Instance, profile, callId, "1001", "1002");
            session.Answer();
            if (i % 10 == 0)
            {
                session.End(EndCause.CallerBye);
            }
            else
            {
                expected.Add(callId);
            }
        }

        AskingEngine engine = new(sessions);
        JsonElement[] named = [.. JsonDocument.Parse(engine.Ask("AgentV1.GetActiveSessionIDs", "\"\"")).RootElement.EnumerateArray()];
        Assert.Equal(expected.Count, named.Length);
        Assert.True(expected.SetEquals(named.Select(session => session.GetProperty("OriginID").GetString()!)));
        Assert.All(named, session => Assert.Equal("edge-1.example.org", session.GetProperty("OriginHost").GetString()));

        double leastMs = double.MaxValue;
        int length = 0;
        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            long started = Stopwatch.GetTimestamp();
            length = engine.Ask("AgentV1.GetActiveSessionIDs"u8, "\"\""u8);
            leastMs = Math.Min(leastMs, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }));
        output.WriteLine($"{named.Length} sessions, {length} bytes, {leastMs:0.0} ms");
        Assert.True(leastMs < 250, $"the lane stood still for {leastMs:0} ms");
    }

    [Fact]
    public void Fifty_thousand_active_sessions_arrive_whole_over_a_connection_that_takes_little_at_a_time()
    {
        using ChargedEngines engines = new(engines: 1);
        engines.Network.WindowLength = 64 * 1024;
        ScriptedEngine engine = engines.Engines[ChargedEngines.A];
        for (int i = 0; i < ManySessions; i++)
        {
            engines.Sessions.Open(engines, engines.Profile, $"call-{i}", "1001", "1002").Answer();
            if (i % 1_000 == 0)
            {
                engines.Pass(20);
            }
        }

        engines.Pass(1_000);
        Assert.Equal(ManySessions, engine.Sessions.Count());

        // What no client names is ended.
        engine.SyncSessions();
        engines.Pass(5_000);
        Assert.Equal((ManySessions, 0), (engine.Sessions.Count(), engine.Charges.Count));
    }

    /// <summary>On the engine's thread.</summary>
    private sealed class TerminatesBeforeAnswers : IRpcCallHandler
    {
        public ScriptedEngine Engine { get; set; } = null!;

        public int Answers { get; private set; }

        public int TooEarly { get; private set; }

        public void OnAnswer(RpcServerLink link, long state, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error)
        {
            Assert.Equal("\"OK\""u8, result);
            TooEarly += Engine.Requests.Count(request => request.Method == "SessionSv1.TerminateSession") > Answers ? 1 : 0;
            Answers++;
        }

        public void OnLost(RpcServerLink link, long state) => Assert.Fail("the connection was lost");
    }
}
