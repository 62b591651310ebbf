namespace HotPath.Sip.Tests;

/// <summary>Forwards a message and parses what went out.</summary>
internal static class RoundTrip
{
    private static ReadOnlySpan<byte> OurVia => "SIP/2.0/UDP 198.51.100.1;branch=z9hG4bKedge"u8;

    /// <summary>
    /// Every header line goes on as it came, in its order, behind our Via and, where there was none, Max-Forwards, which is the only
    /// line that changes (RFC 3261 §16.6). So does the body.
    /// </summary>
    public static void AssertForwardsUnchanged(SipMessage received)
    {
        byte[] destination = new byte[received.Bytes.Length + 200];
        Assert.True(SipForwarding.TryWriteRequest(received, new RequestEdits { Via = OurVia }, destination, out int written));

        SipMessage forwarded = Text.Parse(destination[..written]);
        Assert.Equal(Text.Of(received.MethodText), Text.Of(forwarded.MethodText));
        Assert.Equal(Text.Of(received.RequestUri), Text.Of(forwarded.RequestUri));
        Assert.Equal(Text.Of(OurVia), Text.Of(forwarded.GetHeader(0).Value));
        int added = received.MaxForwards < 0 ? 2 : 1;
        Assert.Equal(received.HeaderCount + added, forwarded.HeaderCount);
        for (int i = 0; i < received.HeaderCount; i++)
        {
            SipHeader before = received.GetHeader(i);
            SipHeader after = forwarded.GetHeader(i + added);
            if (before.Id == SipHeaderId.MaxForwards) Assert.Equal(Math.Max(0, received.MaxForwards - 1), forwarded.MaxForwards);
            else Assert.True(before.Line.SequenceEqual(after.Line), Text.Of(before.Line));
        }

        Assert.True(received.Body.SequenceEqual(forwarded.Body));
    }
}
