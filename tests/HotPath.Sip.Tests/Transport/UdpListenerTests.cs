using System.Net;
using System.Net.Sockets;
using HotPath.Testing;

namespace HotPath.Sip.Tests;

/// <summary>Guards: datagrams go out and come in over real sockets with the right addresses, nothing blocks, nothing allocates.</summary>
public class UdpListenerTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void CarriesDatagramsBothWays(string loopback)
    {
        if (loopback.Contains(':')) Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");

        IPAddress address = IPAddress.Parse(loopback);
        using UdpListener left = UdpListener.Bind(3, address, 0);
        using UdpListener right = UdpListener.Bind(4, address, 0);
        Collector arrived = new();

        left.Send(right.LocalEndpoint, "one"u8);
        left.Send(right.LocalEndpoint, ""u8);
        left.Send(right.LocalEndpoint, "three"u8);
        Drain(right, arrived, 3);
        right.Send(arrived.LastSource, "back"u8);
        Drain(left, arrived, 4);

        Assert.Equal([(4, "one"), (4, ""), (4, "three"), (3, "back")], arrived.Messages);
        Assert.Equal(right.LocalEndpoint, arrived.LastSource);
        Assert.Equal(address, right.LocalEndpoint.ToIPAddress());
        Assert.Equal(3, left.Counters.DatagramsSent);
        Assert.Equal(8, left.Counters.BytesSent);
        Assert.Equal(3, right.Counters.DatagramsReceived);
        Assert.Equal(8, right.Counters.BytesReceived);
    }

    [Fact]
    public void GivesBackTheThreadAfterAsManyAsAskedFor()
    {
        using UdpListener left = UdpListener.Bind(0, IPAddress.Loopback, 0);
        using UdpListener right = UdpListener.Bind(1, IPAddress.Loopback, 0);
        Collector arrived = new();
        Assert.Equal(0, right.Receive(arrived, 10));

        for (int i = 0; i < 5; i++)
        {
            left.Send(right.LocalEndpoint, "x"u8);
        }

        Assert.True(right.Socket.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead));
        Assert.Equal(2, right.Receive(arrived, 2));
        Drain(right, arrived, 5);
        Assert.Equal(0, right.Receive(arrived, 10));
    }

    [Fact]
    public void SaysWhichAddressIsInUseAndWhatToDo()
    {
        using UdpListener first = UdpListener.Bind(0, IPAddress.Loopback, 0);
        var error = Assert.Throws<SipTransportException>(() => UdpListener.Bind(1, IPAddress.Loopback, first.LocalEndpoint.Port));
        Assert.Equal(
            $"Cannot listen on {first.LocalEndpoint}: the port is in use. Stop the program that has it, or listen on another port.",
            error.Message);
    }

    [Fact]
    public void SaysWhichAddressIsNotHere()
    {
        var error = Assert.Throws<SipTransportException>(() => UdpListener.Bind(0, IPAddress.Parse("192.0.2.1"), 5060));
        Assert.StartsWith("Cannot listen on udp:192.0.2.1:5060: this machine has no such address.", error.Message);
    }

    [Fact]
    public void CountsWhatCannotBeSent()
    {
        using UdpListener listener = UdpListener.Bind(0, IPAddress.Loopback, 0);
        SipEndpoint good = listener.LocalEndpoint;
        SipEndpoint[] bad =
        [
            new(SipTransportKind.Udp, IPAddress.Loopback, 0),
            new(SipTransportKind.Udp, IPAddress.Any, 5060),
            new(SipTransportKind.Udp, IPAddress.Broadcast, 5060),
            new(SipTransportKind.Udp, IPAddress.IPv6Loopback, 5060),
        ];
        foreach (SipEndpoint destination in bad)
        {
            Assert.False(listener.Send(destination, "lost"u8));
        }

        Assert.False(listener.Send(good, new byte[65_535]));
        Assert.Equal(bad.Length + 1, listener.Counters.SendErrors);
        Assert.Equal(0, listener.Counters.DatagramsSent);
    }

    /// <summary>A peer that is gone disturbs nothing: the next datagrams go out and come in.</summary>
    [Fact]
    public void OutlivesAPeerThatIsGone()
    {
        using UdpListener listener = UdpListener.Bind(0, IPAddress.Loopback, 0);
        SipEndpoint gone;
        using (UdpListener peer = UdpListener.Bind(1, IPAddress.Loopback, 0))
        {
            gone = peer.LocalEndpoint;
        }

        Collector arrived = new();
        listener.Send(gone, "nobody"u8);
        listener.Send(listener.LocalEndpoint, "self"u8);
        Drain(listener, arrived, 1);
        Assert.Equal([(0, "self")], arrived.Messages);
    }

    /// <summary>The system may have given the number of a closed socket to another: nothing is sent there or taken from it.</summary>
    [Fact]
    public void IsNotUsedOnceItIsClosed()
    {
        UdpListener listener = UdpListener.Bind(0, IPAddress.Loopback, 0);
        listener.Dispose();
        Assert.Throws<ObjectDisposedException>(() => listener.Send(listener.LocalEndpoint, "late"u8));
        Assert.Throws<ObjectDisposedException>(() => listener.Receive(new Collector(), 1));
    }

    [Fact]
    public void KnowsHowLongADatagramHasWaited()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux tells; other systems do not.");
        using UdpListener left = UdpListener.Bind(0, IPAddress.Loopback, 0);
        using UdpListener right = UdpListener.Bind(1, IPAddress.Loopback, 0);
        left.Send(right.LocalEndpoint, "x"u8);
        Drain(right, new Collector(), 1);
        Assert.InRange(right.GetWait(), TimeSpan.FromTicks(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void IsBehindWhenItsBufferFills()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Linux tells; other systems do not.");
        using UdpListener left = UdpListener.Bind(0, IPAddress.Loopback, 0);
        using UdpListener right = UdpListener.Bind(1, IPAddress.Loopback, 0);
        byte[] message = new byte[780];
        Collector arrived = new();
        int sent = 0;
        for (; !right.IsFilling(); sent++)
        {
            left.Send(right.LocalEndpoint, message);
        }

        // All of it was still there: the system drops nothing before.
        Drain(right, arrived, sent);
        Assert.False(right.IsFilling());
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void AllocatesNothingPerDatagram(string loopback)
    {
        if (loopback.Contains(':')) Assert.SkipUnless(Socket.OSSupportsIPv6, "This machine has no IPv6.");

        using UdpListener left = UdpListener.Bind(0, IPAddress.Parse(loopback), 0);
        using UdpListener right = UdpListener.Bind(1, IPAddress.Parse(loopback), 0);
        byte[] message = new byte[780];
        Counter arrived = new();
        void Turns(int count)
        {
            for (int i = 0; i < count; i++)
            {
                left.Send(right.LocalEndpoint, message);
                while (right.Receive(arrived, 64) == 0)
                {
                }

                right.GetWait();
                right.IsFilling();
            }
        }

        Turns(200);
        Assert.Equal(0, SteadyState.AllocatedBytes(() => Turns(200)));
        Assert.Equal(200 + (SteadyState.Rounds * 200), arrived.Count);
    }

    private static void Drain(UdpListener listener, Collector arrived, int until)
    {
        while (arrived.Messages.Count < until)
        {
            Assert.True(listener.Socket.Poll(TimeSpan.FromSeconds(5), SelectMode.SelectRead), "A datagram is missing.");
            listener.Receive(arrived, 64);
        }
    }

    private sealed class Collector : ISipReceiver
    {
        public List<(int Listener, string Message)> Messages { get; } = [];

        public SipEndpoint LastSource { get; private set; }

        public void OnMessage(int listener, in SipEndpoint source, ReadOnlySpan<byte> message)
        {
            LastSource = source;
            Messages.Add((listener, Text.Of(message)));
        }
    }

    private sealed class Counter : ISipReceiver
    {
        public int Count { get; private set; }

        public void OnMessage(int listener, in SipEndpoint source, ReadOnlySpan<byte> message) => Count++;
    }
}
