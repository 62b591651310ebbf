using HotPath.Testing;

namespace HotPath.Sip.Tests;

/// <summary>
/// A message finds its dialog by Call-ID and tags from either side, forks stay apart, closed dialogs leave nothing behind, and dialogs come
/// and go without allocating.
/// </summary>
public sealed class DialogTableTests
{
    [Fact]
    public void A_dialog_is_found_from_both_sides_and_by_nothing_else()
    {
        var bench = new DialogBench();
        Dialog dialog = bench.OpenUsual();

        Assert.Same(dialog, bench.Table.Find(DialogBench.Parse(DialogBench.Request(DialogSide.Caller, "BYE", 11)), out DialogSide from));
        Assert.Equal(DialogSide.Caller, from);
        Assert.Same(dialog, bench.Table.Find(DialogBench.Parse(DialogBench.Request(DialogSide.Callee, "BYE", 11)), out from));
        Assert.Equal(DialogSide.Callee, from);
        Assert.Same(dialog, bench.Table.Find(DialogBench.Parse(DialogBench.Response(200, "")), out from));
        Assert.Equal(DialogSide.Caller, from);

        Assert.Null(bench.Table.Find(DialogBench.Parse(DialogBench.Request(DialogSide.Caller, "BYE", 11, callId: "call-2")), out _));
        Assert.Null(bench.Table.Find(DialogBench.Parse(DialogBench.Request(DialogSide.Caller, "BYE", 11, callId: "CALL-1")), out _));
        Assert.Null(bench.Table.Find(DialogBench.Parse(DialogBench.Request(DialogSide.Caller, "BYE", 11, toTag: "b2")), out _));
        Assert.Null(bench.Table.Find(DialogBench.Parse(DialogBench.Request(DialogSide.Caller, "BYE", 11, toTag: "a1")), out _));
        Assert.Null(bench.Table.Find(DialogBench.Parse(DialogBench.Invite("")), out _));
    }

    [Fact, Trait("FieldPain", "18")]
    public void Pain_18_Forked_dialogs_have_their_own_tags_targets_routes_and_CSeqs()
    {
        var bench = new DialogBench();
        Dialog first = bench.OpenUsual();
        first.NoteRequest(DialogSide.Caller, DialogBench.Parse(DialogBench.Request(DialogSide.Caller, "INFO", 50)));
        Dialog second = bench.Table.OpenFork(
            first,
            DialogBench.Parse(DialogBench.Response(200, DialogBench.P2 + DialogBench.Us + DialogBench.P1, "Contact: <sip:carol@198.51.100.3>\r\n", "c1")),
            DialogBench.CalleeLeg)!;

        string toSecond = DialogBench.Bye(second, DialogSide.Callee);
        Assert.StartsWith("BYE sip:carol@198.51.100.3 SIP/2.0\r\n", toSecond);
        Assert.Contains("\r\nRoute: <sip:198.51.100.12;lr>\r\n", toSecond);
        Assert.Contains("\r\nTo: <sip:bob@example.com>;tag=c1\r\n", toSecond);
        Assert.Contains("\r\nCSeq: 11 BYE\r\n", toSecond);
        Assert.Contains("\r\nFrom: <sip:bob@example.com>;tag=c1\r\n", DialogBench.Bye(second, DialogSide.Caller));
        Assert.Contains("\r\nRoute: <sip:192.0.2.11;lr>\r\n", DialogBench.Bye(second, DialogSide.Caller));
        Assert.Contains("\r\nCSeq: 51 BYE\r\n", DialogBench.Bye(first, DialogSide.Callee));

        bench.Table.Close(first);
        Assert.Null(bench.Table.Find(DialogBench.Parse(DialogBench.Request(DialogSide.Callee, "BYE", 1)), out _));
        Assert.Same(second, bench.Table.Find(DialogBench.Parse(DialogBench.Request(DialogSide.Callee, "BYE", 1, toTag: "c1")), out _));
    }

