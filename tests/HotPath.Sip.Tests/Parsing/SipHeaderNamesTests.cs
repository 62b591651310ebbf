namespace HotPath.Sip.Tests;

/// <summary>Guards: every known header is recognised by its long and compact name in any case, and nothing else is.</summary>
public class SipHeaderNamesTests
{
    [Fact]
    public void KnowsEveryNameInAnyCase()
    {
        foreach (SipHeaderId id in Enum.GetValues<SipHeaderId>().Where(id => id != SipHeaderId.Unknown))
        {
            string name = Text.Of(SipHeaderNames.GetName(id));
            Assert.Equal(id.ToString(), name.Replace("-", ""), ignoreCase: true);
            Assert.Equal(id, SipHeaderNames.Parse(Text.Bytes(name)));
            Assert.Equal(id, SipHeaderNames.Parse(Text.Bytes(name.ToUpperInvariant())));
            Assert.Equal(id, SipHeaderNames.Parse(Text.Bytes(name.ToLowerInvariant())));
        }
    }

    [Fact]
    public void KnowsNoNameThatDiffersInOneByte()
    {
        foreach (SipHeaderId id in Enum.GetValues<SipHeaderId>().Where(id => id != SipHeaderId.Unknown))
        {
            byte[] name = SipHeaderNames.GetName(id).ToArray();
            Assert.Equal(SipHeaderId.Unknown, SipHeaderNames.Parse([.. name, (byte)'x']));
            for (int i = 0; i < name.Length; i++)
            {
                byte[] changed = [.. name];
                changed[i] = (byte)(changed[i] == '-' ? '_' : '1');
                Assert.Equal(SipHeaderId.Unknown, SipHeaderNames.Parse(changed));
            }
        }

        Assert.Equal(SipHeaderId.Unknown, SipHeaderNames.Parse("Call\rID"u8));
        Assert.Equal(SipHeaderId.Unknown, SipHeaderNames.Parse(default));
        Assert.Equal(SipHeaderId.Unknown, SipHeaderNames.Parse(Text.Bytes(new string('a', 100))));
    }

    [Theory]
    [InlineData('v', SipHeaderId.Via)]
    [InlineData('f', SipHeaderId.From)]
    [InlineData('t', SipHeaderId.To)]
    [InlineData('i', SipHeaderId.CallId)]
    [InlineData('m', SipHeaderId.Contact)]
    [InlineData('l', SipHeaderId.ContentLength)]
    [InlineData('c', SipHeaderId.ContentType)]
    [InlineData('e', SipHeaderId.ContentEncoding)]
    [InlineData('k', SipHeaderId.Supported)]
    [InlineData('s', SipHeaderId.Subject)]
    [InlineData('x', SipHeaderId.SessionExpires)]
    [InlineData('r', SipHeaderId.ReferTo)]
    [InlineData('b', SipHeaderId.ReferredBy)]
    [InlineData('o', SipHeaderId.Event)]
    [InlineData('u', SipHeaderId.AllowEvents)]
    [InlineData('d', SipHeaderId.RequestDisposition)]
    [InlineData('z', SipHeaderId.Unknown)]
    [InlineData('-', SipHeaderId.Unknown)]
    public void KnowsCompactNames(char letter, SipHeaderId id)
    {
        Assert.Equal(id, SipHeaderNames.Parse([(byte)letter]));
        Assert.Equal(id, SipHeaderNames.Parse([(byte)char.ToUpperInvariant(letter)]));
    }

    /// <summary>A name is found whatever follows it, in the last bytes of a message as in its middle.</summary>
    [Fact]
    public void KnowsANameWhereverItStands()
    {
        foreach (string rest in new[] { "", "x", new string('x', 40) })
        {
            SipMessage message = Text.Parse(Samples.Minimal(with: "Content-Length: 0") + rest);
            Assert.Equal(0, message.ContentLength);
        }
    }
}
