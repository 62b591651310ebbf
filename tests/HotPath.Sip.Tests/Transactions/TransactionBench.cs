using System.Net;
using System.Text;

namespace HotPath.Sip.Tests;

/// <summary>
/// A transaction layer on a manual clock with a recording network and user. What happens is kept as lines such as
/// <c>"500 send INVITE"</c> and <c>"500 response 180"</c>: milliseconds, then what was sent or told.
/// </summary>
internal sealed class TransactionBench : ISipSender, ITransactionUser
{
    public const ulong Seed = 42;

    public static readonly SipEndpoint Caller = new(SipTransportKind.Udp, IPAddress.Parse("192.0.2.1"), 5070);
    public static readonly SipEndpoint Callee = new(SipTransportKind.Udp, IPAddress.Parse("198.51.100.2"), 5060);

    private readonly SipMessageIndex _index = new();
    private readonly List<string> _log = [];

    public TransactionBench(SipTimers? timers = null, TransactionLimits? limits = null)
    {
        Layer = new TransactionLayer(this, Wheel, this, Buffers, Seed, timers, limits);
    }

    public TimerWheel Wheel { get; } = new();

    public SipBufferPool Buffers { get; } = new();

    public TransactionLayer Layer { get; }

    public List<(int Listener, SipEndpoint To, string Text)> Sent { get; } = [];

    public ServerTransaction? Server { get; private set; }

    /// <summary>What the user does when it is told something; nothing by default.</summary>
    public Action<ServerTransaction>? WhenRequest { get; set; }

    public Action<ClientTransaction>? WhenResponse { get; set; }

    public Action<ClientTransaction>? WhenTimeout { get; set; }

    public Action<ClientTransaction>? WhenTerminated { get; set; }

    /// <summary>Nothing can be sent: there is no route.</summary>
    public bool IsUnreachable { get; set; }

    /// <summary>What happened since the last call.</summary>
    public string[] TakeLog()
    {
        string[] log = [.. _log];
        _log.Clear();
        return log;
    }

    public string LastSent => Sent[^1].Text;

    public void AdvanceTo(long nowMs)
    {
        while (Wheel.NextDueMs <= nowMs)
        {
            Wheel.Advance(Wheel.NextDueMs);
        }

        Wheel.Advance(nowMs);
    }

    /// <summary>Lets time pass until nothing more can happen, at most an hour.</summary>
    public void RunOut() => AdvanceTo(Wheel.NowMs + 3_600_000);

