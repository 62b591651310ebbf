using System.Numerics;

namespace HotPath.Rpc;

/// <summary><see cref="OrderPolicy.Balanced"/>: power of two choices. Of two that are equal the first drawn is taken, so that equals share alike.</summary>
internal sealed class BalancedOrder : OrderPolicy
{
    public override int Choose(ulong candidates, ReadOnlySpan<int> outstanding, Random random)
    {
        int count = BitOperations.PopCount(candidates);
        if (count == 1)
        {
            return BitOperations.TrailingZeroCount(candidates);
        }

        int draw = random.Next(count * (count - 1));
        int place = draw / (count - 1);
        int otherPlace = draw % (count - 1);
        int first = At(candidates, place);
        int second = At(candidates, otherPlace < place ? otherPlace : otherPlace + 1);
        return outstanding[second] < outstanding[first] ? second : first;
    }

    /// <summary>The index of the bit that has so many set bits below it.</summary>
    private static int At(ulong bits, int place)
    {
        for (; place > 0; place--)
        {
            bits &= bits - 1;
        }

        return BitOperations.TrailingZeroCount(bits);
    }
}
