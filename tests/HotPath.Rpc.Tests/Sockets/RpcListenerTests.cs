using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: the server side of the wire treats ids, broken JSON and slow readers as CGRateS does, over real sockets.</summary>
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

    public void Dispose() => _loop.Dispose();

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
            else
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
