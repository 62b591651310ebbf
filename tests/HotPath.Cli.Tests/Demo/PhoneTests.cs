using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HotPath.Cli.Tests;

/// <summary>The demo's phones behave as real ones do, so that what the demo shows of the edge would be true of others.</summary>
public sealed class PhoneTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ACallIsAnsweredAndHungUpByTheCaller()
    {
        await using Phone caller = new("1001");
        await using Phone callee = new("1002");

        PhoneCall outgoing = caller.Dial("1002", callee.LocalEndpoint);
        PhoneCall incoming = await callee.NextCallAsync(Cancellation).AsTask().WaitAsync(s_patience, Cancellation);
        Assert.Equal("1001", incoming.OtherNumber);
        Assert.Equal(outgoing.CallId, incoming.CallId);
        incoming.Ring();
        await outgoing.Ringing.WaitAsync(s_patience, Cancellation);
        incoming.Answer();
        Assert.Equal(200, await outgoing.Outcome.WaitAsync(s_patience, Cancellation));
        Assert.Equal(200, await outgoing.HangUpAsync().WaitAsync(s_patience, Cancellation));

        Assert.False((await outgoing.Ended).ByTheOtherSide);
        Assert.True((await incoming.Ended.WaitAsync(s_patience, Cancellation)).ByTheOtherSide);
        Assert.Equal(1, callee.InvitesReceived);
    }

    [Fact]
    public async Task TheCalleeCanHangUpToo()
    {
        await using Phone caller = new("1001");
        await using Phone callee = new("1002");

        PhoneCall outgoing = caller.Dial("1002", callee.LocalEndpoint);
        PhoneCall incoming = await callee.NextCallAsync(Cancellation).AsTask().WaitAsync(s_patience, Cancellation);
        incoming.Answer();
        await outgoing.Outcome.WaitAsync(s_patience, Cancellation);
        Assert.Equal(200, await incoming.HangUpAsync().WaitAsync(s_patience, Cancellation));

        Assert.True((await outgoing.Ended.WaitAsync(s_patience, Cancellation)).ByTheOtherSide);
        Assert.Equal(0, await outgoing.HangUpAsync());
    }

    [Fact]
    public async Task ABusyPhoneRefuses()
    {
        await using Phone caller = new("1001");
        await using Phone callee = new("1002");

        PhoneCall outgoing = caller.Dial("1002", callee.LocalEndpoint);
        (await callee.NextCallAsync(Cancellation).AsTask().WaitAsync(s_patience, Cancellation)).Refuse(486);

        Assert.Equal(486, await outgoing.Outcome.WaitAsync(s_patience, Cancellation));
        Assert.False(outgoing.Ended.IsCompleted);
    }

    [Fact]
    public async Task ACancelledCallEndsWith487()
    {
        await using Phone caller = new("1001");
        await using Phone callee = new("1002");

        PhoneCall outgoing = caller.Dial("1002", callee.LocalEndpoint);
        PhoneCall incoming = await callee.NextCallAsync(Cancellation).AsTask().WaitAsync(s_patience, Cancellation);
        incoming.Ring();
        await outgoing.Ringing.WaitAsync(s_patience, Cancellation);
        outgoing.Cancel();

        Assert.Equal(487, await outgoing.Outcome.WaitAsync(s_patience, Cancellation));
        Assert.Equal(487, await incoming.Outcome.WaitAsync(s_patience, Cancellation));
    }

    [Fact]
    public async Task ALostInviteIsSentAgain()
    {
        using Socket line = NewLine();
        await using Phone caller = new("1001");

        caller.Dial("1002", (IPEndPoint)line.LocalEndPoint!);

        string lost = await ReceiveAsync(line);
        Assert.StartsWith("INVITE sip:1002@", lost, StringComparison.Ordinal);
        Assert.Equal(lost, await ReceiveAsync(line));
    }

    [Fact]
    public async Task ARequestThatComesAgainGetsTheSameResponseAndDoesNotRingTwice()
    {
        using Socket line = NewLine();
        await using Phone callee = new("1002");
        byte[] invite = Invite((IPEndPoint)line.LocalEndPoint!);

        await line.SendToAsync(invite, callee.LocalEndpoint, Cancellation);
        (await callee.NextCallAsync(Cancellation).AsTask().WaitAsync(s_patience, Cancellation)).Refuse(486);
        string first = await ReceiveAsync(line);
        await line.SendToAsync(invite, callee.LocalEndpoint, Cancellation);

        Assert.StartsWith("SIP/2.0 486 Busy Here\r\n", first, StringComparison.Ordinal);
        Assert.Equal(first, await ReceiveAsync(line));
        Assert.Equal(1, callee.InvitesReceived);
    }

    [Fact]
    public async Task AnAnswerIsRepeatedUntilItIsAcknowledged()
    {
        using Socket line = NewLine();
        await using Phone callee = new("1002");

        await line.SendToAsync(Invite((IPEndPoint)line.LocalEndPoint!), callee.LocalEndpoint, Cancellation);
        (await callee.NextCallAsync(Cancellation).AsTask().WaitAsync(s_patience, Cancellation)).Answer();

        string first = await ReceiveAsync(line);
        Assert.StartsWith("SIP/2.0 200 OK\r\n", first, StringComparison.Ordinal);
        Assert.Equal(first, await ReceiveAsync(line));
    }

    private static Socket NewLine()
    {
        Socket line = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        line.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return line;
    }

    private static async Task<string> ReceiveAsync(Socket line)
    {
        byte[] buffer = new byte[4096];
        int length = await line.ReceiveAsync(buffer.AsMemory(), Cancellation).AsTask().WaitAsync(s_patience, Cancellation);
        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private static byte[] Invite(IPEndPoint from) => Encoding.UTF8.GetBytes(
        $"""
        INVITE sip:1002@127.0.0.1 SIP/2.0
        Via: SIP/2.0/UDP {from};branch=z9hG4bK1
        Max-Forwards: 70
        From: <sip:1001@127.0.0.1>;tag=a
        To: <sip:1002@127.0.0.1>
        Call-ID: {Guid.NewGuid()}
        CSeq: 1 INVITE
        Contact: <sip:1001@{from}>
        Content-Length: 0


        """.ReplaceLineEndings("\r\n"));
}
