using System.Globalization;
using System.Text;
using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>What a callee does with a call and when somebody hangs up. Times count from the step before.</summary>
/// <param name="RejectWith">Final response instead of an answer; 0: answer.</param>
/// <param name="RingMs">How long the callee rings.</param>
/// <param name="CancelAfterMs">The caller gives up this long after its INVITE; 0: never.</param>
/// <param name="CallerHangsUpAfterMs">The caller's BYE this long after the answer; 0: never.</param>
/// <param name="CalleeHangsUpAfterMs">The callee's BYE this long after the answer; 0: never.</param>
public sealed record CallPlan(int RejectWith = 0, int RingMs = 500, int CancelAfterMs = 0, int CallerHangsUpAfterMs = 0, int CalleeHangsUpAfterMs = 0);

/// <summary>What one side of a call lived through.</summary>
public sealed class CallExperience
{
    public bool Rang { get; set; }

    public bool Answered { get; set; }

    /// <summary>The final response the caller got.</summary>
    public int Status { get; set; }

    public bool SentBye { get; set; }

    public bool GotBye { get; set; }

    public int ByeStatus { get; set; }

    public TimeSpan? AnsweredAt { get; set; }

    public TimeSpan? EndedAt { get; set; }
}

/// <summary>
/// A user agent of the simulation, caller and callee: repeats what gets no answer, acknowledges every 2xx, answers BYE, and keeps what it
/// lived through by Call-ID.
/// </summary>
public sealed class SimulatedPhone : ISipReceiver
{
    private const int T1Ms = 500;
    private const int GiveUpMs = 64 * T1Ms;

    private readonly SimulatedWorld _world;
    private readonly SipEndpoint _endpoint;
    private readonly string _user;
    private readonly ISipSender _network;
    private readonly Func<string, CallPlan> _plans;
    private readonly SipMessageIndex _index = new();
    private readonly Dictionary<string, Leg> _legs = [];
    private readonly Dictionary<string, string> _answers = [];
    private int _branch;

    public SimulatedPhone(SimulatedWorld world, SimulatedSipNetwork network, SipEndpoint endpoint, string user, Func<string, CallPlan> plans)
    {
        _world = world;
        _endpoint = endpoint;
        _user = user;
        _plans = plans;
        _network = network.Attach(endpoint, this);
    }

    /// <summary>What was lived through, by Call-ID.</summary>
    public Dictionary<string, CallExperience> Experiences { get; } = [];

    /// <summary>This caller sends no ACK to a 2xx.</summary>
    public bool NeverAcknowledges { get; set; }

    private string HostPort => _endpoint.ToIPEndPoint().ToString();

    /// <summary>Calls a number through the edge.</summary>
    public void Call(string callId, string account, string number, SipEndpoint edge)
    {
        CallPlan plan = _plans(callId);
        var leg = new Leg
        {
            CallId = callId,
            Local = $"<sip:{account}@{HostPort}>;tag=c{callId}",
            Remote = $"<sip:{number}@{edge.ToIPEndPoint()}>",
            Target = $"sip:{number}@{edge.ToIPEndPoint()}",
            Peer = edge,
            Plan = plan,
            CSeq = 1,
            InviteBranch = NextBranch(),
        };
        _legs.Add(callId, leg);
        Experiences.Add(callId, new CallExperience());
        Repeat(leg, Request(leg, "INVITE", leg.InviteBranch, 1), () => leg.GotResponse);
        if (plan.CancelAfterMs > 0)
        {
            _world.After(TimeSpan.FromMilliseconds(plan.CancelAfterMs), () => Cancel(leg));
        }
    }

    public void OnMessage(int listener, in SipEndpoint source, ReadOnlySpan<byte> message)
    {
        if (!SipParser.Parse(message, _index).IsOk)
        {
            throw new InvalidOperationException($"The edge sent what does not parse:\n{Encoding.UTF8.GetString(message)}");
        }

        SipMessage view = new(message, _index);
        if (view.IsRequest)
        {
            OnRequest(view, source);
        }
        else
        {
            OnResponse(view);
        }
    }

