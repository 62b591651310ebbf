using HotPath.Billing;
using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: calls to emergency and free numbers go out at once, without authorisation, whatever the engines, the limits and the journal are
/// like, are cut by no limit of money, and yield one CDR that names their class (design §8, promise 8).
/// </summary>
public sealed class EmergencyCallTests
{
    [Theory]
    [InlineData("112", "emergency")]
    [InlineData("0800123", "free")]
    public void Such_a_call_asks_no_engine_and_yields_a_CDR_with_its_class(string number, string callClass)
    {
        CallBench bench = Bench();
        string invite = InviteUnasked(bench, $"sip:{number}@203.0.113.9");
        bench.Receive(CallBench.Callee, CallBench.Response(invite, 180));
        bench.Take(CallBench.Caller, "SIP/2.0 180 ");
        bench.Run(2);
        Answer(bench, invite);
        Assert.True(bench.Engine.IsEmpty);
        Assert.Equal("[]", new AskingEngine(bench.Lane.EngineRequests).Ask("SessionSv1.GetActiveSessionIDs", "\"\""));
        bench.Run(5);
        bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "BYE", 11));
        bench.Take(CallBench.Callee, "BYE ");
        SentCommand cdr = bench.Command("SessionSv1.ProcessCDR");
        Assert.Equal(
            (callClass, "*none", "1001", number, "5s", "Downstream BYE"),
            (cdr.Event("CallClass"), cdr.Event("RequestType"), cdr.Event("Account"), cdr.Event("Destination"), cdr.Event("Usage"), cdr.Event("DisconnectCause")));
        Assert.Equal(2, long.Parse(cdr.Event("AnswerTime")) - long.Parse(cdr.Event("SetupTime")));
        cdr.Reply("\"OK\"");
        bench.AssertForgotten();
    }

    [Fact]
    public void Each_session_of_such_a_call_has_a_CDR()
    {
        CallBench bench = Bench(file => file.Sessions = [new SessionConfig { Tag = "carrier", Account = "carrier-7", RequestType = "*postpaid" }]);
        Answer(bench, InviteUnasked(bench, "sip:112@203.0.113.9"));
        bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "BYE", 11));
        SentCommand[] cdrs = [bench.Command("SessionSv1.ProcessCDR"), bench.Command("SessionSv1.ProcessCDR")];
        Assert.Equal(
            ["call-1 1001 emergency *none", "call-1|carrier carrier-7 emergency *none"],
            cdrs.Select(cdr => $"{cdr.Event("OriginID")} {cdr.Event("Account")} {cdr.Event("CallClass")} {cdr.Event("RequestType")}"));
        Assert.True(bench.Engine.IsEmpty);
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void One_that_is_not_answered_yields_a_CDR_if_those_of_missed_calls_are_wanted(bool isWanted, int cdrs)
    {
        CallBench bench = Bench(file => file.MissedCdr = isWanted);
        string invite = InviteUnasked(bench, "sip:112@203.0.113.9");
        bench.Receive(CallBench.Callee, CallBench.Response(invite, 486));
        Assert.Equal(cdrs == 0, bench.Engine.IsEmpty);
        if (cdrs > 0)
        {
            SentCommand cdr = bench.Command("SessionSv1.ProcessCDR");
            Assert.Equal(("emergency", "486", "0s", ""), (cdr.Event("CallClass"), cdr.Event("SipCode"), cdr.Event("Usage"), cdr.Event("AnswerTime")));
        }
    }

    [Fact]
    public void With_all_engines_dead_the_edge_full_and_the_journal_full_the_call_passes_and_is_recorded_once_when_an_engine_is_back()
    {
        SimulatedDisk disk = new();
        using FileJournal journal = FileJournal.Open(disk, new JournalOptions(), (_, _) => { }, out _);
        BenchWithEngine all = new(
            file =>
            {
                file.Emergency = ["112"];
                file.MaxCalls = 1;
            },
            journal);
        CallBench bench = all.Bench;

        // A call that is charged takes the only place.
        bench.Receive(CallBench.Caller, bench.InviteText(callId: "charged"));
        bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        all.Run(0.1);
        Answer(bench, bench.Take(CallBench.Callee, "INVITE "));
        all.Run(1);
        all.Stop();
        disk.FreeBytes = 0;
        disk.IsBroken = true;
        all.Run(2);
        Assert.Equal((1, false), (bench.Lane.RunningCalls, bench.Lane.Sessions.HasRoom));
        bench.Receive(CallBench.Caller, bench.InviteText(callId: "refused"));
        bench.Take(CallBench.Caller, "SIP/2.0 503 ");

        string invite = InviteUnasked(bench, "sip:112@203.0.113.9", callId: "call-1");
        Answer(bench, invite);
        all.Run(7);
        bench.Receive(CallBench.Callee, bench.InDialog(DialogSide.Callee, "BYE", 1));
        Assert.Contains("BYE to caller", bench.TakeAll());
        all.Run(30);
        all.Start();
        all.Run(120);
        string cdr = Assert.Single(all.Engine.Cdrs, cdr => cdr.Contains("\"CallClass\":\"emergency\"", StringComparison.Ordinal));
        Assert.Contains("\"Usage\":\"7s\"", cdr, StringComparison.Ordinal);
        Assert.DoesNotContain(all.Engine.Charges, charge => charge.OriginId == "call-1");
        Assert.All(
            all.Engine.Requests.Where(request => request.Parameters.Contains("call-1", StringComparison.Ordinal)),
            request => Assert.Equal("SessionSv1.ProcessCDR", request.Method));
    }

    [Fact]
    public void The_reserve_has_an_end()
    {
        CallBench bench = Bench(file => file.MaxCalls = 8);
        Assert.Equal(8, CallsUntilRefused(bench, "1002", 0));
        Assert.Equal(2, CallsUntilRefused(bench, "0800123", 100));
        Assert.Equal(2, CallsUntilRefused(bench, "112", 200));
    }

    [Fact]
    public void Without_a_name_in_From_the_call_is_recorded_for_nobody()
    {
        CallBench bench = Bench();
        bench.Receive(CallBench.Caller, bench.InviteText(number: "112").Replace("From: <sip:1001@", "From: <sip:"));
        bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        bench.Receive(CallBench.Callee, CallBench.Response(bench.Take(CallBench.Callee, "INVITE "), 480));
        Assert.Equal("anonymous", bench.Command("SessionSv1.ProcessCDR").Event("Account"));
    }

    [Fact]
    public void A_next_hop_that_asked_to_be_left_alone_is_tried_all_the_same()
    {
        CallBench bench = Bench();
        string invite = bench.Invite();
        bench.Receive(CallBench.Callee, CallBench.Response(invite, 503, extra: "Retry-After: 60\r\n"));
        bench.TakeAll();
        bench.Receive(CallBench.Caller, bench.InviteText(callId: "charged"));
        bench.Take(CallBench.Caller, "SIP/2.0 503 ");
        InviteUnasked(bench, "sip:0800123@203.0.113.9", callId: "free");
        InviteUnasked(bench, "sip:112@203.0.113.9", callId: "emergency");
    }

    [Theory]
    [InlineData("urn:service:sos", "emergency")]
    [InlineData("urn:service:sos.police", "emergency")]
    [InlineData("URN:service:SOS", "emergency")]
    public void A_service_is_routed_as_it_stands(string service, string callClass)
    {
        CallBench bench = Bench();
        string invite = InviteUnasked(bench, service);
        Assert.StartsWith($"INVITE {service} SIP/2.0\r\n", invite);
        bench.Receive(CallBench.Callee, CallBench.Response(invite, 480));
        SentCommand cdr = bench.Command("SessionSv1.ProcessCDR");
        Assert.Equal((callClass, service.ToLowerInvariant()), (cdr.Event("CallClass"), cdr.Event("Destination")));
    }

    [Theory]
    [InlineData("urn:service:counseling")]
    [InlineData("urn:isbn:0451450523")]
    public void Another_urn_is_no_way_to_call(string urn)
    {
        CallBench bench = Bench();
        bench.Receive(CallBench.Caller, WithTarget(bench.InviteText(), urn));
        bench.Take(CallBench.Caller, "SIP/2.0 416 ");
    }

    [Fact]
    public void Emergency_calls_have_a_next_hop_of_their_own_and_then_the_others()
    {
        CallBench bench = Bench(file => file.EmergencyRoute = "sip:198.51.100.3:5060");
        string invite = InviteUnasked(bench, "sip:112@203.0.113.9", to: CallBench.Fallback);
        Assert.StartsWith("INVITE sip:112@198.51.100.3:5060 SIP/2.0\r\n", invite);
        bench.Receive(CallBench.Fallback, CallBench.Response(invite, 503, extra: "Retry-After: 60\r\n"));
        bench.Take(CallBench.Fallback, "ACK ");
        Assert.StartsWith("INVITE sip:112@198.51.100.2:5060 SIP/2.0\r\n", bench.Take(CallBench.Callee, "INVITE "));
        Assert.Equal(CallBench.Callee, bench.Lane.Router.TryRoute("sip:1002@203.0.113.9"u8, 0, out RouteDecision route) ? route.NextHop : default);
        InviteUnasked(bench, "urn:service:sos", to: CallBench.Fallback, callId: "another");
    }

    [Fact]
    public void Without_any_next_hop_a_service_goes_nowhere_but_to_that_of_emergency_calls()
    {
        CallBench bench = Bench(routes: []);
        bench.Receive(CallBench.Caller, WithTarget(bench.InviteText(), "urn:service:sos"));
        bench.Take(CallBench.Caller, "SIP/2.0 404 ");
        bench = Bench(file => file.EmergencyRoute = "sip:198.51.100.3:5060", routes: []);
        string invite = InviteUnasked(bench, "urn:service:sos", to: CallBench.Fallback);
        bench.Receive(CallBench.Fallback, CallBench.Response(invite, 503));
        bench.Take(CallBench.Fallback, "ACK ");
        bench.Take(CallBench.Caller, "SIP/2.0 500 ");
    }

    [Theory]
    [InlineData("0800123", 3600)]
    [InlineData("112", 86_400)]
    public void Its_length_is_limited_but_that_of_a_call_for_help_generously(string number, int seconds)
    {
        CallBench bench = Bench(file => file.MaxCallDuration = 3600);
        Answer(bench, InviteUnasked(bench, $"sip:{number}@203.0.113.9"));
        bench.Run(seconds - 1);
        Assert.True(bench.IsQuiet);
        bench.Run(1.1);
        bench.Take(CallBench.Caller, "BYE ");
        Assert.Equal($"{seconds}s", bench.Command("SessionSv1.ProcessCDR").Event("Usage"));
    }

    [Fact]
    public void An_edge_that_goes_down_takes_emergency_calls_and_cuts_none()
    {
        CallBench bench = Bench();
        Answer(bench, InviteUnasked(bench, "sip:112@203.0.113.9"));
        bench.Run(3);
        bench.Lane.Drain();
        SentCommand cdr = bench.Command("SessionSv1.ProcessCDR");
        Assert.Equal(("3s", "Edge Shutdown"), (cdr.Event("Usage"), cdr.Event("DisconnectCause")));
        Assert.True(bench.IsQuiet);
        bench.Receive(CallBench.Caller, bench.InviteText(number: "0800123", callId: "free"));
        bench.Take(CallBench.Caller, "SIP/2.0 503 ");
        InviteUnasked(bench, "sip:112@203.0.113.9", callId: "late");
        bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "BYE", 11));
        bench.Take(CallBench.Callee, "BYE ");
    }

    [Fact]
    public void Each_answer_of_a_forked_call_has_a_CDR_of_its_own()
    {
        CallBench bench = Bench();
        string invite = InviteUnasked(bench, "sip:112@203.0.113.9");
        Answer(bench, invite);
        bench.Receive(CallBench.Callee, CallBench.Response(invite, 200, tag: "c"));
        bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "ACK", 10, tag: "c"));
        bench.Take(CallBench.Callee, "ACK ");
        bench.Run(4);
        Assert.True(bench.Engine.IsEmpty);
        bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "BYE", 11, tag: "c"));
        SentCommand cdr = bench.Command("SessionSv1.ProcessCDR");
        Assert.Equal(("call-1;c", "emergency", "4s"), (cdr.Event("OriginID"), cdr.Event("CallClass"), cdr.Event("Usage")));
    }

    [Fact]
    public void A_handler_decides_about_free_calls_and_not_about_emergency_calls()
    {
        CallBench bench = Bench(handler: new Refusing());
        bench.Receive(CallBench.Caller, bench.InviteText(number: "0800123", callId: "free"));
        bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        bench.Take(CallBench.Caller, "SIP/2.0 603 ");
        InviteUnasked(bench, "sip:112@203.0.113.9");
    }

    [Theory]
    [InlineData("112", true)]
    [InlineData("0800123", false)]
    public void After_a_restart_a_call_for_help_goes_on_whatever_is_configured(string number, bool goesOn)
    {
        SimulatedDisk disk = new();
        using (FileJournal journal = FileJournal.Open(disk, new JournalOptions(), (_, _) => { }, out _))
        {
            CallBench first = Bench(journal: journal);
            Answer(first, InviteUnasked(first, $"sip:{number}@203.0.113.9"));
            first.Run(3);
        }

        JournalReplay replay = new();
        using FileJournal taken = FileJournal.Open(disk, new JournalOptions(), replay.Visit, out _);
        CallBench bench = Bench(file => file.Journal = new JournalConfig { Folder = "unused" }, journal: taken);
        bench.Lane.Recover(replay, replay.Open);
        Assert.Equal(goesOn ? [] : ["BYE to caller", "BYE to callee"], bench.TakeAll());
        if (goesOn)
        {
            Assert.True(bench.Engine.IsEmpty);
            bench.Receive(CallBench.Caller, bench.InDialog(DialogSide.Caller, "BYE", 11));
            bench.Take(CallBench.Callee, "BYE ");
        }

        SentCommand cdr = bench.Command("SessionSv1.ProcessCDR");
        Assert.Equal((goesOn ? "emergency" : "free", "*none"), (cdr.Event("CallClass"), cdr.Event("RequestType")));
        cdr.Reply("\"OK\"");
        Assert.Equal(0, bench.Lane.UnsettledSessions);
    }

    private static CallBench Bench(
        Action<EdgeConfigFile>? configure = null,
        string[]? routes = null,
        IJournalStore? journal = null,
        ICallHandler? handler = null) => new(
        routes,
        file =>
        {
            file.Emergency = ["112", "urn:service:sos*"];
            file.Free = ["0800*"];
            configure?.Invoke(file);
            return file;
        },
        journal,
        handler: handler);

    /// <summary>An INVITE that goes out as soon as it came.</summary>
    private static string InviteUnasked(CallBench bench, string target, SipEndpoint? to = null, string callId = "call-1")
    {
        bench.Receive(CallBench.Caller, WithTarget(bench.InviteText(callId: callId), target));
        bench.Take(CallBench.Caller, "SIP/2.0 100 ");
        return bench.Take(to ?? CallBench.Callee, "INVITE ");
    }

    private static string WithTarget(string invite, string target) => $"INVITE {target} {invite[invite.IndexOf("SIP/2.0", StringComparison.Ordinal)..]}";

    private static void Answer(CallBench bench, string invite)
    {
        bench.Receive(CallBench.Callee, CallBench.Response(invite, 200));
        bench.Take(CallBench.Caller, "SIP/2.0 200 ");
        string ack = bench.InDialog(DialogSide.Caller, "ACK", 10);
        bench.Receive(CallBench.Caller, ack.Replace("call-1", CallBench.Header(invite, "Call-ID")));
        bench.Take(CallBench.Callee, "ACK ");
    }

    private static int CallsUntilRefused(CallBench bench, string number, int firstCall)
    {
        for (int call = 0; ; call++)
        {
            bench.Receive(CallBench.Caller, bench.InviteText(callId: $"call-{firstCall + call}", number: number));
            if (bench.TakeAll().Contains("503 to caller"))
            {
                return call;
            }
        }
    }

    private sealed class Refusing : ICallHandler
    {
        public CallTask OnInvite(IncomingCall call)
        {
            call.Reject(603);
            return CallTask.Completed;
        }
    }
}
