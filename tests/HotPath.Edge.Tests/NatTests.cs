using HotPath.Sip;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: a side behind an address translator is reached by the way its own requests come, whoever ends the call or changes it, and also
/// by an edge that has forgotten the call; nobody else can choose where that way leads (field pain 17).
/// </summary>
public sealed class NatTests
{
    private const string Inside = "192.168.1.20:5062";
    private const string ThreeSeconds = """{"MaxUsage":3000000000}""";

    private static readonly SipEndpoint s_moved = CallBench.Endpoint("192.0.2.1", 40_001);

    [Fact, Trait("FieldPain", "17")]
    public void A_BYE_at_the_end_of_the_grant_reaches_a_caller_behind_NAT_under_the_name_it_knows()
    {
        var bench = new CallBench();
        Answer(bench, ThreeSeconds);
        bench.Run(3.1);
        bench.Take(CallBench.Caller, $"BYE sip:1001@{Inside} ");
        bench.Take(CallBench.Callee, "BYE ");
    }

    [Fact]
    public void A_re_INVITE_of_the_callee_reaches_a_caller_behind_NAT()
    {
        var bench = new CallBench();
        Answer(bench);
        bench.Receive(CallBench.Callee, bench.InDialog(DialogSide.Callee, "INVITE", 1, contact: "sip:1002@198.51.100.2"));
        bench.Take(CallBench.Callee, "SIP/2.0 100 ");
        bench.Take(CallBench.Caller, "INVITE ");
    }