    private void OnRequest(in SipMessage request, SipEndpoint source)
    {
        string callId = Encoding.UTF8.GetString(request.CallId);
        string key = $"{callId} {request.CSeqNumber} {request.Method}";
        if (request.Method == SipMethod.Ack)
        {
            if (_legs.TryGetValue(callId, out Leg? acknowledged))
            {
                acknowledged.Acknowledged = true;
            }

            return;
        }

        if (_answers.TryGetValue(key, out string? known))
        {
            Send(source, known);
            return;
        }

        switch (request.Method)
        {
            case SipMethod.Invite:
                OnInvite(request, source, callId, key);
                break;
            case SipMethod.Bye:
                Answer(request, source, key, _legs.ContainsKey(callId) ? 200 : 481, "");
                if (_legs.TryGetValue(callId, out Leg? leg))
                {
                    Experiences[callId].GotBye = true;
                    End(leg);
                }

                break;
            case SipMethod.Cancel:
                Answer(request, source, key, 200, "");
                if (_legs.TryGetValue(callId, out Leg? cancelled) && !Experiences[callId].Answered && cancelled.RejectNow is { } reject)
                {
                    cancelled.RejectNow = null;
                    reject(487);
                }

                break;
            default:
                Answer(request, source, key, 200, "");
                break;
        }
    }

    private void OnInvite(in SipMessage invite, SipEndpoint source, string callId, string key)
    {
        CallPlan plan = _plans(callId);
        var leg = new Leg
        {
            CallId = callId,
            Local = Encoding.UTF8.GetString(invite.Find(SipHeaderId.To)) + $";tag=s{callId}",
            Remote = Encoding.UTF8.GetString(invite.Find(SipHeaderId.From)),
            Target = UriOf(invite.Find(SipHeaderId.Contact)),
            Peer = source,
            Plan = plan,
            Routes = string.Concat(List(invite, SipHeaderId.RecordRoute).Select(route => $"Route: {route}\r\n")),
        };
        _legs.Add(callId, leg);
        Experiences.Add(callId, new CallExperience { Rang = true });
        string head = ResponseHead(invite, leg.Local);
        string Response(int status) =>
            $"SIP/2.0 {status} {Encoding.UTF8.GetString(SipStatus.GetReasonPhrase(status))}\r\n{head}Contact: <sip:{_user}@{HostPort}>\r\nContent-Length: 0\r\n\r\n";
        Say(180);
        leg.RejectNow = status => Repeat(leg, Say(status), () => leg.Acknowledged);
        _world.After(TimeSpan.FromMilliseconds(plan.RingMs), () =>
        {
            if (leg.RejectNow is null)
            {
                return;
            }

            leg.RejectNow = null;
            if (plan.RejectWith > 0)
            {
                Repeat(leg, Say(plan.RejectWith), () => leg.Acknowledged);
                return;
            }

            Answered(leg);
            Repeat(leg, Say(200), () => leg.Acknowledged);
            if (plan.CalleeHangsUpAfterMs > 0)
            {
                _world.After(TimeSpan.FromMilliseconds(plan.CalleeHangsUpAfterMs), () => HangUp(leg));
            }
        });

        string Say(int status)
        {
            string response = Response(status);
            _answers[key] = response;
            Send(source, response);
            return response;
        }
    }

    private void OnResponse(in SipMessage response)
    {
        string callId = Encoding.UTF8.GetString(response.CallId);
        if (!_legs.TryGetValue(callId, out Leg? leg))
        {
            return;
        }

        CallExperience experience = Experiences[callId];
        switch (response.CSeqMethod)
        {
            case SipMethod.Invite when response.StatusCode >= 200:
                leg.GotResponse = true;
                leg.Remote = Encoding.UTF8.GetString(response.Find(SipHeaderId.To));
                if (response.StatusCode >= 300)
                {
                    experience.Status = response.StatusCode;
                    Send(leg.Peer, Request(leg, "ACK", leg.InviteBranch, 1));
                    break;
                }

                leg.Target = UriOf(response.Find(SipHeaderId.Contact));
                leg.Routes = string.Concat(Enumerable.Reverse(List(response, SipHeaderId.RecordRoute)).Select(route => $"Route: {route}\r\n"));
                if (!NeverAcknowledges)
                {
                    Send(leg.Peer, Request(leg, "ACK", NextBranch(), 1));
                }

                if (!experience.Answered)
                {
                    experience.Status = response.StatusCode;
                    Answered(leg);
                    if (leg.Plan.CallerHangsUpAfterMs > 0)
                    {
                        _world.After(TimeSpan.FromMilliseconds(leg.Plan.CallerHangsUpAfterMs), () => HangUp(leg));
                    }
                }

                break;
            case SipMethod.Invite:
                leg.GotResponse = true;
                experience.Rang |= response.StatusCode == 180;
                break;
            case SipMethod.Bye when response.StatusCode >= 200:
                leg.ByeAnswered = true;
                experience.ByeStatus = response.StatusCode;
                break;
            case SipMethod.Cancel:
                leg.CancelAnswered = true;
                break;
        }
    }

    private void Answered(Leg leg)
    {
        Experiences[leg.CallId].Answered = true;
        Experiences[leg.CallId].AnsweredAt = _world.Elapsed;
    }

