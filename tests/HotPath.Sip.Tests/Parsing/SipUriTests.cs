namespace HotPath.Sip.Tests;

/// <summary>Guards: URIs come apart where RFC 3261 §19.1 and RFC 3966 say, escapes untouched, and what is no URI is refused.</summary>
public class SipUriTests
{
    [Theory]
    [InlineData("sip:alice@example.com", SipUriScheme.Sip, "alice", "", "example.com", 0, "", "")]
    [InlineData("SIPS:alice:secret@example.com:5061", SipUriScheme.Sips, "alice", "secret", "example.com", 5061, "", "")]
    [InlineData("sip:example.com;lr;transport=tcp", SipUriScheme.Sip, "", "", "example.com", 0, ";lr;transport=tcp", "")]
    [InlineData("sip:a@[2001:db8::1]:5070;x", SipUriScheme.Sip, "a", "", "[2001:db8::1]", 5070, ";x", "")]
    [InlineData("sip:[::ffff:192.0.2.1]", SipUriScheme.Sip, "", "", "[::ffff:192.0.2.1]", 0, "", "")]
    [InlineData("sip:user;par=u%40example.net@example.com", SipUriScheme.Sip, "user;par=u%40example.net", "", "example.com", 0, "", "")]
    [InlineData("sip:sips%3Auser%40example.com@example.net", SipUriScheme.Sip, "sips%3Auser%40example.com", "", "example.net", 0, "", "")]
    [InlineData("sip:null-%00-null@example.com", SipUriScheme.Sip, "null-%00-null", "", "example.com", 0, "", "")]
    [InlineData("sip:*21#@example.com", SipUriScheme.Sip, "*21#", "", "example.com", 0, "", "")]
    [InlineData("sip:a@h?subject=x&to=y", SipUriScheme.Sip, "a", "", "h", 0, "", "subject=x&to=y")]
    [InlineData("sip:a@h;p=1?subject=x", SipUriScheme.Sip, "a", "", "h", 0, ";p=1", "subject=x")]
    [InlineData("tel:+1-201-555-0123;phone-context=x", SipUriScheme.Tel, "+1-201-555-0123", "", "", 0, ";phone-context=x", "")]
    [InlineData("urn:service:sos", SipUriScheme.Other, "", "", "", 0, "", "")]
    [InlineData("nobodyKnowsThisScheme:totallyopaquecontent", SipUriScheme.Other, "", "", "", 0, "", "")]
    public void TakesApart(
        string text, SipUriScheme scheme, string user, string password, string host, int port, string parameters, string headers)
    {
        Assert.True(SipUri.TryParse(Text.Bytes(text), out SipUri uri));
        Assert.Equal(text, Text.Of(uri.Text));
        Assert.Equal(scheme, uri.Scheme);
        Assert.Equal(user, Text.Of(uri.User));
        Assert.Equal(password, Text.Of(uri.Password));
        Assert.Equal(host, Text.Of(uri.Host));
        Assert.Equal(port, uri.Port);
        Assert.Equal(parameters, Text.Of(uri.Parameters));
        Assert.Equal(headers, Text.Of(uri.Headers));
    }

    [Fact]
    public void TakesApartTheUnusualUriOfRfc4475()
    {
        string text = "sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com";
        Assert.True(SipUri.TryParse(Text.Bytes(text), out SipUri uri));
        Assert.Equal("1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*", Text.Of(uri.User));
        Assert.Equal("&it+has=1,weird!*pas$wo~d_too.(doesn't-it)", Text.Of(uri.Password));
        Assert.Equal("example.com", Text.Of(uri.Host));
    }

    [Theory]
    [InlineData("")]
    [InlineData("sip")]
    [InlineData("sip:")]
    [InlineData(":x")]
    [InlineData("1ab:x")]
    [InlineData("si p:x")]
    [InlineData("sip:@example.com")]
    [InlineData("sip:a@")]
    [InlineData("sip:a@b@c")]
    [InlineData("sip:a b@example.com")]
    [InlineData("sip:a@example.com ")]
    [InlineData("sip:a@example.com:")]
    [InlineData("sip:a@example.com:0")]
    [InlineData("sip:a@example.com:65536")]
    [InlineData("sip:a@example.com:5o60")]
    [InlineData("sip:a@[2001:db8::1")]
    [InlineData("sip:a@[]")]
    [InlineData("sip:a@[example]")]
    [InlineData("sip:a@exa\"mple")]
    [InlineData("sip:a@h;p=<x>")]
    [InlineData("tel:")]
    [InlineData("tel:;x")]
    [InlineData("urn:")]
    [InlineData("urn:a b")]
    [InlineData("<sip:a@b>")]
    public void Refuses(string text) => Assert.False(SipUri.TryParse(Text.Bytes(text), out _));

    [Fact]
    public void FindsParametersByNameInAnyCase()
    {
        Assert.True(SipUri.TryParse("sip:h;Transport=TCP;lr;maddr=192.0.2.1"u8, out SipUri uri));
        Assert.True(uri.TryGetParameter("transport"u8, out ReadOnlySpan<byte> transport));
        Assert.Equal("TCP", Text.Of(transport));
        Assert.True(uri.TryGetParameter("LR"u8, out ReadOnlySpan<byte> lr));
        Assert.True(lr.IsEmpty);
        Assert.False(uri.TryGetParameter("ttl"u8, out _));
    }

    [Theory]
    [InlineData("sip:alice@example.com", "alice")]
    [InlineData("sip:%61lice%40home:pw@example.com", "alice@home")]
    [InlineData("sip:a%2@example.com", "a%2")]
    [InlineData("sip:a%zz@example.com", "a%zz")]
    [InlineData("sip:+49-30-1@example.com", "+49-30-1")]
    [InlineData("sip:+49-(30)-1.2;phone-context=x@example.com;user=PHONE", "+493012")]
    [InlineData("tel:+1-201-555-0123", "+12015550123")]
    [InlineData("tel:7042;phone-context=example.com", "7042")]
    [InlineData("sip:example.com", "")]
    public void DecodesUsersAndNumbers(string text, string user)
    {
        Assert.True(SipUri.TryParse(Text.Bytes(text), out SipUri uri));
        byte[] decoded = new byte[user.Length];
        Assert.True(uri.TryDecodeUser(decoded, out int written));
        Assert.Equal(user, Text.Of(decoded.AsSpan(0, written)));
        if (user.Length > 0) Assert.False(uri.TryDecodeUser(decoded.AsSpan(1), out _));
    }
}
