using System.Net;
using System.Text;

namespace HotPath.Sip.Tests;

/// <summary>
/// From the INVITE and its answer a dialog knows both legs' targets, routes and CSeqs, follows their changes as RFC 3261 §12 says, and
/// makes BYE and ACK byte for byte as a user agent would.
/// </summary>
public sealed class DialogTests
{
    [Fact]
    public void A_BYE_to_the_callee_speaks_for_the_caller_and_takes_the_routes_the_answer_added_above_ours()
    {
        Dialog dialog = new DialogBench().OpenUsual();

        Assert.Equal(
            "BYE sip:bob@198.51.100.2 SIP/2.0\r\n" +
            "Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKbye\r\n" +
            "Max-Forwards: 70\r\n" +
            "Route: <sip:198.51.100.12;lr>,<sip:198.51.100.13:5080;lr>\r\n" +
            "From: \"Alice\" <sip:alice@example.com>;tag=a1\r\n" +
            "To: <sip:bob@example.com>;tag=b1\r\n" +
            "Call-ID: call-1\r\n" +
            "CSeq: 11 BYE\r\n" +
            "Reason: Q.850;cause=16\r\n" +
            "Content-Length: 0\r\n\r\n",
            DialogBench.Bye(dialog, DialogSide.Callee, "Reason: Q.850;cause=16\r\n"));
        AssertNextHop(dialog, DialogSide.Callee, NextHopResult.Resolved, "198.51.100.12", 5060);
    }

    [Fact]
    public void A_BYE_to_the_caller_speaks_for_the_callee_and_takes_the_routes_the_INVITE_arrived_with()
    {
        Dialog dialog = new DialogBench().OpenUsual();

        Assert.Equal(
            "BYE sip:alice@192.0.2.1:5070 SIP/2.0\r\n" +
            "Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKbye\r\n" +
            "Max-Forwards: 70\r\n" +
            "Route: <sip:192.0.2.11;lr>\r\n" +
            "From: <sip:bob@example.com>;tag=b1\r\n" +
            "To: \"Alice\" <sip:alice@example.com>;tag=a1\r\n" +
            "Call-ID: call-1\r\n" +
            "CSeq: 1 BYE\r\n" +
            "Content-Length: 0\r\n\r\n",
            DialogBench.Bye(dialog, DialogSide.Caller));
        AssertNextHop(dialog, DialogSide.Caller, NextHopResult.Resolved, "192.0.2.11", 5060);
    }

    [Fact]
    public void Without_other_proxies_a_BYE_goes_straight_to_the_Contact()
    {
        Dialog dialog = new DialogBench().Open(
            DialogBench.Invite(""), DialogBench.Invite(DialogBench.Us), DialogBench.Response(200, DialogBench.Us))!;

        Assert.DoesNotContain("Route", DialogBench.Bye(dialog, DialogSide.Callee));
        Assert.DoesNotContain("Route", DialogBench.Bye(dialog, DialogSide.Caller));
        AssertNextHop(dialog, DialogSide.Callee, NextHopResult.Resolved, "198.51.100.2", 5060);
        AssertNextHop(dialog, DialogSide.Caller, NextHopResult.Resolved, "192.0.2.1", 5070);
    }

    [Fact]
    public void A_strict_router_gets_itself_as_Request_URI_and_the_target_as_last_route()
    {
        string strict = "Record-Route: <sip:198.51.100.12;transport=udp?Subject=x>\r\n";
        Dialog dialog = new DialogBench().Open(
            DialogBench.Invite("Record-Route: <sip:192.0.2.11>\r\n"),
            DialogBench.Invite(DialogBench.Us + "Record-Route: <sip:192.0.2.11>\r\n"),
            DialogBench.Response(200, DialogBench.P3 + strict + DialogBench.Us + "Record-Route: <sip:192.0.2.11>\r\n"))!;

        string toCallee = DialogBench.Bye(dialog, DialogSide.Callee);
        Assert.StartsWith("BYE sip:198.51.100.12;transport=udp SIP/2.0\r\n", toCallee);
        Assert.Contains("\r\nRoute: <sip:198.51.100.13:5080;lr>,<sip:bob@198.51.100.2>\r\n", toCallee);
        AssertNextHop(dialog, DialogSide.Callee, NextHopResult.Resolved, "198.51.100.12", 5060);

        string toCaller = DialogBench.Bye(dialog, DialogSide.Caller);
        Assert.StartsWith("BYE sip:192.0.2.11 SIP/2.0\r\n", toCaller);
        Assert.Contains("\r\nRoute: <sip:alice@192.0.2.1:5070>\r\n", toCaller);
    }

