using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using HotPath.Sip;

namespace HotPath.Cli;

/// <summary>How an answered call ended, as one phone saw it.</summary>
/// <param name="ByTheOtherSide">A BYE arrived; otherwise this phone sent one.</param>
/// <param name="Duration">From the answer to the BYE.</param>
/// <param name="Reason">The Reason header field of the BYE, or nothing.</param>
internal sealed record PhoneCallEnd(bool ByTheOtherSide, TimeSpan Duration, string Reason);

/// <summary>One call as one of the two phones sees it: the dialog of RFC 3261 §12, and what a person at the phone can do and notice.</summary>
internal sealed class PhoneCall
{
    private readonly Phone _phone;
    private readonly string _localTag = PhoneMessage.NewToken();
    private readonly TaskCompletionSource _ringing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<PhoneCallEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _acknowledged = new();

    /// <summary>The INVITE as it arrived, if it did.</summary>
    private readonly PhoneRequestReceived? _invite;

    /// <summary>The other side's Contact: where requests in the dialog go (RFC 3261 §12.2.1.1).</summary>
    private string _remoteTarget;
    private string _localAddress;
    private string _remoteAddress;
    private string[] _routes = [];
    private IPEndPoint _nextHop;
    private string _inviteBranch = "";
    private uint _cseq;
    private long _answeredAt;

    private PhoneCall(Phone phone, string callId, string remoteTarget, IPEndPoint nextHop, PhoneRequestReceived? invite)
    {
        _phone = phone;
        CallId = callId;
        _invite = invite;
        _remoteTarget = remoteTarget;
        _nextHop = nextHop;
        _localAddress = _remoteAddress = "";
    }

    /// <summary>The Call-ID, the same at both ends.</summary>
    public string CallId { get; }

    /// <summary>The number on the other side.</summary>
    public string OtherNumber { get; private init; } = "";

    /// <summary>Done when the other phone rings.</summary>
    public Task Ringing => _ringing.Task;

    /// <summary>Done when the call is answered or refused: the final status of the INVITE.</summary>
    public Task<int> Outcome => _outcome.Task;

    /// <summary>Done when an answered call has ended.</summary>
    public Task<PhoneCallEnd> Ended => _ended.Task;

    private string Contact => $"sip:{_phone.Number}@{_phone.LocalEndpoint}";

    /// <summary>Rings.</summary>
    public void Ring() => Respond(180);

    /// <summary>Picks up.</summary>
    public void Answer() => Respond(200);

    /// <summary>Refuses, for example with 486.</summary>
    public void Refuse(int status) => Respond(status);

    /// <summary>Gives up calling before the call is answered (RFC 3261 §9.1).</summary>
    public void Cancel()
    {
        lock (_phone.Gate)
        {
            _phone.SendRequest(
                PhoneMessage.Request("CANCEL", _remoteTarget, _phone.LocalEndpoint, _inviteBranch, DialogFields(), _cseq),
                _nextHop,
                (in _) => { });
        }
    }

    /// <summary>Hangs up an answered call.</summary>
    /// <returns>The status the BYE was answered with; 0 if the other side had hung up before.</returns>
    public Task<int> HangUpAsync()
    {
        TaskCompletionSource<int> answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_phone.Gate)
        {
            if (End(byTheOtherSide: false, ""))
            {
                _cseq++;
                _phone.SendRequest(
                    PhoneMessage.Request("BYE", _remoteTarget, _phone.LocalEndpoint, NewBranch(), DialogFields(), _cseq),
                    _nextHop,
                    (in response) => answered.TrySetResult(response.StatusCode));
            }
            else
            {
                answered.SetResult(0);
            }
        }

