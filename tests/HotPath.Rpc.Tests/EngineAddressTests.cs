namespace HotPath.Rpc.Tests;

/// <summary>Promise: an engine's address is read as it is written, with IPv6 and TLS, and what is not one is refused.</summary>
public sealed class EngineAddressTests
{
    [Theory]
    [InlineData("engine.example", "engine.example:2014", false)]
    [InlineData(" engine.example:2012 ", "engine.example:2012", false)]
    [InlineData("192.0.2.1", "192.0.2.1:2014", false)]
    [InlineData("::1", "[::1]:2014", false)]
    [InlineData("[2001:db8::1]:9", "[2001:db8::1]:9", false)]
    [InlineData("tls://engine.example", "tls://engine.example:2014", true)]
    [InlineData("TLS://[::1]:2022", "tls://[::1]:2022", true)]
    public void An_address_reads_into_its_long_form(string text, string expected, bool isTls)
    {
        Assert.True(EngineAddress.TryParse(text, out EngineAddress address));
        Assert.Equal((expected, isTls), (address.ToString(), address.Tls is not null));
        Assert.True(EngineAddress.TryParse(address.ToString(), out EngineAddress again));
        Assert.Equal(address, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" ")]
    [InlineData(":2014")]
    [InlineData("engine.example:")]
    [InlineData("engine.example:0")]
    [InlineData("engine.example:65536")]
    [InlineData("engine.example:+1")]
    [InlineData("a b")]
    [InlineData("a,b")]
    [InlineData("[::1")]
    [InlineData("[::1]2014")]
    [InlineData("[engine.example]")]
    [InlineData("1:2:3")]
    [InlineData("tls://")]
    [InlineData("tcp://engine.example")]
    [InlineData("tls://tls://engine.example")]
    public void Anything_else_is_refused(string? text) => Assert.False(EngineAddress.TryParse(text, out _));
}
