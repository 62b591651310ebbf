namespace HotPath.Load.Tests;

/// <summary>Promise: a percentile of the histogram is the exact one, to within 1/64 of it, whatever was recorded.</summary>
public sealed class LatencyHistogramTests
{
    [Theory]
    [InlineData(100L)]
    [InlineData(1_000_000L)]
    [InlineData(long.MaxValue)]
    public void A_percentile_is_right_to_within_a_64th(long largest)
    {
        Random random = new(1);
        LatencyHistogram histogram = new();
        long[] values = new long[10_000];
        for (int i = 0; i < values.Length; i++)
        {
            // As many small ones as large ones.
            values[i] = (long)Math.Min(Math.Pow(largest, random.NextDouble()), largest);
            histogram.Record(values[i]);
        }

        Array.Sort(values);
        foreach (double share in (ReadOnlySpan<double>)[0, 0.001, 0.5, 0.99, 0.999, 1])
        {
            long exact = values[Math.Max((int)Math.Ceiling(share * values.Length) - 1, 0)];
            Assert.InRange(histogram.Percentile(share) - exact, 0, exact / 64);
        }
    }

    [Fact]
    public void Values_that_have_a_bucket_each_come_back_as_they_are()
    {
        LatencyHistogram histogram = new();
        for (int value = -1; value < 128; value++)
        {
            histogram.Clear();
            histogram.Record(value);
            Assert.Equal((1, Math.Max(value, 0)), (histogram.Count, histogram.Percentile(0.5)));
        }
    }

    [Fact]
    public void Nothing_recorded_is_zero() => Assert.Equal(0, new LatencyHistogram().Percentile(0.99));
}