    [Fact]
    public void The_same_dialog_is_opened_once_and_the_table_has_an_end()
    {
        var bench = new DialogBench(capacity: 2);
        Dialog first = bench.OpenUsual();
        Assert.Null(bench.Open(DialogBench.Invite(""), DialogBench.Invite(""), DialogBench.Response(200, "")));
        Assert.NotNull(bench.Table.OpenFork(first, DialogBench.Parse(DialogBench.Response(200, "", toTag: "c1")), DialogBench.CalleeLeg));
        Assert.Null(bench.Table.OpenFork(first, DialogBench.Parse(DialogBench.Response(200, "", toTag: "d1")), DialogBench.CalleeLeg));

        bench.Table.Close(first);
        Assert.NotNull(bench.Open(DialogBench.Invite(""), DialogBench.Invite(""), DialogBench.Response(200, "")));
        Assert.Equal(2, bench.Table.Count);
    }

    [Fact]
    public void A_dialog_larger_than_a_buffer_is_not_opened_and_leaves_nothing_behind()
    {
        var bench = new DialogBench();
        string large = $"Contact: <sip:{new string('x', 40_000)}@192.0.2.1>\r\n";
        Assert.Null(bench.Open(DialogBench.Invite("", large), DialogBench.Invite("", large), DialogBench.Response(200, "", large)));
        Assert.Equal((0, 0), (bench.Table.Count, bench.Buffers.Rented));
        Assert.NotNull(bench.OpenUsual());
    }

    [Fact, Trait("FieldPain", "15")]
    public void Pain_15_Closing_gives_everything_back_and_may_be_repeated()
    {
        var bench = new DialogBench();
        Dialog dialog = bench.OpenUsual();
        dialog.Owner = this;
        bench.Table.Close(dialog);
        bench.Table.Close(dialog);

        Assert.Equal((0, 0), (bench.Table.Count, bench.Buffers.Rented));
        Assert.Equal((DialogState.Closed, null), (dialog.State, dialog.Owner));
        Assert.Same(dialog, bench.OpenUsual());
    }

    [Fact]
    public void Dialogs_come_are_found_refreshed_ended_and_go_without_allocating()
    {
        var bench = new DialogBench(capacity: 1_000);
        SipMessage received = DialogBench.Parse(DialogBench.Invite(DialogBench.P1));
        SipMessage forwarded = DialogBench.Parse(DialogBench.Invite(DialogBench.Us + DialogBench.P1));
        SipMessage answer = DialogBench.Parse(DialogBench.Response(200, DialogBench.P3 + DialogBench.P2 + DialogBench.Us + DialogBench.P1));
        SipMessage update = DialogBench.Parse(DialogBench.Request(DialogSide.Caller, "UPDATE", 11, "Contact: <sip:moved@192.0.2.77>\r\n"));
        SipMessage updated = DialogBench.Parse(DialogBench.Response(200, "", cseq: "11 UPDATE"));
        SipMessage bye = DialogBench.Parse(DialogBench.Request(DialogSide.Callee, "BYE", 1));
        byte[] buffer = new byte[2_000];

        int found = Play(bench, received, forwarded, answer, update, updated, bye, buffer, 100);
        long least = long.MaxValue;
        for (int round = 0; round < SteadyState.Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            found += Play(bench, received, forwarded, answer, update, updated, bye, buffer, 10_000);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal(100 + (SteadyState.Rounds * 10_000), found);
    }

    private static int Play(
        DialogBench bench,
        in SipMessage received,
        in SipMessage forwarded,
        in SipMessage answer,
        in SipMessage update,
        in SipMessage updated,
        in SipMessage bye,
        byte[] buffer,
        int count)
    {
        int found = 0;
        for (int i = 0; i < count; i++)
        {
            Dialog dialog = bench.Table.Open(received, forwarded, answer, DialogBench.CallerLeg, DialogBench.CalleeLeg)!;
            dialog.NoteRequest(DialogSide.Caller, update);
            dialog.NoteResponse(DialogSide.Callee, updated);
            dialog.GetNextHop(DialogSide.Callee, out _);
            bool isWritten = dialog.TryWriteBye(DialogSide.Caller, "SIP/2.0/UDP 203.0.113.9"u8, default, buffer, out _)
                && dialog.TryWriteAck("SIP/2.0/UDP 203.0.113.9"u8, buffer, out _);
            found += isWritten && bench.Table.Find(bye, out DialogSide from) == dialog && from == DialogSide.Callee ? 1 : 0;
            bench.Table.Close(dialog);
        }

        return found;
    }
}