    [Fact]
    public void Record_Routes_joined_by_commas_and_two_of_ours_are_told_apart_by_their_count()
    {
        string ours = "Record-Route: <sip:203.0.113.9;lr>, <sip:10.0.0.9;lr>\r\n";
        Dialog dialog = new DialogBench().Open(
            DialogBench.Invite("Record-Route: <sip:192.0.2.11;lr>, \"x, y\" <sip:192.0.2.12;lr>\r\n"),
            DialogBench.Invite(ours + "Record-Route: <sip:192.0.2.11;lr>, <sip:192.0.2.12;lr>\r\n"),
            DialogBench.Response(
                200,
                "Record-Route: <sip:198.51.100.13;lr> , <sip:198.51.100.12;lr>,<sip:203.0.113.9;lr>\r\n" +
                "Record-Route: <sip:10.0.0.9;lr>,<sip:192.0.2.11;lr>,<sip:192.0.2.12;lr>\r\n"))!;

        Assert.Equal("<sip:198.51.100.12;lr>,<sip:198.51.100.13;lr>", DialogBench.Text(dialog.GetRoutes(DialogSide.Callee)));
        Assert.Equal("<sip:192.0.2.11;lr>,\"x, y\" <sip:192.0.2.12;lr>", DialogBench.Text(dialog.GetRoutes(DialogSide.Caller)));
    }

    [Fact]
    public void A_callee_that_drops_the_Record_Routes_has_no_routes()
    {
        Dialog dialog = new DialogBench().Open(
            DialogBench.Invite(DialogBench.P1), DialogBench.Invite(DialogBench.Us + DialogBench.P1), DialogBench.Response(200, ""))!;
        Assert.Equal("", DialogBench.Text(dialog.GetRoutes(DialogSide.Callee)));
    }

    [Theory]
    [InlineData("Contact: \"Bob, B.\" <sip:bob@198.51.100.2:5090;transport=udp;user=phone>;expires=60\r\n", "sip:bob@198.51.100.2:5090;transport=udp;user=phone")]
    [InlineData("Contact: sip:bob@198.51.100.2:5090;expires=60\r\n", "sip:bob@198.51.100.2:5090")]
    [InlineData("m: <sip:bob@198.51.100.2?Subject=hi>\r\n", "sip:bob@198.51.100.2")]
    [InlineData("Contact: <sip:[2001:db8::2]:5062>, <sip:other@198.51.100.9>\r\n", "sip:[2001:db8::2]:5062")]
    [InlineData("", "sip:bob@198.51.100.50")]
    public void The_Request_URI_is_the_URI_of_the_Contact_and_without_one_that_of_the_INVITE(string contact, string requestUri)
    {
        Dialog dialog = new DialogBench().Open(
            DialogBench.Invite(""), DialogBench.Invite(DialogBench.Us), DialogBench.Response(200, DialogBench.Us, contact))!;
        Assert.StartsWith($"BYE {requestUri} SIP/2.0\r\n", DialogBench.Bye(dialog, DialogSide.Callee));
    }

