using System.Net;
using System.Net.Sockets;
using HotPath.Testing;

namespace HotPath.Rpc.Tests;

/// <summary>A loop on <c>poll(2)</c>.</summary>
public sealed class PollLoopTests() : SocketLoopTests(hasPoll: true)
{
    [Fact]
    public void A_turn_allocates_nothing()
    {
        long allocated = MeasureTurns(1000, out int reads);
        Assert.Equal((0L, 1000), (allocated, reads));
    }
}

/// <summary>A loop on <c>Select</c>, as where there is no <c>poll(2)</c>.</summary>
public sealed class SelectLoopTests() : SocketLoopTests(hasPoll: false);

/// <summary>Promise: a loop serves its sockets and posted work without allocating, wakes when posted to, and forgets what was removed.</summary>
public abstract class SocketLoopTests(bool hasPoll) : IDisposable
{
    private readonly SocketLoop _loop = new(hasPoll);

    [Fact]
    public async Task Posting_wakes_a_sleeping_loop()
    {
        Counter work = new();
        Task turn = Task.Run(() => _loop.RunOnce(-1), TestContext.Current.CancellationToken);
        _loop.Post(work);
        await turn.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal(1, work.Runs);
    }

    [Fact]
    public void Work_posted_by_work_runs_in_the_next_turn_without_waiting()
    {
        Reposter work = new(_loop);
        _loop.Post(work);
        _loop.RunOnce(-1);
        Assert.Equal(1, work.Runs);
        _loop.RunOnce(-1);
        Assert.Equal(2, work.Runs);
    }

    [Fact]
    public void No_callback_follows_removal_even_in_the_same_turn()
    {
        using Pair first = new(_loop), second = new(_loop);
        first.Other = second;
        second.Other = first;
        first.SendToSelf();
        second.SendToSelf();
        for (int turn = 0; turn < 10; turn++)
        {
            _loop.RunOnce(10);
        }

        Assert.Equal(1, first.Reads + second.Reads);
    }

    [Fact]
    public void A_socket_that_takes_bytes_again_is_told()
    {
        using Pair socket = new(_loop);
        socket.WaitToWrite();
        _loop.RunOnce(100);
        Assert.Equal(1, socket.Writes);
        _loop.RunOnce(0);
        Assert.Equal(1, socket.Writes);
    }

    [Fact]
    public void A_blocking_socket_is_refused()
    {
        using Socket blocking = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        Assert.Throws<ArgumentException>(() => _loop.Add(blocking, new Pair(_loop)));
    }

    public void Dispose()
    {
        _loop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Bytes allocated by so many turns that each read a datagram and run posted work.</summary>
    protected long MeasureTurns(int turns, out int reads)
    {
        using Pair socket = new(_loop);
        Counter work = new();
        for (int turn = 0; turn < 100; turn++)
        {
            Turn();
        }

        int readBefore = socket.Reads;
        long allocated = SteadyState.AllocatedBytes(() =>
        {
            for (int turn = 0; turn < turns; turn++)
            {
                Turn();
            }
        });
        reads = (socket.Reads - readBefore) / SteadyState.Rounds;
        Assert.Equal(100 + (SteadyState.Rounds * turns), work.Runs);
        return allocated;

        void Turn()
        {
            socket.SendToSelf();
            _loop.Post(work);
            while (!socket.TryTakeRead())
            {
                _loop.RunOnce(100);
            }

            _loop.RunOnce(0);
        }
    }

    private sealed class Counter : ILoopWork
    {
        public int Runs { get; private set; }

        public void Run() => Runs++;
    }

    private sealed class Reposter(SocketLoop loop) : ILoopWork
    {
        public int Runs { get; private set; }

        public void Run()
        {
            Runs++;
            loop.Post(this);
        }
    }

    /// <summary>A datagram socket that is its own peer; on its first read it removes the other one, if it has one.</summary>
    private sealed class Pair : ISocketHandler, IDisposable
    {
        private readonly SocketLoop _loop;
        private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        private readonly byte[] _buffer = new byte[16];
        private bool _hasRead;

        public Pair(SocketLoop loop)
        {
            _loop = loop;
            _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _socket.Connect(_socket.LocalEndPoint!);
            loop.Add(_socket, this);
        }

        public Pair? Other { get; set; }

        public int Reads { get; private set; }

        public int Writes { get; private set; }

        public void WaitToWrite() => _loop.SetWantsWrite(_socket, true);

        public void SendToSelf() => _socket.Send([1], SocketFlags.None, out _);

        public bool TryTakeRead()
        {
            bool taken = _hasRead;
            _hasRead = false;
            return taken;
        }

        public void OnReadable()
        {
            _socket.Receive(_buffer.AsSpan(), SocketFlags.None, out _);
            Reads++;
            _hasRead = true;
            if (Other is not null)
            {
                _loop.Remove(Other._socket);
            }
        }

        public void OnWritable()
        {
            Writes++;
            _loop.SetWantsWrite(_socket, false);
        }

        public void Dispose()
        {
            _loop.Remove(_socket);
            _socket.Dispose();
        }
    }
}
