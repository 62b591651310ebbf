using System.Net;
using System.Net.Sockets;

namespace HotPath.Rpc;

/// <summary>
/// The poll set of one thread: non-blocking sockets, their handlers, and work posted by other threads. It has no thread of its own:
/// a lane, a client or an engine calls <see cref="RunOnce"/> over and over. All members but <see cref="Post"/> belong to
/// that thread. A turn allocates nothing (facts: io-costs.md, "What follows" 2 and 3).
/// </summary>
public sealed class SocketLoop : IDisposable
{
    private const int ReceiveBufferLength = 64 * 1024;

    private readonly PollSet _polled;
    private readonly byte[] _receiveBuffer = GC.AllocateUninitializedArray<byte>(ReceiveBufferLength, pinned: true);
    private readonly Socket _waker;
    private readonly Lock _postLock = new();
    private ILoopWork[] _posted = new ILoopWork[16];
    private ILoopWork[] _running = new ILoopWork[16];
    private int _postedCount;
    private bool _isAsleep;
    private bool _isDisposed;

    /// <summary>Opens the loop's own wake-up socket on loopback.</summary>
    public SocketLoop()
        : this(hasPoll: !OperatingSystem.IsWindows())
    {
    }

    /// <summary>The same with the choice of how to wait, for tests of both.</summary>
    internal SocketLoop(bool hasPoll)
    {
        _polled = new PollSet(hasPoll);

        // A datagram socket connected to itself: one descriptor, and datagrams of others do not reach it.
        _waker = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        _waker.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _waker.Connect(_waker.LocalEndPoint!);
        _polled.Add(_waker, new Waker(_waker));
    }

    /// <summary>Memory to receive into, good during one callback: handlers share it.</summary>
    public Span<byte> ReceiveBuffer => _receiveBuffer;

    /// <summary>Polls <paramref name="socket"/>, which must be non-blocking, for reading from the next turn on.</summary>
    public void Add(Socket socket, ISocketHandler handler)
    {
        if (socket.Blocking)
        {
            throw new ArgumentException("A loop's sockets must not block.", nameof(socket));
        }

        _polled.Add(socket, handler);
    }

    /// <summary>Polls the socket no more: no callback follows, also not in this turn. Call it before closing the socket.</summary>
    public void Remove(Socket socket) => _polled.Remove(socket);

    /// <summary>Polls the socket for reading no more; its failure is still told, as readable.</summary>
    public void StopReading(Socket socket) => _polled.SetWantsRead(socket, false);

    /// <summary>Polls the socket for reading again, after <see cref="StopReading"/>.</summary>
    public void ResumeReading(Socket socket) => _polled.SetWantsRead(socket, true);

    /// <summary>Polls the socket for writing too, or no more.</summary>
    public void SetWantsWrite(Socket socket, bool wantsWrite) => _polled.SetWantsWrite(socket, wantsWrite);

    /// <summary>
    /// Has <paramref name="work"/> run on the loop's thread, in order of posting, within its present or next turn. From any
    /// thread; wakes the loop only if it sleeps. Nothing runs after <see cref="Dispose"/>.
    /// </summary>
    public void Post(ILoopWork work)
    {
        lock (_postLock)
        {
            if (_isDisposed)
            {
                return;
            }

            if (_postedCount == _posted.Length)
            {
                Array.Resize(ref _posted, _postedCount * 2);
            }

            _posted[_postedCount++] = work;
            if (_isAsleep)
            {
                // A full socket buffer means that a wake-up is under way already.
                _isAsleep = false;
                _waker.Send([1], SocketFlags.None, out _);
            }
        }
    }

    /// <summary>One turn: waits for sockets and posted work, calls the handlers of those that are ready, runs the work.</summary>
    /// <param name="maxWaitMs">Longest wait, in milliseconds; 0: none; -1: as long as it takes.</param>
    public void RunOnce(int maxWaitMs)
    {
        lock (_postLock)
        {
            _isAsleep = _postedCount == 0 && maxWaitMs != 0;
            if (!_isAsleep)
            {
                maxWaitMs = 0;
            }
        }

        _polled.Wait(maxWaitMs);
        lock (_postLock)
        {
            _isAsleep = false;
        }

        _polled.Dispatch();
        RunPosted();
    }

    /// <summary>The sooner of two waits, in milliseconds, of which each may be -1: nothing to wait for.</summary>
    public static long Sooner(long waitMs, long otherMs) => (long)Math.Min((ulong)waitMs, (ulong)otherMs);

    /// <summary>Closes the loop's own socket. The others belong to their handlers.</summary>
    public void Dispose()
    {
        lock (_postLock)
        {
            _isDisposed = true;
            _waker.Dispose();
        }
    }

    private void RunPosted()
    {
        int count;
        lock (_postLock)
        {
            (_posted, _running) = (_running, _posted);
            count = _postedCount;
            _postedCount = 0;
        }

        for (int i = 0; i < count; i++)
        {
            _running[i].Run();
        }

        Array.Clear(_running, 0, count);
    }

    private sealed class Waker(Socket socket) : ISocketHandler
    {
        private readonly byte[] _drained = new byte[16];

        public void OnReadable()
        {
            while (socket.Receive(_drained.AsSpan(), SocketFlags.None, out SocketError error) > 0 && error == SocketError.Success)
            {
            }
        }

        public void OnWritable()
        {
        }
    }
}
