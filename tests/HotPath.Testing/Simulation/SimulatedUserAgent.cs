using System.Globalization;
using System.Text;
using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>
/// A user agent of the simulation: what caller and callee have in common. Repeats what gets no answer, answers repeats alike,
/// acknowledges every 2xx, and does inside a dialog what the call's plan says. Keeps what it lived through by Call-ID.
/// </summary>
public abstract class SimulatedUserAgent : ISipReceiver
{
    private const int T1Ms = 500;
    private const int T2Ms = 4_000;
    private const int GiveUpMs = 64 * T1Ms;

    private readonly SipEndpoint _endpoint;
    private readonly ISipSender _network;
    private readonly SipMessageIndex _index = new();
    private readonly Dictionary<string, AgentCall> _calls = [];
    private readonly Dictionary<string, Exchange> _exchanges = [];
    private readonly Dictionary<string, string> _answers = [];
    private readonly string _user;
    private int _branch;

    internal SimulatedUserAgent(SimulatedWorld world, ISipNetwork network, SipEndpoint endpoint, string user, Func<string, CallPlan> plans)
    {
        World = world;
        _endpoint = endpoint;
        _user = user;
        Plans = plans;
        _network = network.Attach(endpoint, this);
    }

    internal delegate void ResponseHandler(in SipMessage response);

    /// <summary>What was lived through, by Call-ID.</summary>
    public Dictionary<string, CallExperience> Experiences { get; } = [];

    protected SimulatedWorld World { get; }

    protected Func<string, CallPlan> Plans { get; }

    protected string HostPort => _endpoint.ToIPEndPoint().ToString();

    protected string ContactLine => $"Contact: <sip:{_user}@{HostPort}>\r\n";

    public void OnMessage(int listener, in SipEndpoint source, ReadOnlySpan<byte> message)
    {
        if (!SipParser.Parse(message, _index).IsOk)
        {
            return;
        }

        SipMessage view = new(message, _index);
        AgentCall? call = _calls.GetValueOrDefault(Text(view.CallId));
        if (call is { IsDead: true })
        {
            return;
        }

        if (!view.IsRequest)
        {
            if (call is not null && _exchanges.TryGetValue($"{Text(view.TopVia.Branch)} {view.CSeqMethod}", out Exchange? exchange))
            {
                exchange.HasProvisional = true;
                exchange.HasFinal |= view.StatusCode >= 200;
                exchange.OnResponse(view);
            }
        }
        else if (view.Method == SipMethod.Ack)
        {
            OnAck(call, view);
        }
        else if (_answers.TryGetValue(KeyOf(view), out string? answer))
        {
            if (answer.Length > 0)
            {
                Send(source, answer);
            }
        }
        else
        {
            // Repeats of what is not answered yet are absorbed.
            _answers.Add(KeyOf(view), "");
            OnRequest(call, view, source);
        }
    }

    internal virtual void OnRequest(AgentCall? call, in SipMessage request, SipEndpoint source)
    {
        AgentDialog? dialog = call?.Find(Text(request.FromTag), Text(request.ToTag));
        if (dialog is null || dialog.HasEnded)
        {
            Answer(request, source, request.Method == SipMethod.Bye && dialog is not null ? 200 : 481);
            return;
        }

        switch (request.Method)
        {
            case SipMethod.Bye:
                call!.Experience.GotBye = true;
                End(dialog);
                Answer(request, source, 200);
                break;
            case SipMethod.Invite when dialog.HasInviteUnderWay:
                AnswerInvite(request, source, 491, null);
                break;
            case SipMethod.Invite:
                AnswerInvite(request, source, call!.Plan.RefusesHold ? 488 : 200, dialog);
                break;
            default:
                Answer(request, source, 200, ContactLine);
                break;
        }
    }

    internal AgentCall AddCall(string callId, CallPlan plan)
    {
        var call = new AgentCall(callId, plan);
        _calls.Add(callId, call);
        Experiences.Add(callId, call.Experience);
        return call;
    }