    public void Receive(SipEndpoint source, string message, int listener = 3)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(message);
        SipParseResult result = SipParser.Parse(bytes, _index);
        Assert.True(result.IsOk, $"{result} in {message}");
        Layer.OnMessage(listener, source, new SipMessage(bytes, _index));
        bytes.AsSpan().Fill((byte)'#');
    }

    /// <summary>Starts a client transaction for a request with the branch of its own.</summary>
    public ClientTransaction StartClient(SipMethod method, string? extraHeaders = null)
    {
        ClientTransaction client = Layer.CreateClient(method)!;
        client.Start(5, Callee, Encoding.UTF8.GetBytes(ClientRequest(method, BranchOf(client), extraHeaders)));
        return client;
    }

    public static string BranchOf(ClientTransaction client) => Encoding.UTF8.GetString(client.Branch);

    public static string ClientRequest(SipMethod method, string branch, string? extraHeaders = null)
    {
        string name = method.ToString().ToUpperInvariant();
        return $"{name} sip:bob@198.51.100.2 SIP/2.0\r\n" +
            $"Via: SIP/2.0/UDP 203.0.113.9:5060;branch={branch}\r\n" +
            "Via: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKcaller;received=192.0.2.1\r\n" +
            extraHeaders +
            "Max-Forwards: 69\r\n" +
            "From: <sip:alice@example.com>;tag=a1\r\n" +
            "To: <sip:bob@example.com>\r\n" +
            "Call-ID: call-1@example.com\r\n" +
            $"CSeq: 7 {name}\r\n" +
            "Content-Length: 0\r\n\r\n";
    }

    /// <summary>A response to what a client sent, as the callee would write it.</summary>
    public static string ClientResponse(string branch, SipMethod method, int status, string toTag = "b1") =>
        $"SIP/2.0 {status} Text\r\n" +
        $"Via: SIP/2.0/UDP 203.0.113.9:5060;branch={branch}\r\n" +
        "Via: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKcaller;received=192.0.2.1\r\n" +
        "From: <sip:alice@example.com>;tag=a1\r\n" +
        $"To: <sip:bob@example.com>{(status == 100 ? "" : $";tag={toTag}")}\r\n" +
        "Call-ID: call-1@example.com\r\n" +
        $"CSeq: 7 {method.ToString().ToUpperInvariant()}\r\n" +
        "Content-Length: 0\r\n\r\n";

    public void Answer(ClientTransaction client, int status, string toTag = "b1") =>
        Receive(Callee, ClientResponse(BranchOf(client), client.Method, status, toTag));

    /// <summary>A request as the caller sends it.</summary>
    public static string ServerRequest(
        string method,
        string branch = ";branch=z9hG4bKc1",
        string sentBy = "192.0.2.1:5070",
        string uri = "sip:bob@example.com",
        string to = "<sip:bob@example.com>",
        string callId = "call-2@example.com",
        int cseq = 11,
        string extraHeaders = "") =>
        $"{method} {uri} SIP/2.0\r\n" +
        $"Via: SIP/2.0/UDP {sentBy}{branch}\r\n" +
        "Max-Forwards: 70\r\n" +
        "From: <sip:alice@example.com>;tag=a2\r\n" +
        $"To: {to}\r\n" +
        $"Call-ID: {callId}\r\n" +
        $"CSeq: {cseq} {method}\r\n" +
        extraHeaders +
        "Content-Length: 0\r\n\r\n";

    public static byte[] ServerResponse(int status) => Encoding.UTF8.GetBytes(
        $"SIP/2.0 {status} Text\r\n" +
        "Via: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKc1\r\n" +
        "From: <sip:alice@example.com>;tag=a2\r\n" +
        "To: <sip:bob@example.com>;tag=b2\r\n" +
        "Call-ID: call-2@example.com\r\n" +
        "CSeq: 11 INVITE\r\n" +
        "Content-Length: 0\r\n\r\n");

    bool ISipSender.Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message)
    {
        string text = Encoding.UTF8.GetString(message);
        Sent.Add((listener, destination, text));
        string[] words = text.Split(' ', 3);
        Log($"send {(words[0] == "SIP/2.0" ? words[1] : words[0])}");
        return !IsUnreachable;
    }

    /// <summary>The user takes all new requests for urgent.</summary>
    public bool IsUrgent { get; set; }

    /// <summary>Asked whether a new request outside a dialog is too much.</summary>
    public bool Sheds { get; set; }

    bool ITransactionUser.IsUrgent(in SipMessage request) => IsUrgent;

    bool ITransactionUser.Sheds(in SipMessage request) => Sheds;

    void ITransactionUser.OnRequest(ServerTransaction transaction, in SipMessage request)
    {
        Server = transaction;
        Log($"request {Encoding.UTF8.GetString(request.MethodText)}");
        WhenRequest?.Invoke(transaction);
    }

    void ITransactionUser.OnCancel(ServerTransaction invite, in SipMessage cancel)
    {
        Assert.Equal(SipMethod.Invite, invite.Method);
        Assert.Equal(SipMethod.Cancel, cancel.Method);
        Log("cancel");
    }

    void ITransactionUser.OnAck(in SipMessage ack, int listener, in SipEndpoint source) => Log($"ack on {listener} from {source}");

    void ITransactionUser.OnResponse(ClientTransaction transaction, in SipMessage response)
    {
        Log($"response {response.StatusCode} {Encoding.UTF8.GetString(response.ToTag)}");
        WhenResponse?.Invoke(transaction);
    }

    void ITransactionUser.OnTimeout(ClientTransaction transaction)
    {
        Log("timeout");
        WhenTimeout?.Invoke(transaction);
    }

    void ITransactionUser.OnTransportError(ClientTransaction transaction) => Log("transport error");

    void ITransactionUser.OnTerminated(ServerTransaction transaction)
    {
        Assert.Equal(TransactionState.Terminated, transaction.State);
        Log("terminated");
    }

    void ITransactionUser.OnTerminated(ClientTransaction transaction)
    {
        Assert.Equal(TransactionState.Terminated, transaction.State);
        Log("terminated");
        WhenTerminated?.Invoke(transaction);
    }

    private void Log(string line) => _log.Add($"{Wheel.NowMs} {line}");
}