    private void Cancel(Leg leg)
    {
        if (Experiences[leg.CallId].Status == 0)
        {
            Repeat(leg, Request(leg, "CANCEL", leg.InviteBranch, 1), () => leg.CancelAnswered);
        }
    }

    private void HangUp(Leg leg)
    {
        if (leg.HasEnded)
        {
            return;
        }

        Experiences[leg.CallId].SentBye = true;
        End(leg);
        string bye = Request(leg, "BYE", NextBranch(), ++leg.CSeq);
        Repeat(leg, bye, () => leg.ByeAnswered);
    }

    private void End(Leg leg)
    {
        leg.HasEnded = true;
        Experiences[leg.CallId].EndedAt ??= _world.Elapsed;
    }

    /// <summary>Sends until it is answered, doubling the pause, for 64·T1 at most.</summary>
    private void Repeat(Leg leg, string message, Func<bool> isAnswered)
    {
        Send(leg.Peer, message);
        Again(T1Ms, T1Ms);

        void Again(int pauseMs, int totalMs) => _world.After(TimeSpan.FromMilliseconds(pauseMs), () =>
        {
            if (!isAnswered() && totalMs < GiveUpMs)
            {
                Send(leg.Peer, message);
                int next = Math.Min(pauseMs * 2, 8 * T1Ms);
                Again(next, totalMs + next);
            }
        });
    }

    private string Request(Leg leg, string method, string branch, int cseq) =>
        $"{method} {leg.Target} SIP/2.0\r\nVia: SIP/2.0/UDP {HostPort};branch={branch};rport\r\nMax-Forwards: 70\r\n{leg.Routes}From: {leg.Local}\r\n"
        + $"To: {leg.Remote}\r\nCall-ID: {leg.CallId}\r\nCSeq: {cseq} {method}\r\nContact: <sip:{_user}@{HostPort}>\r\nContent-Length: 0\r\n\r\n";

    private void Answer(in SipMessage request, SipEndpoint source, string key, int status, string extra)
    {
        string response = $"SIP/2.0 {status} {Encoding.UTF8.GetString(SipStatus.GetReasonPhrase(status))}\r\n"
            + $"{ResponseHead(request, Encoding.UTF8.GetString(request.Find(SipHeaderId.To)))}{extra}Content-Length: 0\r\n\r\n";
        _answers[key] = response;
        Send(source, response);
    }

    private static string ResponseHead(in SipMessage request, string to)
    {
        var head = new StringBuilder();
        foreach (string via in List(request, SipHeaderId.Via))
        {
            head.Append("Via: ").Append(via).Append("\r\n");
        }

        foreach (string route in List(request, SipHeaderId.RecordRoute))
        {
            head.Append("Record-Route: ").Append(route).Append("\r\n");
        }

        return head.Append("From: ").Append(Encoding.UTF8.GetString(request.Find(SipHeaderId.From)))
            .Append("\r\nTo: ").Append(to)
            .Append("\r\nCall-ID: ").Append(Encoding.UTF8.GetString(request.CallId))
            .Append("\r\nCSeq: ").Append(Encoding.UTF8.GetString(request.Find(SipHeaderId.CSeq)))
            .Append("\r\n").ToString();
    }

    private static string UriOf(ReadOnlySpan<byte> contact) =>
        SipNameAddr.TryParse(contact, out SipNameAddr address) ? Encoding.UTF8.GetString(address.Uri) : "";

    private static List<string> List(in SipMessage message, SipHeaderId id)
    {
        List<string> values = [];
        foreach (ReadOnlySpan<byte> value in message.Values(id))
        {
            values.Add(Encoding.UTF8.GetString(value));
        }

        return values;
    }

    private string NextBranch() => string.Create(CultureInfo.InvariantCulture, $"z9hG4bK{_user}-{_branch++}");

    private void Send(SipEndpoint destination, string message) => _network.Send(0, destination, Encoding.UTF8.GetBytes(message));

    private sealed class Leg
    {
        public required string CallId { get; init; }

        public required string Local { get; init; }

        public required string Remote { get; set; }

        public required string Target { get; set; }

        public required SipEndpoint Peer { get; init; }

        public required CallPlan Plan { get; init; }

        public string Routes { get; set; } = "";

        public string InviteBranch { get; init; } = "";

        public int CSeq { get; set; }

        public bool GotResponse { get; set; }

        public bool Acknowledged { get; set; }

        public bool ByeAnswered { get; set; }

        public bool CancelAnswered { get; set; }

        public bool HasEnded { get; set; }

        public Action<int>? RejectNow { get; set; }
    }
}