    [Fact]
    public void A_From_changed_on_the_way_is_used_on_each_leg_as_that_leg_knows_it()
    {
        const string Hidden = "<sip:anonymous@anonymous.invalid>";
        Dialog dialog = new DialogBench().Open(
            DialogBench.Invite(""),
            DialogBench.Invite(DialogBench.Us, from: Hidden + ";tag=a1"),
            DialogBench.Response(200, DialogBench.Us, from: Hidden))!;

        Assert.Contains($"\r\nFrom: {Hidden};tag=a1\r\n", DialogBench.Bye(dialog, DialogSide.Callee));
        Assert.Contains("\r\nTo: \"Alice\" <sip:alice@example.com>;tag=a1\r\n", DialogBench.Bye(dialog, DialogSide.Caller));
    }

    [Fact, Trait("FieldPain", "18")]
    public void Pain_18_The_CSeq_of_a_BYE_is_one_above_the_highest_request_seen_in_its_direction()
    {
        Dialog dialog = new DialogBench().OpenUsual();
        Note(dialog, DialogSide.Caller, "ACK", 10);
        Note(dialog, DialogSide.Caller, "PRACK", 11);
        Note(dialog, DialogSide.Caller, "OPTIONS", 14);
        Note(dialog, DialogSide.Caller, "INFO", 12);
        Note(dialog, DialogSide.Caller, "CANCEL", 99);
        Note(dialog, DialogSide.Caller, "ACK", 98);
        Assert.Equal((14u, null), (dialog.GetHighestCSeq(DialogSide.Caller), dialog.GetHighestCSeq(DialogSide.Callee)));
        Assert.Contains("\r\nCSeq: 15 BYE\r\n", DialogBench.Bye(dialog, DialogSide.Callee));
        Assert.Contains("\r\nCSeq: 15 BYE\r\n", DialogBench.Bye(dialog, DialogSide.Callee));
        Assert.Contains("\r\nCSeq: 1 BYE\r\n", DialogBench.Bye(dialog, DialogSide.Caller));

        Note(dialog, DialogSide.Callee, "UPDATE", 0);
        Assert.Equal(0u, dialog.GetHighestCSeq(DialogSide.Callee));
        Note(dialog, DialogSide.Callee, "INVITE", 500);
        Assert.Contains("\r\nCSeq: 501 BYE\r\n", DialogBench.Bye(dialog, DialogSide.Caller));
    }

    [Fact]
    public void After_a_restart_the_CSeq_leaves_room_for_what_was_not_recorded()
    {
        Dialog dialog = new DialogBench().OpenUsual();
        Assert.Contains("\r\nCSeq: 1010 BYE\r\n", DialogBench.Bye(dialog, DialogSide.Callee, cseqStep: 1_000));
        Assert.Contains("\r\nCSeq: 1000 BYE\r\n", DialogBench.Bye(dialog, DialogSide.Caller, cseqStep: 1_000));
    }

    [Fact]
    public void The_CSeq_never_passes_the_largest_that_is_allowed()
    {
        Dialog dialog = new DialogBench().OpenUsual();
        Note(dialog, DialogSide.Caller, "INFO", int.MaxValue);
        Assert.Contains("\r\nCSeq: 2147483647 BYE\r\n", DialogBench.Bye(dialog, DialogSide.Callee));
    }

    [Fact]
    public void An_ACK_of_our_own_has_the_CSeq_number_of_the_INVITE_whatever_came_after_it()
    {
        Dialog dialog = new DialogBench().OpenUsual();
        Note(dialog, DialogSide.Caller, "UPDATE", 20);
        byte[] buffer = new byte[1_000];
        Assert.True(dialog.TryWriteAck("SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKack"u8, buffer, out int written));

        Assert.Equal(
            "ACK sip:bob@198.51.100.2 SIP/2.0\r\n" +
            "Via: SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKack\r\n" +
            "Max-Forwards: 70\r\n" +
            "Route: <sip:198.51.100.12;lr>,<sip:198.51.100.13:5080;lr>\r\n" +
            "From: \"Alice\" <sip:alice@example.com>;tag=a1\r\n" +
            "To: <sip:bob@example.com>;tag=b1\r\n" +
            "Call-ID: call-1\r\n" +
            "CSeq: 10 ACK\r\n" +
            "Content-Length: 0\r\n\r\n",
            Encoding.UTF8.GetString(buffer, 0, written));
    }