    internal void Begin(AgentDialog dialog, int holdAfterMs, int updateAfterMs, int informAfterMs, int hangUpAfterMs)
    {
        dialog.IsConfirmed = true;
        dialog.Call.Experience.Answered = true;
        dialog.Call.Experience.AnsweredAt ??= World.Elapsed;
        After(holdAfterMs, () => Hold(dialog));
        After(updateAfterMs, () => RequestInside(dialog, "UPDATE"));
        After(informAfterMs, () => RequestInside(dialog, "INFO"));
        After(hangUpAfterMs, () => HangUp(dialog));
    }

    /// <summary>
    /// A callee that is not hasty waits for the ACK to its answer, or until it is given up: its caller may know nothing of the dialog yet (RFC 3261 §15).
    /// </summary>
    internal void HangUp(AgentDialog dialog)
    {
        if (dialog.HasEnded || dialog.Call.IsDead)
        {
            return;
        }

        if (dialog.AwaitsAck && !dialog.Call.Plan.IsCalleeHasty)
        {
            dialog.EndsWhenAcknowledged = true;
            return;
        }

        dialog.Call.Experience.SentBye = true;
        End(dialog);
        AgentCall call = dialog.Call;
        RequestInside(dialog, "BYE", onResponse: (in response) => call.Experience.ByeStatus = response.StatusCode);
    }

    internal void RequestInside(AgentDialog dialog, string method, string extra = "", ResponseHandler? onResponse = null)
    {
        if ((dialog.HasEnded && method != "BYE") || dialog.Call.IsDead)
        {
            return;
        }

        string branch = NextBranch();
        Begin(dialog.Call, dialog.Peer, method, branch, Write(dialog, method, branch, ++dialog.CSeq, extra), (in response) =>
        {
            if (response.StatusCode is >= 200 and < 300)
            {
                dialog.Call.Experience.DialogRequests++;
            }
            else if (response.StatusCode is 408 or 481)
            {
                End(dialog);
            }

            onResponse?.Invoke(response);
        });
    }

    /// <summary>A re-INVITE: the 2xx is acknowledged whenever it comes.</summary>
    internal void Hold(AgentDialog dialog)
    {
        if (dialog.HasEnded || dialog.HasInviteUnderWay || dialog.Call.IsDead)
        {
            return;
        }

        string branch = NextBranch();
        int cseq = ++dialog.CSeq;
        dialog.HasInviteUnderWay = true;
        string invite = Write(dialog, "INVITE", branch, cseq, ContactLine);
        Begin(dialog.Call, dialog.Peer, "INVITE", branch, invite, (in response) =>
        {
            if (response.StatusCode < 200)
            {
                return;
            }

            dialog.HasInviteUnderWay = false;
            if (response.StatusCode < 300)
            {
                dialog.Call.Experience.DialogRequests++;
                Acknowledge(dialog, cseq);
                return;
            }

            Send(dialog.Peer, AckOfRejection(invite, Text(response.Find(SipHeaderId.To))));
            if (response.StatusCode is 408 or 481)
            {
                HangUp(dialog);
            }
        });
    }

    internal void Acknowledge(AgentDialog dialog, int cseq)
    {
        if (!dialog.Acks.TryGetValue(cseq, out string? ack))
        {
            ack = Write(dialog, "ACK", NextBranch(), cseq, "");
            dialog.Acks.Add(cseq, ack);
        }

        Send(dialog.Peer, ack);
    }

    /// <summary>Begins a client transaction: sends until it is answered, doubling the pause, for 64·T1 at most.</summary>
    internal void Begin(AgentCall call, SipEndpoint peer, string method, string branch, string message, ResponseHandler onResponse)
    {
        var exchange = new Exchange { OnResponse = onResponse };
        _exchanges.Add($"{branch} {SipMethodOf(method)}", exchange);
        Repeat(call, peer, message, () => exchange.HasFinal || (method == "INVITE" && exchange.HasProvisional), longestPauseMs: method == "INVITE" ? GiveUpMs : T2Ms);
    }

    internal void Answer(in SipMessage request, SipEndpoint source, int status, string extra = "")
    {
        string response = WriteResponse(request, Text(request.Find(SipHeaderId.To)), status, extra);
        _answers[KeyOf(request)] = response;
        Send(source, response);
    }

