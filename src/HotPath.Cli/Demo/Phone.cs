using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using HotPath.Sip;

namespace HotPath.Cli;

/// <summary>
/// A telephone on a real UDP socket, small but correct: it re-sends its requests until they are answered, answers a re-sent request with
/// the response it gave before, and repeats the 200 to an INVITE until the ACK comes (RFC 3261 §13, §17). What a call then does is
/// <see cref="PhoneCall"/>. Safe for any thread: one lock guards the phone and its calls.
/// </summary>
internal sealed class Phone : IAsyncDisposable
{
    /// <summary>Handles a response, under the phone's lock.</summary>
    public delegate void ResponseHandler(in SipMessage response);

    private const int MaxDatagramBytes = 65_535;

    /// <summary>The round trip time RFC 3261 §17.1.1.1 starts from (T1), the longest pause between two sendings (T2), and when to give up.</summary>
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_giveUpAfter = 64 * s_firstPause;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly CancellationTokenSource _closed = new();
    private readonly Channel<PhoneCall> _incoming = Channel.CreateUnbounded<PhoneCall>();
    private readonly Dictionary<string, PhoneCall> _calls = [];
    private readonly Dictionary<PhoneTransaction, OpenRequest> _openRequests = [];
    private readonly Dictionary<PhoneTransaction, byte[]> _givenResponses = [];
    private readonly SipMessageIndex _index = new();
    private readonly Task _receiving;
    private int _invitesReceived;

    /// <summary>Opens a phone on a free port of the loopback address.</summary>
    /// <param name="number">The number it calls from.</param>
    public Phone(string number)
    {
        Number = number;
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        LocalEndpoint = (IPEndPoint)_socket.LocalEndPoint!;
        _receiving = ReceiveAsync();
    }

    /// <summary>The number the phone calls from.</summary>
    public string Number { get; }

    /// <summary>Where the phone can be reached.</summary>
    public IPEndPoint LocalEndpoint { get; }

    /// <summary>Calls that have reached this phone so far, re-sent INVITEs not counted.</summary>
    public int InvitesReceived => Volatile.Read(ref _invitesReceived);

    /// <summary>Guards the state of the phone and of its calls.</summary>
    internal Lock Gate { get; } = new();

    /// <summary>Calls a number.</summary>
    /// <param name="number">Who is called.</param>
    /// <param name="edge">Where the INVITE goes.</param>
    public PhoneCall Dial(string number, IPEndPoint edge)
    {
        lock (Gate)
        {
            PhoneCall call = PhoneCall.Outgoing(this, number, edge);
            _calls.Add(call.CallId, call);
            call.SendInvite();
            return call;
        }
    }

    /// <summary>The next call that arrives.</summary>
    public ValueTask<PhoneCall> NextCallAsync(CancellationToken cancellation) => _incoming.Reader.ReadAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closed.CancelAsync();
        await _receiving;
        _socket.Dispose();
        _closed.Dispose();
    }

    /// <summary>Sends a request, and again until it is answered. Every response goes to <paramref name="onResponse"/>.</summary>
    internal void SendRequest(PhoneTransaction transaction, byte[] request, IPEndPoint to, ResponseHandler onResponse)
    {
        OpenRequest open = new(onResponse, CancellationTokenSource.CreateLinkedTokenSource(_closed.Token));
        _openRequests.Add(transaction, open);
        _ = ResendAsync(request, to, open.Answered.Token);
    }

    /// <summary>Sends a message once.</summary>
    internal void Send(ReadOnlySpan<byte> message, IPEndPoint to)
    {
        try
        {
            _socket.SendTo(message, to);
        }
        catch (SocketException)
        {
            // Lost, as a datagram may be: what matters is sent again.
        }
    }

    /// <summary>Answers a request, and remembers the answer for the case that the request comes again.</summary>
    internal void Respond(PhoneRequest request, int status, string localTag, string? contact = null) =>
        Send(Remember(request, PhoneMessage.Response(request, status, localTag, contact)), request.Source);

    /// <summary>Answers an INVITE with 200, and goes on until the ACK has come (RFC 3261 §13.3.1.4).</summary>
    internal void Accept(PhoneRequest invite, string localTag, string contact, CancellationToken acknowledged) =>
        _ = ResendAsync(
            Remember(invite, PhoneMessage.Response(invite, 200, localTag, contact, PhoneMessage.SessionDescription(LocalEndpoint))),
            invite.Source,
            acknowledged);

    private byte[] Remember(PhoneRequest request, byte[] response) => _givenResponses[request.Transaction] = response;

    /// <summary>Sends a message again and again until told that it has arrived, or until it is pointless.</summary>
    private async Task ResendAsync(byte[] message, IPEndPoint to, CancellationToken arrived)
    {
        TimeSpan pause = s_firstPause;
        TimeSpan spent = TimeSpan.Zero;
        while (spent < s_giveUpAfter && !arrived.IsCancellationRequested && !_closed.IsCancellationRequested)
        {
            Send(message, to);
            await Task.Delay(pause, arrived).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            spent += pause;
            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    private async Task ReceiveAsync()
    {
        byte[] buffer = new byte[MaxDatagramBytes];
        EndPoint anyone = new IPEndPoint(IPAddress.Any, 0);
        while (!_closed.IsCancellationRequested)
        {
            try
            {
                SocketReceiveFromResult received = await _socket.ReceiveFromAsync(buffer, anyone, _closed.Token);
                lock (Gate)
                {
                    OnDatagram(buffer.AsSpan(0, received.ReceivedBytes), (IPEndPoint)received.RemoteEndPoint);
                }
            }
            catch (Exception error) when (error is OperationCanceledException or SocketException)
            {
                // Closed, or the system reports that an earlier datagram found nobody.
            }
        }
    }

    private void OnDatagram(ReadOnlySpan<byte> datagram, IPEndPoint source)
    {
        if (!SipParser.Parse(datagram, _index).IsOk)
        {
            return;
        }

        SipMessage message = new(datagram, _index);
        string branch = Encoding.UTF8.GetString(message.TopVia.Branch);
        if (!message.IsRequest)
        {
            if (_openRequests.TryGetValue(new PhoneTransaction(branch, message.CSeqMethod), out OpenRequest? open))
            {
                if (message.StatusCode >= 200 || message.CSeqMethod == SipMethod.Invite)
                {
                    open.Answered.Cancel();
                }

                open.OnResponse(message);
            }

            return;
        }

        PhoneRequest request = new(datagram.ToArray(), new PhoneTransaction(branch, message.Method), source);
        if (message.Method != SipMethod.Ack && _givenResponses.TryGetValue(request.Transaction, out byte[]? given))
        {
            Send(given, source);
            return;
        }

        OnRequest(message, request);
    }

    private void OnRequest(in SipMessage message, PhoneRequest request)
    {
        string callId = Encoding.UTF8.GetString(message.CallId);
        if (_calls.TryGetValue(callId, out PhoneCall? call))
        {
            call.OnRequest(message, request);
        }
        else if (message.Method == SipMethod.Invite && message.ToTag.IsEmpty)
        {
            Interlocked.Increment(ref _invitesReceived);
            call = PhoneCall.Incoming(this, message, request);
            _calls.Add(callId, call);
            _incoming.Writer.TryWrite(call);
        }
        else if (message.Method != SipMethod.Ack)
        {
            Respond(request, 481, PhoneMessage.NewToken());
        }
    }

    private sealed record OpenRequest(ResponseHandler OnResponse, CancellationTokenSource Answered);
}
