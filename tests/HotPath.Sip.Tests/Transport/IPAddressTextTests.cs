using System.Net;

namespace HotPath.Sip.Tests;

/// <summary>Guards: addresses read and write as .NET's own do, and nothing that is no address is taken for one.</summary>
public class IPAddressTextTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("192.0.2.10")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("1::")]
    [InlineData("2001:db8::1")]
    [InlineData("2001:db8::1:0:0:1")]
    [InlineData("2001:db8:0:1:1:1:1:1")]
    [InlineData("2001:0:0:1::1")]
    [InlineData("fe80::abcd:ef01:2345:6789")]
    [InlineData("1:2:3:4:5:6:7:8")]
    [InlineData("1:2:3:4:5:6:7:0")]
    [InlineData("0:2:3:4:5:6:7:8")]
    public void ReadsAndWritesTheCanonicalForm(string text)
    {
        Assert.True(IPAddressText.TryParse(Text.Bytes(text), out UInt128 address));
        Assert.Equal(new SipEndpoint(SipTransportKind.Udp, IPAddress.Parse(text), 0).AddressBits, address);

        byte[] destination = new byte[IPAddressText.MaxLength];
        Assert.True(IPAddressText.TryFormat(address, destination, out int written));
        Assert.Equal(text, Text.Of(destination.AsSpan(0, written)));
        Assert.False(IPAddressText.TryFormat(address, destination.AsSpan(0, written - 1), out _));
    }

    [Theory]
    [InlineData("[2001:DB8:0:0::1]", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("64:ff9b::192.0.2.33", "64:ff9b::c000:221")]
    [InlineData("1:2:3:4:5:6:192.0.2.33", "1:2:3:4:5:6:c000:221")]
    [InlineData("0001:0002::0003", "1:2::3")]
    public void ReadsOtherForms(string text, string canonical)
    {
        Assert.True(IPAddressText.TryParse(Text.Bytes(text), out UInt128 address));
        Assert.Equal(new SipEndpoint(SipTransportKind.Udp, IPAddress.Parse(canonical), 0).AddressBits, address);
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.com")]
    [InlineData("1.2.3")]
    [InlineData("1.2.3.4.5")]
    [InlineData("1.2.3.256")]
    [InlineData("1.2.3.0004")]
    [InlineData("1..3.4")]
    [InlineData("1.2.3.4 ")]
    [InlineData("[]")]
    [InlineData("[1.2.3.4]")]
    [InlineData(":")]
    [InlineData(":::")]
    [InlineData("1:")]
    [InlineData("1:2:3:4:5:6:7")]
    [InlineData("1:2:3:4:5:6:7:8:9")]
    [InlineData("1:2:3:4:5:6:7:1.2.3.4")]
    [InlineData("1::2::3")]
    [InlineData("::1.2.3.4:5")]
    [InlineData("12345::")]
    [InlineData("::g")]
    [InlineData("fe80::1%eth0")]
    [InlineData("1:2:3:4::5:6:7:8")]
    public void Refuses(string text) => Assert.False(IPAddressText.TryParse(Text.Bytes(text), out _));

    /// <summary>Whatever the bits, writing and reading again gives the same address, and the text .NET writes.</summary>
    [Fact]
    public void AgreesWithDotNet()
    {
        Random random = new(1);
        byte[] destination = new byte[IPAddressText.MaxLength];
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = new byte[16];
            random.NextBytes(bytes);
            for (int group = 0; group < 8; group++)
            {
                if (random.Next(2) == 0) bytes.AsSpan(group * 2, 2).Clear();
            }

            bytes[0] |= 0x20;
            UInt128 address = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
            Assert.True(IPAddressText.TryFormat(address, destination, out int written));
            Assert.Equal(new IPAddress(bytes).ToString(), Text.Of(destination.AsSpan(0, written)));
            Assert.True(IPAddressText.TryParse(destination.AsSpan(0, written), out UInt128 back));
            Assert.Equal(address, back);
        }
    }
}