    [Theory]
    [InlineData(DialogSide.Caller, "INVITE")]
    [InlineData(DialogSide.Caller, "UPDATE")]
    [InlineData(DialogSide.Callee, "INVITE")]
    [InlineData(DialogSide.Callee, "UPDATE")]
    public void An_accepted_refresh_moves_both_targets_and_leaves_the_routes(DialogSide requester, string method)
    {
        Dialog dialog = new DialogBench().OpenUsual();
        DialogSide other = requester == DialogSide.Caller ? DialogSide.Callee : DialogSide.Caller;
        string routes = DialogBench.Text(dialog.GetRoutes(other));
        Note(dialog, requester, method, 30, "Contact: <sip:moved@192.0.2.77>\r\n");
        Assert.NotEqual("sip:moved@192.0.2.77", DialogBench.Text(dialog.GetTarget(requester)));

        Answer(dialog, other, 183, method, 30, "Contact: <sip:early@192.0.2.78>\r\n");
        Answer(dialog, other, 200, method, 30, "Contact: <sip:also-moved@192.0.2.79>\r\n");
        Assert.Equal("sip:moved@192.0.2.77", DialogBench.Text(dialog.GetTarget(requester)));
        Assert.Equal("sip:also-moved@192.0.2.79", DialogBench.Text(dialog.GetTarget(other)));
        Assert.Equal(routes, DialogBench.Text(dialog.GetRoutes(other)));
        Assert.StartsWith("BYE sip:moved@192.0.2.77 SIP/2.0\r\n", DialogBench.Bye(dialog, requester));
        Assert.StartsWith("BYE sip:also-moved@192.0.2.79 SIP/2.0\r\n", DialogBench.Bye(dialog, other));
    }

    [Fact]
    public void A_rejected_refresh_and_a_response_to_something_else_move_nothing()
    {
        Dialog dialog = new DialogBench().OpenUsual();
        Note(dialog, DialogSide.Caller, "INVITE", 30, "Contact: <sip:moved@192.0.2.77>\r\n");
        Answer(dialog, DialogSide.Callee, 200, "INFO", 31, "Contact: <sip:odd@192.0.2.79>\r\n");
        Answer(dialog, DialogSide.Callee, 491, "INVITE", 30, "Contact: <sip:odd@192.0.2.79>\r\n");
        Answer(dialog, DialogSide.Callee, 200, "INVITE", 30, "");

        Assert.Equal("sip:alice@192.0.2.1:5070", DialogBench.Text(dialog.GetTarget(DialogSide.Caller)));
        Assert.Equal("sip:bob@198.51.100.2", DialogBench.Text(dialog.GetTarget(DialogSide.Callee)));
    }

    [Fact]
    public void A_repeated_2xx_of_an_earlier_INVITE_does_not_bring_its_Contact_back()
    {
        Dialog dialog = new DialogBench().OpenUsual();
        Note(dialog, DialogSide.Callee, "UPDATE", 5, "Contact: <sip:moved@198.51.100.77>\r\n");
        Answer(dialog, DialogSide.Caller, 200, "UPDATE", 5, "");
        Answer(dialog, DialogSide.Callee, 200, "INVITE", 10, "Contact: <sip:bob@198.51.100.2>\r\n");

        Assert.Equal("sip:moved@198.51.100.77", DialogBench.Text(dialog.GetTarget(DialogSide.Callee)));
    }

    [Fact]
    public void An_early_dialog_takes_target_and_routes_anew_from_its_2xx()
    {
        var bench = new DialogBench();
        Dialog dialog = bench.Open(
            DialogBench.Invite(DialogBench.P1), DialogBench.Invite(DialogBench.Us + DialogBench.P1), DialogBench.Response(183, "", contact: ""))!;
        Assert.Equal(DialogState.Early, dialog.State);
        Assert.Equal("sip:bob@198.51.100.50", DialogBench.Text(dialog.GetTarget(DialogSide.Callee)));
        Note(dialog, DialogSide.Caller, "PRACK", 11);

        dialog.Confirm(DialogBench.Parse(DialogBench.Response(200, DialogBench.P2 + DialogBench.Us + DialogBench.P1)));
        Assert.Equal(DialogState.Confirmed, dialog.State);
        string bye = DialogBench.Bye(dialog, DialogSide.Callee);
        Assert.StartsWith("BYE sip:bob@198.51.100.2 SIP/2.0\r\n", bye);
        Assert.Contains("\r\nRoute: <sip:198.51.100.12;lr>\r\n", bye);
        Assert.Contains("\r\nCSeq: 12 BYE\r\n", bye);
    }

