using HotPath.Billing;
using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: an edge that takes over the journal of one that died goes on with its calls: their limits end them there, their sides are
/// reached, and what they owe is settled once (field pain 20).
/// </summary>
public sealed class TakeoverTests
{
    private const string OneMinute = """{"MaxUsage":60000000000}""";

    private readonly SimulatedDisk _disk = new();
    private readonly JournalReplay _replay = new();

    [Theory, Trait("FieldPain", "20")]
    [InlineData(true)]
    [InlineData(false)]
    public void Pain_20_The_limit_of_a_call_that_was_taken_over_ends_it_on_the_standby_which_delivers_its_CDR(bool isEndedByLimit)
    {
        using FileJournal journal = Die();
        CallBench standby = TakeOver(journal);
        Assert.True(standby.IsQuiet);
        if (isEndedByLimit)
        {
            // The clocks of the two benches begin alike, so of its minute the call has all.
            standby.Run(59.9);
            Assert.True(standby.IsQuiet);
            standby.Run(0.1);
            Assert.Equal(["BYE to caller", "BYE to callee"], standby.TakeAll());
        }
        else
        {
            standby.Run(20);
            standby.Receive(CallBench.Callee, standby.InDialog(DialogSide.Callee, "BYE", 1));
            standby.Take(CallBench.Caller, "BYE ");
        }

        standby.Command("SessionSv1.GetActiveSessions").Reply("""[{"OriginID":"call-1","OriginHost":"edge-1"}]""");
        SentCommand terminate = standby.Command("SessionSv1.TerminateSession");
        Assert.Equal(isEndedByLimit ? "60s" : "20s", terminate.Event("Usage"));
        terminate.Reply("\"OK\"");
        SentCommand cdr = standby.Command("SessionSv1.ProcessCDR");
        Assert.Equal(isEndedByLimit ? "Lifetime Timeout" : "Upstream BYE", cdr.Event("DisconnectCause"));
        cdr.Reply("\"OK\"");
        Assert.True(standby.Engine.IsEmpty);
        standby.AssertForgotten();
    }

    /// <summary>An edge that dies in the middle of a call.</summary>
    private FileJournal Die()
    {
        using (FileJournal first = FileJournal.Open(_disk, new JournalOptions(), (_, _) => { }, out _))
        {
            CallBench bench = new(journal: first);
            string invite = bench.Invite();
            bench.Receive(CallBench.Callee, CallBench.Response(invite, 200));
            bench.Command("SessionSv1.InitiateSession").Reply(OneMinute);
        }

        return FileJournal.Open(_disk, new JournalOptions(), _replay.Visit, out _);
    }

    private CallBench TakeOver(FileJournal journal)
    {
        CallBench standby = new(configure: file =>
        {
            file.Journal = new JournalConfig { Folder = "unused", OnResume = "resume" };
            return file;
        }, journal: journal);
        standby.Lane.Recover(_replay, _replay.Open);
        return standby;
    }
}
