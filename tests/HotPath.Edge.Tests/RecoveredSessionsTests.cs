using HotPath.Billing;
using HotPath.Rpc;
using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: after a restart the billing sessions of a call are one call again: it goes on with all of them or with none, one of them ends
/// it for all, each side hears one BYE, and each session is settled.
/// </summary>
public sealed class RecoveredSessionsTests : IDisposable
{
    private static readonly string[] s_both = ["call-1", "call-1|carrier"];

    private readonly CallBench _bench;
    private SimulatedDisk _disk = new();
    private FileJournal _journal;

    public RecoveredSessionsTests()
    {
        _journal = FileJournal.Open(_disk, new JournalOptions(), (_, _) => { }, out _);
        _bench = new CallBench(configure: file => Configure(file, "bye", "carrier"), journal: _journal);
    }

    [Fact]
    public void A_call_that_goes_on_is_ended_by_any_of_its_sessions_for_all()
    {
        Answer();
        CallBench next = Restart("resume");
        Assert.Equal((1, 1), (next.Lane.CallCount, next.Lane.RunningCalls));
        Assert.Equal(
            """[{"OriginHost":"edge-1","OriginID":"call-1"},{"OriginHost":"edge-1","OriginID":"call-1|carrier"}]""",
            new AskingEngine(next.Lane.EngineRequests).Ask("SessionSv1.GetActiveSessionIDs", "{}"));
        Assert.True(next.IsQuiet);

        Assert.Equal("\"OK\"", next.Disconnect("call-1|carrier"));
        Assert.Equal(["BYE to caller", "BYE to callee"], next.TakeAll());
        AssertSettled(next, "CGRateS Disconnect: TEST", s_both);
    }

    [Fact]
    public void A_call_that_does_not_go_on_is_ended_once_and_settled_for_all()
    {
        Answer();
        CallBench next = Restart("bye");
        Assert.Equal(["BYE to caller", "BYE to callee"], next.TakeAll());
        AssertSettled(next, "Edge Restart", s_both);
    }

    [Fact]
    public void The_end_that_one_session_has_written_down_is_the_end_of_all()
    {
        Answer();
        _disk.DyingWrite = _disk.Writes + 1;
        Assert.Throws<SimulatedCrashException>(() => _bench.Receive(CallBench.Callee, _bench.InDialog(DialogSide.Callee, "BYE", 1)));
        CallBench next = Restart("resume");
        Assert.Equal(["BYE to caller", "BYE to callee"], next.TakeAll());
        List<SentCommand> cdrs = Settle(next, "Upstream BYE", "call-1|carrier");

        // Of the other, Terminate may have been sent: it is asked about after a pause.
        next.Run(0.51);
        next.TakeAll();
        cdrs.AddRange(AssertSettled(next, "Upstream BYE", "call-1"));
        foreach (SentCommand cdr in cdrs)
        {
            Assert.Equal(("", "16"), (cdr.Event("EndEstimated"), cdr.Event("Q850Cause")));
        }
    }

    [Fact]
    public void A_call_of_which_a_session_was_not_written_down_does_not_go_on()
    {
        string invite = Invite();
        _disk.DyingWrite = _disk.Writes + 1;
        Assert.Throws<SimulatedCrashException>(() => _bench.Receive(CallBench.Callee, CallBench.Response(invite, 200)));
        CallBench next = Restart("resume");
        Assert.Equal(["BYE to caller", "BYE to callee"], next.TakeAll());
        Assert.Equal(1, next.Lane.UnsettledSessions);
    }

    [Fact]
    public void A_call_that_one_session_has_ended_does_not_go_on_with_the_other()
    {
        _bench.Receive(CallBench.Callee, CallBench.Response(Invite(), 200));
        _bench.Command("SessionSv1.InitiateSession").Fail(RpcStatus.EngineError, "RALS_ERROR:ACCOUNT_NOT_FOUND");
        _bench.Command("SessionSv1.InitiateSession").Reply(CallBench.OneHour);
        CallBench next = Restart("resume");
        Assert.Equal(["BYE to caller", "BYE to callee"], next.TakeAll());
        AssertSettled(next, "Edge Restart", "call-1|carrier");
    }

    [Fact]
    public void A_session_that_is_not_configured_any_more_is_settled_as_it_was_begun()
    {
        Answer();
        CallBench next = Restart("bye", tag: "other");
        next.TakeAll();
        List<SentCommand> cdrs = AssertSettled(next, "Edge Restart", s_both);
        Assert.Equal(("carrier-7", "*postpaid"), (cdrs[1].Event("Account"), cdrs[1].Event("RequestType")));
    }

    public void Dispose() => _journal.Dispose();

    private static EdgeConfigFile Configure(EdgeConfigFile file, string onResume, string tag)
    {
        file.Journal = new JournalConfig { Folder = "unused", OnResume = onResume };
        file.Sessions = [new SessionConfig { Tag = tag, Account = "carrier-7", RequestType = "*postpaid" }];
        return file;
    }

    private string Invite()
    {
        _bench.Receive(CallBench.Caller, _bench.InviteText());
        _bench.Command("SessionSv1.AuthorizeEvent").Reply(CallBench.OneHour);
        _bench.Command("SessionSv1.AuthorizeEvent").Reply(CallBench.OneHour);
        return _bench.Take(CallBench.Callee, "INVITE ", skip: true);
    }

    private void Answer()
    {
        _bench.Receive(CallBench.Callee, CallBench.Response(Invite(), 200));
        _bench.Command("SessionSv1.InitiateSession").Reply(CallBench.OneHour);
        _bench.Command("SessionSv1.InitiateSession").Reply(CallBench.OneHour);
        _bench.Receive(CallBench.Caller, _bench.InDialog(DialogSide.Caller, "ACK", 10));
    }

    /// <summary>The process dies, and another one finds the journal.</summary>
    private CallBench Restart(string onResume, string tag = "carrier")
    {
        JournalReplay replay = new();
        _disk = _disk.AfterProcessDeath();
        _journal = FileJournal.Open(_disk, new JournalOptions(), replay.Visit, out _);
        CallBench next = new(configure: file => Configure(file, onResume, tag), journal: _journal);
        next.Lane.Recover(replay, replay.Open);
        return next;
    }

    /// <summary>Each session is settled, and nothing is left of the call.</summary>
    /// <returns>The CDRs.</returns>
    private static List<SentCommand> AssertSettled(CallBench bench, string cause, params string[] originIds)
    {
        List<SentCommand> cdrs = Settle(bench, cause, originIds);
        Assert.True(bench.Engine.IsEmpty);
        bench.AssertForgotten();
        return cdrs;
    }

    /// <summary>Each session is found open on the engine, terminated and recorded, in this order.</summary>
    private static List<SentCommand> Settle(CallBench bench, string cause, params string[] originIds)
    {
        SentCommand[] questions = [.. originIds.Select(_ => bench.Command("SessionSv1.GetActiveSessions"))];
        List<SentCommand> cdrs = [];
        foreach ((SentCommand question, string originId) in questions.Zip(originIds))
        {
            question.Reply($$"""[{"OriginID":"{{originId}}","OriginHost":"edge-1"}]""");
            SentCommand terminate = bench.Command("SessionSv1.TerminateSession");
            terminate.Reply("\"OK\"");
            SentCommand cdr = bench.Command("SessionSv1.ProcessCDR");
            Assert.Equal((originId, originId, cause), (terminate.Event("OriginID"), cdr.Event("OriginID"), cdr.Event("DisconnectCause")));
            cdr.Reply("\"OK\"");
            cdrs.Add(cdr);
        }

        return cdrs;
    }
}
