using HotPath.Billing;
using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: a call that goes on after a restart is served as before, and is never billed for a time in which nobody knows that it ran.
/// </summary>
public sealed class ResumedCallTests
{
    private const double AwayS = 7;

    private SimulatedDisk _disk = new();
    private double _nowS;

    [Theory]
    [InlineData(3, "10s", true)]
    [InlineData(5, "22s", false)]
    public void An_end_right_after_the_restart_may_have_come_before_it(double afterS, string usage, bool isEstimated)
    {
        PlayAnswered();
        CallBench standby = Restart(out FileJournal journal);
        using FileJournal owned = journal;
        Run(standby, afterS);
        HangUp(standby);
        AssertBilled(standby, usage, isEstimated, "Downstream BYE");
    }

    [Fact]
    public void An_edge_that_dies_before_it_knows_has_not_seen_the_call_run()
    {
        PlayAnswered();
        CallBench second = Restart(out FileJournal journal);
        Run(second, 3);
        journal.Dispose();
        CallBench third = Restart(out journal);
        using FileJournal owned = journal;
        Run(third, 3);
        HangUp(third);
        AssertBilled(third, "10s", isEstimated: true, "Downstream BYE");
    }

    [Fact]
    public void A_limit_that_passed_while_nobody_ran_ends_the_call_as_of_the_last_sign_of_life()
    {
        PlayAnswered("""{"MaxUsage":15000000000}""");
        CallBench standby = Restart(out FileJournal journal);
        using FileJournal owned = journal;
        Run(standby, 0);
        Assert.Equal(["BYE to caller", "BYE to callee"], standby.TakeAll());
        AssertBilled(standby, "10s", isEstimated: true, "Lifetime Timeout");
    }

    [Fact]
    public void Requests_inside_the_dialog_pass_both_ways()
    {
        PlayAnswered();
        CallBench standby = Restart(out FileJournal journal);
        using FileJournal owned = journal;
        standby.Receive(CallBench.Callee, standby.InDialog(DialogSide.Callee, "INVITE", 5, contact: "sip:1002@198.51.100.2"));
        standby.Take(CallBench.Callee, "SIP/2.0 100 ");
        string invite = standby.Take(CallBench.Caller, "INVITE sip:1001@192.0.2.1:5070 ");
        standby.Receive(CallBench.Caller, CallBench.Response(invite, 200, contact: "sip:1001@192.0.2.1:5070"));
        standby.Take(CallBench.Callee, "SIP/2.0 200 ");
        standby.Receive(CallBench.Callee, standby.InDialog(DialogSide.Callee, "ACK", 5));
        standby.Take(CallBench.Caller, "ACK ");
        standby.Receive(CallBench.Caller, standby.InDialog(DialogSide.Caller, "UPDATE", 11));
        string update = standby.Take(CallBench.Callee, "UPDATE sip:1002@198.51.100.2 ");
        standby.Receive(CallBench.Callee, CallBench.Response(update, 200));
        standby.Take(CallBench.Caller, "SIP/2.0 200 ");

        // Later than a BYE from the time without an edge could be repeated.
        Run(standby, 5);
        HangUp(standby);
        AssertBilled(standby, "22s", isEstimated: false, "Downstream BYE");
    }

    [Theory]
    [InlineData(false, 600)]
    [InlineData(true, 605)]
    public void The_session_timer_goes_on_from_the_last_refresh(bool isRefreshed, int expiresAtS)
    {
        PlayAnswered(answerExtra: "Session-Expires: 600;refresher=uas\r\n", refreshAtS: isRefreshed ? 5 : 0);
        CallBench standby = Restart(out FileJournal journal);
        using FileJournal owned = journal;
        Run(standby, expiresAtS - _nowS - 0.1);
        Assert.True(standby.IsQuiet);
        Run(standby, 0.2);
        Assert.Equal(["BYE to caller", "BYE to callee"], standby.TakeAll());
    }

    [Fact]
    public void A_session_that_expired_while_nobody_ran_ends_as_of_the_last_sign_of_life()
    {
        PlayAnswered(answerExtra: "Session-Expires: 90;refresher=uas\r\n");
        CallBench standby = Restart(out FileJournal journal, awayS: 85);
        using FileJournal owned = journal;
        Run(standby, 0.01);
        Assert.Equal(["BYE to caller", "BYE to callee"], standby.TakeAll());
        AssertBilled(standby, "10s", isEstimated: true, "Session Timeout");
    }

    /// <summary>A call is answered, runs for ten seconds, and the edge dies.</summary>
    private void PlayAnswered(string grant = CallBench.OneHour, string answerExtra = "", int refreshAtS = 0)
    {
        using FileJournal journal = FileJournal.Open(_disk, new JournalOptions(), (_, _) => { }, out _);
        CallBench bench = new(journal: journal);
        string invite = bench.Invite();
        bench.Receive(CallBench.Callee, CallBench.Response(invite, 200, extra: answerExtra));
        bench.Command("SessionSv1.InitiateSession").Reply(grant);
        bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "ACK", 10));
        Run(bench, refreshAtS);
        if (refreshAtS > 0)
        {
            bench.TakeAll();
            bench.Receive(CallBench.Callee, bench.InDialog(DialogSide.Callee, "UPDATE", 5, $"Supported: timer\r\n{answerExtra}"));
            bench.Receive(CallBench.Caller, CallBench.Response(bench.Take(CallBench.Caller, "UPDATE "), 200, extra: "Session-Expires: 600;refresher=uac\r\n", contact: "sip:1001@192.0.2.1:5070"));
        }

        Run(bench, 10 - refreshAtS);
    }

    /// <summary>The next edge, after a while.</summary>
    private CallBench Restart(out FileJournal journal, double awayS = AwayS)
    {
        var replay = new JournalReplay();
        _disk = _disk.AfterProcessDeath();
        journal = FileJournal.Open(_disk, new JournalOptions(), replay.Visit, out _);
        CallBench next = new(configure: file =>
        {
            file.Journal = new JournalConfig { Folder = "unused", OnResume = "resume" };
            return file;
        }, journal: journal);

        // The clocks of all benches begin alike.
        double now = _nowS + awayS;
        _nowS = 0;
        Run(next, now);
        next.Lane.Recover(replay, replay.Open);
        return next;
    }

    private void Run(CallBench bench, double seconds)
    {
        bench.Run(seconds);
        _nowS += seconds;
    }

    private static void HangUp(CallBench bench)
    {
        bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "BYE", 20));
        bench.Take(CallBench.Callee, "BYE ");
    }

    private static void AssertBilled(CallBench bench, string usage, bool isEstimated, string cause)
    {
        SentCommand next = bench.Engine.Take();
        while (next.Method == "SessionSv1.GetActiveSessions")
        {
            next.Reply("""[{"OriginID":"call-1","OriginHost":"edge-1"}]""");
            next = bench.Engine.Take();
        }

        Assert.Equal(("SessionSv1.TerminateSession", usage), (next.Method, next.Event("Usage")));
        next.Reply("\"OK\"");
        SentCommand cdr = bench.Command("SessionSv1.ProcessCDR");
        Assert.Equal((usage, cause), (cdr.Event("Usage"), cdr.Event("DisconnectCause")));
        Assert.Equal(isEstimated ? "True" : "", cdr.Event("EndEstimated"));
    }
}