        return answered.Task;
    }

    internal static PhoneCall Outgoing(Phone phone, string number, IPEndPoint edge)
    {
        PhoneCall call = new(phone, $"{PhoneMessage.NewToken()}@{phone.LocalEndpoint.Address}", $"sip:{number}@{edge}", edge, invite: null)
        {
            OtherNumber = number,
        };
        call._localAddress = $"<sip:{phone.Number}@{edge}>;tag={call._localTag}";
        call._remoteAddress = $"<sip:{number}@{edge}>";
        return call;
    }

    internal static PhoneCall Incoming(Phone phone, in SipMessage message, PhoneRequestReceived invite)
    {
        SipUri.TryParse(message.From.Uri, out SipUri caller);
        PhoneCall call = new(phone, Text(message.CallId), ContactOf(message), invite.Source, invite)
        {
            OtherNumber = Text(caller.User),
        };
        call._localAddress = $"{Text(message.Find(SipHeaderId.To))};tag={call._localTag}";
        call._remoteAddress = Text(message.Find(SipHeaderId.From));
        call.SetRoutes(RecordRoutes(message));
        return call;
    }

    internal void SendInvite()
    {
        _cseq = 1;
        _inviteBranch = NewBranch();
        _phone.SendRequest(
            PhoneMessage.Request(
                "INVITE",
                _remoteTarget,
                _phone.LocalEndpoint,
                _inviteBranch,
                $"{DialogFields()}Contact: <{Contact}>\r\n",
                _cseq,
                PhoneMessage.SessionDescription(_phone.LocalEndpoint)),
            _nextHop,
            OnInviteResponse);
    }

    /// <summary>A request of this call that is not a re-sent one.</summary>
    internal void OnRequest(in SipMessage message, PhoneRequestReceived request)
    {
        switch (message.Method)
        {
            case SipMethod.Ack:
                _acknowledged.Cancel();
                break;
            case SipMethod.Bye:
                _acknowledged.Cancel();
                _phone.Respond(request, 200, _localTag);
                End(byTheOtherSide: true, Text(message.Find(SipHeaderId.Reason)));
                break;
            case SipMethod.Cancel:
                _phone.Respond(request, 200, _localTag);
                if (_outcome.TrySetResult(487))
                {
                    _phone.Respond(_invite!, 487, _localTag);
                }

                break;
            default:
                _phone.Respond(request, 405, _localTag);
                break;
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);

    private static string NewBranch() => $"z9hG4bK{PhoneMessage.NewToken()}";

    private static string ContactOf(in SipMessage message)
    {
        foreach (ReadOnlySpan<byte> value in message.Values(SipHeaderId.Contact))
        {
            if (SipNameAddr.TryParse(value, out SipNameAddr contact))
            {
                return Text(contact.Uri);
            }
        }

        return "";
    }

    private static string[] RecordRoutes(in SipMessage message)
    {
        List<string> routes = [];
        foreach (ReadOnlySpan<byte> value in message.Values(SipHeaderId.RecordRoute))
        {
            routes.Add(Text(value));
        }

        return [.. routes];
    }

    private void OnInviteResponse(in SipMessage response)
    {
        int status = response.StatusCode;
        if (status < 200)
        {
            if (status > 100)
            {
                _ringing.TrySetResult();
            }

            return;
        }

        if (status < 300)
        {
            if (!_outcome.Task.IsCompleted)
            {
                _remoteTarget = ContactOf(response);
                _remoteAddress = Text(response.Find(SipHeaderId.To));
                SetRoutes([.. RecordRoutes(response).Reverse()]);
                _answeredAt = Stopwatch.GetTimestamp();
                _outcome.SetResult(status);
            }

            // Every 200 that arrives is acknowledged: it comes again because the ACK was lost (RFC 3261 §13.2.2.4).
            SendAck(_remoteTarget, NewBranch(), DialogFields());
            return;
        }

        // The ACK to a refusal belongs to the INVITE's transaction: its Request-URI and its branch (RFC 3261 §17.1.1.3).
        string fields = $"From: {_localAddress}\r\nTo: {Text(response.Find(SipHeaderId.To))}\r\nCall-ID: {CallId}\r\n";
        SendAck(_remoteTarget, _inviteBranch, fields);
        _outcome.TrySetResult(status);
    }

    private void SendAck(string uri, string branch, string fields) =>
        _phone.Send(PhoneMessage.Request("ACK", uri, _phone.LocalEndpoint, branch, fields, _cseq).Bytes, _nextHop);

    private void Respond(int status)
    {
        lock (_phone.Gate)
        {
            if (_invite is null || _outcome.Task.IsCompleted)
            {
                return;
            }

            if (status == 200)
            {
                _answeredAt = Stopwatch.GetTimestamp();
                _phone.Accept(_invite, _localTag, Contact, _acknowledged.Token);
            }
            else
            {
                _phone.Respond(_invite, status, _localTag, status < 200 ? Contact : null);
            }

            if (status >= 200)
            {
                _outcome.SetResult(status);
            }
        }
    }

    private bool End(bool byTheOtherSide, string reason) =>
        _answeredAt != 0 && _ended.TrySetResult(new PhoneCallEnd(byTheOtherSide, Stopwatch.GetElapsedTime(_answeredAt), reason));

    private string DialogFields()
    {
        StringBuilder fields = new();
        foreach (string route in _routes)
        {
            fields.Append(CultureInfo.InvariantCulture, $"Route: {route}\r\n");
        }

        return fields.Append(CultureInfo.InvariantCulture, $"From: {_localAddress}\r\nTo: {_remoteAddress}\r\nCall-ID: {CallId}\r\n").ToString();
    }

    /// <summary>Remembers the proxies that want to stay in the path; requests go to the first of them.</summary>
    private void SetRoutes(string[] routes)
    {
        _routes = routes;
        if (routes.Length > 0
            && SipNameAddr.TryParse(Encoding.UTF8.GetBytes(routes[0]), out SipNameAddr first)
            && SipUri.TryParse(first.Uri, out SipUri uri)
            && IPAddress.TryParse(Text(uri.Host), out IPAddress? address))
        {
            _nextHop = new IPEndPoint(address, uri.Port == 0 ? 5060 : uri.Port);
        }
    }
}