    [Fact]
    public void Where_the_next_hop_is_a_name_the_way_of_the_INVITE_is_given()
    {
        Dialog dialog = new DialogBench().Open(
            DialogBench.Invite("", contact: "Contact: <tel:+4930123456>\r\n"),
            DialogBench.Invite(DialogBench.Us),
            DialogBench.Response(200, DialogBench.Us, "Contact: <sip:bob@pc.example.com>\r\n"))!;

        AssertNextHop(dialog, DialogSide.Callee, NextHopResult.NeedsDns, "198.51.100.12", 5060);
        AssertNextHop(dialog, DialogSide.Caller, NextHopResult.Unusable, "192.0.2.11", 5060);
        Assert.Equal(DialogBench.CalleeLeg, dialog.GetLeg(DialogSide.Callee));
        Assert.Equal(DialogBench.CallerLeg, dialog.GetLeg(DialogSide.Caller));
    }

    [Fact]
    public void A_request_that_does_not_fit_is_not_written_and_nothing_leaks()
    {
        var bench = new DialogBench();
        Dialog dialog = bench.Open(
            DialogBench.Invite("Record-Route: <sip:192.0.2.11>\r\n"), DialogBench.Invite(DialogBench.Us), DialogBench.Response(200, DialogBench.Us))!;
        byte[] small = new byte[100];
        Assert.False(dialog.TryWriteBye(DialogSide.Caller, "SIP/2.0/UDP 203.0.113.9;branch=z9hG4bKbye"u8, default, small, out int written));
        Assert.Equal(0, written);
        Assert.Equal(1, bench.Buffers.Rented);
    }

    [Fact]
    public void A_Contact_too_large_to_remember_is_left_and_the_dialog_lives_on()
    {
        Dialog dialog = new DialogBench().OpenUsual();
        for (int cseq = 20; cseq < 24; cseq++)
        {
            string large = $"Contact: <sip:{new string('x', 40_000)}@192.0.2.{cseq}>\r\n";
            Note(dialog, DialogSide.Caller, "UPDATE", cseq, large);
            Answer(dialog, DialogSide.Callee, 200, "UPDATE", cseq, large);
        }

        // The caller's first one fits, and nothing as large beside it.
        Assert.EndsWith("x@192.0.2.20", DialogBench.Text(dialog.GetTarget(DialogSide.Caller)));
        Assert.Equal("sip:bob@198.51.100.2", DialogBench.Text(dialog.GetTarget(DialogSide.Callee)));
        Assert.Equal("<sip:192.0.2.11;lr>", DialogBench.Text(dialog.GetRoutes(DialogSide.Caller)));
    }

    private static void Note(Dialog dialog, DialogSide from, string method, int cseq, string contact = "") =>
        dialog.NoteRequest(from, DialogBench.Parse(DialogBench.Request(from, method, cseq, contact)));

    private static void Answer(Dialog dialog, DialogSide from, int status, string method, int cseq, string contact) =>
        dialog.NoteResponse(from, DialogBench.Parse(DialogBench.Response(status, "", contact, cseq: $"{cseq} {method}")));

    private static void AssertNextHop(Dialog dialog, DialogSide toward, NextHopResult result, string address, int port)
    {
        Assert.Equal(result, dialog.GetNextHop(toward, out SipEndpoint endpoint));
        Assert.Equal(new SipEndpoint(SipTransportKind.Udp, IPAddress.Parse(address), port), endpoint);
    }
}
