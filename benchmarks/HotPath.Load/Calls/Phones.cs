using System.Diagnostics;
using System.Net;
using HotPath.Rpc;
using HotPath.Sip;

namespace HotPath.Load;

/// <summary>
/// Callers and callees in this process, on one thread and one clock, each side with a UDP socket of its own: what lies between is the
/// edge. Allocates nothing per call once there have been as many calls at a time.
/// </summary>
internal sealed class Phones : ISipReceiver, ICallers
{
    /// <summary>Most calls at a time; a power of two.</summary>
    public const int MostCalls = 65_536;

    private const int CalleeIndex = 1;
    private const int DatagramsPerTurn = 64;

    private readonly SocketLoop _loop = new();
    private readonly SipMessageIndex _index = new();
    private readonly PhoneCall?[] _calls = new PhoneCall?[MostCalls];
    private readonly Stack<PhoneCall> _free = new();
    private readonly byte[] _buffer = new byte[2_048];
    private readonly long _epoch = Stopwatch.GetTimestamp();
    private CallTally _tally = new();
    private int _slots;

    /// <summary>Opens the sockets.</summary>
    public Phones()
    {
        Caller = UdpListener.Bind(0, IPAddress.Loopback, 0);
        Callee = UdpListener.Bind(CalleeIndex, IPAddress.Loopback, 0);
        _loop.Add(Caller.Socket, new Readable(Caller, this));
        _loop.Add(Callee.Socket, new Readable(Callee, this));
    }

    /// <inheritdoc/>
    public string CalleeRoute => $"sip:{Callee.LocalEndpoint.ToIPEndPoint()}";

    /// <inheritdoc/>
    public LatencyHistogram Arrivals => _tally.Arrivals;

    public UdpListener Caller { get; }

    public UdpListener Callee { get; }

    public SipEndpoint Edge { get; private set; }

    public TimerWheel Timers { get; } = new();

    public PhoneMessages Messages { get; private set; } = null!;

    private long NowMs => (long)Stopwatch.GetElapsedTime(_epoch).TotalMilliseconds;

    /// <inheritdoc/>
    public CallsOutcome Call(IPEndPoint edge, int perSecond, int calls, int talkMs)
    {
        ConnectTo(edge);
        return Play(perSecond, calls, () => Begin(talkMs), () => _tally.Ended == calls);
    }

    /// <summary>Makes calls as <see cref="Call"/> does, but returns when all of them have begun.</summary>
    /// <returns>What becomes of them, while calls that are made later are played.</returns>
    public CallTally Burst(IPEndPoint edge, int perSecond, int calls, int talkMs)
    {
        ConnectTo(edge);
        Play(perSecond, calls, () => Begin(talkMs), () => true);
        return _tally;
    }

    /// <summary>Makes calls as <see cref="Call"/> does, but returns when all of them are answered, and they go on.</summary>
    public CallsOutcome Establish(IPEndPoint edge, int perSecond, int calls)
    {
        ConnectTo(edge);
        return Play(perSecond, calls, () => Begin(talkMs: null), () => _tally.Established + _tally.Failed == calls);
    }

    /// <summary>Ends the calls that go on, and waits until they are over.</summary>
    public void HangUp(int perSecond)
    {
        PhoneCall[] talking = [.. _calls.Take(_slots).Where(call => call!.IsTalking)!];
        int next = 0;
        Play(perSecond, talking.Length, () => talking[next++].HangUp(), () => _free.Count == _slots);
    }

    /// <summary>A call is over, and its object may be used again.</summary>
    public void Release(PhoneCall call) => _free.Push(call);

    void ISipReceiver.OnMessage(int listener, in SipEndpoint source, ReadOnlySpan<byte> message)
    {
        if (!SipParser.Parse(message, _index, SipLimits.Default).IsOk)
        {
            return;
        }

        var view = new SipMessage(message, _index);
        long id = PhoneMessages.ReadId(view.CallId);
        PhoneCall? call = id < 0 ? null : _calls[id % MostCalls];
        bool isKnown = call?.Id == id;
        if (listener != CalleeIndex)
        {
            if (isKnown)
            {
                call!.OnResponse(view);
            }

            return;
        }

        if (isKnown)
        {
            call!.OnRequest(view);
        }

        if (view.Method == SipMethod.Bye)
        {
            // Also of a call that is over here: its answer was lost, and the edge asks again.
            Callee.Send(Edge, _buffer.AsSpan(0, Messages.WriteResponse(view, 200, id, _buffer)));
        }
    }

    public void Dispose()
    {
        Caller.Dispose();
        Callee.Dispose();
        _loop.Dispose();
    }

    private void ConnectTo(IPEndPoint edge)
    {
        Edge = new SipEndpoint(SipTransportKind.Udp, edge.Address, edge.Port);
        Messages = new PhoneMessages(Caller.LocalEndpoint, Callee.LocalEndpoint, Edge);
    }

    private CallsOutcome Play(double perSecond, int steps, Action step, Func<bool> isOver)
    {
        _tally = new CallTally();
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        int done = 0;
        while (done < steps || !isOver())
        {
            Timers.Advance(NowMs);
            for (double due = Stopwatch.GetElapsedTime(start).TotalSeconds * perSecond; done < steps && done < due; done++)
            {
                step();
            }

            double nextMs = done == steps ? long.MaxValue : (done / perSecond * 1000) - Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            _loop.RunOnce((int)Math.Clamp(Math.Min(Math.Ceiling(nextMs), Timers.NextDueMs - NowMs), 0, 100));
        }

        return new CallsOutcome(steps, _tally.Failed, _tally.Repeated, Environment.CpuUsage.TotalTime - cpu, TimeSpan.Zero);
    }

    private void Begin(int? talkMs)
    {
        if (!_free.TryPop(out PhoneCall? call) && _slots < MostCalls)
        {
            call = _calls[_slots] = new PhoneCall(this, _slots);
            _slots++;
        }

        if (call is null)
        {
            _tally.NoteEnd(hasFailed: true, isRepeated: false);
        }
        else
        {
            call.Begin(talkMs, _tally);
        }
    }

    private sealed class Readable(UdpListener phone, Phones phones) : ISocketHandler
    {
        public void OnReadable() => phone.Receive(phones, DatagramsPerTurn);

        public void OnWritable()
        {
        }
    }
}
