namespace HotPath.Sip.Tests;

/// <summary>Guards: Via values come apart as RFC 3261 §20.42 and RFC 3581 say, blanks and folds included.</summary>
public class SipViaTests
{
    [Fact]
    public void TakesApartEveryPart()
    {
        string text = "SIP/2.0/UDP 192.0.2.1:5061;branch=z9hG4bKx;received=192.0.2.9;rport=6000;maddr=224.2.0.1;ttl=16;x=\"a;b\"";
        Assert.True(SipVia.TryParse(Text.Bytes(text), out SipVia via));
        Assert.Equal("UDP", Text.Of(via.Transport));
        Assert.Equal("192.0.2.1", Text.Of(via.Host));
        Assert.Equal(5061, via.Port);
        Assert.Equal("z9hG4bKx", Text.Of(via.Branch));
        Assert.Equal("192.0.2.9", Text.Of(via.Received));
        Assert.Equal(6000, via.RPort);
        Assert.Equal("224.2.0.1", Text.Of(via.Maddr));
        Assert.Equal(16, via.Ttl);
        Assert.True(via.TryGetParameter("X"u8, out ReadOnlySpan<byte> x));
        Assert.Equal("\"a;b\"", Text.Of(x));
    }

    [Fact]
    public void LeavesOutWhatIsNotThere()
    {
        Assert.True(SipVia.TryParse("SIP/2.0/UDP example.com"u8, out SipVia via));
        Assert.Equal(0, via.Port);
        Assert.True(via.Branch.IsEmpty);
        Assert.True(via.Received.IsEmpty);
        Assert.True(via.Parameters.IsEmpty);
        Assert.Equal(SipVia.NoRPort, via.RPort);
        Assert.Equal(-1, via.Ttl);
    }

    [Theory]
    [InlineData("SIP / 2.0 / TCP     spindle.example.com   ;\r\n  branch  =   z9hG4bK9ikj8", "TCP", "spindle.example.com", 0, "z9hG4bK9ikj8")]
    [InlineData("sip/2.0/udp\r\n host:\t5060 ;rport", "udp", "host", 5060, "")]
    [InlineData("SIP/2.0/UNKNOWN t4.example.com;branch=b", "UNKNOWN", "t4.example.com", 0, "b")]
    [InlineData("SIP/2.0/TLS [2001:db8::9:1]:5061;branch=b", "TLS", "[2001:db8::9:1]", 5061, "b")]
    [InlineData("SIP/2.0/UDP [::1];received=::1;branch=b", "UDP", "[::1]", 0, "b")]
    public void ReadsOtherSpellings(string text, string transport, string host, int port, string branch)
    {
        Assert.True(SipVia.TryParse(Text.Bytes(text), out SipVia via));
        Assert.Equal(transport, Text.Of(via.Transport));
        Assert.Equal(host, Text.Of(via.Host));
        Assert.Equal(port, via.Port);
        Assert.Equal(branch, Text.Of(via.Branch));
    }

    [Theory]
    [InlineData("")]
    [InlineData("SIP")]
    [InlineData("SIP/2.0")]
    [InlineData("SIP/2.0/")]
    [InlineData("SIP/2.0/UDP")]
    [InlineData("SIP/2.0/UDP ")]
    [InlineData("SIP/2.0/UDP ;branch=x")]
    [InlineData("SIP/2.0 UDP host")]
    [InlineData("SIP/2.0/U@P host")]
    [InlineData("SIP/2.0/UDP host:port")]
    [InlineData("SIP/2.0/UDP host:0")]
    [InlineData("SIP/2.0/UDP host:70000")]
    [InlineData("SIP/2.0/UDP host 5060")]
    [InlineData("SIP/2.0/UDP [::1")]
    [InlineData("SIP/2.0/UDP host;;branch=x")]
    [InlineData("SIP/2.0/UDP host;rport=x")]
    [InlineData("SIP/2.0/UDP host;rport=65536")]
    [InlineData("SIP/2.0/UDP host;ttl=256")]
    public void Refuses(string text) => Assert.False(SipVia.TryParse(Text.Bytes(text), out _));
}
