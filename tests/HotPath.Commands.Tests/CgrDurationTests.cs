namespace HotPath.Commands.Tests;

/// <summary>Guards: lengths of time keep every nanosecond, never overflow, and -1 means no limit.</summary>
public sealed class CgrDurationTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(12, 12_000_000_000)]
    [InlineData(-3, -3_000_000_000)]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(9_223_372_036, 9_223_372_036_000_000_000)]
    [InlineData(9_223_372_037, long.MaxValue)]
    public void Seconds_saturate(long seconds, long nanoseconds) => Assert.Equal(nanoseconds, CgrDuration.FromSeconds(seconds).Nanoseconds);

    [Fact]
    public void Time_spans_are_exact_and_saturate()
    {
        Assert.Equal(1_500_000_100, CgrDuration.FromTimeSpan(TimeSpan.FromTicks(15_000_001)).Nanoseconds);
        Assert.Equal(long.MaxValue, CgrDuration.FromTimeSpan(TimeSpan.MaxValue).Nanoseconds);
        Assert.Equal(long.MinValue, CgrDuration.FromTimeSpan(TimeSpan.MinValue).Nanoseconds);
        Assert.Equal(TimeSpan.FromTicks(15_000_001), new CgrDuration(1_500_000_199).ToTimeSpan());
    }

    [Fact]
    public void No_limit_is_told_apart_from_a_length()
    {
        Assert.True(CgrDuration.Unlimited.IsUnlimited);
        Assert.False(CgrDuration.Zero.IsUnlimited);
        Assert.Equal("unlimited", CgrDuration.Unlimited.ToString());
        Assert.Equal("12.5s", new CgrDuration(12_500_000_000).ToString());
        Assert.Equal("0.000000001s", new CgrDuration(1).ToString());
    }
}
