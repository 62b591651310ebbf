using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HotPath.Rpc.Tests;

/// <summary>
/// Promise: the server side of the wire treats ids and broken JSON as CGRateS does, over real sockets, and no client can take more of it than
/// its limits allow.
/// </summary>
public sealed class RpcListenerTests : IDisposable
{
    private const int MaxTurns = 100_000; // Only a failing test comes near.

    private readonly SocketLoop _loop = new();
    private readonly EchoSink _sink = new();

    [Theory]
    [InlineData(RpcPort.OneWay, """{"method":"Echo","params":["p"],"id":"a"}""", """{"id":"a","result":"p","error":null}""")]
    [InlineData(RpcPort.OneWay, """{"method":"Echo","params":["p"],"id":{"a":[1]}}""", """{"id":{"a":[1]},"result":"p","error":null}""")]
    [InlineData(RpcPort.OneWay, """{"method":"Echo","params":["p"]}""", """{"id":null,"result":"p","error":null}""")]
    [InlineData(RpcPort.OneWay, """{"method":"Nope","params":["p"],"id":1.5}""", """{"id":1.5,"result":null,"error":"no such method: Nope"}""")]
    [InlineData(RpcPort.TwoWay, """{"method":"Echo","params":["p"],"id":0}""", """{"id":0,"result":"p","error":null}""")]
    [InlineData(RpcPort.TwoWay, """{"method":"Echo","params":["none"]}{"method":"Echo","params":["null"],"id":null}{"method":"Echo","params":["p"],"id":9}""", """{"id":9,"result":"p","error":null}""")]
    [InlineData(RpcPort.TwoWay, """{"method":"Ech\u006f","params":["p"],"id":9}""", """{"id":9,"result":"p","error":null}""")]
    public void Answers_as_the_recorded_engines_do(RpcPort port, string request, string answer)
    {
        using RpcListener listener = new(_loop, new IPEndPoint(IPAddress.Loopback, 0), port, _sink);
        using Socket client = Connect(listener.EndPoint);
        client.Send(Encoding.UTF8.GetBytes(request));
        Assert.Equal(answer + "\n", Receive(client, answer.Length + 1));
    }

    [Theory]
    [InlineData("""{"method":"SessionSv1.Ping","params":[{}],"id":1,,}""")]
    [InlineData("GET / HTTP/1.1\r\n")]
    public void Broken_JSON_ends_the_connection_without_an_answer(string request)
    {
        using RpcListener listener = new(_loop, new IPEndPoint(IPAddress.Loopback, 0), RpcPort.OneWay, _sink);
        using Socket client = Connect(listener.EndPoint);
        client.Send(Encoding.UTF8.GetBytes(request));
        Assert.Equal("", Receive(client, 1));
        Assert.Equal(1, _sink.Closed);
    }

    [Fact]
    public void A_port_in_use_is_named()
    {
        using RpcListener first = new(_loop, new IPEndPoint(IPAddress.Loopback, 0), RpcPort.OneWay, _sink);
        IOException refused = Assert.Throws<IOException>(() => new RpcListener(_loop, first.EndPoint, RpcPort.OneWay, _sink));
        Assert.Equal($"Cannot listen on tcp:{first.EndPoint}: address already in use.", refused.Message);
    }

    [Fact]
    public void What_the_peer_cannot_take_yet_is_neither_lost_nor_doubled()
    {
        using RpcListener listener = new(_loop, new IPEndPoint(IPAddress.Loopback, 0), RpcPort.OneWay, _sink);
        using Socket client = Connect(listener.EndPoint);
        string parameter = '"' + new string('x', 200_000) + '"';
        byte[] request = Encoding.UTF8.GetBytes($$"""{"method":"Echo","params":[{{parameter}}],"id":1}""");
        string answer = $$"""{"id":1,"result":{{parameter}},"error":null}""" + "\n";
        const int Requests = 40; // 8 MB of answers: far more than the client's buffer holds.
        int unsent = Requests * request.Length;
        byte[] all = [.. Enumerable.Repeat(request, Requests).SelectMany(bytes => bytes)];
        client.Blocking = false;
        while (unsent > 0)
        {
            unsent -= client.Send(all.AsSpan(all.Length - unsent), SocketFlags.None, out _);
            _loop.RunOnce(1);
        }

        string expected = string.Concat(Enumerable.Repeat(answer, Requests));
        Assert.Equal(expected, Receive(client, expected.Length));
    }

