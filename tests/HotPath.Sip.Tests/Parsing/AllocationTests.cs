using System.Net;
using HotPath.Testing;

namespace HotPath.Sip.Tests;

/// <summary>Guards: parsing, reading, forwarding, answering and refusing allocate nothing once the index is there.</summary>
public class AllocationTests
{
    [Theory]
    [InlineData(Samples.Invite)]
    [InlineData(Samples.Folded)]
    public void ParsingAndReading(string text)
    {
        byte[] bytes = Text.Message(text);
        SipMessageIndex index = new();
        AssertNone(() =>
        {
            Assert.True(SipParser.Parse(bytes, index).IsOk);
            SipMessage message = new(bytes, index);
            int read = message.CallId.Length + message.From.Tag.Length + message.To.Uri.Length + message.TopVia.Branch.Length
                + message.CSeqMethodText.Length + message.Body.Length;
            foreach (SipHeaderId id in (ReadOnlySpan<SipHeaderId>)[SipHeaderId.Route, SipHeaderId.RecordRoute, SipHeaderId.Contact])
            {
                foreach (ReadOnlySpan<byte> value in message.Values(id))
                {
                    SipNameAddr.TryParse(value, out SipNameAddr address);
                    SipUri.TryParse(address.Uri, out SipUri uri);
                    uri.TryGetParameter("lr"u8, out _);
                    read += uri.Host.Length;
                }
            }

            return read;
        });
    }

    [Fact]
    public void ReadingTypedViews()
    {
        byte[] bytes = Text.Message(Samples.Minimal(with: """
            Reason: Q.850;cause=16;text="x"
            Proxy-Authorization: Digest username="bob", realm="a,b", nonce="n", response="r"
            Session-Expires: 1800;refresher=uac
            Privacy: id;user
            Supported: timer, 100rel
            Replaces: c;to-tag=a;from-tag=b
            """));
        SipMessageIndex index = new();
        Assert.True(SipParser.Parse(bytes, index).IsOk);
        AssertNone(() =>
        {
            SipMessage message = new(bytes, index);
            Assert.True(SipReason.TryParse(message.Find(SipHeaderId.Reason), out SipReason reason));
            Assert.True(SipSessionExpires.TryParse(message.Find(SipHeaderId.SessionExpires), out SipSessionExpires expires));
            Assert.True(SipReplaces.TryParse(message.Find(SipHeaderId.Replaces), out SipReplaces replaces));
            Assert.True(message.ContainsToken(SipHeaderId.Supported, "100rel"u8));
            int read = reason.Cause + (int)expires.Seconds + replaces.ToTag.Length + (int)message.Privacy;
            foreach (SipHeader line in message.Lines(SipHeaderId.ProxyAuthorization))
            {
                Assert.True(SipAuthentication.TryParse(line.Value, out SipAuthentication credentials));
                read += credentials.Realm.Length + credentials.Nonce.Length;
            }

            return read;
        });
    }

    [Fact]
    public void Refusing()
    {
        SipMessageIndex index = new();
        foreach ((string message, SipParseError _, bool _) in RefusalTests.Bad.Select(row => row.Data))
        {
            byte[] bytes = Text.Bytes(message);
            AssertNone(() => (int)SipParser.Parse(bytes, index).Error);
        }
    }

    [Fact]
    public void Writing()
    {
        byte[] request = Text.Message(Samples.Invite);
        byte[] response = Text.Message(Samples.Ringing);
        byte[] destination = new byte[2000];
        SipMessageIndex requestIndex = new();
        SipMessageIndex responseIndex = new();
        SipEndpoint source = new(SipTransportKind.Udp, IPAddress.Parse("2001:db8::1"), 5060);
        SipParser.Parse(request, requestIndex);
        SipParser.Parse(response, responseIndex);
        AssertNone(() =>
        {
            SipMessage invite = new(request, requestIndex);
            SipMessage ringing = new(response, responseIndex);
            int total = 0;
            RequestEdits edits = new()
            {
                Via = "SIP/2.0/UDP a"u8,
                Source = source,
                RoutesToRemove = 1,
                RemovedHeaders = new SipHeaderSet(SipHeaderId.ProxyAuthorization),
            };
            Assert.True(SipForwarding.TryWriteRequest(invite, edits, destination, out int written));
            total += written;
            Assert.True(SipForwarding.TryWriteResponse(ringing, destination, out written));
            total += written;
            Assert.True(SipResponses.TryWrite(invite, new ResponseParts { StatusCode = 403, Source = source, ToTag = "t"u8 }, destination, out written));
            total += written;
            Assert.True(SipRequests.TryWriteCancel(invite, destination, out written));
            return total + written;
        });
    }

    private static void AssertNone(Func<int> work)
    {
        int result = 0;
        for (int i = 0; i < 50; i++)
        {
            result += work();
        }

        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int i = 0; i < 50; i++)
            {
                result += work();
            }
        }));
        Assert.True(result > 0);
    }
}