    /// <summary>A final response to an INVITE: repeated until its ACK comes (RFC 3261 §13.3.1.4, §17.2.1).</summary>
    /// <param name="invite">The INVITE.</param>
    /// <param name="source">Where it came from.</param>
    /// <param name="status">The status.</param>
    /// <param name="dialog">The dialog of the 2xx, whose ACK stops it; null for a rejection.</param>
    /// <param name="extra">More header lines.</param>
    internal void AnswerInvite(in SipMessage invite, SipEndpoint source, int status, AgentDialog? dialog, string extra = "")
    {
        string key = KeyOf(invite);
        string to = dialog?.Local ?? Text(invite.Find(SipHeaderId.To));
        RepeatFinal(key, source, WriteResponse(invite, to, status, ContactLine + extra), dialog, (int)invite.CSeqNumber);
    }

    internal void RepeatFinal(string key, SipEndpoint source, string response, AgentDialog? dialog, int cseq)
    {
        _answers[key] = response;
        AgentCall? call = _calls.GetValueOrDefault(key[..key.IndexOf(' ')]);
        Repeat(call, source, response, () => dialog is null ? _answers[key].Length == 0 : dialog.Acknowledged.Contains(cseq) || (dialog.HasEnded && !dialog.Call.Plan.IsCalleeHasty), T2Ms, () =>
        {
            if (dialog is { Call.Plan.CalleeHangsUpWithoutAck: true } or { EndsWhenAcknowledged: true })
            {
                dialog.AwaitsAck = false;
                HangUp(dialog);
            }
        });
    }

    internal void Provisional(string key, SipEndpoint source, string response)
    {
        _answers[key] = response;
        Send(source, response);
    }

    internal void End(AgentDialog dialog)
    {
        dialog.HasEnded = true;
        dialog.Call.Experience.EndedAt ??= World.Elapsed;
    }

    internal string Write(AgentDialog dialog, string method, string branch, int cseq, string extra) =>
        WriteRequest(method, dialog.Target, branch, dialog.Routes, dialog.Local, dialog.Remote, dialog.Call.CallId, cseq, extra);

    protected string WriteRequest(string method, string target, string branch, string routes, string from, string to, string callId, int cseq, string extra)
    {
        string body = method is "INVITE" ? $"v=0\r\no={_user} {cseq} {cseq} IN IP4 192.0.2.1\r\n" : "";
        return $"{method} {target} SIP/2.0\r\nVia: SIP/2.0/UDP {HostPort};branch={branch};rport\r\nMax-Forwards: 70\r\n{routes}From: {from}\r\n"
            + $"To: {to}\r\nCall-ID: {callId}\r\nCSeq: {cseq} {method}\r\n{extra}Content-Length: {body.Length}\r\n\r\n{body}";
    }

