using System.Numerics;

namespace HotPath.Rpc.Tests;

/// <summary>Promise: failover asks the first that can be asked; balancing gives equals equal shares and prefers who has less to do.</summary>
public sealed class OrderPolicyTests
{
    [Fact]
    public void Failover_takes_the_first_candidate()
    {
        Assert.Equal(1, OrderPolicy.Failover.Choose(0b1010, [0, 9, 0, 0], new Random(1)));
        Assert.Equal(63, OrderPolicy.Failover.Choose(1UL << 63, new int[64], new Random(1)));
    }

    [Theory]
    [InlineData(0b11)]
    [InlineData(0b1101)]
    [InlineData(0b1000_0000_0001_0010)]
    public void Balancing_shares_among_the_candidates_within_a_tenth(ulong candidates)
    {
        const int Requests = 10_000;
        Random random = new(7);
        int[] asked = new int[16];
        int[] outstanding = new int[16];
        Queue<int> answered = [];
        for (int i = 0; i < Requests; i++)
        {
            int engine = OrderPolicy.Balanced.Choose(candidates, outstanding, random);
            asked[engine]++;
            outstanding[engine]++;
            answered.Enqueue(engine);
            if (answered.Count > random.Next(20))
            {
                outstanding[answered.Dequeue()]--;
            }
        }

        int fair = Requests / BitOperations.PopCount(candidates);
        for (int i = 0; i < asked.Length; i++)
        {
            Assert.InRange(asked[i], (candidates >> i & 1) == 0 ? 0 : fair * 9 / 10, (candidates >> i & 1) == 0 ? 0 : fair * 11 / 10);
        }
    }

    [Fact]
    public void Of_two_the_one_with_less_to_do_is_taken() =>
        Assert.All(Enumerable.Range(0, 100), seed => Assert.Equal(2, OrderPolicy.Balanced.Choose(0b101, [5, 0, 4], new Random(seed))));
}
