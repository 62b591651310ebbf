namespace HotPath.Charging.Tests;

/// <summary>The prefix index finds exactly the prefixes a number begins with, longest first.</summary>
public sealed class PrefixIndexTests
{
    [Fact]
    public void It_agrees_with_a_search_through_all_prefixes()
    {
        Random random = new(1);
        Dictionary<string, List<Destination>> prefixes = [];
        while (prefixes.Count < 5000)
        {
            prefixes[Number(random, random.Next(1, 12))] = [new Destination($"D{prefixes.Count}", prefixes.Count)];
        }

        PrefixIndex index = new(prefixes);
        Assert.Equal(5000, index.Count);
        for (int i = 0; i < 5000; i++)
        {
            string number = Number(random, random.Next(0, 80));
            List<string> found = [];
            PrefixIndex.Matches matches = index.Match(number);
            while (matches.MoveNext())
            {
                Assert.Equal(prefixes[matches.Prefix][0], matches.Destinations[0]);
                found.Add(matches.Prefix);
            }

            IEnumerable<string> expected = Enumerable.Range(1, Math.Min(number.Length, PrefixIndex.MaxPrefixLength))
                .Reverse().Select(length => number[..length]).Where(prefixes.ContainsKey);
            Assert.Equal(expected, found);
        }
    }

    [Fact]
    public void The_longest_prefix_allowed_is_found()
    {
        string prefix = new('7', PrefixIndex.MaxPrefixLength);
        PrefixIndex index = new(new Dictionary<string, List<Destination>> { [prefix] = [new Destination("D", 0)] });
        PrefixIndex.Matches matches = index.Match(prefix + "123");
        Assert.True(matches.MoveNext());
        Assert.Equal(prefix, matches.Prefix);
        Assert.False(matches.MoveNext());
    }

    private static string Number(Random random, int length) => string.Create(length, random, static (span, random) =>
    {
        foreach (ref char digit in span)
        {
            digit = (char)('0' + random.Next(3));
        }
    });
}
