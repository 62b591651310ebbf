using System.Net;
using System.Text;
using HotPath.Sip;

namespace HotPath.Edge.Tests;

/// <summary>Promise: a lane's inbox keeps order and content, is bounded, and has room for running calls when new ones get none.</summary>
public sealed class LaneInboxTests : ISipReceiver
{
    private const int Capacity = 8;
    private const int Reserved = 6;

    private static readonly SipEndpoint s_source = new(SipTransportKind.Udp, IPAddress.Loopback, 6001);

    private readonly LaneInbox _inbox;
    private readonly List<string> _received = [];
    private int _woken;

    public LaneInboxTests() => _inbox = new LaneInbox(Capacity, Reserved, () => _woken++);

    [Fact]
    public void Messages_of_any_length_come_out_in_order()
    {
        List<string> put = [];
        for (int round = 0; round < 5; round++)
        {
            for (int i = 0; i < Capacity - 1; i++)
            {
                string message = new((char)('a' + i), 1 + (i * 700));
                put.Add($"{i} {s_source} {message}");
                Assert.True(_inbox.TryPut(i, s_source, Encoding.ASCII.GetBytes(message), isNewWork: false));
            }

            _inbox.TakeAll(this);
        }

        Assert.Equal(put, _received);
        Assert.Equal(5, _woken);
    }

    [Fact]
    public void New_work_is_refused_first()
    {
        for (int i = 0; i < Capacity - Reserved; i++)
        {
            Assert.True(_inbox.TryPut(0, s_source, "new"u8, isNewWork: true));
        }

        Assert.False(_inbox.TryPut(0, s_source, "new"u8, isNewWork: true));
        for (int i = 0; i < Reserved; i++)
        {
            Assert.True(_inbox.TryPut(0, s_source, "old"u8, isNewWork: false));
        }

        Assert.False(_inbox.TryPut(0, s_source, "old"u8, isNewWork: false));
        Assert.Equal(2, _inbox.Refused);
        _inbox.TakeAll(this);
        Assert.Equal(Capacity, _received.Count);
        Assert.True(_inbox.TryPut(0, s_source, "new"u8, isNewWork: true));
    }

    [Fact]
    public void Several_threads_put_and_nothing_is_lost_or_torn()
    {
        const int threads = 4, each = 5_000;
        Thread[] writers = [.. Enumerable.Range(0, threads).Select(writer => new Thread(() =>
        {
            for (int i = 0; i < each; i++)
            {
                byte[] message = Encoding.ASCII.GetBytes($"{writer}:{i}");
                while (!_inbox.TryPut(writer, s_source, message, isNewWork: false))
                {
                    Thread.Yield();
                }
            }
        }))];
        Array.ForEach(writers, writer => writer.Start());
        while (_received.Count < threads * each)
        {
            _inbox.TakeAll(this);
        }

        Array.ForEach(writers, writer => writer.Join());
        for (int writer = 0; writer < threads; writer++)
        {
            Assert.Equal(Enumerable.Range(0, each).Select(i => $"{writer} {s_source} {writer}:{i}"), _received.Where(line => line[0] == '0' + writer));
        }
    }

    void ISipReceiver.OnMessage(int listener, in SipEndpoint source, ReadOnlySpan<byte> message) =>
        _received.Add($"{listener} {source} {Encoding.ASCII.GetString(message)}");
}
