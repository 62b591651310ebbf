namespace HotPath.Sip.Tests;

/// <summary>
/// Promise: a dialog written as bytes and opened again, by this process or the next, is found and ended as before; bytes that are no
/// whole record open nothing.
/// </summary>
public sealed class DialogRecordTests
{
    [Fact]
    public void A_dialog_opened_again_is_found_and_ended_as_before()
    {
        var bench = new DialogBench();
        Dialog dialog = bench.OpenUsual();
        dialog.NoteRequest(DialogSide.Callee, DialogBench.Parse(DialogBench.Request(DialogSide.Callee, "UPDATE", 40, "Contact: <sip:bob@198.51.100.99>\r\n")));
        dialog.NoteResponse(DialogSide.Caller, DialogBench.Parse(DialogBench.Response(200, "", "Contact: <sip:new@192.0.2.1>\r\n", toTag: "a1", fromTag: "b1", cseq: "40 UPDATE")));
        dialog.SessionExpiry = new DateTimeOffset(2026, 11, 20, 12, 30, 0, TimeSpan.Zero);
        string[] byes = ByesOf(dialog);
        byte[] record = RecordOf(dialog);

        var next = new DialogBench();
        Dialog again = next.Table.Restore(record)!;
        Assert.Same(again, next.Table.Find(DialogBench.Parse(DialogBench.Request(DialogSide.Callee, "BYE", 41)), out DialogSide requester));
        Assert.Equal((DialogSide.Callee, DialogState.Confirmed), (requester, again.State));
        Assert.Equal(byes, ByesOf(again));
        Assert.Equal((DialogBench.CallerLeg, DialogBench.CalleeLeg), (again.GetLeg(DialogSide.Caller), again.GetLeg(DialogSide.Callee)));
        Assert.Equal(dialog.SessionExpiry, again.SessionExpiry);
        Assert.Equal((10u, 40u), (again.GetHighestCSeq(DialogSide.Caller), again.GetHighestCSeq(DialogSide.Callee)));
        Assert.Equal(record, RecordOf(again));

        // A dialog opened again lives on: it is refreshed, written again, and closed without a trace.
        again.NoteRequest(DialogSide.Caller, DialogBench.Parse(DialogBench.Request(DialogSide.Caller, "UPDATE", 50, $"Contact: <sip:{new string('x', 700)}@192.0.2.1>\r\n")));
        again.NoteResponse(DialogSide.Callee, DialogBench.Parse(DialogBench.Response(200, "", cseq: "50 UPDATE")));
        Assert.Contains("xxx@192.0.2.1", DialogBench.Text(again.GetTarget(DialogSide.Caller)));
        next.Table.Close(again);
        Assert.Equal((0, 0), (next.Table.Count, next.Buffers.Rented));
    }

    [Fact]
    public void A_refresh_under_way_is_not_part_of_the_record()
    {
        var bench = new DialogBench();
        Dialog dialog = bench.OpenUsual();
        byte[] before = RecordOf(dialog);
        dialog.NoteRequest(DialogSide.Caller, DialogBench.Parse(DialogBench.Request(DialogSide.Caller, "UPDATE", 11, "Contact: <sip:moved@192.0.2.9>\r\n")));
        byte[] during = RecordOf(dialog);
        Assert.Equal(before.Length, during.Length);
        Assert.Equal(11u, new DialogBench().Table.Restore(during)!.GetHighestCSeq(DialogSide.Caller));
    }

    [Fact]
    public void What_is_no_whole_record_opens_nothing_and_leaks_nothing()
    {
        var bench = new DialogBench();
        byte[] record = RecordOf(bench.OpenUsual());
        var next = new DialogBench(capacity: 1);
        for (int length = 0; length < record.Length; length++)
        {
            Assert.Null(next.Table.Restore(record.AsSpan(0, length)));
        }

        Assert.Null(next.Table.Restore([.. record, 0]));
        Assert.Null(next.Table.Restore([1, .. record[1..]]));
        Assert.Null(next.Table.Restore([3, (byte)DialogState.Closed, .. record[2..]]));
        Assert.Equal((0, 0), (next.Table.Count, next.Buffers.Rented));

        // Nor is one opened twice.
        Assert.NotNull(next.Table.Restore(record));
        Assert.Null(next.Table.Restore(record));
        Assert.Equal(1, next.Table.Count);
    }

    [Fact]
    public void A_record_that_does_not_fit_is_not_written()
    {
        Dialog dialog = new DialogBench().OpenUsual();
        Assert.False(dialog.TryWriteRecord(new byte[dialog.RecordLength - 1], out int written));
        Assert.Equal(0, written);
    }

    [Fact]
    public void Writing_and_opening_again_allocate_nothing_in_steady_state()
    {
        var bench = new DialogBench();
        Dialog dialog = bench.OpenUsual();
        byte[] record = new byte[1024];
        var next = new DialogBench();
        Round();
        Assert.Equal(0, HotPath.Testing.SteadyState.AllocatedBytes(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                Round();
            }
        }));

        void Round()
        {
            Assert.True(dialog.TryWriteRecord(record, out int written));
            next.Table.Close(next.Table.Restore(record.AsSpan(0, written))!);
        }
    }

    private static string[] ByesOf(Dialog dialog) =>
        [DialogBench.Bye(dialog, DialogSide.Caller, cseqStep: 1000), DialogBench.Bye(dialog, DialogSide.Callee, cseqStep: 1000)];

    private static byte[] RecordOf(Dialog dialog)
    {
        byte[] record = new byte[dialog.RecordLength];
        Assert.True(dialog.TryWriteRecord(record, out int written));
        Assert.Equal(record.Length, written);
        return record;
    }
}
