using System.Globalization;
using System.Text;
using HotPath.Testing;

namespace HotPath.Edge.Tests;

/// <summary>Promise: a destination is recognised by the patterns that match it and no others, however many there are, and that allocates nothing.</summary>
public sealed class NumberPatternsTests
{
    [Theory]
    [InlineData("112", true)]
    [InlineData("1120", false)]
    [InlineData("11", false)]
    [InlineData("", false)]
    [InlineData("0800", true)]
    [InlineData("08001234", true)]
    [InlineData("080", false)]
    [InlineData("080123", true)]
    [InlineData("0801234", false)]
    [InlineData("+49112", true)]
    [InlineData("49112", false)]
    [InlineData("urn:service:sos", true)]
    [InlineData("urn:service:sos.police", true)]
    [InlineData("urn:service:counseling", false)]
    public void A_pattern_is_exact_but_for_an_asterisk_at_its_end(string destination, bool matches) =>
        Assert.Equal(matches, Parse("0800*", "112", "080123", "+49112", "URN:service:sos*").Match(Encoding.UTF8.GetBytes(destination)));

    [Theory]
    [InlineData("sip:112@203.0.113.9", "112")]
    [InlineData("tel:+49-112", "+49112")]
    [InlineData("urn:service:SOS.fire", "urn:service:sos.fire")]
    [InlineData("URN:SERVICE:sos", "urn:service:sos")]
    [InlineData("sip:203.0.113.9", null)]
    [InlineData("urn:isbn:1", null)]
    public void The_destination_of_a_Request_URI_is_its_user_or_its_service(string requestUri, string? destination)
    {
        Span<byte> buffer = stackalloc byte[64];
        bool found = NumberPatterns.TryRead(Encoding.UTF8.GetBytes(requestUri), buffer, out ReadOnlySpan<byte> read);
        Assert.Equal(destination, found ? Encoding.UTF8.GetString(read) : null);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("+*")]
    [InlineData("1*2")]
    [InlineData("12**")]
    [InlineData("++1")]
    [InlineData("1+1")]
    [InlineData("sos")]
    [InlineData("urn:service:")]
    [InlineData("urn:service:*")]
    [InlineData("urn:isbn:1")]
    public void What_is_no_pattern_is_named(string text)
    {
        Assert.False(NumberPatterns.TryParse(["112", text], out _, out int wrong, out string problem));
        Assert.Equal(1, wrong);
        Assert.StartsWith($"'{text}' is not a pattern; write ", problem);
    }

    [Fact]
    public void Among_many_patterns_the_answer_is_that_of_trying_each()
    {
        var random = new Random(4);
        string[] texts = [.. Enumerable.Range(0, 10_000).Select(_ => Number(3, 8) + (random.Next(3) == 0 ? "*" : ""))];
        NumberPatterns patterns = Parse(texts);
        ILookup<bool, string> byKind = texts.ToLookup(text => text.EndsWith('*'), text => text.TrimEnd('*'));
        HashSet<string> prefixes = [.. byKind[true]];
        HashSet<string> exact = [.. byKind[false]];
        int matched = 0;
        for (int i = 0; i < 20_000; i++)
        {
            string destination = random.Next(4) == 0 ? texts[random.Next(texts.Length)].TrimEnd('*') : Number(1, 10);
            bool expected = exact.Contains(destination) || Enumerable.Range(1, destination.Length).Any(length => prefixes.Contains(destination[..length]));
            Assert.Equal(expected, patterns.Match(Encoding.UTF8.GetBytes(destination)));
            matched += expected ? 1 : 0;
        }

        Assert.InRange(matched, 5_000, 19_000);

        string Number(int least, int most) =>
            random.NextInt64((long)Math.Pow(10, random.Next(least, most))).ToString(CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        NumberPatterns patterns = Parse([.. Enumerable.Range(100_000, 10_000).Select(number => $"{number}*")]);
        int matched = 0;
        Assert.Equal(0, SteadyState.AllocatedBytes(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                matched += patterns.Match("1042123456"u8) ? 1 : 0;
            }
        }));
        Assert.True(matched > 0);
    }

    private static NumberPatterns Parse(params string[] texts)
    {
        Assert.True(NumberPatterns.TryParse(texts, out NumberPatterns? patterns, out _, out string problem), problem);
        return patterns;
    }
}
