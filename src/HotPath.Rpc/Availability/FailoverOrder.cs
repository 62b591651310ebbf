using System.Numerics;

namespace HotPath.Rpc;

/// <summary><see cref="OrderPolicy.Failover"/>.</summary>
internal sealed class FailoverOrder : OrderPolicy
{
    internal override bool TakesFirst => true;

    public override int Choose(ulong candidates, ReadOnlySpan<int> outstanding, Random random) => BitOperations.TrailingZeroCount(candidates);
}
