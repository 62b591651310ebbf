using System.Text;
using System.Text.Json;
using HotPath.Commands;
using HotPath.Rpc;
using HotPath.Testing;

namespace HotPath.Billing.Tests;

/// <summary>Promise: what calls owe outlives the client that opened them, and the program knows its calls again.</summary>
public sealed class BillingJournalTests : IDisposable
{
    private const string CallId = "call-1";

    private readonly string _folder = Directory.CreateTempSubdirectory("hotpath-billing-").FullName;
    private readonly ScriptedEngineHost _engine = new(new ScriptedEngine { OrphanTime = TimeSpan.FromHours(1) });

    private static CancellationToken Soon => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(JournalLevel.Process)]
    [InlineData(JournalLevel.Power)]
    public async Task A_call_that_still_runs_goes_on_and_is_ended_once(JournalLevel level)
    {
        await LeaveACallAsync(level, "leg-7");
        JournaledSession? found = null;
        int connections = _engine.Invoke(engine => engine.Accepted);
        BillingClient billing = Connect(level, session =>
        {
            Assert.Equal(connections, _engine.Invoke(engine => engine.Accepted));
            found = session;
            return true;
        });
        await using (billing)
        {
            ChargedCall call = Assert.Single(billing.Recovered);
            Assert.Equal((CallId, "leg-7"), (call.OriginId, Encoding.UTF8.GetString(call.State.Span)));
            Assert.Equal((CallId, "1001", "1002", "leg-7"), (found!.OriginId, found.Account, found.Destination, Encoding.UTF8.GetString(found.OwnerState.Span)));
            Assert.Equal(BillingResult.Allowed(CgrDuration.FromSeconds(3600)), call.Authorization);
            Assert.Equal(call.Authorization, await call.AnswerAsync().WaitAsync(Soon));
            Assert.Equal(SettlementKind.CdrDelivered, (await call.EndAsync(EndCause.CalleeBye).WaitAsync(Soon)).Kind);
        }

        AssertChargedOnce("Upstream BYE", isEstimated: false);
        await using BillingClient next = Connect(level, _ => throw new InvalidOperationException("nothing is left to ask for"));
        Assert.Empty(next.Recovered);
    }

    [Fact]
    public async Task A_call_that_nobody_speaks_for_is_ended_as_of_the_last_sign_of_life()
    {
        await LeaveACallAsync(JournalLevel.Process, "");
        await using BillingClient billing = Connect(JournalLevel.Process, resumes: null);
        Assert.Empty(billing.Recovered);
        Assert.All(await billing.EndAllAsync(EndCause.Shutdown, Soon), settled => Assert.Equal(SettlementKind.CdrDelivered, settled.Kind));
        Assert.Equal(1, billing.Statistics.Restored);
        AssertChargedOnce("Edge Restart", isEstimated: true);
    }

    [Fact]
    public async Task What_the_program_says_of_a_call_may_change_while_it_runs()
    {
        await LeaveACallAsync(JournalLevel.Process, "before", "after");
        await using BillingClient billing = Connect(JournalLevel.Process, _ => true);
        Assert.Equal("after", Encoding.UTF8.GetString(Assert.Single(billing.Recovered).State.Span));
    }

    [Fact]
    public async Task A_second_client_gets_no_folder_that_is_owned()
    {
        await using BillingClient owner = Connect(JournalLevel.Process, resumes: null);
        IOException refusal = Assert.Throws<IOException>(() => Connect(JournalLevel.Process, resumes: null));
        Assert.Contains(_folder, refusal.Message);
    }

    [Fact]
    public async Task Too_much_of_it_is_a_mistake()
    {
        await using BillingClient billing = Connect(JournalLevel.Process, resumes: null);
        Assert.Throws<ArgumentOutOfRangeException>(() => { _ = billing.AuthorizeAsync(CallId, "1001", "1002", state: new byte[ChargedCall.MaxStateLength + 1]); });
    }

    public void Dispose()
    {
        _engine.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private BillingClient Connect(JournalLevel level, Func<JournaledSession, bool>? resumes) => BillingClient.Connect(
        new EngineClientOptions { Engines = [_engine.Address] },
        new ChargingProfile { OriginHost = "my-edge" },
        new BillingJournalOptions { Folder = _folder, Level = level, Resumes = resumes });

    /// <summary>A client that is closed in the middle of a call.</summary>
    private async Task LeaveACallAsync(JournalLevel level, params string[] states)
    {
        await using BillingClient billing = Connect(level, resumes: null);
        ChargedCall call = await billing.AuthorizeAsync(CallId, "1001", "1002", state: Encoding.UTF8.GetBytes(states[0])).WaitAsync(Soon);
        Assert.True((await call.AnswerAsync().WaitAsync(Soon)).IsOk);
        foreach (string state in states[1..])
        {
            call.SetState(Encoding.UTF8.GetBytes(state));
        }
    }

    private void AssertChargedOnce(string cause, bool isEstimated)
    {
        string[] methods = _engine.Invoke(engine => engine.Requests.Select(request => request.Method).ToArray());
        Assert.Single(methods, "SessionSv1.InitiateSession");
        Assert.Single(methods, "SessionSv1.TerminateSession");
        using JsonDocument cdr = JsonDocument.Parse(Assert.Single(_engine.Invoke(engine => engine.Cdrs.ToArray())));
        JsonElement fields = cdr.RootElement.GetProperty("Event");
        Assert.Equal((cause, isEstimated), (fields.GetProperty("DisconnectCause").GetString(), fields.TryGetProperty("EndEstimated", out _)));
    }
}
