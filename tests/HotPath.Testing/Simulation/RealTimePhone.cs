using System.Diagnostics;
using System.Net;
using HotPath.Rpc;
using HotPath.Sip;

namespace HotPath.Testing;

/// <summary>
/// Runs a user agent of the simulation outside it: its network is a UDP socket on loopback, and its world's clock follows the real one.
/// Everything of it runs on the thread that calls <see cref="Run"/>.
/// </summary>
public sealed class RealTimePhone : ISipNetwork, ISipSender, ISocketHandler, IDisposable
{
    private const int DatagramsPerTurn = 64;
    private const int LongestWaitMs = 50;

    private readonly SocketLoop _loop = new();
    private readonly UdpListener _listener = UdpListener.Bind(0, IPAddress.Loopback, 0);
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly DateTimeOffset _start = DateTimeOffset.UtcNow;
    private ISipReceiver? _receiver;

    /// <param name="seed">What the world's chance is drawn from.</param>
    public RealTimePhone(ulong seed) => World = new SimulatedWorld(seed);

    /// <summary>The user agent's world, whose clock begins with this object.</summary>
    public SimulatedWorld World { get; }

    /// <summary>Where the user agent is reached.</summary>
    public SipEndpoint Endpoint => _listener.LocalEndpoint;

    /// <summary>The wall clock at a moment of the world's clock: the same for all processes of a machine.</summary>
    public DateTimeOffset WallTimeOf(TimeSpan elapsed) => _start + elapsed;

    /// <inheritdoc/>
    public ISipSender Attach(SipEndpoint endpoint, ISipReceiver receiver, int listener = 0)
    {
        _receiver = receiver;
        _loop.Add(_listener.Socket, this);
        return this;
    }

    /// <summary>Lets the user agent live until something is so; asked at least every 50 ms.</summary>
    public void Run(Func<bool> isOver)
    {
        while (!isOver())
        {
            CatchUp();
            double waitMs = World.NextDue is { } due ? Math.Ceiling((due - _clock.Elapsed).TotalMilliseconds) : LongestWaitMs;
            _loop.RunOnce((int)Math.Clamp(waitMs, 0, LongestWaitMs));
        }
    }

    /// <inheritdoc/>
    public bool Send(int listener, in SipEndpoint destination, ReadOnlySpan<byte> message) => _listener.Send(destination, message);

    /// <inheritdoc/>
    public void OnReadable()
    {
        CatchUp();
        _listener.Receive(_receiver!, DatagramsPerTurn);
    }

    /// <inheritdoc/>
    public void OnWritable()
    {
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        _loop.Dispose();
    }

    /// <summary>Whatever is due by now happens.</summary>
    private void CatchUp()
    {
        TimeSpan now = _clock.Elapsed;
        while (World.Step(now))
        {
        }
    }
}
