using System.Text;
using HotPath.Commands;
using HotPath.Testing;
using static HotPath.Rpc.Tests.ClientFixture;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: every request ends once, with its own reply or a clear failure, however the engine's bytes come.</summary>
public sealed class EngineClientTests
{
    private const string Authorize = "SessionSv1.AuthorizeEvent";

    [Fact]
    public void Many_requests_share_one_connection()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        for (int i = 0; i < 10; i++)
        {
            fixture.Authorize(i);
        }

        Assert.Empty(fixture.Replies.Lines);
        fixture.Settle();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i} Ok 0 3600s"), fixture.Replies.Lines);
        Assert.Equal([Addresses[A], Addresses[B]], fixture.Network.Connects);
        Assert.Equal(10, fixture.Engines[A].Requests.Count);
    }

    [Fact]
    public void The_pre_rc8_dialect_is_spoken_where_it_is_configured()
    {
        using ClientFixture fixture = new ClientFixture(dialect: CgrDialect.PreRc8).Start();
        fixture.Engines[A].Script("SMGenericV1.GetMaxUsage", new ScriptedAnswer { Result = "60" });
        fixture.Engines[A].Script("SMGenericV1.TerminateSession", new ScriptedAnswer { Result = "\"OK\"" });
        fixture.Authorize(1);
        fixture.Terminate("call", 2);
        fixture.Settle();
        Assert.Equal(["1 Ok 0 60s", "2 Ok 0"], fixture.Replies.Lines.Select(line => line.TrimEnd()));
        Assert.Equal(["""{"OriginID":"call"}""", """{"OriginID":"call"}"""], fixture.Engines[A].Requests.Select(request => request.Parameters));
    }

    [Fact]
    public async Task What_the_pre_rc8_dialect_does_not_have_is_sent_as_in_the_current_one()
    {
        using ClientFixture fixture = new ClientFixture(dialect: CgrDialect.PreRc8).Start();
        fixture.Settle();
        ValueTask<RpcOutcome<PongReply>> ping = fixture.Client.SendAsync<Ping, PongReply>(default);
        fixture.Settle();
        Assert.Equal(RpcStatus.Ok, (await ping).Status);
        Assert.Equal("SessionSv1.Ping", fixture.Engines[A].Requests[^1].Method);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Replies_cut_anywhere_are_read(int segmentLength)
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Network.SegmentLength = segmentLength;
        fixture.Authorize(1);
        fixture.Initiate("c", 2);
        fixture.Settle();
        Assert.Equal(["1 Ok 0 3600s", "2 Ok 0 3600s"], fixture.Replies.Lines);
    }

    [Fact]
    public void Replies_out_of_order_find_their_requests()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Engines[A].Script(Authorize,
            new ScriptedAnswer { Result = """{"MaxUsage":1000000000}""", Delay = TimeSpan.FromMilliseconds(300) },
            new ScriptedAnswer { Result = """{"MaxUsage":2000000000}""", Delay = TimeSpan.FromMilliseconds(100) },
            new ScriptedAnswer { Result = """{"MaxUsage":3000000000}""", Delay = TimeSpan.FromMilliseconds(200) });
        fixture.Authorize(1);
        fixture.Authorize(2);
        fixture.Authorize(3);
        fixture.Pass(400);
        Assert.Equal(["2 Ok 0 2s", "3 Ok 0 3s", "1 Ok 0 1s"], fixture.Replies.Lines);
    }

    [Theory]
    [InlineData("""{"id":{id},"result":null,"error":"RALS_ERROR:ACCOUNT_NOT_FOUND"}""", "1 EngineError 0 RALS_ERROR:ACCOUNT_NOT_FOUND")]
    [InlineData("""{ "error" : "a\"b\u00e9" , "id" : {id} }""", "1 EngineError 0 a\"bé")]
    [InlineData("""{"id":{id},"error":{"code":-32601,"message":"no"},"result":null}""", """1 EngineError 0 {"code":-32601,"message":"no"}""")]
    [InlineData("""{"id":{id},"result":{"MaxUsage":1},"error":"BOTH"}""", "1 EngineError 0 BOTH")]
    [InlineData("""{"id":{id},"result":null,"error":null}""", "1 InvalidReply 0 neither a result nor an error")]
    [InlineData("""{"result":{"MaxUsage":-1},"id":{id}}""", "1 Ok 0 unlimited")]
    [InlineData("""{"jsonrpc":"2.0","unknown":[{}],"id":{id},"result":{"MaxUsage":1000000000}}""", "1 Ok 0 1s")]
    public void Any_shape_of_reply_has_its_outcome(string reply, string outcome)
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Engines[A].Script(Authorize, new ScriptedAnswer { Raw = reply });
        fixture.Authorize(1);
        fixture.Settle();
        Assert.Equal([outcome], fixture.Replies.Lines);
    }

    [Fact]
    public void A_result_of_another_shape_is_an_invalid_reply_and_the_connection_stays()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Engines[A].Script(Authorize, new ScriptedAnswer { Result = """{"MaxUsage":"soon"}""" });
        fixture.Authorize(1);
        fixture.Authorize(2);
        fixture.Settle();
        Assert.StartsWith("1 InvalidReply 0 ", fixture.Replies.Lines[0], StringComparison.Ordinal);
        Assert.Equal("2 Ok 0 3600s", fixture.Replies.Lines[1]);
        Assert.Equal(1, fixture.Client.Statistics[A].InvalidReplies);
        Assert.Equal(2, fixture.Network.Connects.Count);
    }

    [Fact]
    public void An_answer_sent_twice_counts_once()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Engines[A].Script(Authorize, new ScriptedAnswer { IsNormal = true, Times = 3 });
        fixture.Authorize(1);
        fixture.Authorize(2);
        fixture.Settle();
        Assert.Equal(["1 Ok 0 3600s", "2 Ok 0 3600s"], fixture.Replies.Lines);
        Assert.Equal(2, fixture.Client.Statistics[A].LateReplies);
    }

    [Theory]
    [InlineData("""{"id":999999999,"result":"OK","error":null}""")]
    [InlineData("""{"id":"x","result":"OK","error":null}""")]
    [InlineData("""{"id":null,"result":"OK","error":null}""")]
    [InlineData("""{"result":"OK"}""")]
    public void A_reply_for_somebody_else_is_dropped_and_counted(string reply)
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Engines[A].Script(Authorize, new ScriptedAnswer { Raw = reply });
        fixture.Authorize(1);
        fixture.Authorize(2);
        fixture.Settle();
        Assert.Equal(["2 Ok 0 3600s"], fixture.Replies.Lines);
        Assert.Equal(1, fixture.Client.Statistics[A].UnknownReplies);
    }

    [Fact]
    public void What_the_network_does_not_take_yet_waits()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Network.WindowLength = 50;
        for (int i = 0; i < 5; i++)
        {
            fixture.Authorize(i);
        }

        fixture.Settle();
        Assert.Equal(Enumerable.Range(0, 5).Select(i => $"{i} Ok 0 3600s"), fixture.Replies.Lines);
    }

    [Fact]
    public void Requests_over_the_limit_are_refused_but_not_from_inside_Send()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1, maxInFlight: 3).Start();
        for (int i = 0; i < 5; i++)
        {
            fixture.Authorize(i);
        }

        Assert.Empty(fixture.Replies.Lines);
        fixture.Settle();
        Assert.Equal(["3 Overloaded -1", "4 Overloaded -1", "0 Ok 0 3600s", "1 Ok 0 3600s", "2 Ok 0 3600s"], fixture.Replies.Lines);
    }

    [Fact]
    public void Ids_begin_anew_past_the_largest_and_meet_nobody_else()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1, lastRequestId: int.MaxValue - 5).Start();
        fixture.Engines[A].Script(Authorize, new ScriptedAnswer { Result = """{"MaxUsage":1000000000}""", Delay = TimeSpan.FromMilliseconds(400) });
        for (int i = 0; i < 20; i++)
        {
            fixture.Authorize(i);
        }

        fixture.Pass(100);
        fixture.Network.Cut(Addresses[A]);
        fixture.Pass(500);
        for (int i = 20; i < 40; i++)
        {
            fixture.Authorize(i);
        }

        fixture.Settle();
        Assert.Equal(40, fixture.Replies.Lines.Distinct().Count());
        Assert.Equal(39, fixture.Replies.Lines.Count(line => line.EndsWith(" Ok 0 3600s", StringComparison.Ordinal)));
        Assert.Equal("0 ConnectionLost 0", fixture.Replies.Lines[19]);
        Assert.Equal(0, fixture.Client.Statistics[A].UnknownReplies);
    }

    [Fact]
    public async Task A_request_the_caller_cancels_leaves_its_room_to_others_and_its_late_reply_meets_nobody()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1, maxInFlight: 1).Start();
        fixture.Engines[A].Script(Authorize, new ScriptedAnswer { Result = """{"MaxUsage":1000000000}""", Delay = TimeSpan.FromMilliseconds(50) });
        using CancellationTokenSource caller = new();
        ValueTask<RpcOutcome<AuthorizeReply>> pending = fixture.Client.SendAsync<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent(), default, caller.Token);
        fixture.Settle();
        Assert.Equal(1, fixture.Client.Statistics[A].InFlight);
        await caller.CancelAsync();
        Assert.Equal(RpcStatus.Canceled, (await pending).Status);
        fixture.Settle();
        Assert.Equal(0, fixture.Client.Statistics[A].InFlight);
        fixture.Authorize(1);
        fixture.Pass(60);
        Assert.Equal(["1 Ok 0 3600s"], fixture.Replies.Lines);
        Assert.Equal((1, 0), (fixture.Client.Statistics[A].LateReplies, fixture.Client.Statistics[A].UnknownReplies));
    }

    [Fact]
    public async Task A_request_cancelled_before_it_was_written_never_is()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1).Start();
        using CancellationTokenSource caller = new();
        ValueTask<RpcOutcome<AuthorizeReply>> pending = default;
        Thread sender = new(() => pending = fixture.Client.SendAsync<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent(), default, caller.Token));
        sender.Start();
        sender.Join();
        caller.Cancel();
        fixture.Settle();
        Assert.Empty(fixture.Engines[A].Requests);
        Assert.Equal(RpcStatus.Canceled, (await pending).Status);
    }

    [Fact]
    public async Task A_cancellation_that_comes_too_late_cancels_nobody_else()
    {
        using ClientFixture fixture = new ClientFixture(engines: 1).Start();
        using CancellationTokenSource caller = new();
        ValueTask<RpcOutcome<AuthorizeReply>> pending = fixture.Client.SendAsync<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent(), default, caller.Token);
        fixture.Client.Flush();
        Task cancelled = caller.CancelAsync();
        SpinWait.SpinUntil(() => pending.IsCompleted);

        // The reply comes before the client has heard of the cancellation, and what carried the request carries the next one.
        fixture.Network.Pump();
        fixture.Authorize(1);
        fixture.Settle();
        Assert.Equal(["1 Ok 0 3600s"], fixture.Replies.Lines);
        Assert.Equal(RpcStatus.Canceled, (await pending).Status);
        await cancelled;
    }

    [Fact]
    public void Engine_requests_glued_to_replies_are_served_and_answered()
    {
        RequestRecorder requests = new();
        using ClientFixture fixture = new ClientFixture(requests).Start();
        fixture.Engines[A].Script(Authorize, new ScriptedAnswer
        {
            Raw = """{"method":"SessionSv1.DisconnectSession","params":[{"Reason":"X"}],"id":7}{"id":{id},"result":{},"error":null}{"method":"SessionSv1.Unknown","params":[],"id":"y"}{"method":"Ignored","params":[{}]}""",
        });
        CallRecorder answers = new();
        fixture.Initiate("c", 1);
        fixture.Settle();
        fixture.Authorize(2);
        Assert.True(fixture.Engines[A].Disconnect("c", "INSUFFICIENT_CREDIT", answers));
        fixture.Settle();
        Assert.Equal(["1 Ok 0 3600s", "2 Ok 0"], fixture.Replies.Lines);
        Assert.Equal(4, requests.Lines.Count);
        Assert.Contains("0 SessionSv1.DisconnectSession {\"Reason\":\"X\"}", requests.Lines);
        Assert.Contains(requests.Lines, line => line.Contains("INSUFFICIENT_CREDIT", StringComparison.Ordinal));
        Assert.Equal(["\"OK\" null"], answers.Lines);
        Assert.Equal(4, fixture.Client.Statistics[A].EngineRequests);
    }

    [Fact]
    public void An_engine_request_nobody_serves_gets_an_error()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        CallRecorder answers = new();
        fixture.Engines[A].AskActiveSessions(answers);
        fixture.Settle();
        Assert.Equal(["null \"Unknown Method\""], answers.Lines);
    }

    [Fact]
    public void An_answer_may_be_of_any_length()
    {
        byte[] answer = [(byte)'"', .. Enumerable.Repeat((byte)'x', 20_000_000), (byte)'"'];
        using ClientFixture fixture = new ClientFixture(new FixedAnswer(answer)).Start();
        CallRecorder answers = new();
        fixture.Engines[A].AskActiveSessions(answers);
        fixture.Settle();
        Assert.Equal(answer.Length + " null".Length, Assert.Single(answers.Lines).Length);
        Assert.DoesNotContain("0 A Down", fixture.States);
    }

    [Fact]
    public void An_engine_that_asks_and_does_not_read_is_hung_up_on()
    {
        byte[] answer = [(byte)'"', .. Enumerable.Repeat((byte)'x', 1_000_000), (byte)'"'];
        using ClientFixture fixture = new ClientFixture(new FixedAnswer(answer)).Start();
        CallRecorder answers = new();
        for (int i = 0; i < 20; i++)
        {
            fixture.Engines[A].AskActiveSessions(answers);
        }

        fixture.Network.Pump();
        Assert.Equal("0 A Down", fixture.States[^1]);
        fixture.Settle();
        Assert.Equal(Enumerable.Repeat("lost", 20), answers.Lines);
    }

    [Fact]
    public void A_callback_may_close_the_client()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Client.StateChanged = _ => fixture.Client.Dispose();
        fixture.Engines[A].IsSilent = true;
        fixture.Authorize(1);
        fixture.Settle();
        fixture.Kill(A);
        fixture.Settle();
        Assert.Equal(["1 Canceled 0"], fixture.Replies.Lines);
        Assert.Equal(2, fixture.Network.Connects.Count);
    }

    [Fact]
    public void A_handler_that_fails_costs_the_others_nothing()
    {
        using ClientFixture fixture = new ClientFixture().Start();
        fixture.Client.Send<AuthorizeEvent, AuthorizeReply>(new AuthorizeEvent(), new Thrower(), 0);
        fixture.Authorize(1);
        fixture.Settle();
        Assert.Equal(["1 Ok 0 3600s"], fixture.Replies.Lines);
        Assert.Equal(2, fixture.Network.Connects.Count);
    }

    [Fact]
    public void Closing_ends_everything_under_way_with_Canceled()
    {
        ClientFixture fixture = new ClientFixture().Start();
        fixture.Engines[A].IsSilent = true;
        fixture.Authorize(1);
        fixture.Settle();
        fixture.Authorize(2);
        fixture.Dispose();
        Assert.Equal(["1 Canceled 0", "2 Canceled 0"], fixture.Replies.Lines.Order());
        Assert.Throws<ObjectDisposedException>(() => fixture.Authorize(3));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Options_out_of_range_are_named(int addressesOfNobody)
    {
        ArgumentException refused = Assert.Throws<ArgumentException>(
            () => new EngineClient(new EngineClientOptions { Engines = new EngineAddress[addressesOfNobody], MaxInFlight = 1 }, new InMemoryNetwork()));
        Assert.Equal("Engines", refused.ParamName);
    }

    [Fact]
    public void No_engine_is_meant_by_default_options() => Assert.Equal(-1, default(RpcRequestOptions).Engine);

    private sealed class Thrower : IReplyHandler<AuthorizeReply>
    {
        public void OnReply(long state, in RpcOutcome<AuthorizeReply> outcome) => throw new InvalidOperationException("a mistake");
    }

    private sealed class FixedAnswer(byte[] answer) : IEngineRequestHandler
    {
        public void OnRequest(ref EngineRequest request) => request.Reply(answer);
    }

    private sealed class RequestRecorder : IEngineRequestHandler
    {
        public List<string> Lines { get; } = [];

        public void OnRequest(ref EngineRequest request)
        {
            Lines.Add($"{request.Engine} {Encoding.UTF8.GetString(request.Method)} {Encoding.UTF8.GetString(request.Parameters)}");
            if (request.Method.SequenceEqual("SessionSv1.DisconnectSession"u8))
            {
                request.Reply("\"OK\""u8);
            }
        }
    }

    private sealed class CallRecorder : IRpcCallHandler
    {
        public List<string> Lines { get; } = [];

        public void OnAnswer(RpcServerLink link, long state, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error) =>
            Lines.Add($"{Encoding.UTF8.GetString(result)} {Encoding.UTF8.GetString(error)}");

        public void OnLost(RpcServerLink link, long state) => Lines.Add("lost");
    }
}
