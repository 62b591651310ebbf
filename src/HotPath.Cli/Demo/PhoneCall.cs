using System.Diagnostics;
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
    /// <summary>An INVITE is the first request of its call, and its ACK carries the same number (RFC 3261 §13.2.2.4).</summary>
    private const uint InviteCSeq = 1;

    private readonly Phone _phone;
    private readonly string _localTag;
    private readonly TaskCompletionSource _ringing = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<int> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<PhoneCallEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _acknowledged = new();

    /// <summary>The INVITE as it arrived, if it did.</summary>
    private readonly PhoneRequest? _invite;

    /// <summary>The INVITE as it was sent, if it was.</summary>
    private byte[] _sentInvite = [];
    private PhoneTransaction _inviteTransaction;
    private PhoneDialog _dialog;
    private IPEndPoint _nextHop;
    private uint _cseq;
    private long _answeredAt;

    private PhoneCall(Phone phone, PhoneDialog dialog, IPEndPoint nextHop, PhoneRequest? invite, string localTag, string otherNumber)
    {
        _phone = phone;
        _dialog = dialog;
        _nextHop = nextHop;
        _invite = invite;
        _localTag = localTag;
        OtherNumber = otherNumber;
    }

    /// <summary>The Call-ID, the same at both ends.</summary>
    public string CallId => _dialog.CallId;

    /// <summary>The number on the other side.</summary>
    public string OtherNumber { get; }

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
            _phone.SendRequest(_inviteTransaction with { Method = SipMethod.Cancel }, PhoneMessage.Cancel(_sentInvite), _nextHop, (in _) => { });
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
                PhoneTransaction bye = new(PhoneMessage.NewBranch(), SipMethod.Bye);
                _phone.SendRequest(
                    bye,
                    PhoneMessage.Request(bye, _dialog, _cseq, _phone.LocalEndpoint),
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
        string tag = PhoneMessage.NewToken();
        PhoneDialog dialog = new(
            $"sip:{number}@{edge}",
            $"<sip:{phone.Number}@{edge}>;tag={tag}",
            $"<sip:{number}@{edge}>",
            $"{PhoneMessage.NewToken()}@{phone.LocalEndpoint.Address}",
            Routes: "");
        return new PhoneCall(phone, dialog, edge, invite: null, tag, number);
    }

    internal static PhoneCall Incoming(Phone phone, in SipMessage message, PhoneRequest invite)
    {
        string tag = PhoneMessage.NewToken();
        PhoneDialog dialog = new(
            ContactOf(message),
            $"{Text(message.Find(SipHeaderId.To))};tag={tag}",
            Text(message.Find(SipHeaderId.From)),
            Text(message.CallId),
            string.Join(", ", RecordRoutes(message)));
        SipUri.TryParse(message.From.Uri, out SipUri caller);
        return new PhoneCall(phone, dialog, FirstHop(message, invite.Source, isCaller: false), invite, tag, Text(caller.User));
    }

    internal void SendInvite()
    {
        _cseq = InviteCSeq;
        _inviteTransaction = new PhoneTransaction(PhoneMessage.NewBranch(), SipMethod.Invite);
        _sentInvite = PhoneMessage.Request(
            _inviteTransaction, _dialog, _cseq, _phone.LocalEndpoint, Contact, PhoneMessage.SessionDescription(_phone.LocalEndpoint));
        _phone.SendRequest(_inviteTransaction, _sentInvite, _nextHop, OnInviteResponse);
    }

    /// <summary>A request of this call that is not a re-sent one.</summary>
    internal void OnRequest(in SipMessage message, PhoneRequest request)
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

    private static List<string> RecordRoutes(in SipMessage message)
    {
        List<string> routes = [];
        foreach (ReadOnlySpan<byte> value in message.Values(SipHeaderId.RecordRoute))
        {
            routes.Add(Text(value));
        }

        return routes;
    }

    /// <summary>Where a side sends its requests: to the proxy nearest to it, or to the other side itself.</summary>
    private static IPEndPoint FirstHop(in SipMessage message, IPEndPoint otherwise, bool isCaller)
    {
        List<string> routes = RecordRoutes(message);
        return routes.Count > 0
            && SipNameAddr.TryParse(Encoding.UTF8.GetBytes(isCaller ? routes[^1] : routes[0]), out SipNameAddr first)
            && SipUri.TryParse(first.Uri, out SipUri uri)
            && IPAddress.TryParse(Text(uri.Host), out IPAddress? address)
            ? new IPEndPoint(address, uri.Port == 0 ? 5060 : uri.Port)
            : otherwise;
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
                _dialog = _dialog with
                {
                    Target = ContactOf(response),
                    To = Text(response.Find(SipHeaderId.To)),
                    Routes = string.Join(", ", Enumerable.Reverse(RecordRoutes(response))),
                };
                _nextHop = FirstHop(response, _nextHop, isCaller: true);
                _answeredAt = Stopwatch.GetTimestamp();
                _outcome.SetResult(status);
            }

            // Every 200 that arrives is acknowledged: it comes again because the ACK was lost (RFC 3261 §13.2.2.4).
            _phone.Send(PhoneMessage.Request(new PhoneTransaction(PhoneMessage.NewBranch(), SipMethod.Ack), _dialog, InviteCSeq, _phone.LocalEndpoint), _nextHop);
            return;
        }

        _phone.Send(PhoneMessage.AckOfRefusal(_sentInvite, response), _nextHop);
        _outcome.TrySetResult(status);
    }

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
}
