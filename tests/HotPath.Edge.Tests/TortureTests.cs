using System.Net;
using System.Text;
using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// Promise: the edge does with every message of RFC 4475 and RFC 5118 what those documents ask of a proxy. Where they leave a choice, the
/// comment says which is taken.
/// </summary>
public sealed class TortureTests : ISipSender
{
    private const int NextHopPort = 6002;
    private const int Dropped = 0;
    private const int Forwarded = -1;

    private static readonly SipEndpoint s_source = new(SipTransportKind.Udp, IPAddress.Loopback, 6001);

    private readonly List<(int Port, byte[] Message)> _sent = [];
    private readonly RecordingEngineClient _engine = new();
    private readonly Lane _lane;

    public TortureTests() => _lane = new Lane(
        new EdgeConfigFile { Route = $"sip:127.0.0.1:{NextHopPort}" }.ToOptions("test"),
        [new SipEndpoint(SipTransportKind.Udp, IPAddress.Loopback, 5060)],
        this,
        _engine,
        new ManualTimeProvider(),
        seed: 1);

    public static TheoryData<string, int> Outcomes => new()
    {
        // RFC 4475 §3.1.1. wsinv is inside a dialog that nobody knows; what costs money and is not charged does not pass (mpart01);
        // responses to nothing we sent are dropped.
        { "wsinv", 481 },
        { "intmeth", Forwarded },
        { "esc01", Forwarded },
        { "escnull", Forwarded },
        { "esc02", Forwarded },
        { "lwsdisp", Forwarded },
        { "longreq", Forwarded },
        { "dblreq", Forwarded },
        { "semiuri", Forwarded },
        { "transports", Forwarded },
        { "mpart01", 405 },
        { "unreason", Dropped },
        { "noreason", Dropped },

        // §3.1.2. Nothing is repaired by guessing. A proxy has no use for Date, and passes it on.
        { "badinv01", 400 },
        { "clerr", 400 },
        { "ncl", 400 },
        { "scalar02", 400 },
        { "scalarlg", Dropped },
        { "quotbal", 400 },
        { "ltgtruri", 400 },
        { "lwsruri", 400 },
        { "lwsstart", 400 },
        { "trws", 400 },
        { "escruri", 400 },
        { "baddate", Forwarded },
        { "regbadct", 400 },
        { "badaspec", 400 },
        { "baddn", 400 },
        { "badvers", 505 },
        { "mismatch01", 400 },
        { "mismatch02", 501 },
        { "bigcode", Dropped },

        // §3.2. A branch that is nothing but the magic cookie falls back to RFC 2543 matching.
        { "badbranch", Forwarded },

        // §3.3.
        { "insuf", 400 },
        { "unkscm", 416 },
        { "novelsc", 416 },
        { "unksm2", Forwarded },
        { "bext01", 420 },
        { "invut", Forwarded },
        { "regaut01", Forwarded },
        { "multi01", 400 },
        { "mcl01", 400 },
        { "bcast", Dropped },
        { "zeromf", 483 },
        { "cparam01", Forwarded },
        { "cparam02", Forwarded },
        { "regescrt", Forwarded },
        { "sdp01", Forwarded },

        // §3.4.
        { "inv2543", Forwarded },

        // RFC 5118. The BYEs are inside dialogs that nobody knows.
        { "ipv6-good", Forwarded },
        { "ipv6-bad", 400 },
        { "port-ambiguous", Forwarded },
        { "port-unambiguous", Forwarded },
        { "via-received-param-with-delim", 481 },
        { "via-received-param-no-delim", Forwarded },
        { "ipv6-in-sdp", Forwarded },
        { "mult-ip-in-header", 481 },
        { "mult-ip-in-sdp", Forwarded },
        { "ipv4-mapped-ipv6", Forwarded },
        { "ipv6-bug-abnf-3-colons", Forwarded },
        { "ipv6-correct-abnf-2-colons", Forwarded },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void DoesWhatTheDocumentsAsk(string name, int outcome)
    {
        byte[] bytes = TortureMessage.Find(name).Bytes;
        _lane.OnMessage(0, s_source, bytes);
        while (!_engine.IsEmpty)
        {
            _engine.Take().Reply("""{"MaxUsage":3600000000000}""");
        }

        if (outcome == Dropped)
        {
            Assert.Empty(_sent);
            return;
        }

        (int port, byte[] message) = Assert.Single(_sent, sent => !StartsWith(sent.Message, "SIP/2.0 100 "));
        if (outcome == Forwarded)
        {
            Assert.Equal(NextHopPort, port);
            Assert.True(SipParser.Parse(message, new SipMessageIndex()).IsOk);
            Assert.Equal(BodyOf(bytes), BodyOf(message));
        }
        else
        {
            Assert.True(StartsWith(message, $"SIP/2.0 {outcome} "), Encoding.UTF8.GetString(message));
        }
    }

    [Fact]
    public void EveryMessageHasAnOutcome() =>
        Assert.Equal(TortureMessage.All.Select(message => message.Name), Outcomes.Select(row => row.Data.Item1));

    bool ISipSender.Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message)
    {
        _sent.Add((destination.Port, message.ToArray()));
        return true;
    }

    private static bool StartsWith(byte[] message, string text) => message.AsSpan().StartsWith(Encoding.ASCII.GetBytes(text));

    private static string BodyOf(byte[] message)
    {
        SipMessageIndex index = new();
        SipParser.Parse(message, index);
        return Convert.ToHexString(new SipMessage(message, index).Body);
    }
}
