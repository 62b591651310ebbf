using System.Net;
using System.Text;
using HotPath.Billing;
using HotPath.Rpc;
using HotPath.Sip;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>
/// A lane on a manual clock between a caller and callees whose every message the test writes and reads itself, byte by byte.
/// </summary>
internal sealed class CallBench : ISipSender
{
    public const string OneHour = """{"MaxUsage":3600000000000}""";

    public static readonly SipEndpoint Edge = Endpoint("203.0.113.9", 5060);
    public static readonly SipEndpoint EdgeV6 = Endpoint("2001:db8::9", 5060);
    public static readonly SipEndpoint Caller = Endpoint("192.0.2.1", 5070);
    public static readonly SipEndpoint Callee = Endpoint("198.51.100.2", 5060);
    public static readonly SipEndpoint Fallback = Endpoint("198.51.100.3", 5060);
    public static readonly SipEndpoint CalleeV6 = Endpoint("2001:db8::2", 5060);

    private readonly ManualTimeProvider _clock = new();
    private readonly Queue<(SipEndpoint To, string Text)> _sent = new();
    private int _branches;

    public CallBench(
        string[]? routes = null,
        Func<EdgeConfigFile, EdgeConfigFile>? configure = null,
        IJournalStore? journal = null,
        Func<TimeProvider, IEngineClient>? engines = null,
        ICallHandler? handler = null)
    {
        routes ??= ["sip:198.51.100.2:5060"];
        var file = new EdgeConfigFile
        {
            Name = "edge-1",
            Route = routes.FirstOrDefault(),
            FallbackRoutes = routes.Length > 1 ? [.. routes[1..]] : null,
        };
        Lane = new Lane((configure?.Invoke(file) ?? file).ToOptions("test"), [Edge, EdgeV6], this, engines?.Invoke(_clock) ?? Engine, _clock, seed: 5, journal, handler: handler);
    }

    public Lane Lane { get; }

    public RecordingEngineClient Engine { get; } = new();

    /// <summary>Endpoints that nothing can be sent to.</summary>
    public HashSet<SipEndpoint> Unreachable { get; } = [];

    /// <summary>Nothing was sent that the test has not looked at.</summary>
    public bool IsQuiet => _sent.Count == 0;

    /// <summary>The next message sent, which has to go there and begin so; or the next that does, if others are skipped.</summary>
    public string Take(SipEndpoint to, string start, bool skip = false)
    {
        while (skip && _sent.TryPeek(out (SipEndpoint To, string Text) next) && !(next.To == to && next.Text.StartsWith(start, StringComparison.Ordinal)))
        {
            _sent.Dequeue();
        }

        Assert.True(_sent.Count > 0, $"nothing was sent; expected {start} to {to}");
        (SipEndpoint sentTo, string text) = _sent.Dequeue();
        Assert.StartsWith(start, text);
        Assert.Equal(to, sentTo);
        return text;
    }

    /// <summary>All that was sent and not looked at, as the first two words of each message and whom it went to.</summary>
    public string[] TakeAll()
    {
        string[] all = [.. _sent.Select(sent => $"{StartOf(sent.Text)} to {NameOf(sent.To)}")];
        _sent.Clear();
        return all;
    }

    /// <summary>All that was sent and not looked at.</summary>
    public (SipEndpoint To, string Text)[] TakeMessages()
    {
        (SipEndpoint, string)[] all = [.. _sent];
        _sent.Clear();
        return all;
    }

    public SentCommand Command(string method)
    {
        SentCommand command = Engine.Take();
        Assert.Equal(method, command.Method);
        return command;
    }

    /// <summary>The engine accepts all Terminates and CDRs that wait.</summary>
    public void AcceptCommands()
    {
        while (!Engine.IsEmpty)
        {
            Engine.Take().Reply("\"OK\"");
        }
    }

    /// <summary>The engine asks for the end of the call.</summary>
    /// <returns>Its answer.</returns>
    public string Disconnect(string originId = "call-1", string reason = "TEST") => new AskingEngine(Lane.EngineRequests).Ask(
        "SessionSv1.DisconnectSession",
        $$$"""{"EventStart":{"OriginID":"{{{originId}}}","OriginHost":"edge-1"},"Reason":"{{{reason}}}"}""");

    public void Receive(SipEndpoint source, string message) =>
        Lane.OnMessage(source.IsIPv4 ? 0 : 1, source, Encoding.UTF8.GetBytes(message));

    /// <summary>Lets time pass, each timer at its moment.</summary>
    public void Run(double seconds)
    {
        long left = (long)(seconds * 1000);
        while (true)
        {
            Lane.Advance();
            long next = Lane.NextDueInMs;
            if (next < 0 || next > left)
            {
                break;
            }

            next = Math.Max(next, 1);
            _clock.AdvanceMs(next);
            left -= next;
        }

        _clock.AdvanceMs(Math.Max(left, 0));
        Lane.Advance();
    }

    /// <summary>An INVITE of the caller, granted by the engine, as it reaches the first next hop.</summary>
    public string Invite(string extra = "", string grant = OneHour, SipEndpoint? callee = null, int cseq = 10, string callId = "call-1", string number = "1002")
    {
        Receive(Caller, InviteText(extra, cseq, callId, number));
        Take(Caller, "SIP/2.0 100 ");
        Command("SessionSv1.AuthorizeEvent").Reply(grant);
        return Take(callee ?? Callee, "INVITE ");
    }

