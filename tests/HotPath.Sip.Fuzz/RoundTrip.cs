using System.Text;

namespace HotPath.Sip.Fuzz;

/// <summary>Forwards a message and parses what went out.</summary>
public static class RoundTrip
{
    private static ReadOnlySpan<byte> OurVia => "SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKedge"u8;

    /// <summary>
    /// Every header line of a request goes on as it came, in its order, behind our Via and, where there was none, Max-Forwards, which is
    /// the only line that changes (RFC 3261 §16.6). So does the body.
    /// </summary>
    public static void AssertForwardsUnchanged(SipMessage received)
    {
        byte[] destination = new byte[received.Bytes.Length + 200];
        Assert.True(SipForwarding.TryWriteRequest(received, new RequestEdits { Via = OurVia }, destination, out int written));

        SipMessage forwarded = Parse(destination.AsSpan(0, written));
        Assert.True(received.MethodText.SequenceEqual(forwarded.MethodText) && received.RequestUri.SequenceEqual(forwarded.RequestUri));
        Assert.True(forwarded.GetHeader(0).Value.SequenceEqual(OurVia));
        int added = received.MaxForwards < 0 ? 2 : 1;
        Assert.Equal(received.HeaderCount + added, forwarded.HeaderCount);
        for (int i = 0; i < received.HeaderCount; i++)
        {
            SipHeader before = received.GetHeader(i);
            SipHeader after = forwarded.GetHeader(i + added);
            if (before.Id == SipHeaderId.MaxForwards) Assert.Equal(Math.Max(0, received.MaxForwards - 1), forwarded.MaxForwards);
            else Assert.True(before.Line.SequenceEqual(after.Line), Encoding.UTF8.GetString(before.Line));
        }

        Assert.True(received.Body.SequenceEqual(forwarded.Body));
    }

    /// <summary>A response goes back without its topmost Via value, and otherwise as it came (RFC 3261 §16.7).</summary>
    public static void AssertGoesBackUnchanged(SipMessage received)
    {
        byte[] destination = new byte[received.Bytes.Length + 200];
        Assert.True(SipForwarding.TryWriteResponse(received, destination, out int written));

        SipMessageIndex index = new();
        SipParser.Index(destination.AsSpan(0, written), index);
        SipMessage sent = new(destination.AsSpan(0, written), index);
        Assert.Equal(received.StatusCode, sent.StatusCode);
        Assert.True(received.ReasonPhrase.SequenceEqual(sent.ReasonPhrase));
        Assert.True(sent.Bytes.EndsWith(received.Body));
        SipHeaderValues before = received.Values(SipHeaderId.Via);
        Assert.True(before.MoveNext());
        foreach (ReadOnlySpan<byte> via in sent.Values(SipHeaderId.Via))
        {
            Assert.True(before.MoveNext() && before.Current.SequenceEqual(via));
        }

        Assert.False(before.MoveNext());
        int next = 0;
        for (int i = 0; i < received.HeaderCount; i++)
        {
            SipHeader header = received.GetHeader(i);
            if (header.Id == SipHeaderId.Via) continue;

            while (sent.GetHeader(next).Id == SipHeaderId.Via) next++;
            Assert.True(header.Line.SequenceEqual(sent.GetHeader(next++).Line));
        }
    }

    private static SipMessage Parse(ReadOnlySpan<byte> bytes)
    {
        SipMessageIndex index = new();
        SipParseResult result = SipParser.Parse(bytes, index, s_limits);
        Assert.True(result.IsOk, $"{result}\n{Encoding.UTF8.GetString(bytes)}");
        return new SipMessage(bytes, index);
    }

    // What is forwarded has grown by a line or two.
    private static readonly SipLimits s_limits = new() { MaxMessageLength = 100_000, MaxHeaders = 300 };
}