    protected static string WriteResponse(in SipMessage request, string to, int status, string extra)
    {
        var text = new StringBuilder($"SIP/2.0 {status} {Text(SipStatus.GetReasonPhrase(status))}\r\n");
        foreach (string via in List(request, SipHeaderId.Via))
        {
            text.Append("Via: ").Append(via).Append("\r\n");
        }

        foreach (string route in List(request, SipHeaderId.RecordRoute))
        {
            text.Append("Record-Route: ").Append(route).Append("\r\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"From: {Text(request.Find(SipHeaderId.From))}\r\nTo: {to}\r\n")
            .Append(CultureInfo.InvariantCulture, $"Call-ID: {Text(request.CallId)}\r\nCSeq: {Text(request.Find(SipHeaderId.CSeq))}\r\n")
            .Append(extra).Append("Content-Length: 0\r\n\r\n").ToString();
    }

    /// <summary>The ACK to a rejection: the INVITE's own Via, Route and CSeq number (RFC 3261 §17.1.1.3).</summary>
    protected static string AckOfRejection(string invite, string to)
    {
        IEnumerable<string> kept = invite.Split("\r\n\r\n")[0].Split("\r\n").Where(line =>
            !line.StartsWith("Cont", StringComparison.Ordinal) && !line.StartsWith("Supported", StringComparison.Ordinal));
        return string.Join("\r\n", kept.Select(line =>
            line.StartsWith("INVITE ", StringComparison.Ordinal) ? $"ACK{line[6..]}"
            : line.StartsWith("To:", StringComparison.Ordinal) ? $"To: {to}"
            : line.StartsWith("CSeq:", StringComparison.Ordinal) ? line.Replace("INVITE", "ACK", StringComparison.Ordinal)
            : line)) + "\r\nContent-Length: 0\r\n\r\n";
    }

    protected static string UriOf(ReadOnlySpan<byte> contact) => SipNameAddr.TryParse(contact, out SipNameAddr address) ? Text(address.Uri) : "";

    protected static List<string> List(in SipMessage message, SipHeaderId id)
    {
        List<string> values = [];
        foreach (ReadOnlySpan<byte> value in message.Values(id))
        {
            values.Add(Text(value));
        }

        return values;
    }

    protected static string RouteLines(IEnumerable<string> routes) => string.Concat(routes.Select(route => $"Route: {route}\r\n"));

    protected static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    protected string NextBranch() => string.Create(CultureInfo.InvariantCulture, $"z9hG4bK{_user}-{_branch++}");

    protected void Send(SipEndpoint destination, string message) => _network.Send(0, destination, Encoding.UTF8.GetBytes(message));

    /// <summary>Has something happen later; never if the time is 0.</summary>
    protected void After(int delayMs, Action action)
    {
        if (delayMs > 0)
        {
            World.After(TimeSpan.FromMilliseconds(delayMs), action);
        }
    }

    /// <summary>A transaction of a peer: its Call-ID, branch and method, an ACK's being the INVITE's.</summary>
    internal static string KeyOf(in SipMessage request) =>
        $"{Text(request.CallId)} {Text(request.TopVia.Branch)} {(request.Method == SipMethod.Ack ? SipMethod.Invite : request.Method)}";

    internal void Repeat(AgentCall? call, SipEndpoint peer, string message, Func<bool> isDone, int longestPauseMs, Action? onGivenUp = null)
    {
        Send(peer, message);
        Again(T1Ms, T1Ms);

        void Again(int pauseMs, int totalMs) => World.After(TimeSpan.FromMilliseconds(pauseMs), () =>
        {
            if (call is { IsDead: true } || isDone())
            {
                return;
            }

            if (totalMs >= GiveUpMs)
            {
                onGivenUp?.Invoke();
                return;
            }

            Send(peer, message);
            int next = Math.Min(Math.Min(pauseMs * 2, longestPauseMs), GiveUpMs - totalMs);
            Again(next, totalMs + next);
        });
    }

    private void OnAck(AgentCall? call, in SipMessage ack)
    {
        AgentDialog? dialog = call?.Find(Text(ack.FromTag), Text(ack.ToTag));
        if (dialog is not null)
        {
            dialog.Acknowledged.Add((int)ack.CSeqNumber);
            dialog.AwaitsAck = false;
            if (dialog.EndsWhenAcknowledged)
            {
                HangUp(dialog);
            }
        }

        // The ACK to a rejection stops its repetition, and nothing of the transaction is answered any more.
        string key = KeyOf(ack);
        if (_answers.ContainsKey(key))
        {
            _answers[key] = "";
        }
    }

    private static SipMethod SipMethodOf(string method) => method switch
    {
        "INVITE" => SipMethod.Invite,
        "CANCEL" => SipMethod.Cancel,
        "BYE" => SipMethod.Bye,
        "PRACK" => SipMethod.Prack,
        "UPDATE" => SipMethod.Update,
        "INFO" => SipMethod.Info,
        _ => throw new ArgumentOutOfRangeException(nameof(method), method, "not a method of these phones"),
    };

    /// <summary>A client transaction.</summary>
    private sealed class Exchange
    {
        public required ResponseHandler OnResponse { get; init; }

        public bool HasProvisional { get; set; }

        public bool HasFinal { get; set; }
    }
}
