namespace HotPath.Sip.Tests;

/// <summary>Guards: challenges and credentials come apart at their commas, quotes are taken off, and half of one is none.</summary>
public class SipAuthenticationTests
{
    [Fact]
    public void ReadsCredentials()
    {
        Assert.True(SipAuthentication.TryParse(
            """
            Digest username="bob", realm="biloxi.com",
             nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093" , uri="sip:bob@biloxi.com;a,b",
             qop=auth, nc=00000001, cnonce="0a4f113b",, response = "6629fae4", opaque=""
            """u8, out SipAuthentication view));
        Assert.True(view.IsDigest);
        Assert.Equal("bob", Text.Of(view.UserName));
        Assert.Equal("biloxi.com", Text.Of(view.Realm));
        Assert.Equal("dcd98b7102dd2f0e8b11d0f600bfb0c093", Text.Of(view.Nonce));
        Assert.Equal("sip:bob@biloxi.com;a,b", Text.Of(view.Uri));
        Assert.Equal("auth", Text.Of(view.Qop));
        Assert.Equal("00000001", Text.Of(view.NonceCount));
        Assert.Equal("0a4f113b", Text.Of(view.CNonce));
        Assert.Equal("6629fae4", Text.Of(view.Response));
        Assert.True(view.Opaque.IsEmpty);
        Assert.True(view.Algorithm.IsEmpty);
        Assert.False(view.IsStale);

        int count = 0;
        SipAuthParameterReader parameters = view.Parameters;
        while (parameters.MoveNext()) count++;
        Assert.Equal(9, count);
    }

    [Fact]
    public void ReadsChallenges()
    {
        SipMessage message = Text.Parse(Samples.Minimal("SIP/2.0 407 Proxy Authentication Required", with: """
            Proxy-Authenticate: Digest realm="a \"b\"", qop="auth,auth-int", algorithm=SHA-256, stale=TRUE
            Proxy-Authenticate: digest realm=plain,algorithm=MD5
            """));
        List<string> read = [];
        foreach (SipHeader line in message.Lines(SipHeaderId.ProxyAuthenticate))
        {
            Assert.True(SipAuthentication.TryParse(line.Value, out SipAuthentication view) && view.IsDigest);
            read.Add($"{Text.Of(view.Realm)} {Text.Of(view.Qop)} {Text.Of(view.Algorithm)} {view.IsStale}");
        }

        Assert.Equal(["a \\\"b\\\" auth,auth-int SHA-256 True", "plain  MD5 False"], read);
    }

    [Fact]
    public void TakesTheFirstOfARepeatedParameterAndSchemesItDoesNotKnow()
    {
        Assert.True(SipAuthentication.TryParse("NoOneKnowsThisScheme opaque-data=here, opaque-data=there"u8, out SipAuthentication view));
        Assert.False(view.IsDigest);
        Assert.Equal("here", Text.Of(view.Get("Opaque-Data"u8)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Digest")]
    [InlineData("Digest=x")]
    [InlineData("Digest username")]
    [InlineData("Digest username=\"open")]
    [InlineData("Digest username=\"a\" realm=\"b\"")]
    [InlineData("Digest =x")]
    [InlineData("Digest \"a\"=x")]
    public void Refuses(string text) => Assert.False(SipAuthentication.TryParse(Text.Bytes(text), out _));
}