    [Fact]
    public void The_client_can_be_asked_and_its_answers_are_told_apart()
    {
        using RpcListener listener = new(_loop, new IPEndPoint(IPAddress.Loopback, 0), RpcPort.TwoWay, _sink);
        using Socket client = Connect(listener.EndPoint);
        client.Send("""{"method":"Echo","params":["p"],"id":1}"""u8);
        Receive(client, 35);
        CallRecorder calls = new();
        RpcServerLink link = _sink.LastLink!;
        Assert.Equal(1, link.Call("SessionSv1.DisconnectSession"u8, "{}"u8, calls, 100));
        Assert.Equal(2, link.Call("SessionSv1.DisconnectSession"u8, "{}"u8, calls, 200));
        Assert.Equal(3, link.Call("SessionSv1.DisconnectSession"u8, "{}"u8, calls, 300));
        string asked = """{"method":"SessionSv1.DisconnectSession","id":1,"params":[{}]}""" + "\n";
        Assert.Equal(asked + asked.Replace(":1,", ":2,") + asked.Replace(":1,", ":3,"), Receive(client, 3 * asked.Length));
        client.Send("""{"id":2,"result":"OK","error":null}{"error":"NO","result":null,"id":1}{"id":77,"result":"OK"}"""u8);
        client.Shutdown(SocketShutdown.Both);
        while (!link.IsClosed)
        {
            _loop.RunOnce(100);
        }

        Assert.Equal(["200: \"OK\" null", "100: null \"NO\"", "300 lost"], calls.Lines);
    }

    [Fact]
    public void Beyond_the_limit_a_client_is_hung_up_on_at_once()
    {
        using RpcListener listener = Listen(new RpcServerLimits { MaxConnections = 2 });
        using Socket first = Connect(listener.EndPoint), second = Connect(listener.EndPoint);
        Assert.Equal("p", Echo(first));
        Assert.Equal("p", Echo(second));
        using Socket third = Connect(listener.EndPoint);
        Assert.Equal("", Receive(third, 1));
        Assert.Equal((2, 1), (listener.Connections, listener.Refused));
        first.Close();
        Until(() => listener.Connections == 1);
        using Socket fourth = Connect(listener.EndPoint);
        Assert.Equal("p", Echo(fourth));
    }

    [Fact]
    public void Out_of_descriptors_the_port_pauses_and_then_takes_those_who_waited()
    {
        using RpcListener listener = Listen();
        listener.OnAcceptFailed(SocketError.TooManyOpenSockets);
        using Socket client = Connect(listener.EndPoint);
        _loop.RunOnce(0);
        Assert.Equal((0, 1), (listener.Connections, listener.AcceptPauses));
        Assert.Equal("p", Echo(client));
        listener.OnAcceptFailed(SocketError.ConnectionAborted);
        Assert.Equal(1, listener.AcceptPauses);
    }

    [Fact]
    public void A_client_that_sends_no_more_still_gets_its_answers()
    {
        using RpcListener listener = Listen();
        using Socket client = Connect(listener.EndPoint);
        client.Send("""{"method":"Hold","params":["p"],"id":1}"""u8);
        client.Shutdown(SocketShutdown.Send);
        Until(() => _sink.LastLink is not null);
        for (int turn = 0; turn < 10; turn++)
        {
            _loop.RunOnce(1);
        }

        Assert.False(_sink.LastLink!.IsClosed);
        _sink.LastLink.Reply("1"u8, "\"late\""u8);
        Assert.Equal("""{"id":1,"result":"late","error":null}""" + "\n", Receive(client, 1000));
        Assert.True(_sink.LastLink.IsClosed);
    }

    [Fact]
    public void A_client_that_has_its_answers_and_sends_no_more_is_gone()
    {
        using RpcListener listener = Listen();
        using Socket client = Connect(listener.EndPoint);
        Assert.Equal("p", Echo(client));
        client.Shutdown(SocketShutdown.Send);
        Until(() => _sink.Closed == 1);
        Assert.Equal("", Receive(client, 1));
    }

