namespace HotPath.Sip.Tests;

/// <summary>Guards: addresses come apart as RFC 3261 §20.10 says, quotes, brackets and folds included.</summary>
public class SipNameAddrTests
{
    [Theory]
    [InlineData("<sip:a@b>", "", "sip:a@b", "", "")]
    [InlineData("sip:a@b;tag=x", "", "sip:a@b", ";tag=x", "x")]
    [InlineData("<sip:a@b;tag=uri>;tag=x", "", "sip:a@b;tag=uri", ";tag=x", "x")]
    [InlineData("A. Bell <sip:a@b>;tag=q", "A. Bell", "sip:a@b", ";tag=q", "q")]
    [InlineData("caller<sip:a@b>;TAG=q;x", "caller", "sip:a@b", ";TAG=q;x", "q")]
    [InlineData("\"<;,\\\"\\\\\" <sip:a,b;c?d=e@h>", "\"<;,\\\"\\\\\"", "sip:a,b;c?d=e@h", "", "")]
    [InlineData("\"\"\r\n <sip:a@b>\r\n ;\r\n tag\t=\r\n x  ;y=\"a;b\"", "\"\"", "sip:a@b", ";\r\n tag\t=\r\n x  ;y=\"a;b\"", "x")]
    [InlineData("sip:vivekg@chair-dnrc.example.com ;   tag    = 1918181833n", "", "sip:vivekg@chair-dnrc.example.com", ";   tag    = 1918181833n", "1918181833n")]
    [InlineData("isbn:2983792873", "", "isbn:2983792873", "", "")]
    public void TakesApart(string text, string display, string uri, string parameters, string tag)
    {
        Assert.True(SipNameAddr.TryParse(Text.Bytes(text), out SipNameAddr address));
        Assert.Equal(display, Text.Of(address.DisplayName));
        Assert.Equal(uri, Text.Of(address.Uri));
        Assert.Equal(parameters, Text.Of(address.Parameters));
        Assert.Equal(tag, Text.Of(address.Tag));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("\"open <sip:a@b>")]
    [InlineData("\"closed\" sip:a@b")]
    [InlineData("\"a\" b <sip:a@b>")]
    [InlineData("<sip:a@b")]
    [InlineData("sip:a@b>")]
    [InlineData("<>")]
    [InlineData("< sip:a@b >")]
    [InlineData("<sip:a@b> trailing")]
    [InlineData("<nowhere>")]
    [InlineData("a, b <sip:a@b>")]
    [InlineData("sip:a@b?x=y")]
    [InlineData("<sip:a@b>;")]
    [InlineData("<sip:a@b>;;x")]
    [InlineData("<sip:a@b>;=x")]
    [InlineData("<sip:a@b>;x=\"open")]
    [InlineData("<sip:a@b>;x=a b")]
    [InlineData("<sip:a@b>;x=\"a\"b")]
    public void Refuses(string text) => Assert.False(SipNameAddr.TryParse(Text.Bytes(text), out _));

    [Fact]
    public void FindsParameters()
    {
        Assert.True(SipNameAddr.TryParse("<sip:a@b>;q=0.5;ob;x=\"a;q=1\""u8, out SipNameAddr address));
        Assert.True(address.TryGetParameter("Q"u8, out ReadOnlySpan<byte> q));
        Assert.Equal("0.5", Text.Of(q));
        Assert.True(address.TryGetParameter("ob"u8, out ReadOnlySpan<byte> ob));
        Assert.True(ob.IsEmpty);
        Assert.True(address.TryGetParameter("x"u8, out ReadOnlySpan<byte> x));
        Assert.Equal("\"a;q=1\"", Text.Of(x));
    }
}
