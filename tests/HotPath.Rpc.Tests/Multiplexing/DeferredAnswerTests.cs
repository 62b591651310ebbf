using System.Text;
using HotPath.Testing;
using static HotPath.Rpc.Tests.ClientFixture;

namespace HotPath.Rpc.Tests;

/// <summary>
/// Promise: an engine's request may be answered later, in any order, once, without allocating; an answer that comes after its connection is
/// gone reaches nobody, least of all a request of the next connection.
/// </summary>
public sealed class DeferredAnswerTests : IAnswerSink
{
    private readonly List<string> _written = [];

    [Fact]
    public void Answers_come_in_any_order_and_once()
    {
        Deferrer requests = new();
        using ClientFixture fixture = new ClientFixture(requests).Start();
        AnswerRecorder first = Disconnect(fixture, "a"), second = Disconnect(fixture, "b");
        fixture.Settle();
        requests.Answers[1].Reply("\"OK\""u8);
        requests.Answers[1].Reply("\"again\""u8);
        fixture.Settle();
        Assert.Equal(("", "\"OK\" null"), (first.Text, second.Text));
        requests.Answers[0].ReplyError("NOT_FOUND"u8);
        fixture.Settle();
        Assert.Equal(("null \"NOT_FOUND\"", "\"OK\" null"), (first.Text, second.Text));
    }

    [Fact]
    public void After_its_connection_is_gone_an_answer_is_dropped()
    {
        Deferrer requests = new();
        using ClientFixture fixture = new ClientFixture(requests).Start();
        AnswerRecorder first = Disconnect(fixture, "a");
        fixture.Settle();
        fixture.Network.Cut(Addresses[A]);
        fixture.Pass(1_000);
        AnswerRecorder second = Disconnect(fixture, "b");
        fixture.Settle();
        requests.Answers[0].Reply("\"old\""u8);
        fixture.Settle();
        Assert.Equal(("lost", ""), (first.Text, second.Text));
        requests.Answers[1].Reply("\"OK\""u8);
        fixture.Settle();
        Assert.Equal("\"OK\" null", second.Text);
    }

    [Fact]
    public void What_has_no_place_is_to_be_answered_at_once_and_what_wants_no_answer_gets_none()
    {
        HeldAnswers held = new(this);
        Assert.False(held.TryHold(Encoding.UTF8.GetBytes(new string('7', HeldAnswers.MaxIdLength + 1)), out _));
        Assert.True(held.TryHold(default, out DeferredAnswer unwanted));
        unwanted.Reply("1"u8);
        for (int i = 0; i < HeldAnswers.MaxHeld; i++)
        {
            Assert.True(held.TryHold("5"u8, out _));
        }

        Assert.False(held.TryHold("5"u8, out _));
        held.Clear();
        Assert.True(held.TryHold("6"u8, out DeferredAnswer answer));
        answer.Reply("1"u8);
        Assert.Equal(["6 1"], _written);
    }

    [Fact]
    public void Deferring_allocates_nothing()
    {
        NullSink sink = new();
        HeldAnswers held = new(sink);
        Round();
        Assert.Equal(0, SteadyState.AllocatedBytes(Round));
        Assert.True(sink.Count > 0);

        void Round()
        {
            for (int i = 0; i < 100; i++)
            {
                held.TryHold("12345"u8, out DeferredAnswer first);
                held.TryHold("\"id\""u8, out DeferredAnswer second);
                second.Reply("\"OK\""u8);
                first.Reply("\"OK\""u8);
            }
        }
    }

    void IAnswerSink.WriteAnswer(ReadOnlySpan<byte> id, ReadOnlySpan<byte> resultJson, ReadOnlySpan<byte> errorText) =>
        _written.Add($"{Encoding.UTF8.GetString(id)} {Encoding.UTF8.GetString(resultJson)}");

    bool IAnswerSink.TryHold(ReadOnlySpan<byte> id, out DeferredAnswer answer) => throw new InvalidOperationException();

    /// <summary>A session that its engine asks to end.</summary>
    private static AnswerRecorder Disconnect(ClientFixture fixture, string originId)
    {
        AnswerRecorder answer = new();
        fixture.Initiate(originId, 1);
        fixture.Settle();
        Assert.True(fixture.Engines[A].Disconnect(originId, "X", answer));
        return answer;
    }

    private sealed class Deferrer : IEngineRequestHandler
    {
        public List<DeferredAnswer> Answers { get; } = [];

        public void OnRequest(ref EngineRequest request)
        {
            Assert.True(request.TryDefer(out DeferredAnswer answer));
            Answers.Add(answer);
        }
    }

    private sealed class AnswerRecorder : IRpcCallHandler
    {
        public string Text { get; private set; } = "";

        public void OnAnswer(RpcServerLink link, long state, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error) =>
            Text += $"{Encoding.UTF8.GetString(result)} {Encoding.UTF8.GetString(error)}";

        public void OnLost(RpcServerLink link, long state) => Text += "lost";
    }

    private sealed class NullSink : IAnswerSink
    {
        public int Count { get; private set; }

        public void WriteAnswer(ReadOnlySpan<byte> id, ReadOnlySpan<byte> resultJson, ReadOnlySpan<byte> errorText) => Count++;

        public bool TryHold(ReadOnlySpan<byte> id, out DeferredAnswer answer) => throw new InvalidOperationException();
    }
}
