using System.Net;
using System.Text;
using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>Promise: nonsense is counted and answered as the RFC says where it can be; it never throws and never costs a call.</summary>
public sealed class NonsenseTests : ISipSender
{
    private static readonly SipEndpoint s_source = new(SipTransportKind.Udp, IPAddress.Loopback, 6001);

    private readonly List<string> _sent = [];
    private readonly Lane _lane;

    public NonsenseTests() => _lane = new Lane(
        new EdgeConfigFile { Route = "sip:127.0.0.1:6002" }.ToOptions("test"),
        [new SipEndpoint(SipTransportKind.Udp, IPAddress.Loopback, 5060)],
        this,
        new RecordingEngineClient(),
        new ManualTimeProvider(),
        seed: 1);

    [Theory]
    [InlineData("INVITE", "CSeq: 1 INVITE", "Max-Forwards: x", "SIP/2.0 400 ")]
    [InlineData("INVITE", "CSeq: 1 BYE", "", "SIP/2.0 400 ")]
    [InlineData("INVITE", "CSeq: 1 INVITE", "Max-Forwards: 0", "SIP/2.0 483 ")]
    [InlineData("INVITE", "CSeq: 1 INVITE", "Proxy-Require: teleport", "SIP/2.0 420 ")]
    [InlineData("BYE", "CSeq: 1 BYE", "", "SIP/2.0 481 ")]
    [InlineData("CANCEL", "CSeq: 1 CANCEL", "", "SIP/2.0 481 ")]
    [InlineData("MESSAGE", "CSeq: 1 MESSAGE", "", "SIP/2.0 405 ")]
    public void A_request_that_cannot_be_served_is_answered(string method, string cseq, string extra, string answer)
    {
        Receive(method, cseq, extra, "sip:1002@127.0.0.1:5060");
        Assert.StartsWith(answer, Assert.Single(_sent));
    }

    [Fact]
    public void A_request_in_a_dialog_nobody_knows_is_answered_481()
    {
        Receive("INVITE", "CSeq: 1 INVITE", "Route: <sip:127.0.0.1:5060;lr>", "sip:1002@127.0.0.1:5060", toTag: ";tag=x");
        Assert.StartsWith("SIP/2.0 481 ", Assert.Single(_sent));
    }

    [Theory]
    [InlineData("hello\r\n\r\n")]
    [InlineData("SIP/2.0 200 OK\r\n\r\n")]
    [InlineData("\r\n\r\n")]
    [InlineData("ACK sip:1002@127.0.0.1 SIP/2.0\r\nCSeq: x\r\n\r\n")]
    public void What_cannot_be_answered_is_not(string message)
    {
        _lane.OnMessage(0, s_source, Encoding.UTF8.GetBytes(message));
        Assert.Empty(_sent);
        Assert.Equal(0, _lane.CallCount);
    }

    [Fact]
    public void A_call_from_nobody_or_to_nobody_is_refused_without_asking()
    {
        Receive("INVITE", "CSeq: 1 INVITE", "", "sip:127.0.0.1:5060");
        Assert.StartsWith("SIP/2.0 484 ", Assert.Single(_sent));
        Assert.Equal(0, _lane.UnsettledSessions);
    }

    bool ISipSender.Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message)
    {
        _sent.Add(Encoding.UTF8.GetString(message));
        return true;
    }

    private void Receive(string method, string cseq, string extra, string requestUri, string toTag = "") =>
        _lane.OnMessage(0, s_source, Encoding.UTF8.GetBytes(
            $"{method} {requestUri} SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:6001;branch=z9hG4bKa\r\nFrom: <sip:1001@127.0.0.1>;tag=a\r\n"
            + $"To: <sip:1002@127.0.0.1>{toTag}\r\nCall-ID: c\r\n{cseq}\r\nContact: <sip:1001@127.0.0.1:6001>\r\n{(extra.Length > 0 ? extra + "\r\n" : "")}Content-Length: 0\r\n\r\n"));
}
