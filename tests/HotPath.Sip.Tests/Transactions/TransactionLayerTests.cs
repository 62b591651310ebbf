using System.Net;
using System.Text;
using HotPath.Testing;

namespace HotPath.Sip.Tests;

/// <summary>
/// Messages find the transaction that RFC 3261 §17.1.3 and §17.2.3 say, responses go where §18.2.2 and RFC 3581 say, strays and excess
/// are refused without harm, and thousands of transactions allocate nothing.
/// </summary>
public sealed class TransactionLayerTests
{
    [Fact]
    public void A_repeated_request_is_absorbed_and_another_branch_sent_by_or_method_is_new()
    {
        var bench = new TransactionBench();
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("BYE"));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("BYE"));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("BYE", branch: ";branch=z9hG4bKc2"));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("BYE", sentBy: "192.0.2.1:5071"));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("BYE", sentBy: "192.0.2.2:5070"));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INFO"));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("FIRST"));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("SECOND"));

        Assert.Equal(
            ["0 request BYE", "0 request BYE", "0 request BYE", "0 request BYE", "0 request INFO", "0 request FIRST", "0 request SECOND"],
            bench.TakeLog());
        Assert.Equal(1, bench.Layer.Counters.RequestsAbsorbed);
        Assert.Equal(7, bench.Layer.ServerCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData(";branch=1")]
    public void Requests_of_RFC_2543_are_told_apart_by_all_that_names_them(string branch)
    {
        var bench = new TransactionBench();
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INVITE", branch));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INVITE", branch));
        Assert.Equal(["0 request INVITE"], bench.TakeLog());

        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("CANCEL", branch));
        bench.Server!.Respond(TransactionBench.ServerResponse(487));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("ACK", branch, to: "<sip:bob@example.com>;tag=b2"));
        Assert.Equal(["0 send 200", "0 cancel", "0 send 487"], bench.TakeLog());
        Assert.Equal(TransactionState.Confirmed, bench.Server.State);

        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("OPTIONS", branch));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("OPTIONS", branch, cseq: 12));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("OPTIONS", branch, callId: "other"));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("OPTIONS", branch, uri: "sip:carol@example.com"));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("OPTIONS", branch, sentBy: "192.0.2.7:5070"));
        Assert.Equal(Enumerable.Repeat("0 request OPTIONS", 5), bench.TakeLog());
    }

    [Fact]
    public void CANCEL_is_answered_200_and_told_until_the_INVITE_has_its_answer()
    {
        var bench = new TransactionBench();
        ServerTransaction invite = InviteServerTests.Reach(bench, "ringing");
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("CANCEL"));
        string first = bench.LastSent;
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("CANCEL"));
        Assert.Equal(["0 send 200", "0 cancel", "0 send 200", "0 cancel"], bench.TakeLog());
        Assert.Equal(first, bench.LastSent);
        Assert.Contains("\r\nCSeq: 11 CANCEL\r\n", first);
        Assert.Contains("\r\nTo: <sip:bob@example.com>;tag=", first);

        invite.Respond(TransactionBench.ServerResponse(487));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("CANCEL"));
        Assert.Equal(["0 send 487", "0 send 200"], bench.TakeLog());
    }

    [Fact]
    public void CANCEL_after_the_200_changes_nothing()
    {
        var bench = new TransactionBench();
        ServerTransaction invite = InviteServerTests.Reach(bench, "accepted");
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("CANCEL"));

        Assert.Equal(["0 send 200"], bench.TakeLog());
        Assert.Equal(TransactionState.Accepted, invite.State);
    }

    [Fact]
    public void CANCEL_that_matches_nothing_is_answered_481()
    {
        var bench = new TransactionBench();
        InviteServerTests.Reach(bench, "ringing");
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("CANCEL", branch: ";branch=z9hG4bKother"));

        Assert.Equal(["0 send 481"], bench.TakeLog());
        Assert.Equal(1, bench.Layer.Counters.StrayCancels);
    }

    [Fact]
    public void The_ACK_to_a_2xx_is_told_with_where_it_came_from()
    {
        var bench = new TransactionBench();
        InviteServerTests.Reach(bench, "accepted");
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("ACK", branch: ";branch=z9hG4bKown"), listener: 8);

        Assert.Equal(["0 ack on 8 from udp:192.0.2.1:5070"], bench.TakeLog());
        Assert.Equal(1, bench.Layer.ServerCount);
    }

    [Fact]
    public void Responses_that_belong_to_nothing_are_dropped_and_counted()
    {
        var bench = new TransactionBench();
        ClientTransaction client = bench.StartClient(SipMethod.Bye);
        string branch = TransactionBench.BranchOf(client);
        bench.TakeLog();
        string[] strays =
        [
            "z9hG4bK", "z9hG4bKabc", "1", branch[..^1], branch + "0", branch.Replace('0', '1'), branch[..^1] + "9", branch[..^1] + "x",
            branch[..^16] + "ffffffff" + branch[^8..], "z9hG4bK" + new string('0', branch.Length - 7),
        ];
        foreach (string stray in strays)
        {
            bench.Receive(TransactionBench.Callee, TransactionBench.ClientResponse(stray, SipMethod.Bye, 200));
        }

        bench.Receive(TransactionBench.Callee, TransactionBench.ClientResponse(branch, SipMethod.Invite, 200));
        bench.Receive(TransactionBench.Callee, TransactionBench.ClientResponse(branch, SipMethod.Cancel, 200));
        Assert.Empty(bench.TakeLog());
        Assert.Equal(strays.Length + 2, bench.Layer.Counters.StrayResponses);

        bench.Receive(TransactionBench.Callee, TransactionBench.ClientResponse(branch, SipMethod.Bye, 200));
        Assert.Equal(["0 response 200 b1"], bench.TakeLog());
    }

    [Fact]
    public void A_response_to_an_earlier_use_of_the_same_object_is_a_stray()
    {
        var bench = new TransactionBench();
        ClientTransaction first = bench.StartClient(SipMethod.Bye);
        string branch = TransactionBench.BranchOf(first);
        bench.Answer(first, 200);
        bench.RunOut();
        ClientTransaction second = bench.StartClient(SipMethod.Bye);
        bench.TakeLog();
        bench.Receive(TransactionBench.Callee, TransactionBench.ClientResponse(branch, SipMethod.Bye, 200));

        Assert.Same(first, second);
        Assert.Empty(bench.TakeLog());
        Assert.Equal(1, bench.Layer.Counters.StrayResponses);
    }

    [Fact]
    public void Branches_carry_the_magic_cookie_and_never_repeat_across_uses_layers_and_restarts()
    {
        var seen = new HashSet<string>();
        foreach (ulong seed in new ulong[] { 1, 2, 3 })
        {
            var bench = new TransactionBench();
            var layer = new TransactionLayer(bench, new TimerWheel(), bench, new SipBufferPool(), seed);
            for (int i = 0; i < 100; i++)
            {
                ClientTransaction kept = layer.CreateClient(SipMethod.Invite)!;
                ClientTransaction given = layer.CreateClient(SipMethod.Bye)!;
                Assert.StartsWith("z9hG4bK", TransactionBench.BranchOf(kept));
                Assert.True(seen.Add(TransactionBench.BranchOf(kept)));
                Assert.True(seen.Add(TransactionBench.BranchOf(given)));
                given.Abandon();
            }
        }
    }

    [Theory]
    [InlineData("192.0.2.1:5070", "", "192.0.2.1", 5070)]
    [InlineData("192.0.2.1", "", "192.0.2.1", 5060)]
    [InlineData("192.0.2.1:5099", "", "192.0.2.1", 5099)]
    [InlineData("10.0.0.7:5099", "", "192.0.2.1", 5099)]
    [InlineData("caller.example.com:5099", "", "192.0.2.1", 5099)]
    [InlineData("10.0.0.7:5099", ";rport", "192.0.2.1", 5070)]
    [InlineData("10.0.0.7", ";maddr=203.0.113.200", "192.0.2.1", 5060)]
    public void Responses_go_to_the_source_address_and_to_its_port_if_rport_asks_for_it(string sentBy, string parameters, string address, int port)
    {
        var bench = new TransactionBench();
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("BYE", ";branch=z9hG4bKc1" + parameters, sentBy));
        bench.Server!.Respond(TransactionBench.ServerResponse(200));

        Assert.Equal(new SipEndpoint(SipTransportKind.Udp, IPAddress.Parse(address), port), bench.Sent[^1].To);
        Assert.Equal(3, bench.Sent[^1].Listener);
        Assert.Equal(TransactionBench.Caller, bench.Server.Source);
    }

    [Fact]
    public void An_INVITE_that_came_by_two_ways_is_served_once()
    {
        var bench = new TransactionBench();
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INVITE"));
        ServerTransaction first = bench.Server!;
        string otherWay = TransactionBench.ServerRequest("INVITE", ";branch=z9hG4bKother", sentBy: "192.0.2.7");
        bench.Receive(TransactionBench.Caller, otherWay);
        bench.Receive(TransactionBench.Caller, otherWay);
        Assert.Equal(["0 request INVITE", "0 send 482", "0 send 482"], bench.TakeLog());
        Assert.Equal(bench.Sent[^1], bench.Sent[^2]);

        first.Respond(TransactionBench.ServerResponse(200));
        bench.Receive(TransactionBench.Caller, otherWay);
        Assert.Equal(["0 send 200", "0 send 482"], bench.TakeLog());
        Assert.Equal(3, bench.Layer.Counters.Merged);

        // What differs in what names the request is another request, and once it is over, it may be made again.
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INVITE", ";branch=z9hG4bKn1", cseq: 12));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INVITE", ";branch=z9hG4bKn2", callId: "other"));
        bench.RunOut();
        bench.TakeLog();
        bench.Receive(TransactionBench.Caller, otherWay);
        Assert.EndsWith("request INVITE", Assert.Single(bench.TakeLog()));
    }

    [Fact]
    public void An_INVITE_that_was_rejected_may_be_tried_again_by_another_way()
    {
        var bench = new TransactionBench();
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INVITE"));
        bench.Server!.Respond(TransactionBench.ServerResponse(503));
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INVITE", ";branch=z9hG4bKother"));
        Assert.Equal(["0 request INVITE", "0 send 503", "0 request INVITE"], bench.TakeLog());
    }

    [Fact]
    public void What_comes_back_as_it_was_has_looped_and_what_comes_back_for_another_is_a_spiral()
    {
        var bench = new TransactionBench();
        string looping = TransactionBench.ServerRequest("INVITE", extraHeaders: "Route: <sip:203.0.113.9;lr>\r\n");
        ClientTransaction client = bench.Layer.CreateClient(DialogBench.Parse(looping))!;
        string ours = $"Via: SIP/2.0/UDP 203.0.113.9;branch={TransactionBench.BranchOf(client)}\r\n";
        string elsewhere = "Via: SIP/2.0/UDP 198.51.100.2;branch=z9hG4bKelse\r\n";
        string Back(string request) => request.Replace("Via: SIP/2.0/UDP 192.0.2.1", $"{elsewhere}{ours}Via: SIP/2.0/UDP 192.0.2.1");

        bench.Receive(TransactionBench.Caller, looping);
        bench.Receive(TransactionBench.Callee, Back(looping));
        Assert.Equal(["0 request INVITE", "0 send 482"], bench.TakeLog());
        Assert.Equal(1, bench.Layer.Counters.Loops);
        Assert.False(bench.Server!.IsSpiral);

        bench.Receive(TransactionBench.Callee, Back(looping).Replace("z9hG4bKelse", "z9hG4bK2").Replace("INVITE sip:bob@", "INVITE sip:carol@"));
        bench.Receive(TransactionBench.Callee, Back(looping).Replace("z9hG4bKelse", "z9hG4bK3").Replace("Route: <sip:203.0.113.9;lr>", "Route: <sip:203.0.113.8;lr>"));
        Assert.Equal(["0 request INVITE", "0 request INVITE"], bench.TakeLog());
        Assert.True(bench.Server!.IsSpiral);
    }

    [Theory]
    [InlineData(SipMethod.Invite)]
    [InlineData(SipMethod.Bye)]
    public void What_cannot_be_sent_at_all_is_told_once_after_Start_has_returned(SipMethod method)
    {
        var bench = new TransactionBench { IsUnreachable = true };
        bench.StartClient(method);
        string sent = $"0 send {method.ToString().ToUpperInvariant()}";
        Assert.Equal([sent], bench.TakeLog());
        bench.RunOut();
        Assert.Equal(["1 transport error", "1 terminated"], bench.TakeLog());
        Assert.Equal((1, 0, 0), (bench.Layer.Counters.TransportErrors, bench.Layer.ClientCount, bench.Wheel.Count));
    }

    [Fact]
    public void Above_the_limit_new_requests_get_503_and_requests_inside_dialogs_keep_their_reserve()
    {
        var bench = new TransactionBench(limits: new TransactionLimits { ServerTransactions = 3, Reserved = 1 });
        for (int i = 0; i < 3; i++)
        {
            bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INVITE", $";branch=z9hG4bK{i}", callId: $"call-{i}"));
        }

        Assert.Equal(["0 request INVITE", "0 request INVITE", "0 send 503"], bench.TakeLog());
        Assert.Contains("\r\nRetry-After: 5\r\n", bench.LastSent);
        for (int i = 0; i < 2; i++)
        {
            bench.Receive(
                TransactionBench.Caller,
                TransactionBench.ServerRequest("BYE", $";branch=z9hG4bKb{i}", to: "<sip:bob@example.com>;tag=b2"));
        }

        Assert.Equal(["0 request BYE"], bench.TakeLog());
        Assert.Equal(2, bench.Layer.Counters.Refused);
        Assert.Equal(3, bench.Layer.ServerCount);
    }

    [Fact]
    public void Above_the_limit_urgent_requests_may_take_half_of_the_reserve()
    {
        var bench = new TransactionBench(limits: new TransactionLimits { ServerTransactions = 6, Reserved = 4 });
        for (int i = 0; i < 6; i++)
        {
            bench.IsUrgent = i >= 3;
            bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INVITE", $";branch=z9hG4bK{i}", callId: $"call-{i}"));
        }

        Assert.Equal(["0 request INVITE", "0 request INVITE", "0 send 503", "0 request INVITE", "0 request INVITE", "0 send 503"], bench.TakeLog());
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("BYE", ";branch=z9hG4bKb", to: "<sip:bob@example.com>;tag=b2"));
        Assert.Equal(["0 request BYE"], bench.TakeLog());
    }

    [Fact]
    public void A_user_sheds_new_requests_outside_dialogs_and_nothing_else()
    {
        var bench = new TransactionBench();
        string taken = TransactionBench.ServerRequest("INVITE", ";branch=z9hG4bK0", callId: "call-0");
        string shed = TransactionBench.ServerRequest("INVITE", ";branch=z9hG4bK1", callId: "call-1");
        bench.Receive(TransactionBench.Caller, taken);
        bench.TakeLog();
        bench.Sheds = true;
        bench.Receive(TransactionBench.Caller, taken);
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("BYE", ";branch=z9hG4bKb", to: "<sip:bob@example.com>;tag=b2"));
        Assert.Equal(["0 request BYE"], bench.TakeLog());
        bench.Receive(TransactionBench.Caller, shed);
        Assert.Contains("\r\nRetry-After: 5\r\n", bench.LastSent);
        bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("OPTIONS", ";branch=z9hG4bK2", callId: "call-2"));
        Assert.Equal(["0 send 503", "0 send 503"], bench.TakeLog());
        Assert.Equal((2, 2), (bench.Layer.ServerCount, bench.Layer.Counters.Refused));

        // Nothing of it is remembered: it may come again.
        bench.Sheds = false;
        bench.Receive(TransactionBench.Caller, shed);
        Assert.Equal(["0 request INVITE"], bench.TakeLog());
    }

    [Fact]
    public void Above_the_limit_no_client_is_created_and_other_methods_keep_their_reserve()
    {
        var bench = new TransactionBench(limits: new TransactionLimits { ClientTransactions = 2, Reserved = 1 });
        ClientTransaction invite = bench.StartClient(SipMethod.Invite);
        Assert.Null(bench.Layer.CreateClient(SipMethod.Invite));
        Assert.NotNull(bench.Layer.CreateClient(SipMethod.Bye));
        Assert.Null(bench.Layer.CreateClient(SipMethod.Bye));

        // The CANCEL of an INVITE that is there always has room.
        bench.Answer(invite, 180);
        invite.Cancel();
        Assert.StartsWith("CANCEL ", bench.LastSent);
    }

    [Fact]
    public void A_client_is_started_once_and_only_by_who_may()
    {
        var bench = new TransactionBench();
        ClientTransaction client = bench.StartClient(SipMethod.Bye);
        Assert.Throws<InvalidOperationException>(() => client.Start(0, TransactionBench.Callee, [1]));
        client.Abandon();
        client.Abandon();
        Assert.Throws<InvalidOperationException>(() => client.Start(0, TransactionBench.Callee, [1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => bench.Layer.CreateClient(SipMethod.Ack));
        Assert.Throws<ArgumentOutOfRangeException>(() => bench.Layer.CreateClient(SipMethod.Cancel));
        Assert.Equal((0, 0, 0), (bench.Layer.ClientCount, bench.Wheel.Count, bench.Buffers.Rented));
    }

    [Fact]
    public void Thousands_of_server_transactions_come_and_go_in_any_order_and_each_is_found()
    {
        var bench = new TransactionBench();
        var random = new Random(7);
        var open = new Dictionary<int, ServerTransaction>();
        for (int i = 0; i < 6_000; i++)
        {
            bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("INVITE", $";branch=z9hG4bK{i}", callId: $"call-{i}"));
            open.Add(i, bench.Server!);
            if (open.Count > 1_500 || random.Next(2) == 0)
            {
                int victim = open.Keys.ElementAt(random.Next(open.Count));
                open.Remove(victim, out ServerTransaction? removed);
                removed!.Abandon();
            }
        }

        Assert.Equal(6_000, bench.TakeLog().Length);
        foreach ((int i, ServerTransaction transaction) in open)
        {
            bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("ACK", $";branch=z9hG4bK{i}"));
            transaction.Respond(TransactionBench.ServerResponse(486));
            bench.Receive(TransactionBench.Caller, TransactionBench.ServerRequest("ACK", $";branch=z9hG4bK{i}"));
            Assert.Equal(TransactionState.Confirmed, transaction.State);
        }

        Assert.Equal(open.Count, bench.Layer.ServerCount);
    }

    [Fact]
    public void Ten_thousand_calls_allocate_nothing_after_a_warm_up()
    {
        var edge = new RelayingUser();
        edge.PlayCalls(3_000);
        Assert.Equal(0, SteadyState.AllocatedBytes(() => edge.PlayCalls(10_000)));
        Assert.Equal(3_000 + (SteadyState.Rounds * 10_000), edge.Answered);
        Assert.Equal(edge.Answered, edge.HungUp);
    }

    /// <summary>A user that relays nothing but walks the same ways: INVITE/100/180/200 and BYE/200, as server and as client.</summary>
    private sealed class RelayingUser : ISipSender, ITransactionUser
    {
        private static readonly byte[] s_trying = TransactionBench.ServerResponse(100);
        private static readonly byte[] s_ringing = TransactionBench.ServerResponse(180);
        private static readonly byte[] s_ok = TransactionBench.ServerResponse(200);

        private readonly TimerWheel _wheel = new();
        private readonly SipMessageIndex _index = new();
        private readonly TransactionLayer _layer;
        private readonly byte[] _inviteIn = Encoding.ASCII.GetBytes(
            TransactionBench.ServerRequest("INVITE", ";branch=z9hG4bK00000000", callId: "call-0000000"));
        private readonly byte[] _byeIn = Encoding.ASCII.GetBytes(
            TransactionBench.ServerRequest("BYE", ";branch=z9hG4bKb0000000", callId: "call-0000000"));
        private readonly byte[] _inviteOut;
        private readonly byte[] _byeOut;
        private readonly byte[] _invite180;
        private readonly byte[] _invite200;
        private readonly byte[] _bye200;
        private readonly string _anyBranch = "z9hG4bK" + new string('0', 32);

        public RelayingUser()
        {
            _layer = new TransactionLayer(this, _wheel, this, new SipBufferPool(), seed: 9);
            _inviteOut = Encoding.ASCII.GetBytes(TransactionBench.ClientRequest(SipMethod.Invite, _anyBranch));
            _byeOut = Encoding.ASCII.GetBytes(TransactionBench.ClientRequest(SipMethod.Bye, _anyBranch));
            _invite180 = Encoding.ASCII.GetBytes(TransactionBench.ClientResponse(_anyBranch, SipMethod.Invite, 180));
            _invite200 = Encoding.ASCII.GetBytes(TransactionBench.ClientResponse(_anyBranch, SipMethod.Invite, 200));
            _bye200 = Encoding.ASCII.GetBytes(TransactionBench.ClientResponse(_anyBranch, SipMethod.Bye, 200));
        }

        public int Answered { get; private set; }

        public int HungUp { get; private set; }

        public void PlayCalls(int count)
        {
            for (int i = 0; i < count; i++)
            {
                int call = Answered;
                Receive(_inviteIn, "z9hG4bK0"u8, call);
                _wheel.Advance(_wheel.NowMs + 7);
                Receive(_byeIn, "z9hG4bKb"u8, call);
                _wheel.Advance(_wheel.NowMs + 13);
            }
        }

        public bool Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message) => true;

        public void OnRequest(ServerTransaction transaction, in SipMessage request)
        {
            bool isInvite = transaction.Method == SipMethod.Invite;
            if (isInvite)
            {
                transaction.RespondTrying(request);
            }

            ClientTransaction client = _layer.CreateClient(transaction.Method)!;
            client.Owner = transaction;
            Patch(isInvite ? _inviteOut : _byeOut, client);
            client.Start(0, TransactionBench.Callee, isInvite ? _inviteOut : _byeOut);
            if (isInvite)
            {
                Patch(_invite180, client);
                Receive(_invite180);
            }

            Patch(isInvite ? _invite200 : _bye200, client);
            Receive(isInvite ? _invite200 : _bye200);
        }

        public void OnResponse(ClientTransaction transaction, in SipMessage response)
        {
            var server = (ServerTransaction)transaction.Owner!;
            server.Respond(response.StatusCode == 100 ? s_trying : response.StatusCode < 200 ? s_ringing : s_ok);
            if (response.StatusCode >= 200)
            {
                Answered += transaction.Method == SipMethod.Invite ? 1 : 0;
                HungUp += transaction.Method == SipMethod.Bye ? 1 : 0;
            }
        }

        public void OnCancel(ServerTransaction invite, in SipMessage cancel) => Assert.Fail("Nothing is cancelled.");

        public void OnAck(in SipMessage ack, int listener, in SipEndpoint source) => Assert.Fail("Nothing is acknowledged.");

        public void OnTimeout(ClientTransaction transaction) => Assert.Fail("Everything is answered.");

        public void OnTransportError(ClientTransaction transaction) => Assert.Fail("Everything can be sent.");

        public void OnTerminated(ServerTransaction transaction)
        {
        }

        public void OnTerminated(ClientTransaction transaction)
        {
        }

        private static void Patch(byte[] message, ClientTransaction client) =>
            client.Branch.CopyTo(message.AsSpan(message.AsSpan().IndexOf("z9hG4bK"u8)));

        private void Receive(byte[] message, ReadOnlySpan<byte> branchStart, int call)
        {
            Number(branchStart);
            Number("call-"u8);
            Receive(message);

            void Number(ReadOnlySpan<byte> start) =>
                call.TryFormat(message.AsSpan(message.AsSpan().IndexOf(start) + start.Length, 7), out _, "D7");
        }

        private void Receive(byte[] message)
        {
            Assert.True(SipParser.Parse(message, _index).IsOk);
            _layer.OnMessage(0, TransactionBench.Caller, new SipMessage(message, _index));
        }
    }
}