    [Theory]
    [InlineData("sip:1002@10.0.0.7", "198.51.100.2:5060")]
    [InlineData("sip:1002@100.64.3.7:5080", "198.51.100.2:5060")]
    [InlineData("sip:1002@[fd00::7]", "198.51.100.2:5060")]
    [InlineData("sip:1002@198.51.100.3", "198.51.100.3:5060")]
    public void A_callee_that_names_a_private_address_is_reached_where_the_INVITE_went(string contact, string reached)
    {
        var bench = new CallBench();
        string invite = bench.Invite();
        bench.Receive(CallBench.Callee, CallBench.Response(invite, 200, contact: contact));
        bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        bench.Command("SessionSv1.InitiateSession").Reply(CallBench.OneHour);
        bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "ACK", 10));
        string[] address = reached.Split(':');
        bench.Take(CallBench.Endpoint(address[0], int.Parse(address[1], null)), "ACK ");
    }

    [Fact]
    public void Public_addresses_behind_NAT_are_known_by_the_Via()
    {
        // Private for its own network, but not of the ranges that say so.
        var bench = new CallBench();
        Answer(bench, inside: "198.18.5.5:5062");
        bench.Disconnect();
        bench.Take(CallBench.Caller, "BYE sip:1001@198.18.5.5:5062 ");
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(401, false)]
    [InlineData(491, false)]
    public void A_side_moves_with_a_request_that_the_other_accepts(int status, bool moves)
    {
        var bench = new CallBench();
        Answer(bench);
        bench.Receive(s_moved, Behind(bench.InDialog(DialogSide.Caller, "INFO", 11)));
        bench.Receive(CallBench.Callee, CallBench.Response(bench.Take(CallBench.Callee, "INFO "), status));
        bench.Take(s_moved, $"SIP/2.0 {status} ");
        bench.Disconnect();
        bench.Take(moves ? s_moved : CallBench.Caller, $"BYE sip:1001@{Inside} ");
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    public void An_old_request_from_elsewhere_moves_nothing(int cseq)
    {
        var bench = new CallBench();
        Answer(bench);
        bench.Receive(CallBench.Caller, Behind(bench.InDialog(DialogSide.Caller, "INFO", 11)));
        bench.Receive(CallBench.Callee, CallBench.Response(bench.Take(CallBench.Callee, "INFO "), 200));
        bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        bench.Receive(s_moved, Behind(bench.InDialog(DialogSide.Caller, "INFO", cseq)));
        bench.Receive(CallBench.Callee, CallBench.Response(bench.Take(CallBench.Callee, "INFO "), 200));
        bench.Take(s_moved, "SIP/2.0 200 ");
        bench.Disconnect();
        bench.Take(CallBench.Caller, "BYE ");
    }

    [Theory]
    [InlineData("always", "192.0.2.1:5070", "192.0.2.9:5060", "192.0.2.1:5070")]
    [InlineData("auto", "192.0.2.1:5070", "192.0.2.9:5060", "192.0.2.9:5060")]
    [InlineData("never", Inside, Inside, Inside)]
    public void An_operator_can_say_which_way_to_take(string natFlow, string sentBy, string contact, string reached)
    {
        CallBench bench = WithSettings(natFlow: natFlow);
        bench.Receive(CallBench.Caller, Behind(bench.InviteText(), sentBy).Replace($"1001@{sentBy}", $"1001@{contact}"));
        Connect(bench, CallBench.OneHour);
        bench.Disconnect();
        string[] address = reached.Split(':');
        bench.Take(CallBench.Endpoint(address[0], int.Parse(address[1], null)), $"BYE sip:1001@{contact} ");
    }

    [Fact, Trait("FieldPain", "17")]
    public void An_edge_started_anew_still_brings_a_BYE_to_a_caller_behind_NAT()
    {
        CallBench before = WithSettings(), after = WithSettings();
        string bye = ByeOfCallee(before, Answer(before));
        after.Receive(CallBench.Callee, bye);
        Assert.Empty(CallBench.Header(after.Take(CallBench.Caller, $"BYE sip:1001@{Inside} "), "Route"));
    }

    [Fact]
    public void An_edge_started_anew_still_brings_a_BYE_to_a_callee_behind_NAT()
    {
        CallBench before = WithSettings(), after = WithSettings();
        string bye = before.InDialog(DialogSide.Caller, "BYE", 11)
            .Replace("Route: <sip:203.0.113.9:5060;lr>", $"Route: {CallBench.Header(Answer(before), "Record-Route")}")
            .Replace("BYE sip:1002@198.51.100.2", "BYE sip:1002@10.0.0.7");
        after.Receive(CallBench.Caller, bye);
        after.Take(CallBench.Callee, "BYE sip:1002@10.0.0.7 ");
    }

    [Fact]
    public void A_mark_of_another_call_another_edge_or_a_changed_one_is_none()
    {
        CallBench before = WithSettings(), after = WithSettings();
        string bye = ByeOfCallee(before, Answer(before));
        int mark = bye.IndexOf(";hp=", StringComparison.Ordinal) + 4;
        for (int i = mark; bye[i] != '>'; i++)
        {
            after.Receive(CallBench.Callee, bye[..i] + (bye[i] == 'A' ? 'B' : 'A') + bye[(i + 1)..].Replace("z9hG4bK", $"z9hG4bK{i}"));
            after.Take(CallBench.Callee, "SIP/2.0 481 ");
            after.Receive(CallBench.Callee, bye.Remove(mark, i - mark + 1).Replace("z9hG4bK", $"z9hG4bKs{i}"));
            after.Take(CallBench.Callee, "SIP/2.0 481 ");
        }

        after.Receive(CallBench.Callee, bye.Replace(";hp=", $";hp={new string('A', 200)}").Replace("z9hG4bK", "z9hG4bKl"));
        after.Take(CallBench.Callee, "SIP/2.0 481 ");
        after.Receive(CallBench.Callee, bye.Replace("call-1", "call-2"));
        after.Take(CallBench.Callee, "SIP/2.0 481 ");
        after.Receive(CallBench.Callee, bye.Replace("tag=a", "tag=c").Replace("z9hG4bK", "z9hG4bKc"));
        after.Take(CallBench.Callee, "SIP/2.0 481 ");
        CallBench other = WithSettings(secret: "another secret of an edge");
        other.Receive(CallBench.Callee, bye);
        other.Take(CallBench.Callee, "SIP/2.0 481 ");
    }

    [Fact]
    public void Two_Record_Routes_carry_the_way_too()
    {
        CallBench before = WithSettings(routes: ["sip:[2001:db8::2]:5060"]), after = WithSettings(routes: ["sip:[2001:db8::2]:5060"]);
        before.Receive(CallBench.Caller, Behind(before.InviteText()));
        string invite = Connect(before, CallBench.OneHour, CallBench.CalleeV6, "sip:1002@[2001:db8::2]:5060");
        after.Receive(CallBench.CalleeV6, ByeOfCallee(before, invite));
        string bye = after.Take(CallBench.Caller, $"BYE sip:1001@{Inside} ");
        Assert.Empty(CallBench.Header(bye, "Route"));
        Assert.Contains("203.0.113.9:5060", CallBench.Header(bye, "Via"));
    }

    /// <summary>A call of a caller behind NAT, answered and acknowledged.</summary>
    /// <returns>The INVITE as the callee got it.</returns>
    private static string Answer(CallBench bench, string grant = CallBench.OneHour, string inside = Inside)
    {
        bench.Receive(CallBench.Caller, Behind(bench.InviteText(), inside));
        return Connect(bench, grant);
    }

    private static string Connect(CallBench bench, string grant, SipEndpoint? callee = null, string contact = "sip:1002@198.51.100.2")
    {
        bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        bench.Command("SessionSv1.AuthorizeEvent").Reply(CallBench.OneHour);
        string invite = bench.Take(callee ?? CallBench.Callee, "INVITE ");
        bench.Receive(callee ?? CallBench.Callee, CallBench.Response(invite, 200, contact: contact));
        bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        bench.Command("SessionSv1.InitiateSession").Reply(grant);
        bench.Receive(CallBench.Caller, Behind(bench.InDialog(DialogSide.Caller, "ACK", 10)));
        bench.Take(callee ?? CallBench.Callee, "ACK ");
        return invite;
    }

    /// <summary>A message of the caller as it is before its addresses are translated.</summary>
    private static string Behind(string message, string inside = Inside) =>
        message.Replace("192.0.2.1:5070;branch", $"{inside};rport;branch").Replace("1001@192.0.2.1:5070", $"1001@{inside}");

    private static string ByeOfCallee(CallBench bench, string invite) =>
        Behind(bench.InDialog(DialogSide.Callee, "BYE", 1))
            .Replace("Route: <sip:203.0.113.9:5060;lr>", $"Route: {CallBench.Header(invite, "Record-Route")}");

    private static CallBench WithSettings(string natFlow = "auto", string secret = "what only this edge knows", string[]? routes = null) => new(routes, file =>
    {
        file.NatFlow = natFlow;
        file.Secret = secret;
        return file;
    });
}