    [Fact]
    public void A_client_that_leaves_while_it_is_owed_an_answer_is_noticed()
    {
        using RpcListener listener = Listen();
        Socket client = Connect(listener.EndPoint);
        client.Send("""{"method":"Hold","params":["p"],"id":1}"""u8);
        client.Shutdown(SocketShutdown.Send);
        Until(() => _sink.LastLink is not null);
        client.LingerState = new LingerOption(true, 0);
        client.Close();
        Until(() => _sink.Closed == 1);
        Assert.Equal(0, listener.Connections);
    }

    [Fact]
    public void A_client_that_does_not_read_is_ended_when_its_answers_fill_the_buffer()
    {
        using RpcListener listener = Listen(new RpcServerLimits { MaxPendingBytes = 100_000 });
        using Socket client = Connect(listener.EndPoint);
        client.Blocking = false;
        byte[] request = Encoding.UTF8.GetBytes($$"""{"method":"Echo","params":["{{new string('x', 50_000)}}"],"id":1}""");
        long sent = 0;
        Until(() =>
        {
            sent += client.Send(request, SocketFlags.None, out _);
            return _sink.Closed == 1;
        });

        // What the kernel's buffers take comes on top of the limit.
        Assert.InRange(sent, 100_000, 64L * 1024 * 1024);
    }

    [Fact]
    public void A_frame_beyond_the_limit_ends_its_connection_only()
    {
        using RpcListener listener = Listen(new RpcServerLimits { MaxFrameBytes = 1000 });
        using Socket client = Connect(listener.EndPoint), other = Connect(listener.EndPoint);
        client.Send(Encoding.UTF8.GetBytes("""{"method":"Echo","params":[" """ + new string('x', 1000)));
        Assert.Equal("", Receive(client, 1));
        Assert.Equal("p", Echo(other));
    }

    public void Dispose() => _loop.Dispose();

    private RpcListener Listen(RpcServerLimits? limits = null) => new(_loop, new IPEndPoint(IPAddress.Loopback, 0), RpcPort.OneWay, _sink, limits);

    private string Echo(Socket client)
    {
        client.Send("""{"method":"Echo","params":["p"],"id":1}"""u8);
        return Receive(client, 35)[18..19];
    }

    private void Until(Func<bool> condition)
    {
        for (int turn = 0; !condition(); turn++)
        {
            Assert.True(turn < MaxTurns);
            _loop.RunOnce(5);
        }
    }

    private static Socket Connect(IPEndPoint endPoint)
    {
        Socket client = new(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        client.Connect(endPoint);
        return client;
    }

    private string Receive(Socket client, int count)
    {
        client.Blocking = false;
        byte[] buffer = new byte[count];
        int received = 0;
        for (int turn = 0; turn < MaxTurns && received < count; turn++)
        {
            _loop.RunOnce(client.Poll(0, SelectMode.SelectRead) ? 0 : 5);
            int got = client.Receive(buffer.AsSpan(received), SocketFlags.None, out SocketError error);
            if (error != SocketError.WouldBlock && got == 0)
            {
                break;
            }

            received += got;
        }

        return Encoding.UTF8.GetString(buffer, 0, received);
    }

    private sealed class EchoSink : IRpcRequestSink
    {
        public RpcServerLink? LastLink { get; private set; }

        public int Closed { get; private set; }

        public void OnRequest(RpcServerLink link, in RpcRequest request)
        {
            LastLink = link;
            if (request.Method.SequenceEqual("Echo"u8))
            {
                link.Reply(request.Id, request.Parameters);
            }
            else if (!request.Method.SequenceEqual("Hold"u8))
            {
                link.ReplyError(request.Id, [.. "no such method: "u8, .. request.Method]);
            }
        }

        public void OnClosed(RpcServerLink link, string reason) => Closed++;
    }

    private sealed class CallRecorder : IRpcCallHandler
    {
        public List<string> Lines { get; } = [];

        public void OnAnswer(RpcServerLink link, long state, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error) =>
            Lines.Add($"{state}: {Encoding.UTF8.GetString(result)} {Encoding.UTF8.GetString(error)}");

        public void OnLost(RpcServerLink link, long state) => Lines.Add($"{state} lost");
    }
}