    public string InviteText(string extra = "", int cseq = 10, string callId = "call-1", string number = "1002", string branch = "") =>
        $"INVITE sip:{number}@203.0.113.9 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5070;branch={(branch.Length > 0 ? branch : NextBranch())};rport\r\nMax-Forwards: 70\r\n"
        + $"From: <sip:1001@203.0.113.9>;tag=a\r\nTo: <sip:{number}@203.0.113.9>\r\nCall-ID: {callId}\r\nCSeq: {cseq} INVITE\r\n"
        + $"Contact: <sip:1001@192.0.2.1:5070>\r\n{extra}Content-Length: 0\r\n\r\n";

    /// <summary>A call that was answered and acknowledged; everything so far is looked at.</summary>
    /// <returns>The 200 as the caller got it.</returns>
    public string Answered(string extra = "", string answerExtra = "", bool acknowledged = true)
    {
        string invite = Invite(extra);
        Receive(Callee, Response(invite, 200, extra: answerExtra));
        string ok = Take(Caller, "SIP/2.0 200 ");
        Command("SessionSv1.InitiateSession").Reply(OneHour);
        if (acknowledged)
        {
            Receive(Caller, InDialog(DialogSide.Caller, "ACK", 10));
            Take(Callee, "ACK ");
        }

        return ok;
    }

    /// <summary>A response as the callee writes it to a request it got.</summary>
    public static string Response(string request, int status, string tag = "b", string extra = "", string contact = "sip:1002@198.51.100.2")
    {
        var response = new StringBuilder($"SIP/2.0 {status} Text\r\n");
        foreach (string line in request.Split("\r\n").Skip(1).TakeWhile(line => line.Length > 0))
        {
            switch (line[..line.IndexOf(':')])
            {
                case "To" when !line.Contains(";tag=") && status > 100 && tag.Length > 0:
                    response.Append(line).Append($";tag={tag}\r\n");
                    break;
                case "Via" or "From" or "To" or "Call-ID" or "CSeq" or "Record-Route":
                    response.Append(line).Append("\r\n");
                    break;
            }
        }

        return response.Append($"Contact: <{contact}>\r\n{extra}Content-Length: 0\r\n\r\n").ToString();
    }

    /// <summary>A request inside the dialog as one side writes it.</summary>
    public string InDialog(DialogSide from, string method, int cseq, string extra = "", string tag = "b", string? contact = null)
    {
        const string caller = "<sip:1001@203.0.113.9>;tag=a";
        string callee = $"<sip:1002@203.0.113.9>{(tag.Length > 0 ? $";tag={tag}" : "")}";
        return $"{method} {(from == DialogSide.Caller ? "sip:1002@198.51.100.2" : "sip:1001@192.0.2.1:5070")} SIP/2.0\r\n"
            + $"Via: SIP/2.0/UDP {(from == DialogSide.Caller ? "192.0.2.1:5070" : "198.51.100.2")};branch={NextBranch()}\r\nMax-Forwards: 70\r\n"
            + "Route: <sip:203.0.113.9:5060;lr>\r\n"
            + $"From: {(from == DialogSide.Caller ? caller : callee)}\r\nTo: {(from == DialogSide.Caller ? callee : caller)}\r\n"
            + $"Call-ID: call-1\r\nCSeq: {cseq} {method}\r\n"
            + (contact is null ? "" : $"Contact: <{contact}>\r\n")
            + $"{extra}Content-Length: 0\r\n\r\n";
    }

    /// <summary>The CANCEL or the ACK to a rejection: in the transaction of an INVITE.</summary>
    public static string Beside(string invite, string method, string toTag = "") =>
        invite.Replace("INVITE", method).Replace("\r\nCall-ID", $"{toTag}\r\nCall-ID");

    /// <summary>The value of a header field; empty if there is none.</summary>
    public static string Header(string message, string name) =>
        message.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ": ", StringComparison.Ordinal)) is { } line ? line[(name.Length + 2)..] : "";

    public static SipEndpoint Endpoint(string address, int port) => new(SipTransportKind.Udp, IPAddress.Parse(address), port);

    /// <summary>Lets the stragglers' time pass, and finds nothing left.</summary>
    public void AssertForgotten()
    {
        Run(70);
        AcceptCommands();
        Run(70);
        Assert.Equal((0, 0, 0), (Lane.CallCount, Lane.RunningCalls, Lane.UnsettledSessions));
        Assert.Equal((0, 0, 0), (Lane.Dialogs.Count, Lane.Transactions.ServerCount, Lane.Transactions.ClientCount));
        Assert.Equal(0, Lane.Timers.Count);
    }

    bool ISipSender.Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message)
    {
        if (Unreachable.Contains(destination))
        {
            return false;
        }

        _sent.Enqueue((destination, Encoding.UTF8.GetString(message)));
        return true;
    }

    private static string StartOf(string text)
    {
        string[] words = text.Split(' ', 3);
        return words[0] == "SIP/2.0" ? words[1] : words[0];
    }

    private static string NameOf(SipEndpoint endpoint) =>
        endpoint == Caller ? "caller" : endpoint == Callee ? "callee" : endpoint == Fallback ? "fallback" : endpoint.ToString();

    private string NextBranch() => $"z9hG4bKt{_branches++}";
}
