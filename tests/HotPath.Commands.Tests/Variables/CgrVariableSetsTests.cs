namespace HotPath.Commands.Tests;

/// <summary>Guards: the sets of a call's sessions are independent, and a tag without a set has no variables.</summary>
public sealed class CgrVariableSetsTests
{
    private readonly CgrVariableSets _sets = new();

    [Fact]
    public void Sets_know_nothing_of_each_other()
    {
        Assert.True(_sets.TryGetOrAdd(default, out CgrSessionVariables? first));
        Assert.True(_sets.TryGetOrAdd("carrier", out CgrSessionVariables? carrier));
        Assert.True(first.Variables.TrySet("Set", "default").IsOk);
        Assert.True(first.Options.TrySet("Tenant", "t-default").IsOk);

        Assert.Equal(0, carrier.Variables.Count + carrier.Options.Count);
        Assert.True(_sets.TryGet(""u8, out CgrSessionVariables? same));
        Assert.Same(first, same);
        Assert.True(_sets.TryGet("carrier"u8, out same));
        Assert.Same(carrier, same);
        Assert.Equal("carrier"u8, carrier.Tag);
    }

    [Fact]
    public void An_unknown_tag_has_no_set_and_does_not_fall_back()
    {
        Assert.True(_sets.TryGetOrAdd(default, out _));
        Assert.False(_sets.TryGet("nosuchtag", out CgrSessionVariables? set));
        Assert.Null(set);
        Assert.Equal(1, _sets.Count);
    }

    [Fact]
    public void The_set_made_last_comes_first()
    {
        foreach (string tag in new[] { "a", "b", "a", "c" })
        {
            Assert.True(_sets.TryGetOrAdd(tag, out _));
        }

        Assert.Equal(3, _sets.Count);
        Assert.Equal("c"u8, _sets[0].Tag);
        Assert.Equal("b"u8, _sets[1].Tag);
        Assert.Equal("a"u8, _sets[2].Tag);
        Assert.Throws<ArgumentOutOfRangeException>(() => _sets[3]);
    }

    [Fact]
    public void Sets_are_reused_empty()
    {
        Assert.True(_sets.TryGetOrAdd("a", out CgrSessionVariables? used));
        Assert.True(used.Variables.TrySet("x", 1).IsOk && used.Options.TrySet("y", 1).IsOk);
        _sets.Clear();
        Assert.False(_sets.TryGet("a", out _));

        Assert.True(_sets.TryGetOrAdd("b", out CgrSessionVariables? again));
        Assert.Same(used, again);
        Assert.Equal(0, again.Variables.Count + again.Options.Count);
        Assert.Equal("b"u8, again.Tag);
    }

    [Fact]
    public void Tags_and_sets_are_bounded()
    {
        Assert.False(_sets.TryGetOrAdd(new string('t', CgrVariableSets.MaxTagLength + 1), out _));
        Assert.False(_sets.TryGetOrAdd("\ud800", out _));
        Assert.False(_sets.TryGetOrAdd((ReadOnlySpan<byte>)[0xFF], out _));
        for (int i = 0; i < CgrVariableSets.MaxCount; i++)
        {
            Assert.True(_sets.TryGetOrAdd($"tag{i}", out _));
        }

        Assert.False(_sets.TryGetOrAdd("more", out _));
        Assert.True(_sets.TryGetOrAdd("tag0", out _));
    }
}
